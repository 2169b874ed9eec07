"""What readers subscribe to: Atom of the changes and of the milestones, and a calendar
of the milestones. They take the parameters of the log and of the timeline."""

from partnerships.feeds.calendar import milestones_ics
from partnerships.feeds.changes import changes_atom
from partnerships.feeds.milestones import milestones_atom

__all__ = ["changes_atom", "milestones_atom", "milestones_ics"]
