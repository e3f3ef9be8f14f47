"""Schema changes, oldest first: upgrade only, each one leaves a running older program alive."""
