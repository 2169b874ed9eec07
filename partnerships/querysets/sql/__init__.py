"""SQL written by hand, from the table of the kinds of fact."""
