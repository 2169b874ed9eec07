"""What an action refuses to do; each message is a sentence for the editor."""


class PublishedRecord(Exception):
    """A published partnership cannot be deleted."""

    def __init__(self, partnership):
        super().__init__(
            f"{partnership} is published, and what readers may have cited is never "
            "deleted. Record how it ended, or unpublish it first."
        )


class DatasetError(Exception):
    """The data set cannot be loaded; each problem names file, record and field."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems
