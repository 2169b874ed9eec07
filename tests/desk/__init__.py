"""The editors' desk, used as an editor does."""
