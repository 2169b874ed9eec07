"""The tables of the trail: the ledger, and what is recorded about the ledger itself.

None of their rows is ever changed or deleted; the database refuses it (triggers/).
"""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.choices import ChangeKind
from partnerships.ledger import context


class HistoryRow(models.Model):
    """A row of any history: what the tracker adds to the library's columns."""

    history_actor = models.TextField(default=context.current_actor, blank=True)
    history_kind = models.CharField(
        max_length=20, choices=ChangeKind, default=context.current_kind, blank=True
    )
    history_changeset = models.UUIDField(default=context.current_changeset)

    class Meta:
        abstract = True


class LedgerEntry(models.Model):
    """One change to the record. The database itself makes the first part, in the
    transaction of the change; sealing adds the second part once, just after."""

    # What changed, who changed it and why: a copy of the history row's own columns
    record = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    history_id = models.BigIntegerField()
    partnership_id = models.BigIntegerField(null=True)  # whose log shows it
    partner_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=1)
    actor = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    kind = models.CharField(max_length=20, choices=ChangeKind, blank=True)
    operation = models.UUIDField()
    recorded_at = models.DateTimeField()

    # The seal (canonical.py), NULL until the entry has it
    number = models.BigIntegerField(null=True, unique=True)
    public = models.TextField(null=True)  # noqa: DJ001
    private = models.TextField(null=True)  # noqa: DJ001
    salt = models.CharField(max_length=32, null=True)  # noqa: DJ001
    digest = models.CharField(max_length=64, null=True)  # noqa: DJ001
    seal = models.CharField(max_length=64, null=True)  # noqa: DJ001

    class Meta:
        ordering = ["-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["record", "history_id"], name="ledger_lists_each_change_once"
            ),
            models.CheckConstraint(
                condition=Q(number=None) | Q(number__gte=1),
                name="ledger_numbers_begin_at_one",
            ),
        ]
        indexes = [
            # Sealing, and /readyz: what waits for its number.
            models.Index(
                fields=["id"], condition=Q(number=None), name="ledger_unsealed"
            ),
            # /changes/: the version before each change shown.
            models.Index("record", "object_id", F("number").desc(), name="ledger_pair"),
            # /partnerships/<slug>/changes/, and how many changes /changes/ has.
            models.Index(
                fields=["partnership_id", "partner_id", "number", "object_id"],
                name="ledger_log",
            ),
            # /changes/<number>/: what else was done in the same operation.
            models.Index(fields=["operation"], name="ledger_operation"),
            # /changes/?from=…&to=…, and the edition on a day of the second clock.
            models.Index(fields=["at", "number"], name="ledger_at"),
        ]

    def __str__(self) -> str:
        return f"change {self.number}"


class Redaction(HistoryRow):
    """The blacking out of one value in one entry, by whom and why. It is itself a row
    of history, with its own entry in the ledger: ``id`` is the number of the entry,
    ``digest`` the digest of its texts without the value."""

    PUBLIC = ("field", "digest")

    history_id = models.BigAutoField(primary_key=True)
    id = models.BigIntegerField()
    partnership_id = models.BigIntegerField(null=True)  # as of the entry
    partner_id = models.BigIntegerField(null=True)
    field = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    history_date = models.DateTimeField()
    history_type = models.CharField(max_length=1, default="+")
    history_change_reason = models.TextField()
    history_user_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["history_id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"change {self.id}: {self.field}"


class Damage(HistoryRow):
    """A public statement of what is broken in the trail for good, by whom and why. It
    is itself a row of history: what it states is a known problem from its entry on.

    ``id`` is the number of the last change when it was made. ``problems`` has a line
    for each, as ``verifying.problem.Problem.line`` gives it.
    """

    PUBLIC = ("problems",)

    history_id = models.BigAutoField(primary_key=True)
    id = models.BigIntegerField()
    partnership_id = models.BigIntegerField(null=True)  # in nobody's log alone
    partner_id = models.BigIntegerField(null=True)
    problems = models.TextField()
    history_date = models.DateTimeField()
    history_type = models.CharField(max_length=1, default="+")
    history_change_reason = models.TextField()
    history_user_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["history_id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"damage by change {self.id}"


class Checkpoint(models.Model):
    """A place in the chain, to be kept where nobody here can rewrite it. ``counts`` are
    the rows of each history; ``signature`` is of ``text``, in base64, empty where
    nothing is signed."""

    taken_at = models.DateTimeField(default=timezone.now)
    number = models.BigIntegerField()
    seal = models.CharField(max_length=64)
    counts = models.JSONField()
    signature = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.number}:{self.seal}"

    @property
    def text(self) -> str:
        """The four lines that are printed, published and signed, as UTF-8."""
        rows = ", ".join(f"{name} {n}" for name, n in sorted(self.counts.items()))
        return (
            f"SDP tracker checkpoint\n{self}\n"
            f"taken at {self.taken_at:%Y-%m-%dT%H:%M:%SZ}\nrows: {rows}\n"
        )


class Verification(models.Model):
    """A verification of the trail up to a number, with how many problems it found."""

    verified_at = models.DateTimeField(auto_now_add=True)
    number = models.BigIntegerField()
    since = models.BigIntegerField(default=0)
    problems = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"verified to {self.number}: {self.problems} problems"
