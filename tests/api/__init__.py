"""The API as a client reads it."""

API = "/api/v1/"


def results(client, name, **query):
    """The first page of a list."""
    return client.get(f"{API}{name}/", query).json()["results"]


def pages(client, name, **query):
    """All results of a list, over all of its pages."""
    address, query, rows = f"{API}{name}/", {"page_size": 3} | query, []
    while address:
        answer = client.get(address, query).json()
        rows += answer["results"]
        address, query = answer["next"], None
    return rows
