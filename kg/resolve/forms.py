"""From surface strings to forms: the strings by which names are compared, column-wise."""

from __future__ import annotations

import pandas as pd

from kg.resolve.gazetteer import Gazetteer, reduce
from kg.resolve.normal import compact, marked


def forms(surfaces: pd.Series, gazetteer: Gazetteer) -> pd.DataFrame:
    """The forms of each different surface string, indexed by it.

    Columns: ``raw`` (compact normal form, as written), ``spaced`` (normal form in which known wordings are replaced by the
    ones that stand for them), ``form`` (``spaced``, compact: what decides), ``reason`` (empty, or why ``form`` is not
    ``raw``).
    """
    unique = sorted(set(surfaces))
    rows = []
    for surface in unique:
        whole = marked(surface) or surface.casefold().strip()
        raw = compact(whole.replace("^", ""))
        spaced = reduce(whole, gazetteer)
        form = compact(spaced)
        reason = ""
        if form != raw:
            reason = gazetteer.reasons.get(raw) or gazetteer.reasons.get("^" + raw) or "known wording"
        rows.append((raw, spaced, form, reason))
    return pd.DataFrame(rows, columns=["raw", "spaced", "form", "reason"], index=pd.Index(unique, name="text"))
