#!/usr/bin/env python3
"""Check the audit trail of an SDP tracker from outside, with Python alone.

    python3 verify_ledger.py https://tracker.example.org/ --keep heads.txt
    python3 verify_ledger.py FOLDER        (with the files of /data/, downloaded)

It follows the chain of ledger.jsonl from the first change, works out each digest and
seal anew, compares the checkpoints (their signatures by openssl, where it is installed)
and the seals that you have kept, and holds each row of the tables against what the
changes add up to, and the log against what each of them says. It needs Python 3.9, and
nothing of the tracker's own.

It does not compare what tables derive (statuses, counts, standings, the log's words),
what pages and the API say beside them, nor what is not published.

A problem is a sentence and a mark of what was found: [9f86d081884c7d65]. Where the site
has stated it as damage, the tool quotes the statement, and counts the problem all the
same. Put a line that you have looked into in the file of --known: it counts no more,
until something else is found there, which has another mark.

Exit status 0: whole, but for what you know; 1: problems; 2: it could not be checked.
"""

import argparse
import base64
import gzip
import http.client
import json
import re
import shutil
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
from typing import NamedTuple

GENESIS = "0" * 64  # the seal before the first change
BLACK = "[redacted]"
SECONDS, LONGEST_WAIT, TRIES, LONGEST_LINE, SHOWN = 60, 60, 3, 10_000_000, 1000
FAILED = (OSError, http.client.HTTPException, EOFError, zlib.error)
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)
CHECKPOINT = re.compile(
    r"SDP tracker checkpoint\n(\d+):([0-9a-f]{64})\ntaken at (\S+)\nrows: .*\n"
)
PEM = re.compile(r"-----BEGIN PUBLIC KEY-----([^-]+)-----END PUBLIC KEY-----")
_FACTS = ("affiliation", "milestone", "check", "engagement", "subject", "position")
_OTHERS = ("partnership", "area", "namesake", "question", "source", "claim", "change")
#: The tables by the kind of record that has its rows there.
TABLES = {kind: f"{kind}s.json" for kind in _FACTS + _OTHERS}
TABLES["coverage"] = "coverage.json"
KEYS = {"partnership": "slug", "area": "slug", "source": "key"}  # of others, the id
DAYS = {"milestone": "date", "position": "date", "namesake": "date"}
DAYS |= {"engagement": "since", "affiliation": "since"}
RENAMED = {"stated_areas": "areas_stated", "stated_areas_ruling": "areas_stated_ruling"}
ACTIONS = {"+": "created", "~": "changed", "-": "deleted"}


class Logged(NamedTuple):
    """A row of the log, as far as the change says it itself."""

    at: str
    by: str
    reason: str
    kind: str
    action: str
    record_model: str


class Problem(NamedTuple):
    """A sentence, a word for what it is about, as statements of damage have it, and
    whatever was found there that the sentence does not say."""

    text: str
    about: str
    found: str = ""

    def __str__(self):
        mark = sha256(f"{self.text}\n{self.found}".encode(errors="replace"))
        return f"{self.text} [{mark.hexdigest()[:16]}]"


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
    """The files of a site, one request at a time, or of a folder; with ``save``, a
    folder, each is kept there as it came."""

    def __init__(self, place, save=None):
        self.is_site, self.save = place.startswith(("http://", "https://")), save
        if not (self.is_site or Path(place).is_dir()):
            raise Unchecked(
                f"There is no folder {place}. Write the address of a site with its "
                "https:// or http://."
            )
        site = re.sub("(/data(/verify)?)?/*$", "/data/", place, count=1)
        self.base = site if self.is_site else f"{Path(place).resolve().as_uri()}/"
        self.opener = urllib.request.build_opener(SameHost)
        agent = ("User-Agent", "verify_ledger (sdp-tracker)")
        self.opener.addheaders = [agent, ("Accept-Encoding", "gzip")]

    def open(self, name):
        """Return the file as bytes to read, or None where there is none."""
        for left in reversed(range(TRIES)):
            try:
                file = self.opener.open(self.base + name, timeout=SECONDS)
                if file.headers.get("Content-Encoding") == "gzip":
                    file = gzip.GzipFile(fileobj=file)
                return self._saved(file, name) if self.save else file
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

    def _saved(self, file, name):
        self.save.mkdir(parents=True, exist_ok=True)
        with Path(self.save, name).open("wb") as copy:
            shutil.copyfileobj(file, copy)
        return Path(self.save, name).open("rb")

    def read(self, name):
        """Return the file as text, empty where there is none."""
        file = self.open(name)
        return file.read().decode() if file else ""


class Chain:
    """The content of the changes: the head, the seals at the numbers wanted, what
    the log has of each, what was stated as damage, and of each public record the
    number of its last change and its values, none once deleted."""

    def __init__(self, wanted, since):
        self.number, self.seal = (since - 1, "") if since else (0, GENESIS)
        self.since = since
        self.seals = dict.fromkeys(wanted)
        self.hidden, self.last, self.of_partner = 0, {}, {}
        self.altered, self.redacted = {}, {}
        self.owners, self.published = {}, set()
        self.log, self.stated = {}, []

    def follow(self, file):
        """Yield the problems, line by line and in the end."""
        for line in iter(lambda: file.readline(LONGEST_LINE), b""):
            for text in self._sentences(line):
                yield Problem(text, f"change {self.number}", line.decode("latin-1"))
        for number, (digest, text) in self.altered.items():
            change, redactions = f"change {number}", self.redacted.get(number, [])
            if digest not in [left for _, left, _ in redactions[-1:]]:
                text_now = f"Change {number} does not say what was sealed."
                yield Problem(text_now, change, digest)
            for by, _, field in redactions:
                if {**text["values"], **text}.get(field, BLACK) != BLACK:
                    again = f"Change {number} has {field}; change {by} blacked it out."
                    yield Problem(again, change, digest)
        for owner, number in self.owners.items():
            if owner not in self.published and not self.since:
                draft = f"Change {number} is of a draft: partnership {owner}."
                yield Problem(draft, f"change {number}")

    def _sentences(self, line):
        try:
            change = json.loads(line)
            yield from self._linked(change)
            if change["public"] is not None:
                yield from self._told(change, json.loads(change["public"]))
            elif self.number > self.since:
                self.hidden += 1
        except UNREADABLE:
            yield f"The line after change {self.number} cannot be read."

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
        at, done = text["at"].replace(".000000Z", "Z"), ACTIONS[text["action"]]
        said = at, text["by"], text["reason"], text["kind"], done, record
        self.log[number] = Logged(*map(sys.intern, said))
        if record == "damage":
            lines = values["problems"].splitlines()
            self.stated += [(number, line.partition(" ")[2]) for line in lines]
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
            named, pk = f"{kind} {row[key]}", by_key.pop(row[key], None)
            if pk is None:
                text = f"{name}: no public change made {named}."
                yield Problem(text, named, json.dumps(row))
                continue
            for column in row.keys() & cells[pk].keys():
                if row[column] != plain(cells[pk][column]):
                    yield Problem(
                        f"{name}: {column} of {named} is “{row[column]}”; by change "
                        f"{self.last[kind, pk][0]} “{cells[pk][column]}”.",
                        f"{kind} {pk}",
                    )
        for pk in by_key.values():
            if self._is_due(kind, pk, table["as_of"]):
                text = f"{name} lacks {kind} {pk} of change {self.last[kind, pk][0]}."
                yield Problem(text, f"{kind} {pk}")

    def compare_log(self, table):
        """Yield where the log says another thing than the changes, or lacks one."""
        name, log = TABLES["change"], dict(self.log)
        for row in table["rows"]:
            change = f"change {row['number']}"
            said = log.pop(row["number"], None)
            if said is None:
                text = f"{name} has {change}, which the chain does not show."
                yield Problem(text, change, json.dumps(row))
                continue
            for column, value in said._asdict().items():
                if row[column] != plain(value):
                    yield Problem(
                        f"{name}: {column} of {change} is “{row[column]}”; what was "
                        f"sealed says “{value}”.",
                        change,
                    )
        for number in log:
            yield Problem(f"{name} lacks change {number}.", f"change {number}")

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
    for _, _, at, text, signature in taken:
        found, about = (
            {is_signed(text, signature, key) for key in keys if signature},
            minute(at),
        )
        if True in found:
            right += 1
        elif found == {False}:
            text = f"The signature of the checkpoint of {at} is by none of the keys."
            yield Problem(text, about, signature)
        elif signature:
            unchecked += 1
        elif right or unchecked:
            text = f"The checkpoint of {at} is not signed; one before it is."
            yield Problem(text, about)
    signed = f"{right} rightly signed" if right or not unchecked else ""
    not_checked = f"signatures of {unchecked} not checked" if unchecked else ""
    parts = filter(None, [count(len(taken), "checkpoint"), signed, not_checked])
    notes.append(f"{', '.join(parts)}.")
    if unchecked:
        notes.append("To check signatures takes openssl 3 and a key.")


def minute(at):
    """Return a time as statements of damage have it, as in 2026-11-30 12:00."""
    return f"{at[:10]} {at[11:16]}"


def count(number, word):
    return f"{number:,} {word}{'s' * (number != 1)}"


def check_anchors(chain, anchors):
    """Yield where the chain is not the one that somebody knew."""
    for name, number, seal, about in anchors:
        found = chain.seals[number] if number else GENESIS
        if chain.since <= number and found is None:
            text = f"{name}: the chain has no change {number} any more."
            yield Problem(text, about)
        elif found not in (None, seal):
            text = f"{name}: change {number} has another seal, the chain was made anew."
            yield Problem(text, about, found)


def check_tables(files, chain, notes):
    """Yield what the tables say otherwise than the changes."""
    missing, rows = [], 0
    for kind, name in TABLES.items():
        text = files.read(name)
        if not text:
            missing.append(name)
            continue
        table = json.loads(text)
        if table["edition"] != chain.number:
            raise Moved(
                f"{name} is of edition {table['edition']}, the chain ends at "
                f"{chain.number}. Take both at once."
            )
        is_log = kind == "change"
        yield from chain.compare_log(table) if is_log else chain.compare(kind, table)
        rows += len(table["rows"])
    compared = count(len(TABLES) - len(missing), "table")
    notes.append(f"{count(rows, 'row')} of {compared} compared.")
    if missing:
        notes.append(f"Not compared, since they are not there: {', '.join(missing)}.")


def check(files, anchors, pem, since):
    """Return the chain, notes and problems; ``since`` is a number that was checked
    before and from which the chain is followed, 0 for all of it."""
    keys = {one[0]: base64.b64decode(one[1]) for one in PEM.finditer(pem)}
    notes = [f"Key: {sha256(der).hexdigest()}" for der in keys.values()]
    taken = checkpoints_of(files)
    named = ((f"Checkpoint of {c[2]}", c[0], c[1], minute(c[2])) for c in taken)
    anchors = [*anchors, *named]
    chain = Chain((number for _, number, *_ in anchors), since)
    file = files.open(f"ledger.jsonl?since={since - 1}" if since else "ledger.jsonl")
    if file is None:
        raise Unchecked(
            f"There is no {files.base}ledger.jsonl. Write the address of the tracker's "
            "first page, or a folder with its files."
        )
    problems = list(chain.follow(file))
    new = " new" * bool(since)
    changes = count(chain.number - since, f"{new} change".strip())
    notes.append(f"{changes}, {chain.hidden:,} of what is not published.")
    for number, redactions in sorted(chain.redacted.items()):
        for by, _, field in redactions:
            notes.append(f"Change {by} blacked out {field} in change {number}.")
    for number in dict(chain.stated):
        lines = [line for by, line in chain.stated if by == number]
        stated = count(len(lines), "problem")
        notes.append(f"Change {number} states damage to the trail: {stated}.")
    problems += check_anchors(chain, anchors)
    problems += check_signatures(taken, keys, notes)
    problems += check_tables(files, chain, notes) if not since else ()
    return chain, notes, problems


def anchor(text):
    """Return name, number, seal and short form of what somebody kept: 1039:418f…"""
    if not re.fullmatch("[1-9][0-9]{0,17}:[0-9a-f]{64}", text):
        raise argparse.ArgumentTypeError(f"“{text}” is no NUMBER:SEAL.")
    number, seal = text.split(":")
    return f"Kept: {text[:20]}…", int(number), seal, text[:20]


def arguments():
    about = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    about.add_argument("place", help="address of the site, or a folder of its files")
    for option, kind, meaning in (
        ("--anchor", anchor, "NUMBER:SEAL that somebody kept; as often as you like"),
        ("--keep", Path, "file of what you keep: all is compared, the newest added"),
        ("--key", Path, "file of the public key that you keep; else the site's own"),
        ("--known", Path, "file of the problems that you know, with their marks"),
        ("--save", Path, "folder in which to keep each file as the site sends it"),
    ):
        action = "append" if kind is anchor else "store"
        about.add_argument(option, type=kind, action=action, help=meaning)
    new = "only what is new since the newest of --keep, without the tables"
    about.add_argument("--new", action="store_true", help=new)
    options = about.parse_args()
    if options.new and options.save:
        about.error("--save keeps the whole trail: leave out --new")
    return options


def text_of(path):
    """Return what is in a file of the reader's own; nothing where there is no path."""
    try:
        return path.read_text() if path else ""
    except (OSError, ValueError) as error:
        raise Unchecked(f"{path} cannot be read: {why(error)}.") from error


def kept_in(path):
    """Return the anchors in the file of what somebody keeps; make it at the first."""
    try:
        if path:
            path.touch()
    except OSError as error:
        raise Unchecked(f"{path} cannot be written: {why(error)}.") from error
    return [anchor(word) for word in text_of(path).split()]


def why(error):
    """Return what an error says to people."""
    if isinstance(error, UNREADABLE):
        return "it does not hold what belongs there"
    if not isinstance(error, OSError):
        return "the answer broke off or is damaged"
    reason = getattr(error, "reason", error)
    return getattr(reason, "strerror", None) or str(reason)


def run(options, kept):
    """Return what ``check`` does; of a site, which may just have changed, try twice."""
    files = Files(options.place, options.save)
    since = max((number for _, number, *_ in kept), default=0) if options.new else 0
    anchors, own = [*(options.anchor or ()), *kept], text_of(options.key)
    for is_last in (False, True) if files.is_site else (True,):
        try:
            result = check(files, anchors, own or files.read("signing-key.pem"), since)
        except Moved:
            if is_last:
                raise
        else:
            if is_last or not result[2]:
                return result


def show(chain, problems, known):
    """Print the problems, known or not, and what the site has stated of them; return
    how many are not known."""
    new = [problem for problem in problems if str(problem)[-17:-1] not in known]
    for problem in problems[:SHOWN]:
        tell(str(problem) if problem in new else f"Known: {problem}")
        about = re.compile(rf"\b{re.escape(problem.about)}\b")
        for number, line in chain.stated:
            if about.search(line):
                tell(f"  Stated in change {number}: {line}")
    return len(new)


def tell(line):
    print("".join(c if c.isprintable() else "?" for c in line))


def main():
    sys.stdout.reconfigure(errors="replace")
    options = arguments()
    try:
        kept = kept_in(options.keep)
        known = re.findall(r"\[([0-9a-f]{16})\]", text_of(options.known))
        chain, notes, problems = run(options, kept)
    except (Unchecked, argparse.ArgumentTypeError) as error:
        print(f"Not checked. {error}")
        return 2
    except (*FAILED, *UNREADABLE) as error:
        print(f"Not checked. {options.place} cannot be read: {why(error)}.")
        return 2
    for line in notes:
        tell(line)
    new = show(chain, problems, known)
    if new:
        print(
            f"{count(new, 'problem')}{' that you do not know' * (new < len(problems))}."
        )
        if not options.save:
            print("To keep what the site says now, run this again with --save FOLDER.")
        return 1
    head = f"{chain.number}:{chain.seal}"
    if options.keep and head not in options.keep.read_text().split():
        with options.keep.open("a") as file:
            print(head, file=file)
    but = (
        f"But for {count(len(problems), 'problem')} that you know, the"
        if problems
        else "The"
    )
    since = (
        f"goes on from change {chain.since}, which you kept,"
        if chain.since
        else "is whole"
    )
    print(f"{but} trail {since} up to {head}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
