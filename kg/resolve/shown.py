"""How a name is shown: without LaTeX, in the singular where papers write it so."""

from __future__ import annotations

import re
import unicodedata

from kg.resolve.gazetteer import Gazetteer
from kg.resolve.normal import BROKEN, LATEX_ACCENT, LATEX_FACE, PLURAL_ENDS, singular
from kg.resolve.variants import stem

_ACCENTS = dict(zip("`'^\"~=.uvHc", "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0306\u030c\u030b\u0327", strict=True))
_SYMBOLS = {
    "ell": "ℓ",
    "circ": "°",
    "deg": "°",
    "textdegree": "°",
    "star": "*",
    "ast": "*",
    "infty": "∞",
    "times": "×",
    "otimes": "⊗",
}
_SYMBOLS |= {"ominus": "⊖", "oplus": "⊕", "pm": "±", "cdot": "·", "dagger": "†", "nabla": "∇", "checkmark": "✓"}
_SYMBOLS |= {
    "textregistered": "®",
    "texttrademark": "™",
    "varepsilon": "ε",
    "varphi": "φ",
    "lambda": "λ",
    "Lambda": "Λ",
}
_SYMBOLS |= dict.fromkeys(("footnote", "noindent", "item", "small", "cite", "xspace"), "")
_ARROWS = {"to": "→", "rightarrow": "→", "textrightarrow": "→", "leftrightarrow": "↔", "downarrow": "↓", "uparrow": "↑"}
_RAISED = str.maketrans("0123456789+-ABDEGHIJKLMNOPRTUVW", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ")
_LATEX = re.compile(r"[\\${}^]")
_HYPHENS = re.compile(r"(?<=[a-z])\\-(?=[a-z])")
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_WRAPPED = re.compile(r"\\(?:text|math|emph|operatorname|boldsymbol|bm|mbox|gls|ac|blue|red)[a-z]*\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_POWER = re.compile(r"\^(?:\{([0-9+-]+|[ABDEGHIJ-PRTUVW])\}|([0-9]+|\+|[ABDEGHIJ-PRTUVW](?![A-Za-z])))")
_INDEX = re.compile(r"[_^](?:\{([^{}]*)\}|(\S))")
_MACRO = re.compile(r"\\[A-Za-z]+(?:\{\}|[~\\])*")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_PLURAL_NAME = re.compile(r"\b(?:[kc](?: |-)?means|least[ -]squares)$", re.IGNORECASE)
_COMPLEMENT = re.compile(
    r"\bof\b|\s(?:across|as|between|by|for|from|in|into|like|on|over|through|to|under|via|with|without)\s",
    re.IGNORECASE,
)
"""What a plural at a name's end belongs to, and not the name: learning with noisy labels."""
_COMMON = 10
"""Known names with a word from which on it is one for many things: a "model", and no "twin"."""


def is_macro(surface: str) -> bool:
    r"""Whether a string is a LaTeX macro that a text was left with.

    >>> is_macro(r"\ours"), is_macro(r"\model{}"), is_macro(r"\ell_2 loss")
    (True, True, False)
    """
    return surface.startswith("\\") and _MACRO.fullmatch(surface) is not None


def readable(surface: str) -> str:
    r"""A surface string without LaTeX, and without the hyphens of lines' ends.

    >>> readable("D$^2$GS"), readable(r"PixArt-$\alpha$"), readable(r"Poincar\'e ball"), readable("AP$_{50:95}$")
    ('D²GS', 'PixArt-α', 'Poincaré ball', 'AP50:95')
    >>> readable(r"SFT$\rightarrow$GRPO"), readable(r"360$^\circ$ video"), readable(r"$\ell_1$-norm"), readable("L_{1}")
    ('SFT→GRPO', '360° video', 'ℓ1-norm', 'L1')
    >>> readable("GSBAK$^K$"), readable(r"\b score-based \b attack"), readable(r"AUC@20\textdegree"), readable("x^TA")
    ('GSBAKᴷ', 'score-based attack', 'AUC@20°', 'xTA')
    >>> readable(r"\ud835\udc00lpha"), readable(r"Poincar\u00e9"), readable(r"Half\ud83d Net\u0000")
    ('𝐀lpha', 'Poincaré', 'Half Net')
    >>> readable("communi- cation"), readable("zero- and few-shot"), readable("snake_case"), readable(r"\ours")
    ('communication', 'zero- and few-shot', 'snake_case', '\\ours')
    """
    text = BROKEN.sub("", surface) if "- " in surface else surface
    if not _LATEX.search(text) or is_macro(surface):
        return text
    text = LATEX_FACE.sub("", text)
    text = _HYPHENS.sub("", _ESCAPES.sub(_unescaped, text))
    text = LATEX_ACCENT.sub(lambda found: found.group(1) + _ACCENTS[found.group()[1]], text)
    while (inside := _WRAPPED.sub(r"\1", text)) != text:
        text = inside
    text = re.sub(r"\\[!,;:() ]", lambda found: " " if found.group() == "\\ " else "", _COMMAND.sub(_symbol, text))
    text = _POWER.sub(lambda found: (found.group(1) or found.group(2)).translate(_RAISED), text)
    text = _INDEX.sub(lambda found: found.group(1) or found.group(2) or "", text.replace("$", ""))
    text = unicodedata.normalize("NFC", " ".join(re.sub(r"[${}\\]", "", text).split()))
    return text if re.search(r"\w", text) else surface


def _unescaped(found: re.Match[str]) -> str:
    """What escapes as in JSON stand for: two may be one character, and halves of one and controls are nothing."""
    text = bytes.fromhex(found.group().replace("\\u", "")).decode("utf-16-be", "ignore")
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cc")


def _symbol(found: re.Match[str]) -> str:
    name = found.group(1)
    if name in _SYMBOLS:
        return _SYMBOLS[name]
    if arrow := next((arrow for arrow in _ARROWS if name.startswith(arrow) and not name[len(arrow) :].islower()), ""):
        return _ARROWS[arrow] + name[len(arrow) :]
    try:
        return unicodedata.lookup(f"GREEK {'CAPITAL' if name[0].isupper() else 'SMALL'} LETTER {name.upper()}")
    except KeyError:
        return name


def singular_surface(surface: str) -> str:
    """A surface string in the singular.

    >>> [singular_surface(name) for name in ("Large Language Models", "LLMs", "GLUE", "NexusGS")]
    ['Large Language Model', 'LLM', 'GLUE', 'NexusGS']
    """
    if not surface[-4:].lower().endswith(PLURAL_ENDS):
        return surface
    match = _LAST_WORD.search(surface)
    if not match or _PLURAL_NAME.search(surface):
        return surface
    word = match.group()
    if len(word) > 2 and word.endswith("s") and word[-2].isupper():
        return surface[:-1]
    if word[-1] == "S" or word.isupper():
        return surface
    one = singular(word.lower())
    if word.lower().startswith(one):
        return surface[: match.start()] + word[: len(one)]
    return surface[: match.start()] + (word[0] + one[1:])


def has_singular(surface: str, gazetteer: Gazetteer) -> bool:
    """Whether a name that no paper writes in the singular has one all the same: of "image embeddings", not of names
    such as "Barlow Twins", "bag-of-words", "learning with noisy labels" and "digital humanities".

    >>> from kg.resolve.gazetteer import load
    >>> [has_singular(name, load()) for name in ("Video Models", "VLMs", "Barlow Twins", "Naive Bayes", "bag-of-words")]
    [True, True, False, False, False]
    """
    last = _LAST_WORD.search(surface)
    if not last or _COMPLEMENT.search(surface):
        return False
    word = last.group()
    if word[-2:-1].isupper():
        return word[-1] == "s"
    return gazetteer.stems.get(stem(singular(word.lower())), 0) >= (2 if word.islower() else _COMMON)
