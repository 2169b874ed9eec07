"""Reads that span models, each in a bounded number of queries, whatever the number of
records. They return querysets or frozen dataclasses, and know no request."""
