"""The pages that anybody can read, one module for each."""
