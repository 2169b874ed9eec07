"""The data set in one edition as those describe it who deposit it (DataCite 4.5).

This module is pure: no database, no request, no clock.
"""

from typing import Any

from partnerships.web.citations import DATA_SET, LICENCE, SITE, Citation
from partnerships.web.linked.data_set import DESCRIPTION, KEYWORDS


def datacite(citation: Citation) -> dict[str, Any]:
    """Return the metadata of the edition that is cited, but for the DOI, which whoever
    deposits it is given."""
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Data set"},
        "titles": [{"title": DATA_SET}],
        "creators": [{"name": SITE, "nameType": "Organizational"}],
        "publisher": {"name": SITE},
        "publicationYear": f"{citation.known_on.year:04}",
        "dates": [{"date": citation.known_on.isoformat(), "dateType": "Updated"}],
        "version": str(citation.edition),
        "language": "en-GB",
        "subjects": [{"subject": word} for word in KEYWORDS],
        "descriptions": [
            {"description": DESCRIPTION, "descriptionType": "Abstract"},
            {"description": citation.scope("As of"), "descriptionType": "Other"},
        ],
        "rightsList": [
            {
                "rights": "Creative Commons Attribution 4.0 International",
                "rightsUri": LICENCE,
                "rightsIdentifier": "CC-BY-4.0",
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": "https://spdx.org/licenses/",
            }
        ],
        "alternateIdentifiers": [
            {"alternateIdentifier": citation.url, "alternateIdentifierType": "URL"}
        ],
    }
