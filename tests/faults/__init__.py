"""Faults and attacks, made on purpose against a site on this machine. What is measured
is printed, and nothing of it asserted."""
