#!/usr/bin/env python3
"""Check the audit trail of an SDP tracker from outside, with Python alone.

    python3 verify_ledger.py https://tracker.example.org/ --keep heads.txt
    python3 verify_ledger.py FOLDER        (with the files of /data/, downloaded)

It follows the chain of ledger.jsonl from the first change, works out each digest and
seal anew, compares the checkpoints (their signatures by openssl, where it is installed)
and the seals that you have kept, and holds each row of the tables against what the
changes add up to. It needs Python 3.9, and nothing of the tracker's own.

It does not compare what tables derive (statuses, counts, standings), what pages and the
API say beside them, nor what is not published.

Exit status 0: whole; 1: problems, each a sentence; 2: it could not be checked.
"""

import argparse
import base64
import gzip
import http.client
import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from hashlib import sha256
from pathlib import Path

GENESIS = "0" * 64  # the seal before the first change
BLACK = "[redacted]"
SECONDS, LONGEST_WAIT, TRIES, LONGEST_LINE, SHOWN = 60, 60, 3, 10_000_000, 25
FAILED = (OSError, http.client.HTTPException, EOFError, zlib.error)
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)
CHECKPOINT = re.compile(
    r"SDP tracker checkpoint\n(\d+):([0-9a-f]{64})\ntaken at (\S+)\nrows: .*\n"
)
PEM = re.compile(r"-----BEGIN PUBLIC KEY-----([^-]+)-----END PUBLIC KEY-----")
_FACTS = ("affiliation", "milestone", "check", "engagement", "subject", "position")
_OTHERS = ("partnership", "area", "namesake", "question", "source", "claim")
#: The tables by the kind of record that has its rows there.
TABLES = {kind: f"{kind}s.json" for kind in _FACTS + _OTHERS}
TABLES["coverage"] = "coverage.json"
KEYS = {"partnership": "slug", "area": "slug", "source": "key"}  # of others, the id
DAYS = {"milestone": "date", "position": "date", "namesake": "date"}
DAYS |= {"engagement": "since", "affiliation": "since"}
RENAMED = {"stated_areas": "areas_stated", "stated_areas_ruling": "areas_stated_ruling"}


class Unchecked(Exception):
    """The trail could not be checked; the message says why."""


class Moved(Unchecked):
    """The record changed while it was read."""


class SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a site nowhere else, nor from https to http."""

    def redirect_request(self, request, answer, code, message, headers, address):
        old, new = map(urllib.parse.urlsplit, (request.full_url, address))
        if new.hostname != old.hostname or new.scheme not in ("https", old.scheme):
            raise Unchecked(f"{request.full_url} leads to another host, {address}.")
        return super().redirect_request(
            request, answer, code, message, headers, address
        )


class Files:
    """The files of a site, one request at a time, or of a folder."""

    def __init__(self, place):
        self.is_site = place.startswith(("http://", "https://"))
        site = f"{place.rstrip('/')}/data/"
        self.base = site if self.is_site else f"{Path(place).resolve().as_uri()}/"
        self.opener = urllib.request.build_opener(SameHost)
        agent = ("User-Agent", "verify_ledger (sdp-tracker)")
        self.opener.addheaders = [agent, ("Accept-Encoding", "gzip")]

    def open(self, name):
        """Return the file as bytes to read, or None where there is none."""
        for left in reversed(range(TRIES)):
            try:
                file = self.opener.open(self.base + name, timeout=SECONDS)
                is_packed = file.headers.get("Content-Encoding") == "gzip"
                return gzip.GzipFile(fileobj=file) if is_packed else file
            except urllib.error.HTTPError as error:
                if error.code == 404:
                    return None
                if error.code not in (429, 503) or not left:
                    raise Unchecked(f"{error.url} answers {error.code}.") from error
                wait = error.headers.get("Retry-After", "")
                time.sleep(min(int(wait) if wait.isdigit() else 10, LONGEST_WAIT))
            except urllib.error.URLError as error:
                if isinstance(error.reason, FileNotFoundError):
                    return None
                raise

    def read(self, name):
        """Return the file as text, empty where there is none."""
        file = self.open(name)
        return file.read().decode() if file else ""


class Chain:
    """What the changes say: the head, the seals at the numbers wanted, and of each
    public record the number of its last change and its values, none once deleted."""

    def __init__(self, wanted, number, seal):
        self.number, self.seal, self.began = number, seal, number
        self.seals = dict.fromkeys(wanted)
        self.hidden, self.last, self.of_partner = 0, {}, {}
        self.altered, self.redacted = {}, {}
        self.owners, self.published = {}, set()

    def follow(self, file):
        """Yield whatever is wrong, line by line and in the end."""
        for line in iter(lambda: file.readline(LONGEST_LINE), b""):
            try:
                change = json.loads(line)
                yield from self._linked(change)
                if change["public"] is None:
                    self.hidden += 1
                else:
                    yield from self._told(change, json.loads(change["public"]))
            except UNREADABLE:
                yield f"The line after change {self.number} cannot be read."
        for number, (digest, text) in self.altered.items():
            redactions = self.redacted.get(number, [])
            if digest not in [left for _, left, _ in redactions[-1:]]:
                yield f"Change {number} does not say what was sealed."
            for by, _, field in redactions:
                if {**text["values"], **text}.get(field, BLACK) != BLACK:
                    yield f"Change {number} has {field}; change {by} blacked it out."
        for owner, number in self.owners.items():
            if owner not in self.published and not self.began:
                yield f"Change {number} is of a draft: partnership {owner}."

    def _linked(self, change):
        number, seal = change["number"], change["seal"]
        if number != self.number + 1:
            yield f"After change {self.number} comes change {number}."
        parts = (self.seal, number, change["record"], change["history"])
        texts = [str(part).encode() for part in (*parts, change["digest"])]
        content = b"".join(b"%d:%s" % (len(text), text) for text in texts)
        if self.seal and sha256(content).hexdigest() != seal:
            yield f"Change {number} does not follow from the one before it."
        self.number, self.seal = number, seal
        if number in self.seals:
            self.seals[number] = seal

    def _told(self, change, text):
        number, values = change["number"], text["values"]
        record, pk = text["record"], text["object"]
        if (record, text["history"]) != (change["record"], change["history"]):
            yield f"Change {number} says that it is of another row of history."
        digest = sha256(sha256(change["public"].encode()).digest())
        digest.update(bytes.fromhex(change["private_hash"]))
        if digest.hexdigest() != change["digest"]:
            self.altered[number] = digest.hexdigest(), text
        if record == "redaction" and pk < number:
            redaction = number, values["digest"], values["field"]
            self.redacted.setdefault(pk, []).append(redaction)
        owner = pk if record == "partnership" else values.get("partnership_id")
        if owner:
            self.owners.setdefault(owner, number)
        if record == "partnership":
            self.of_partner[values["partner_id"]] = pk
            self.published |= {pk} if values["is_published"] else set()
        self.last[record, pk] = number, {} if text["action"] == "-" else values

    def now(self, kind, pk):
        """Return the values of a record as it now is; none where there is none."""
        return self.last.get((kind, pk), (0, {}))[1]

    def compare(self, kind, table):
        """Yield where a table says another thing than the changes, or lacks a row."""
        key, name = KEYS.get(kind, "id"), TABLES[kind]
        pks = [pk for of, pk in self.last if of == kind and self.now(kind, pk)]
        cells = {pk: self._cells(kind, pk) for pk in pks}
        by_key = {cells[pk][key]: pk for pk in pks}
        for row in table["rows"]:
            if row[key] is None:  # a cell that nobody has recorded
                continue
            pk = by_key.pop(row[key], None)
            if pk is None:
                yield f"{name}: no public change made {kind} {row[key]}."
                continue
            for column in row.keys() & cells[pk].keys():
                if row[column] != plain(cells[pk][column]):
                    yield (
                        f"{name}: {column} of {kind} {row[key]} is “{row[column]}”; by "
                        f"change {self.last[kind, pk][0]} “{cells[pk][column]}”."
                    )
        for pk in by_key.values():
            if self._is_due(kind, pk, table["as_of"]):
                yield f"{name} lacks {kind} {pk} of change {self.last[kind, pk][0]}."

    def _cells(self, kind, pk):
        """Return the values of a record by the columns of its table: names for ids."""
        values = self.now(kind, pk)
        cells = {RENAMED.get(name, name): value for name, value in values.items()}
        cells |= {"id": pk, "follows": values.get("follows_id")}
        record = self.now("partnership", values.get("partnership_id"))
        partner_id = values.get("partner_id") or record.get("partner_id")
        partner = self.now("partner", partner_id)
        cells["partnership"] = partner.get("slug")
        if kind == "partnership":
            cells |= {f"partner_{name}": value for name, value in partner.items()}
            cells["slug"] = partner.get("slug")
            cells.pop("reviewed_on", None)  # the table has the day of the last look
        elif kind == "coverage":
            area = self.now("area", values["area_id"])
            cells |= {"area": area.get("slug"), "name": area.get("name")}
        elif kind == "claim":
            source = self.now("source", values["source_id"])
            cells |= {"source": source.get("key"), "document_url": source.get("url")}
            fact, fact_id = fact_of(values)
            cells["fact"] = f"{values['partnership_fact'] or fact}-{fact_id}"
            del cells["partnership"]  # the table has that of the fact
        return cells

    def _is_due(self, kind, pk, day):
        """Return True of a record that must have its row in a table of that day."""
        values = self.now(kind, pk)
        if not values or kind == "partnership":
            return bool(values.get("is_published"))
        if kind == "claim":
            return self._is_due(*fact_of(values), day)
        if kind == "source":
            claims = [claim for of, claim in self.last if of == "claim"]
            citing = (c for c in claims if self.now("claim", c).get("source_id") == pk)
            return any(self._is_due("claim", claim, day) for claim in citing)
        owner = values.get("partnership_id")
        if kind == "affiliation":
            owner = self.of_partner.get(values["partner_id"], -1)
        if owner and not self._is_due("partnership", owner, day):
            return False
        last = (values.get(DAYS.get(kind)) or "").rpartition("/")[2]
        if not last:
            return kind != "milestone"
        return last != ".." and last + "-12-31"[len(last) - 4 :] <= day


def fact_of(claim):
    """Return kind and id of what a claim is about."""
    columns = (name for name in claim if name[-3:] == "_id" and name != "source_id")
    return next((name[:-3], claim[name]) for name in columns if claim[name])


def plain(value):
    """Return a value as tables have it: lines end with LF, no control characters."""
    if not isinstance(value, str):
        return value
    text = re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", value)
    return re.sub("\r\n?", "\n", text)


def is_signed(text, signature, pem):
    """Return True or False by openssl; None where none is there that knows Ed25519."""
    command = "openssl pkeyutl -verify -rawin -in text -pubin -inkey key -sigfile sig"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "text").write_bytes(text.encode())
        Path(folder, "key").write_text(pem)
        try:
            Path(folder, "sig").write_bytes(base64.b64decode(signature))
            done = subprocess.run(command.split(), cwd=folder, capture_output=True)
        except ValueError:  # no base64
            return False
        except OSError:
            return None
    if b"Signature Verification Failure" in done.stdout + done.stderr:
        return False
    return True if done.returncode == 0 else None


def checkpoints_of(files):
    """Return number, seal, time, text and signature of each checkpoint."""
    taken = []
    for line in filter(None, files.read("checkpoints.jsonl").split("\n")):
        one = json.loads(line)
        number, seal, at = CHECKPOINT.fullmatch(one["text"]).groups()
        taken.append((int(number), seal, at, one["text"], one["signature"]))
    return taken


def check_signatures(taken, keys, notes):
    """Yield which checkpoints are not signed as they should be."""
    right = unchecked = 0
    for *_, at, text, signature in taken:
        found = {is_signed(text, signature, key) for key in keys if signature}
        if True in found:
            right += 1
        elif found == {False}:
            yield f"The signature of the checkpoint of {at} is by none of the keys."
        elif signature:
            unchecked += 1
        elif right or unchecked:
            yield f"The checkpoint of {at} is not signed; one before it is."
    notes.append(f"{len(taken)} checkpoints, {right} of them rightly signed.")
    if unchecked:
        notes.append(
            f"{unchecked} signatures not checked: it takes openssl 3 and a key."
        )


def check_anchors(chain, anchors):
    """Yield where the chain is not the one that somebody knew."""
    for name, number, seal in anchors:
        found = chain.seals[number] if number else GENESIS
        if chain.began < number and found is None:
            yield f"{name}: the chain has no change {number} any more."
        elif found not in (None, seal):
            yield f"{name}: change {number} has another seal, the chain was made anew."


def check_tables(files, chain, notes):
    """Yield what the tables say otherwise than the changes."""
    missing, count = [], 0
    for kind in TABLES:
        text = files.read(TABLES[kind])
        if not text:
            missing.append(TABLES[kind])
            continue
        table = json.loads(text)
        if table["edition"] != chain.number:
            raise Moved(
                f"{TABLES[kind]} is of edition {table['edition']}, the chain ends at "
                f"{chain.number}. Take both at once."
            )
        yield from chain.compare(kind, table)
        count += len(table["rows"])
    notes.append(f"{count:,} rows of {len(TABLES) - len(missing)} tables compared.")
    if missing:
        notes.append(f"Not compared, since they are not there: {', '.join(missing)}.")


def check(files, anchors, pem, since):
    """Return the head of the chain, notes and problems; ``since`` is a number that was
    checked before and from which the chain is followed, 0 for all of it."""
    keys = {one[0]: base64.b64decode(one[1]) for one in PEM.finditer(pem)}
    notes = [f"Key: {sha256(der).hexdigest()}" for der in keys.values()]
    taken = checkpoints_of(files)
    anchors = [*anchors, *((f"Checkpoint of {c[2]}", c[0], c[1]) for c in taken)]
    start = (since - 1, "") if since else (0, GENESIS)
    chain = Chain((number for _, number, _ in anchors), *start)
    file = files.open(f"ledger.jsonl?since={since - 1}" if since else "ledger.jsonl")
    if file is None:
        raise Unchecked("There is no ledger.jsonl.")
    problems = list(chain.follow(file))
    count = chain.number - chain.began
    notes.append(f"{count:,} changes, {chain.hidden:,} of what is not published.")
    for number, redactions in sorted(chain.redacted.items()):
        for by, _, field in redactions:
            notes.append(f"Change {by} blacked out {field} in change {number}.")
    problems += check_anchors(chain, anchors)
    problems += check_signatures(taken, keys, notes)
    problems += check_tables(files, chain, notes) if not since else ()
    return f"{chain.number}:{chain.seal}", notes, problems


def anchor(text):
    """Return name, number and seal of what somebody kept, as in 1039:418f…"""
    if not re.fullmatch("[1-9][0-9]{0,17}:[0-9a-f]{64}", text):
        raise argparse.ArgumentTypeError(f"“{text}” is no NUMBER:SEAL.")
    number, seal = text.split(":")
    return f"Kept: {text[:20]}…", int(number), seal


def arguments():
    about = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    about.add_argument("place", help="address of the site, or a folder of its files")
    for option, kind, meaning in (
        ("--anchor", anchor, "NUMBER:SEAL that somebody kept; as often as you like"),
        ("--keep", Path, "file of what you keep: all is compared, the newest added"),
        ("--key", Path, "file of the public key that you keep; else the site's own"),
    ):
        action = "append" if kind is anchor else "store"
        about.add_argument(option, type=kind, action=action, help=meaning)
    new = "only what is new since the newest of --keep, without the tables"
    about.add_argument("--new", action="store_true", help=new)
    return about.parse_args()


def kept_in(path):
    """Return the anchors in the file of what somebody keeps; none before the first."""
    is_there = path is not None and path.exists()
    return [anchor(word) for word in path.read_text().split()] if is_there else []


def run(options):
    """Return what ``check`` does; of a site, which may just have changed, try twice."""
    files, kept = Files(options.place), kept_in(options.keep)
    since = max((number for _, number, _ in kept), default=0) if options.new else 0
    anchors = [*(options.anchor or ()), *kept]
    for is_last in (False, True) if files.is_site else (True,):
        own = options.key.read_text() if options.key else None
        try:
            result = check(files, anchors, own or files.read("signing-key.pem"), since)
        except Moved:
            if is_last:
                raise
        else:
            if is_last or not result[2]:
                return result


def main():
    sys.stdout.reconfigure(errors="replace")
    options = arguments()
    try:
        head, notes, problems = run(options)
    except (Unchecked, argparse.ArgumentTypeError) as error:
        print(f"Not checked. {error}")
        return 2
    except (*FAILED, *UNREADABLE) as error:
        print(f"Not checked. {options.place} cannot be read: {error!r}")
        return 2
    for line in notes + problems[:SHOWN]:
        print("".join(c if c.isprintable() else "?" for c in line))
    if problems:
        print(f"{len(problems)} problem{'s' * (len(problems) > 1)}.")
        return 1
    if options.keep:
        with options.keep.open("a+") as file:
            file.seek(0)
            if head not in file.read().split():
                print(head, file=file)
    print(f"The trail is whole up to {head}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
