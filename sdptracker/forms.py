"""The drawing of forms: plain widgets without a template for each."""

from collections.abc import Iterator
from html import escape

from django.forms.renderers import DjangoTemplates


class PlainRenderer(DjangoTemplates):
    """Django's renderer, but for labels, inputs, text areas and lists without groups.

    The page of a record has some 360 of these with as many options. Django renders a
    template for each and another for its attributes, which is half of what the page
    costs; the functions below make what those templates make, to the byte.
    """

    def render(self, template_name, context, request=None):
        name = template_name.removeprefix("django/forms/").removesuffix(".html")
        if draw := _DRAWN.get(name):
            return "".join(draw(context.get("widget") or context))
        if name == "widgets/select" and _is_flat(context["widget"]):
            return "".join(_select(context["widget"]))
        if name.startswith("errors/list/") and not context["errors"]:
            return ""
        return super().render(template_name, context, request)


def _input(widget: dict) -> Iterator[str]:
    yield f'<input type="{widget["type"]}"'
    yield _attribute("name", widget["name"])
    if widget["value"] is not None:
        yield _attribute("value", widget["value"])
    yield from _attributes(widget["attrs"])
    yield ">"


def _textarea(widget: dict) -> Iterator[str]:
    yield "<textarea"
    yield _attribute("name", widget["name"])
    yield from _attributes(widget["attrs"])
    yield f">\n{_text(widget['value'] or '')}</textarea>"


def _select(widget: dict) -> Iterator[str]:
    yield "<select"
    yield _attribute("name", widget["name"])
    yield from _attributes(widget["attrs"])
    yield ">"
    for _, group, _ in widget["optgroups"]:
        for option in group:
            yield "\n  <option"
            yield _attribute("value", option["value"])
            yield from _attributes(option["attrs"])
            yield f">{_text(option['label'])}</option>\n"
    yield "\n</select>"


def _is_flat(widget: dict) -> bool:
    return not any(group_name for group_name, _, _ in widget["optgroups"])


def _label(label: dict) -> Iterator[str]:
    if not label["use_tag"]:
        yield _text(label["label"])
        return
    yield f"<{label['tag']}"
    yield from _attributes(label["attrs"] or {})
    yield f">{_text(label['label'])}</{label['tag']}>"


_DRAWN = {
    "label": _label,
    "widgets/checkbox": _input,
    "widgets/hidden": _input,
    "widgets/number": _input,
    "widgets/text": _input,
    "widgets/textarea": _textarea,
    "widgets/url": _input,
}


def _attributes(attributes: dict) -> Iterator[str]:
    for name, value in attributes.items():
        if value is True:
            yield f" {name}"
        elif value is not False:
            yield _attribute(name, value)


def _attribute(name: str, value) -> str:
    return f' {name}="{_text(value)}"'


def _text(value) -> str:
    """Return the value as HTML: escaped, unless it is HTML already."""
    # As ``conditional_escape``, which also serves lazy text and costs three times this.
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))
