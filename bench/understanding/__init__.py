"""How well messages are understood: labelled corpora, typing errors, a baseline, speed. Development only."""
