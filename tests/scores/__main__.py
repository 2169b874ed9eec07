"""Serves the shipped data set as in production and has Lighthouse score its pages, as a
phone on a slow network sees them: the median of several runs. Prints a table in
Markdown, and fails where a page scores less than it must. Needs Node.js and Chromium."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests import scratch
from tests.scores.serving import served

HERE = Path(__file__).parent
QUIETLY = ["--no-save", "--no-audit", "--no-fund"]
LIGHTHOUSE = HERE / "node_modules" / ".bin" / "lighthouse"
PAGES = ["/", "/partnerships/", "/partnerships/canada/", "/safe/", "/matrix/"]
#: The least that each page must have.
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.scores", description=__doc__)
    parser.add_argument("pages", nargs="*", default=PAGES)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    if not shutil.which("npm") or not shutil.which("chromium"):
        sys.exit("Install Node.js with npm, and Chromium: apt-get install chromium")
    if not LIGHTHOUSE.exists():
        subprocess.run(["npm", "install", *QUIETLY], cwd=HERE, check=True)
    with (
        tempfile.TemporaryDirectory() as name,
        scratch.sqlite(Path(name)) as url,
        served(url, name) as site,
    ):
        rows = [(page, scored(site + page, given.runs)) for page in given.pages]
    print(f"| page | {' | '.join(LEAST)} |\n|---|{'---|' * len(LEAST)}")
    for page, scores in rows:
        print(f"| `{page}` | {' | '.join(f'{n:.0f}' for n in scores.values())} |")
    low = [page for page, scores in rows if any(scores[k] < LEAST[k] for k in LEAST)]
    sys.exit(f"Too low: {', '.join(low)}" if low else 0)


def scored(address: str, runs: int) -> dict[str, float]:
    """Return the median of each score, from 0 to 100."""
    found = [run(address) for _ in range(runs)]
    return {name: median(scores[name] for scores in found) for name in LEAST}


def run(address: str) -> dict[str, float]:
    command = [
        *(str(LIGHTHOUSE), address, "--quiet", "--output=json", "--output-path=stdout"),
        f"--only-categories={','.join(LEAST)}",
        "--chrome-flags=--headless=new --no-sandbox",
    ]
    env = os.environ | {"CHROME_PATH": str(shutil.which("chromium"))}
    report = subprocess.run(
        command, env=env, capture_output=True, text=True, check=False, timeout=180
    )
    if report.returncode:
        sys.exit(f"Lighthouse could not read {address}:\n{report.stderr}")
    found = json.loads(report.stdout)
    for audit in found["audits"].values():
        if audit["score"] == 0 and audit["scoreDisplayMode"] == "binary":
            print(f"{address}: {audit['title']}", file=sys.stderr)
    return {name: 100 * found["categories"][name]["score"] for name in LEAST}


if __name__ == "__main__":
    main()
