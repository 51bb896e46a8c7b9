"""Whether a query has SERVICE, with which it would ask another endpoint: found before the query is parsed.

Oxigraph's parser reads letter by letter, not word by word: ``trueSERVICE<http://x/>{}`` and ``x:a.b.SERVICE?x{}`` are
a SERVICE to it, and ``?a<'>'`` compares with a text, where one may also see an IRI. So these letters are looked for
wherever they are not certainly part of a text, a comment, an IRI, a variable or a name; from the first place at which
that is not certain, wherever they are. A query too many is refused, never one too few.
"""

from __future__ import annotations

import re

_ESCAPED = r"""\\[tbnrf"'\\]"""
_TOKEN = re.compile(
    rf"""
    (?P<passed>
        '''(?:'{{0,2}}(?:[^'\\]|{_ESCAPED}))*+'''|\"""(?:"{{0,2}}(?:[^"\\]|{_ESCAPED}))*+\"""
      | '(?:[^'\\\n\r]|{_ESCAPED})*+'|"(?:[^"\\\n\r]|{_ESCAPED})*+"
      | \#[^\n\r]*
      | <[A-Za-z][A-Za-z0-9+.-]*://[^<>"{{}}|^`\\\s]*>  # nothing compares with http://
      | <[^<>"{{}}|^`\\\s'\#]*>                         # be it an IRI or none: no text or comment begins in it
      | [?$][A-Za-z0-9_]+
      | :[A-Za-z0-9_](?:[A-Za-z0-9_:-]|%[0-9A-Fa-f]{{2}}|\\.)*
      | \\.
    )
    | (?P<service>(?i:service))
    | (?P<doubt>['"]|<[^<>"{{}}|^`\s]*>)
    """,
    re.VERBOSE,
)


def find_service(sparql: str) -> int | None:
    """Where a query has SERVICE, or may have it.

    >>> find_service("SELECT * { ?service ?p 'Service' }  # entity:service is a name") is None
    True
    >>> find_service("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    11
    """
    for token in _TOKEN.finditer(sparql):
        if token["service"]:
            return token.start()
        if token["doubt"]:
            found = re.compile("service", re.IGNORECASE | re.ASCII).search(sparql, token.start())
            return found and found.start()
    return None
