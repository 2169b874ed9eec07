"""The ledger rewritten by somebody who has read how changes are sealed."""

import json
from collections.abc import Callable
from hashlib import sha256

from tests.ledger.databases import sql
from tests.ledger.tampering.hands import columns, history_of, query

LEDGER, CHECKPOINT = "partnerships_ledgerentry", "partnerships_checkpoint"

#: Changes a sealed text, read as JSON.
Edit = Callable[[dict], None]


def digest(public: str, private: str, salt: str) -> str:
    halves = (public.encode(), (salt + private).encode())
    return sha256(b"".join(sha256(half).digest() for half in halves)).hexdigest()


def seal(*parts: object) -> str:
    """The seal after the one that is the first part."""
    texts = [str(part) for part in parts]
    return sha256("".join(f"{len(t)}:{t}" for t in texts).encode()).hexdigest()


def head() -> str:
    """What somebody may have kept elsewhere."""
    [(number, last)] = query(
        f"SELECT number, seal FROM {LEDGER} WHERE number IS NOT NULL"
        " ORDER BY number DESC LIMIT 1"
    )
    return f"{number}:{last}"


def rewrite(number: int, edit: Edit, *, with_digest: bool = True):
    """Change what one entry says in its sealed texts, and the digest if so wanted."""
    [(public, private, salt)] = query(
        f"SELECT public, private, salt FROM {LEDGER} WHERE number = %s", number
    )
    halves = [json.loads(public), json.loads(private)]
    for half in halves:
        edit(half)
    texts = [
        json.dumps(half, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        for half in halves
    ]
    sql(
        f"UPDATE {LEDGER} SET public = %s, private = %s WHERE number = %s",
        *texts,
        number,
    )
    if with_digest:
        new = digest(*texts, salt)
        sql(f"UPDATE {LEDGER} SET digest = %s WHERE number = %s", new, number)


def chain_anew(since: int = 1):
    """Seal every entry anew, and have the checkpoints say the same."""
    rows = query(
        f"SELECT number, record, history_id, digest FROM {LEDGER}"
        " WHERE number >= %s ORDER BY number",
        since,
    )
    before = query(f"SELECT seal FROM {LEDGER} WHERE number = %s", since - 1)
    previous = before[0][0] if before else "0" * 64
    for number, record, history_id, its_digest in rows:
        previous = seal(previous, number, record, history_id, its_digest)
        sql(f"UPDATE {LEDGER} SET seal = %s WHERE number = %s", previous, number)
    sql(
        f"DELETE FROM {CHECKPOINT} WHERE number NOT IN"
        f" (SELECT number FROM {LEDGER} WHERE number IS NOT NULL)"
    )
    sql(
        f"UPDATE {CHECKPOINT} SET seal = (SELECT e.seal FROM {LEDGER} e"
        f" WHERE e.number = {CHECKPOINT}.number)"
    )


def cut_off(number: int):
    """Undo every change from this one on, in ledger, history and record."""
    undone = query(
        f"SELECT record, history_id, object_id FROM {LEDGER} WHERE number >= %s",
        number,
    )
    sql(f"DELETE FROM {CHECKPOINT} WHERE number >= %s", number)
    sql("DELETE FROM partnerships_verification WHERE number >= %s", number)
    sql(f"DELETE FROM {LEDGER} WHERE number >= %s", number)
    for record, history_id, _ in undone:
        own = "redaction" if record == "redaction" else f"historical{record}"
        sql(f"DELETE FROM partnerships_{own} WHERE history_id = %s", history_id)
    for record, key in {(record, key) for record, _, key in undone}:
        if record != "redaction":
            as_history_has_it(f"partnerships_{record}", key)


def as_history_has_it(table: str, key: int):
    """Have a row of the record hold what its newest row of history holds."""
    names = ", ".join(columns(table))
    history = history_of(table)
    sql(f"DELETE FROM {table} WHERE id = %s", key)
    sql(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM {history} h"
        f" WHERE h.id = %s AND h.history_type <> '-' AND h.history_id ="
        f" (SELECT max(history_id) FROM {history} WHERE id = h.id)",
        key,
    )
