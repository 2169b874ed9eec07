"""The JSON of each resource. Its keys are a contract with clients: adding one is fine,
anything else needs a new version (docs/api.md)."""
