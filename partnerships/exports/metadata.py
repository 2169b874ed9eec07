"""What a file says of itself."""

from partnerships.exports.parameters import Asked

TITLE = "The European Union’s Security and Defence Partnerships"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
NOT_OFFICIAL = "Not an official data set of the European Union."


def facts(title: str, asked: Asked) -> dict:
    return {
        "title": f"{TITLE}: {title}",
        "edition": asked.edition,
        "as_of": asked.on.isoformat(),
        "known_on": asked.known_on.isoformat(),
        "licence": LICENCE,
    }


def file_name(name: str, asked: Asked, ending: str) -> str:
    """Such as sdp-milestones-edition-1234-2026-03-31.csv."""
    part = "-selection" if asked.is_selection else ""
    return f"sdp-{name}{part}-edition-{asked.edition}-{asked.on}.{ending}"
