"""Who signed when, and how many areas each partnership includes, with pandas."""

import os

import pandas as pd

TRACKER = os.environ.get("TRACKER", "http://127.0.0.1:8000")


def partnerships() -> pd.DataFrame:
    """Every partnership, over all pages of the API."""
    address, rows = f"{TRACKER}/api/v1/partnerships/?page_size=200", []
    while address:
        page = pd.read_json(address, typ="series")
        rows += page["results"]
        address = page["next"]
    return pd.json_normalize(rows).set_index("slug")


def milestones() -> pd.DataFrame:
    """Every milestone, from the table. An empty cell alone is a value that is missing:
    NA is the code of Namibia."""
    return pd.read_csv(
        f"{TRACKER}/data/milestones.csv",
        parse_dates=["earliest", "latest"],
        keep_default_na=False,
        na_values="",
    )


if __name__ == "__main__":
    listed = partnerships()
    print(listed[["status", "signed_on", "areas_included"]].sort_values("signed_on"))
    print(milestones().groupby(["track", "kind"]).size())
