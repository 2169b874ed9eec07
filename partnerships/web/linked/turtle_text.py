"""JSON-LD of the plain kind that this package makes, in Turtle.

This module is pure: no database, no request, no clock.
"""

import json
from collections.abc import Iterator
from typing import Any


def turtle(document: dict[str, Any]) -> str:
    """Return a document in Turtle. Its context has prefixes alone, for the names of
    types and properties; each node of its graph has an ``@id``, an absolute IRI; a
    value is text, ``{"@id": …}``, ``{"@value": …}`` with its language or type, a node
    without a name, or a list of these."""
    prefixes = [f"@prefix {p}: <{iri}> .\n" for p, iri in document["@context"].items()]
    nodes = [f"\n<{node['@id']}> {_said_of(node)} .\n" for node in document["@graph"]]
    return "".join(prefixes + nodes)


def _said_of(node: dict[str, Any]) -> str:
    return " ;\n  ".join(_statements(node))


def _statements(node: dict[str, Any]) -> Iterator[str]:
    for name, value in node.items():
        values = value if isinstance(value, list) else [value]
        if name == "@type":
            yield f"a {', '.join(values)}"
        elif name != "@id" and values:
            yield f"{name} {', '.join(map(_object, values))}"


def _object(value: str | dict[str, Any]) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if "@id" in value:
        return f"<{value['@id']}>"
    if "@value" not in value:
        return f"[ {_said_of(value)} ]"
    language, data_type = value.get("@language"), value.get("@type")
    suffix = f"@{language}" if language else f"^^{data_type}" if data_type else ""
    return _quoted(value["@value"]) + suffix


def _quoted(text: str) -> str:
    """Return text as a literal, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)
