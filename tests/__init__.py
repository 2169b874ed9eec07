import os


def tries(count):
    """The number of examples that a property is tried with: more where it is proved."""
    return count * int(os.environ.get("EXAMPLES", "1"))


def some(cases, *, of):
    """Every so many of these cases; all of them where it is proved."""
    return cases if "EXAMPLES" in os.environ else cases[::of]
