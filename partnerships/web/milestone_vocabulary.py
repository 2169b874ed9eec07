"""The vocabulary of milestones: the parts of which titles and sentences are made."""

from typing import NamedTuple

from partnerships.choices import MilestoneKind, Track

K = MilestoneKind


class Words(NamedTuple):
    """``step`` names the kind as a step ahead. ``title`` follows the partner's name;
    "~" stands where "reportedly" goes, and a last "by" where an actor can follow.
    ``did`` follows who acted, ``otherwise`` stands where that is not recorded."""

    step: str
    title: str
    did: str
    otherwise: str


#: {it} is a short name of the instrument, {a} and {the} are its full one, {aim} is what
#: talks are on.
WORDS = {
    K.PROPOSED: Words(
        "a proposal",
        "{it} ~proposed by",
        "proposed {a}",
        "there was a proposal for {a}",
    ),
    K.EXPLORATORY_TALKS: Words(
        "exploratory talks",
        "~exploratory talks",
        "held exploratory talks on {a}",
        "there were exploratory talks on {a}",
    ),
    K.REQUESTED: Words(
        "a request",
        "~asks to take part in SAFE",
        "asked that {partner} take part in SAFE",
        "{partner} asked to take part in SAFE",
    ),
    K.NEGOTIATIONS_RECOMMENDED: Words(
        "a recommendation to negotiate",
        "negotiations on {it} ~recommended by",
        "recommended negotiations on {a}",
        "there was a recommendation to negotiate {a}",
    ),
    K.NEGOTIATIONS_AUTHORISED: Words(
        "authority to negotiate",
        "negotiations on {it} ~authorised by",
        "authorised negotiations on {a}",
        "there was authority to negotiate {a}",
    ),
    K.NEGOTIATIONS_OPENED: Words(
        "the opening of negotiations",
        "negotiations on {it} ~begin",
        "opened negotiations on {a}",
        "negotiations on {a} began",
    ),
    K.NEGOTIATIONS_CONCLUDED: Words(
        "the conclusion of negotiations",
        "negotiations on {it} ~concluded by",
        "concluded negotiations on {the}",
        "negotiations on {the} came to their conclusion",
    ),
    K.TEXT_AGREED: Words(
        "agreement on the text",
        "text of {it} ~agreed by",
        "agreed the text of {the}",
        "there was agreement on the text of {the}",
    ),
    K.ENDORSED: Words(
        "the Member States’ endorsement",
        "{it} ~endorsed by",
        "endorsed {the}",
        "the Member States’ representatives endorsed {the}",
    ),
    K.SIGNATURE_AUTHORISED: Words(
        "authority to sign",
        "signature of {it} ~authorised by",
        "authorised the signature of {the}",
        "there was authority to sign {the}",
    ),
    K.SIGNED: Words(
        "signature",
        "{it} ~signed by",
        "signed {the}",
        "the EU and {partner} signed {own}",
    ),
    K.PROVISIONALLY_APPLIED: Words(
        "provisional application",
        "{it} ~applied provisionally",
        "began to apply {the} provisionally",
        "the provisional application of {the} began",
    ),
    K.CONCLUDED: Words(
        "the Council’s conclusion",
        "Council ~concludes {it}",
        "concluded {the}",
        "the Council concluded {the}",
    ),
    K.IN_FORCE: Words(
        "entry into force",
        "{it} ~enters into force",
        "brought {the} into force",
        "{the} entered into force",
    ),
    K.RESUMED: Words(
        "resumption", "{it} ~resumed by", "resumed {the}", "{the} resumed"
    ),
    K.SUSPENDED: Words(
        "suspension",
        "{it} ~suspended by",
        "suspended {the}",
        "the suspension of {the} began",
    ),
    K.ENDED: Words("an end", "{it} ~ended by", "ended {the}", "{the} ended"),
    K.ABANDONED: Words(
        "an end of the attempt",
        "attempt at {it} ~given up by",
        "gave up the attempt at {a}",
        "the attempt at {a} came to an end",
    ),
    K.NEGOTIATIONS_FAILED: Words(
        "an end of talks without agreement",
        "talks on {it} ~end without agreement",
        "ended talks on {aim} without agreement",
        "talks on {a} ended without agreement",
    ),
    K.TERMINATED: Words(
        "termination",
        "{it} ~terminated by",
        "terminated {the}",
        "the termination of {the} took effect",
    ),
    K.ANNOUNCED: Words(
        "an announcement",
        "{step} ~announced by",
        "announced",
        "there was an announcement",
    ),
    K.DIALOGUE_HELD: Words(
        "a dialogue",
        "~dialogue",
        "held a dialogue under {the}",
        "there was a dialogue under {the}",
    ),
    K.REVIEWED: Words(
        "a review", "{it} ~reviewed by", "reviewed {the}", "there was a review of {the}"
    ),
    K.PUBLISHED: Words(
        "publication in the Official Journal",
        "{it} ~published in the Official Journal",
        "published {the} in the Official Journal",
        "{the} appeared in the Official Journal",
    ),
    K.PARLIAMENT_CONSENTED: Words(
        "the European Parliament’s consent",
        "European Parliament ~consents to {it}",
        "consented to {the}",
        "the European Parliament consented to {the}",
    ),
    K.STATEMENT: Words(
        "a statement",
        "~statement on {it} by",
        "made a statement on {a}",
        "there was a statement on {a}",
    ),
}
INSTRUMENT = {
    Track.SDP: ("partnership", "Security and Defence Partnership", "a"),
    Track.SAFE: ("SAFE agreement", "agreement on SAFE", "an"),
}
#: Kinds that come before there is anything but an intention, and its name then.
EARLY = {K.NEGOTIATIONS_RECOMMENDED, K.NEGOTIATIONS_AUTHORISED, K.NEGOTIATIONS_OPENED}
EARLY |= {K.NEGOTIATIONS_CONCLUDED, K.NEGOTIATIONS_FAILED, K.ABANDONED, K.STATEMENT}
INTENDED = {Track.SDP: "a partnership", Track.SAFE: "SAFE"}
#: What stands between an announced step and the instrument; of most kinds "of".
LINKS = {
    **dict.fromkeys([K.PROPOSED, K.REQUESTED], "for"),
    **dict.fromkeys([K.EXPLORATORY_TALKS, K.NEGOTIATIONS_OPENED, K.STATEMENT], "on"),
    **dict.fromkeys([K.NEGOTIATIONS_CONCLUDED, K.NEGOTIATIONS_FAILED], "on"),
    **dict.fromkeys([K.NEGOTIATIONS_RECOMMENDED, K.NEGOTIATIONS_AUTHORISED], ""),
    **{K.SIGNATURE_AUTHORISED: "", K.PARLIAMENT_CONSENTED: "to", K.ABANDONED: "at"},
    K.DIALOGUE_HELD: "under",
}
