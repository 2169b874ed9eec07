"""The record of the partnerships that a document names, read once."""

from functools import cached_property
from typing import Any

from partnerships.actions.vocabulary import CannotRead
from partnerships.choices import Certainty
from partnerships.models import (
    Area,
    Coverage,
    Milestone,
    Namesake,
    Partner,
    Partnership,
    Position,
)
from partnerships.text import search_form

#: The word of a row for the partnerships as a whole.
ALL = ("all", "all partnerships")


class OnRecord:
    """The names and facts of the record, with the facts that rows above make.
    ``newest`` is the one of each model that a row spoke of last, by partnership."""

    def __init__(self) -> None:
        self.newest: dict[tuple[str, int], Any] = {}
        self._rows: dict[tuple[str, int | None], list[Any]] = {}
        self._cells: dict[int, dict[int, Coverage]] = {}

    def partnership(self, name: str) -> Partnership:
        """Return the partnership with the partner of that name; raise CannotRead."""
        if not name:
            raise CannotRead("Say which partner it is about.")
        if row := self._partnerships.get(search_form(name)):
            return row
        if search_form(name) in ALL:
            raise CannotRead("Only a position is about all of them: name the partner.")
        found = Partner.objects.filter(search_text__contains=search_form(name))
        if found.filter(partnership__isnull=False).exists():
            raise CannotRead(f"“{name}” is not enough: write the partner's short name.")
        raise CannotRead(
            f"There is no record of “{name}”. Add it under Partners, in another tab; "
            "its partnership follows. Then check this again."
        )

    @cached_property
    def _partnerships(self) -> dict[str, Partnership]:
        found: dict[str, Partnership] = {}
        rows = Partnership.objects.select_related("partner").order_by("pk")
        for row in rows.prefetch_related("partner__affiliations"):
            partner = row.partner
            names = (partner.name, partner.official_name, partner.slug)
            codes = (partner.iso_code, partner.iso_alpha3)
            for name in (*names, *codes, *partner.other_names.splitlines()):
                if name:
                    found.setdefault(search_form(name), row)
        return found

    def area(self, name: str) -> Area:
        """Return the area of that number or name; raise CannotRead if there is none."""
        if area := self._areas.get(search_form(name)):
            return area
        raise CannotRead(f"“{name}” is no area: write its number.")

    @cached_property
    def _areas(self) -> dict[str, Area]:
        found: dict[str, Area] = {}
        for area in Area.objects.order_by("number"):
            for name in (str(area.number), area.slug, area.name, area.short_name):
                found.setdefault(search_form(name), area)
        return found

    def steps(self, partnership: Partnership) -> list[Milestone]:
        """Return the milestones of a record, to which new ones are added."""
        return self.rows("milestone", partnership)

    def rejected(self, partnership: Partnership) -> list[Milestone]:
        """Return the milestones of a record that its editors rejected."""
        return self.rows("rejected", partnership)

    def cell(self, partnership: Partnership, area: Area) -> Coverage:
        """Return the cell of an area, stored or not."""
        if partnership.pk not in self._cells:
            rows = partnership.coverage.select_related("area")
            self._cells[partnership.pk] = {row.area_id: row for row in rows}
        blank = Coverage(partnership=partnership, area=area)
        return self._cells[partnership.pk].setdefault(area.pk, blank)

    def rows(self, model: str, partnership: Partnership | None) -> list[Any]:
        """Return the facts of a model in a record, or in none, to which new ones are
        added."""
        of = model, partnership.pk if partnership else None
        if of not in self._rows:
            self._rows[of] = list(_stored(model, partnership))
        return self._rows[of]


def _stored(model: str, partnership: Partnership | None) -> Any:
    if model == "namesake":
        return Namesake.objects.order_by("pk")
    if model == "position":
        return Position.objects.filter(partnership=partnership).order_by("pk")
    assert partnership is not None
    if model == "milestone":
        return partnership.milestones.counted().order_by("attempt", "latest", "pk")
    if model == "rejected":
        return partnership.milestones.filter(certainty=Certainty.REJECTED)
    if model == "affiliation":
        return partnership.partner.affiliations.order_by("pk")
    related = {"engagement": "engagements", "subject": "subjects"}[model]
    return getattr(partnership, related).order_by("pk")
