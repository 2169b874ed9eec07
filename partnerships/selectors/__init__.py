"""The reads that span models: each is a bounded number of queries, whatever the number
of records."""
