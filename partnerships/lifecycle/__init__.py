"""The lifecycle of a partnership: one table of effects, and the rules of order.

Status is never typed. Each dated milestone sets its track's status by
``table.EFFECTS``; on day D the *deciding milestone* of a track is the latest one with
an effect that has happened by D. The table makes the SQL of ``querysets/sql/status.py``
too, so that there is one definition. Why: docs/adr/0001-status-is-derived.md.

The package is pure: no database, no request, no clock; today's date is passed in.
"""
