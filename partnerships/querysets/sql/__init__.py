"""SQL that is written by hand, from the tables of the lifecycle and of the facts."""
