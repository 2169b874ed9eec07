"""The ladder of SAFE in words: the finding, the rungs, and whose turn it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.text import get_text_list

from partnerships.choices import AffiliationKind, MilestoneKind, SafeStatus
from partnerships.lifecycle.table import SAFE_ADOPTED_ON
from partnerships.selectors.safe import BESIDE, LADDER, SafeLadder, SafePartner
from partnerships.text import as_sentence, capitalised
from partnerships.web import milestone_words, safe_words
from partnerships.web.milestone_words import in_text
from partnerships.web.status_words import of_past_day

K = MilestoneKind
#: The act that made SAFE: its name, where it was published, its day.
REGULATION = {
    "name": "Council Regulation (EU) 2025/1106",
    "published": "OJ L, 2025/1106, 28.5.2025",
    "adopted": SAFE_ADOPTED_ON,
}
#: More names than these say less than their number.
MOST_NAMED = 6
_RUNGS = {
    SafeStatus.IN_FORCE: "In force",
    SafeStatus.ASSOCIATED: "Signed or applied",
    SafeStatus.AGREED: "Agreed",
    SafeStatus.NEGOTIATING: "Being negotiated",
    SafeStatus.REQUESTED: "Asked for",
    SafeStatus.ELIGIBLE: "Eligible",
    SafeStatus.NOT_ELIGIBLE: "Not eligible",
    SafeStatus.NOT_NEEDED: "Member States’ terms",
    SafeStatus.SUSPENDED: "Suspended",
    SafeStatus.NO_AGREEMENT: "Talks ended",
    SafeStatus.TERMINATED: "Agreement ended",
}
_NEXT = {
    K.NEGOTIATIONS_RECOMMENDED: "the European Commission recommends negotiations",
    K.NEGOTIATIONS_AUTHORISED: "the Council authorises negotiations",
    K.NEGOTIATIONS_OPENED: "the EU and {x} open talks",
    K.NEGOTIATIONS_CONCLUDED: "the EU and {x} conclude their talks",
    K.ENDORSED: "the Member States’ representatives endorse the agreement",
    K.SIGNATURE_AUTHORISED: "the Council authorises the signature",
    K.SIGNED: "the EU and {x} sign",
    K.PARLIAMENT_CONSENTED: "the European Parliament votes on its consent",
    K.CONCLUDED: "the Council concludes the agreement",
    K.IN_FORCE: "the agreement enters into force",
    K.RESUMED: "the EU and {x} resume the agreement or end it",
}
#: What would come first where no step is taken, or none is left.
_NOBODY = {
    SafeStatus.ELIGIBLE: "An agreement would begin with a request.",
    SafeStatus.NOT_ELIGIBLE: "A signed partnership would open common purchases.",
    SafeStatus.NOT_NEEDED: "No agreement is needed for these terms.",
    SafeStatus.NO_AGREEMENT: "A new attempt would begin with a request.",
    SafeStatus.TERMINATED: "A new attempt would begin with a request.",
}
#: The question that settles how much firms of a partner without standing may supply.
_SUPPLY = "safe-supply-without-partnership"
_REASONS = {
    AffiliationKind.EU_CANDIDATE: "As EU candidates",
    AffiliationKind.EU_POTENTIAL_CANDIDATE: "As potential EU candidates",
    AffiliationKind.EEA_EFTA: "As EEA-EFTA states",
}
_OWN = "Takes part under its own agreement"
#: How much its firms may supply, and what else a rung means.
_EFFECTS = {
    SafeStatus.IN_FORCE: ("Beyond 35 %, as far as its text says", f"{_OWN}, in force."),
    SafeStatus.ASSOCIATED: (
        "Beyond 35 %, as far as its text says",
        f"{_OWN}, signed or applied provisionally.",
    ),
    SafeStatus.AGREED: ("As before", "The agreement is agreed, not signed."),
    SafeStatus.NEGOTIATING: ("As before", "Talks on an agreement are under way."),
    SafeStatus.REQUESTED: ("As before", "The partner has asked for an agreement."),
    SafeStatus.ELIGIBLE: ("Up to 35 %", "May join common purchases."),
    SafeStatus.NOT_ELIGIBLE: ("Components: disputed", "May not join common purchases."),
    SafeStatus.NOT_NEEDED: (
        "Not capped",
        "Joins common purchases on Member States’ terms, without loans; needs no "
        "partnership for that.",
    ),
    SafeStatus.SUSPENDED: ("As without an agreement", "The agreement is suspended."),
    SafeStatus.NO_AGREEMENT: ("As without an agreement", "Its talks led to none."),
    SafeStatus.TERMINATED: ("As without an agreement", "The agreement has ended."),
}
_OVER = {SafeStatus.SUSPENDED, SafeStatus.NO_AGREEMENT, SafeStatus.TERMINATED}


@dataclass(frozen=True)
class Rung:
    """A rung, what it means, and the partners on it: those that a milestone put there,
    and the others by what gives them their standing. ``share`` is how much their firms
    may supply, ``turn`` whose turn it is where that is one thing for all."""

    status: SafeStatus
    name: str
    share: str
    effect: str
    turn: str
    stepped: list[SafePartner]
    standing: list[tuple[str, list[SafePartner]]]

    @property
    def count(self) -> int:
        return len(self.stepped) + sum(len(alike) for _, alike in self.standing)


def rungs(ladder: SafeLadder, *, is_beside: bool = False) -> list[Rung]:
    """Return the rungs, the highest first; or what stands beside them, where there is
    anybody."""
    found = [_rung(ladder, status) for status in (BESIDE if is_beside else LADDER)]
    return [rung for rung in found if rung.count] if is_beside else found


def _rung(ladder: SafeLadder, status: SafeStatus) -> Rung:
    here = ladder.on_rung(status)
    by_reason: dict[str, list[SafePartner]] = {}
    for partner in here:
        if partner.deciding is None:
            by_reason.setdefault(reason(partner), []).append(partner)
    return Rung(
        status=status,
        name=_RUNGS[status],
        share=_share(ladder, status),
        effect=_EFFECTS[status][1],
        turn="" if is_past(ladder) or not here else _NOBODY.get(status, ""),
        stepped=[partner for partner in here if partner.deciding],
        standing=sorted(by_reason.items()),
    )


def _share(ladder: SafeLadder, status: SafeStatus) -> str:
    """Return how much firms may supply: "Components: disputed; our ruling: yes, within
    the limit of 35 %"."""
    share = _EFFECTS[status][0]
    supply = [q for q in ladder.questions if q.about.slug == _SUPPLY and q.ruling]
    if status != SafeStatus.NOT_ELIGIBLE or not supply:
        return share
    return f"{share}; our ruling: {milestone_words.in_sentence(supply[0].about.answer)}"


def reason(partner: SafePartner) -> str:
    """Return what gives a partner its standing: "As EU candidates"; empty where nothing
    does."""
    if partner.standing == SafeStatus.NOT_NEEDED and not partner.kinds:
        return "Named by the Regulation"
    if partner.kinds:
        return _REASONS[min(partner.kinds)]
    return "By a signed partnership" * (partner.standing == SafeStatus.ELIGIBLE)


def step(partner: SafePartner) -> str:
    """Return the milestone that put a partner on its rung: "SAFE agreement signed, 14
    February 2026"; empty where none did."""
    if partner.deciding is None:
        return ""
    what = milestone_words.what(partner.deciding)
    return f"{capitalised(what)}, {partner.deciding.date.display()}"


def otherwise(partner: SafePartner) -> str:
    """Return what holds for a partner while no agreement does: "Until then: common
    purchases; up to 35 % of components"; empty where one holds."""
    if partner.deciding is None or partner.by_agreement:
        return ""
    lead = "Without one" if partner.status in _OVER else "Until then"
    effect = milestone_words.in_sentence(safe_words.effect_of(partner.standing))
    return f"{lead}: {effect}"


def turn(partner: SafePartner) -> str:
    """Return who acts next: "the Council concludes the agreement"; nothing of a day
    that is over, nor where the EU has not taken up a request."""
    if partner.next is None or of_past_day(partner.row):
        return ""
    if partner.deciding and partner.deciding.kind == K.REQUESTED:
        return ""
    return _NEXT[partner.next].format(x=in_text(partner.row.partner))


def headline(ladder: SafeLadder, in_words: Callable[[int], str]) -> str:
    """Return how many go beyond the share that others have."""
    count = len(ladder.beyond)
    may = "could" if is_past(ladder) else "may"
    s = "s" * (count > 1)
    return f"{in_words(count)} partner{s} {may} go beyond SAFE’s 35 %"


def lede(ladder: SafeLadder, in_words: Callable[[int], str]) -> str:
    """Return who goes beyond the share and by which text, and where the others
    stand."""
    was, beyond = is_past(ladder), ladder.beyond
    said = [
        _by_agreement([p for p in beyond if not p.by_regulation], was),
        _by_regulation([p for p in beyond if p.by_regulation], was),
    ]
    if perhaps := sum(p.may_be_beyond for p in ladder.partners):
        may_be = "may have been" if was else "may be"
        said.append(f"by the days known, {in_words(perhaps)} more {may_be} among them")
    others = [p for p in ladder.partners if not p.is_beyond]
    inside = sum(p.standing == SafeStatus.ELIGIBLE for p in others)
    outside, may = len(others) - inside, "could" if was else "may"
    if inside:
        said.append(
            f"{in_words(inside)} other{'' if inside == 1 else 's'} {may} join common "
            "purchases and supply up to 35 % of components"
        )
    if outside:
        said.append(f"{in_words(outside)} {may} not join common purchases")
    return " ".join(as_sentence(capitalised(one)) for one in said if one)


def _by_agreement(partners: list[SafePartner], was: bool) -> str:
    if not partners:
        return ""
    own = "its own agreement" if len(partners) == 1 else "their own agreements"
    return f"{_names(partners)} {'could' if was else 'may'}, by {own} with the EU"


def _by_regulation(partners: list[SafePartner], was: bool) -> str:
    if not partners:
        return ""
    one = len(partners) == 1
    be = ("was" if one else "were") if was else ("is" if one else "are")
    counts, its = "counted" if was else "counts", "its" if one else "their"
    return (
        f"{_names(partners)} {be} not capped: the Regulation {counts} {its} components "
        "with the EU’s"
    )


def is_past(ladder: SafeLadder) -> bool:
    """Return whether the ladder is of a day that is over."""
    return ladder.on < timezone.localdate()


def _names(partners: Iterable[Any]) -> str:
    names = [in_text(partner.row.partner) for partner in partners]
    if len(names) > MOST_NAMED:
        return f"{len(names)} partners"
    return str(get_text_list(names, "and"))
