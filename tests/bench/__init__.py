"""What the tracker costs, measured: ``make bench``. Nothing here is asserted."""
