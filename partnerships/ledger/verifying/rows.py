from partnerships.ledger.verifying.problem import Problem  # noqa: F401
