from html.parser import HTMLParser


class Form(HTMLParser):
    """The fields of a page's form as a browser sends them where nobody changes any."""

    def __init__(self, html: str):
        super().__init__()
        self.fields, self._name, self._is_text = {}, "", False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        kind, name = attrs.get("type"), attrs.get("name", "")
        if tag in ("select", "textarea"):
            self._name, self._is_text = name, tag == "textarea"
        elif tag == "option" and ("selected" in attrs or self._name not in self.fields):
            self.fields[self._name] = attrs.get("value", "")
        elif kind == "checkbox" and "checked" in attrs:
            self.fields[name] = attrs.get("value", "on")
        elif tag == "input" and kind not in ("checkbox", "submit"):
            self.fields[name] = attrs.get("value", "")

    def handle_data(self, data):
        if self._is_text:
            text = self.fields.get(self._name, "") + data
            self.fields[self._name] = text.removeprefix("\n")

    def handle_endtag(self, tag):
        self._is_text = False
