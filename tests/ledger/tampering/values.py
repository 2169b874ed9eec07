"""Values to write over others: of the right type or not, near or far."""

from random import Random

from tests.ledger.databases import is_sqlite

#: Letters that look like others.
ALIKE = str.maketrans("aeopcxAEOPC-–", "аеорсхАЕОРС‑‒")


class Raw(str):
    """An expression of SQL, in place of a value."""


def another(random: Random, kind: str, value, others: list) -> tuple[object, str]:
    """Return a value in place of this one, of a column whose type is ``kind``, and what
    it is; ``others`` are the column's values in other rows."""
    draws = [("NULL", None), ("that of another row", random.choice(others))]
    draws += KINDS[kind](random, value)
    if is_sqlite:
        draws += _of_no_type(value)
    words, drawn = random.choice(draws)
    return drawn, words


def kind_of(type_name: str) -> str:
    """Return one word for the type of a column, as a catalogue names it."""
    name = type_name.lower()
    for word, kind in NAMES.items():
        if word in name:
            return kind
    return "text"


NAMES = {
    "bool": "flag",
    "int": "number",
    "serial": "number",
    "datetime": "moment",
    "timestamp": "moment",
    "date": "day",
    "uuid": "uuid",
    "char(32)": "uuid",
    "json": "json",
}


def _texts(random, value):
    text = value if isinstance(value, str) else "Oslo"
    at = random.randint(0, len(text))
    return [
        ("letters that look alike", text.translate(ALIKE)),
        ("a blank at the end", f"{text} "),
        ("a blank at the beginning", f" {text}"),
        ("capitals", text.swapcase()),
        ("nothing", ""),
        ("a letter that nobody sees", f"{text[:at]}\u200b{text[at:]}"),
        ("an accent set apart", text.replace("ø", "o\u0338") + "e\u0301"),
        ("a line end", f"{text}\n"),
        ("other words", "Bergen"),
        ("what a redaction leaves", "[redacted]"),
    ]


def _numbers(random, value):
    number = value if isinstance(value, int) else 7
    return [
        ("one more", number + 1),
        ("one less", number - 1),
        ("its negative", -number),
        ("nought", 0),
        ("the largest of 31 bits", 2**31 - 1),
        ("the largest of 15 bits", 2**15 - 1),
        ("the largest of 63 bits", 2**63 - 1),
    ]


def _flags(random, value):
    return [("the opposite", not value)] * 3


def _days(random, value):
    draws = [
        (f"the day {text}", text)
        for text in ("2001-01-01", "2024-05-21", "2023-01-02", "0001-01-01")
    ]
    if is_sqlite:
        return [*draws, ("a day in another spelling", "2024-5-28")]
    return [*draws, *_beyond("date")]


def _moments(random, value):
    draws = [
        (f"the moment {text}", text)
        for text in ("2001-01-01 00:00:00", "2024-05-21 12:00:00.123456")
    ]
    if is_sqlite:
        return [*draws, ("the same with a time zone", f"{value}+00:00")]
    return [*draws, *_beyond("timestamptz")]


def _beyond(kind):
    """What PostgreSQL takes and Python cannot hold."""
    return [
        (f"the {kind} {text}", Raw(f"'{text}'::{kind}"))
        for text in ("infinity", "-infinity", "4000-01-01 BC", "20000-01-01")
    ]


def _uuids(random, value):
    other = f"{random.getrandbits(128):032x}"
    draws = [("another UUID", other)]
    return [*draws, ("capitals", str(value).upper())] if is_sqlite else draws


def _json(random, value):
    return [("other counts", '{"area": 7}'), ("a list", "[]"), ("no JSON", "{")]


KINDS = {
    "text": _texts,
    "number": _numbers,
    "flag": _flags,
    "day": _days,
    "moment": _moments,
    "uuid": _uuids,
    "json": _json,
}


def _of_no_type(value):
    """What SQLite alone lets into any column."""
    return [
        ("bytes", b"Oslo"),
        ("the same as bytes", str(value).encode()),
        ("text that is no UTF-8", Raw("CAST(x'4fc328' AS TEXT)")),
        ("text with a zero byte", Raw("CAST(x'4f00736c6f' AS TEXT)")),
        ("a fraction", 2.5),
        ("infinity", Raw("9e999")),
        ("a number beyond 63 bits", Raw("9223372036854775808")),
        ("a word", "garbage"),
        ("a number", 1),
    ]
