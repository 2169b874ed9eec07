"""Text that any feed can carry."""

import re

#: What XML 1.0 cannot carry, and the controls that calendars cannot either.
_NOT_CARRIED = re.compile(
    "[^\t\n\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def clean(text: str) -> str:
    """The text without the characters that a feed cannot carry, its lines ended by a
    line feed."""
    return _NOT_CARRIED.sub("", _LINE_END.sub("\n", text))


def in_a_line(text: str) -> str:
    return " ".join(text.split())


def as_sentence(text: str) -> str:
    """The text with a full stop, where it has no end."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."
