"""One test for every bug that was found, named after what went wrong."""
