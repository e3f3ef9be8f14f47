"""A year of a group of sixty units, told twice: by the program, and by an oracle written from the specification."""
