"""The lifecycle of a partnership: one table of effects, and the rules of order.

Status is never typed. Each dated milestone sets its track's status by
``table.EFFECTS``; on day D the *deciding milestone* of a track is the last in order
with an effect that has certainly happened by D. Queries get what is worked out here, so
that there is one definition (``querysets/statuses.py``). Why: docs/adr/0001 and 0013.

The package is pure: no database, no request, no clock; today's date is passed in.
"""
