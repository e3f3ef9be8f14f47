"""The proof: what the program promises, tried."""
