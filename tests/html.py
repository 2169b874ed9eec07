"""Reading a page's HTML in tests."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """The words, links, ids and attributes of a page."""

    def __init__(self, html):
        super().__init__()
        self.words, self.links, self.ids, self.attributes = [], [], [], set()
        self.feed(html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.attributes |= attrs.keys()
        if tag == "a":
            self.links.append(attrs.get("href", ""))
        if "id" in attrs:
            self.ids.append(attrs["id"])

    def handle_data(self, data):
        self.words.append(data)


def page(client, path, query=None, *, status=200):
    """The page that a GET answers with, with the status expected of it."""
    response = client.get(path, query)
    assert response.status_code == status
    return Page(response.content.decode())
