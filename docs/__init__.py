"""Pages about the program, and the small scripts that write some of them."""
