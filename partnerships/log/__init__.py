"""The public log: which changes there are, and each of them in words."""
