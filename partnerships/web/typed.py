"""The fields of a form that could not be taken, kept to be sent again."""

from django.http import HttpRequest

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
#: Of what was typed, shown to be read and copied: so many texts, the longest, from so
#: many characters.
MOST_TEXTS, LONG = 10, 20

Fields = list[tuple[str, str]]


def is_form(request: HttpRequest) -> bool:
    return request.method == "POST" and request.content_type in FORMS


def typed_fields(request: HttpRequest) -> Fields:
    """Return the name and the text of each field to be sent again: no token, no
    password. What was to be published with a file comes back to be checked, since the
    file has to be chosen anew."""
    left_out = {"csrfmiddlewaretoken"} | ({"publish"} if request.FILES else set())
    return [
        (name, text.replace("\0", ""))
        for name, texts in request.POST.lists()
        if name not in left_out and not is_secret(name)
        for text in texts
    ]


def longest_texts(fields: Fields) -> Fields:
    """Return those that somebody would rather copy than type anew, by their labels."""
    texts = {name: text for name, text in fields if len(text) >= LONG and " " in text}
    longest = sorted(texts, key=lambda name: len(texts[name]), reverse=True)
    return [
        (name.replace("_", " ").replace("-", " "), texts[name])
        for name in longest[:MOST_TEXTS]
    ]


def files_of(request: HttpRequest) -> list[str]:
    """Return the names of the files that were sent, which no page can hold."""
    return [str(file.name) for _, files in request.FILES.lists() for file in files]


def is_secret(name: str) -> bool:
    return "password" in name.lower()
