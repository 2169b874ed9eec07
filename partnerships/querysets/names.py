"""The order of names: as people expect it, on both databases."""

from django.db.models import F, Func, OrderBy, TextField
from django.db.models.functions import Left, Length


class _LetterByLetter(Func):
    """A folded text, compared by its characters and no language's rules: PostgreSQL
    passes over spaces by some of these, so that Nigeria would precede Niger."""

    template = "%(expressions)s"

    def as_postgresql(self, compiler, connection, **options):
        options["template"] = '%(expressions)s COLLATE "C"'
        return self.as_sql(compiler, connection, **options)


def name_key(partner: str = "partner") -> Func:
    """Return the name of the partner at the end of that path, "" for a row of partners
    itself, without case and accents: "aland islands". It is what ``search_text`` of a
    partner begins with."""
    path = f"{partner}__" if partner else ""
    name = Left(f"{path}search_text", Length(f"{path}name"))
    return _LetterByLetter(name, output_field=TextField())


def by_name(partner: str = "partner") -> list[OrderBy]:
    """Return the order of rows by the names of their partners, and then by their ids:
    Åland under A, Türkiye under T."""
    return [name_key(partner).asc(nulls_last=True), F("pk").asc()]
