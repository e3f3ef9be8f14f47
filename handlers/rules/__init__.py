"""Pure decisions, standard library only: states and moves, who may, deadlines."""
