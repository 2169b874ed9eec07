"""The page on which a record is kept: a partnership with its milestones, areas and
engagements, and the source of what changes."""

from partnerships.admin.partnership import admin  # noqa: F401
