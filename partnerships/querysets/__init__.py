"""The questions that each table answers. Querysets know no request and no clock."""
