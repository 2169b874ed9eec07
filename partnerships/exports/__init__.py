"""The whole record as files under /data/: each table as CSV, XLSX and JSON, and all of
them in one Frictionless Data Package. Rows go from the database to the file as tuples,
a few hundred at a time, so that memory does not grow with the record."""
