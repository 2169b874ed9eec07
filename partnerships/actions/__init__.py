"""The writes that span rows: publishing, the data set, backup and restore."""
