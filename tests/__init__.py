import os


def tries(count):
    """The number of examples that a property is tried with: more where it is proved."""
    return count * int(os.environ.get("EXAMPLES", "1"))
