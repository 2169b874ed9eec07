"""The costs of the tracker, measured: ``make bench``. Nothing here is asserted."""
