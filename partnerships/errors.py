"""What an action refuses to do; each message is a sentence for the editor."""


class PublishedRecord(Exception):
    """A published partnership cannot be deleted."""

    def __init__(self, partnership):
        super().__init__(
            f"{partnership} is published, and what readers may have cited is never "
            "deleted. Record how it ended, or unpublish it first."
        )
