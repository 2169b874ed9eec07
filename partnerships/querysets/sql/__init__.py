"""SQL written by hand, from the tables of the lifecycle and of the kinds of fact."""
