"""What an action refuses to do; each message is a sentence for the editor."""


class PublishedRecord(Exception):
    """A published partnership cannot be deleted."""

    def __init__(self, partnership):
        super().__init__(
            f"{partnership} is published, and what readers may have cited is never "
            "deleted. Record how it ended, or unpublish it first."
        )


class PermanentAccount(Exception):
    """An account cannot be deleted: the trail refers to it."""

    def __init__(self, user):
        super().__init__(
            f"The account {user} is part of the audit trail: deactivate it, and empty "
            "its name and address, in place of deleting it."
        )


class MissingReason(Exception):
    """What readers see was changed without saying why."""

    def __init__(self, instance):
        super().__init__(
            f"{instance} is public: say why it changes, and of what kind the change "
            "is. In code: with change(reason=…, kind=…): …"
        )


class DatasetError(Exception):
    """The data set cannot be loaded; each problem names file, record and field."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


class RedactionRefused(Exception):
    """A value of the trail cannot be blacked out; the message says why."""


class ArchiveError(Exception):
    """A backup cannot be written or restored; the message says what to do."""
