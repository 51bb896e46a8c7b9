"""Normal forms: two strings that differ only in how they are written get the same one.

A normal form is a lower-case string of tokens with single spaces between. Case, hyphens, LaTeX, accents, Unicode
variants, British spelling and plurals are gone from it; numbers, sizes and versions stay, because they make another
thing: ``CIFAR-10`` is not ``CIFAR-100``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon "
    "phi chi psi omega"
)
_LETTERS = {chr(0x3B1 + i): f" {name} " for i, name in enumerate(_GREEK.split())}
_LETTERS |= {letter.upper(): name for letter, name in list(_LETTERS.items()) if letter != "ς"}
_LETTERS |= {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "×": "x"}
_TRANSLATE = str.maketrans(_LETTERS)

_LATEX_WRAP = re.compile(r"\\(?:text|math|emph)[a-z]*\s*\{([^{}]*)\}")
LATEX_ACCENT = re.compile(r"\\(?:[`'^\"~=.]\s*\{?|[uvHc](?:\s+\{?|\{))([A-Za-z])\}?")
_LATEX_DEGREE = re.compile(r"\\(?:circ|deg|(?:text)?degree)(?![a-z])")
LATEX_FACE = re.compile(
    r"\\(?:b|boldsymbol|bm|emph|(?:text|math)?(?:bf|it|rm|tt|sc|sf|sl|em|cal|bb|frak|scr|up|normal))(?![A-Za-z{])\s*"
)
"""What only says how the letters after it look: the bold b in "\\b score-based"."""
_LATEX_COMMAND = re.compile(r"\\([A-Za-z]+)")
_SIZE = re.compile(r"^\s*\d+(\.\d+)?\s*[KMBT]\s*$", re.I)
_PARENTHESIS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_TOKEN = re.compile(r"\d+(?:\.\d+)*(?:s(?!\w))?|[^\W\d_]+(?:'[a-z]+)?|\+")

# Words whose last "s" is not a plural's, and plurals that no rule finds.
_KEEP_WORDS = (
    "series species news analysis basis bias loss class process access gas atlas canvas corpus lens pass less "
    "across alias bus virus chaos cosmos consensus census focus status bonus physics mathematics statistics "
    "linguistics robotics dynamics kinematics mechanics economics ethics semantics pragmatics genomics "
    "proteomics graphics logistics politics thermodynamics acoustics optics forensics diabetes always towards "
    "kubernetes pegasus this us is as its his was has thus plus versus texas paris jetbrains keras "
    "pandas mus yes mas sas cas pos aes dns sms ios gps cms sns rss les des las los "
)
_KEEP = frozenset(_KEEP_WORDS.split())
_PLURALS = {
    "indices": "index", "matrices": "matrix", "vertices": "vertex", "appendices": "appendix", "vortices": "vortex",
    "hypotheses": "hypothesis", "analyses": "analysis", "bases": "base", "theses": "thesis", "syntheses": "synthesis",
    "crises": "crisis", "diagnoses": "diagnosis", "criteria": "criterion", "phenomena": "phenomenon",
    "corpora": "corpus", "biases": "bias", "losses": "loss", "children": "child", "people": "person",
    "corpuses": "corpus", "lenses": "lens", "viruses": "virus", "gases": "gas", "buses": "bus",
    "stimuli": "stimulus", "nuclei": "nucleus", "movies": "movie", "cookies": "cookie", "dies": "die",
    "mixtures": "mixture", "axes": "axis", "caches": "cache", "niches": "niche", "aches": "ache",
    "judges": "judge", "heuristics": "heuristic", "metrics": "metric", "topics": "topic",
    "characteristics": "characteristic", "tactics": "tactic", "basics": "basic", "diagnostics": "diagnostic",
    "analytics": "analytics", "photos": "photo", "videos": "video", "ratios": "ratio", "scenarios": "scenario",
    "rubrics": "rubric", "critics": "critic", "logics": "logic", "geodesics": "geodesic", "harmonics": "harmonic",
    "mosaics": "mosaic", "superquadrics": "superquadric", "metaheuristics": "metaheuristic", "emojis": "emoji",
    "infographics": "infographic", "diacritics": "diacritic", "schematics": "schematic",
    "memories": "memory", "sizes": "size", "axises": "axis", "data": "data", "media": "media", "foci": "focus",
}  # fmt: skip
PLURAL_ENDS = ("s", *sorted({plural[-4:] for plural in _PLURALS if plural[-1] != "s"}))
"""What the plurals end in of which :func:`singular` knows another form, in at most four letters."""
_STAR = re.compile(r"(?<![^\W_])([A-Za-z]) ?\*(?!\*)")  # the V* Bench is no VBench
_RECALL_AT = re.compile(r"\bR@(?=\d)")  # R@1 is no R1
BROKEN = re.compile(r"(?<=[a-z])- (?!(?:and|or|to|versus|vs)\b)(?=[a-z])")  # a line's end inside a word: "rea- soning"
_NUMBERS = re.compile(r"(?<=\d) (?=\d)")
# Spellings, by the end of a token: British to American, and -ise verbs.
_SPELLING = (
    (re.compile(r"(?<=[a-z]{3})isation(?=s?$)"), "ization"),
    (re.compile(r"(?<=[a-z]{3})ising$"), "izing"),
    (re.compile(r"(?<=[a-z]{3})ised$"), "ized"),
    (re.compile(r"(?<=[a-z]{2})elling$"), "eling"),
    (re.compile(r"(?<=[a-z]{2})elled$"), "eled"),
    (re.compile(r"our(?=s?$)"), "or"),
    (re.compile(r"^(cent|fib|met)re"), r"\1er"),
    (re.compile(r"^grey"), "gray"),
    (re.compile(r"^(un|de|pre)?learnt$"), r"\1learned"),
)
_NOT_SPELLING_WORDS = (
    "our hour four tour pour your contour detour sour raising rising advising supervising noising denoising "
    "supervised unsupervised selfsupervised semisupervised noised denoised compromised raised advised revised "
    "promised comprised surprised exercised devised spelling telling selling dwelling compelling excelling "
    "precise concise premised improvised televised surprising arising exercising revising promising "
    "comprising compromising devising improvising "
)
_NOT_SPELLING = frozenset(_NOT_SPELLING_WORDS.split())


def plain(surface: str) -> str:
    """The string without LaTeX, accents and typographic variants; case and words as they were.

    >>> plain("Fréchet"), plain("Kullback–Leibler")
    ('Frechet', 'Kullback-Leibler')
    """
    text = surface
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_TRANSLATE)
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        text = re.sub(r"[\u2010-\u2015\u2212\u00ad]", "-", text).replace("\u2019", "'").replace("\u2018", "'")
    if "\\" in text:
        previous = None
        while previous != text:
            previous, text = text, _LATEX_WRAP.sub(r"\1", text)
        text = _LATEX_DEGREE.sub("", LATEX_ACCENT.sub(r"\1", LATEX_FACE.sub("", text)))
        text = _LATEX_COMMAND.sub(r" \1 ", text)
    if "- " in text:
        text = BROKEN.sub("", text)
    if "$" in text or "{" in text or "_" in text or "^" in text:
        text = re.sub(r"[${}]", "", text)
        text = re.sub(r"[_^]", " ", text)
    return text


def singular(token: str) -> str:
    """The singular of a lower-case word.

    >>> [singular(w) for w in "models accuracies biases losses analysis classes synthesis lens".split()]
    ['model', 'accuracy', 'bias', 'loss', 'analysis', 'class', 'synthesis', 'lens']
    """
    if token in _PLURALS:
        return _PLURALS[token]
    if len(token) < 4 or token[-1] != "s" or token in _KEEP or token.endswith(("ss", "us", "is", "os", "ics")):
        return token
    if token.endswith("ies") and len(token) > 4:
        return token[:-3] + "y"
    if token.endswith(("sses", "ches", "shes", "xes", "zzes")):
        return token[:-2]
    return token[:-1]


def american(token: str) -> str:
    """The American spelling of a lower-case word.

    >>> american("optimisation"), american("modelling"), american("behaviour"), american("supervised")
    ('optimization', 'modeling', 'behavior', 'supervised')
    """
    if len(token) > 4 and token not in _NOT_SPELLING:
        for pattern, replacement in _SPELLING:
            token, n = pattern.subn(replacement, token)
            if n:
                break
    return token


def marked(surface: str) -> str:
    """The normal form of a surface string, with ``^`` before each token that is written as an abbreviation is.

    >>> marked("Medical VQA"), marked("LLMs"), marked("re-identification"), marked("LoRA")
    ('medical ^vqa', '^llm', 're identification', '^lora')
    """
    text = plain(surface)
    if "*" in text:
        text = _STAR.sub(r"\1 star ", text)
    if "@" in text:
        text = _RECALL_AT.sub("Recall@", text)
    if "(" in text or "[" in text:

        def keep_size(match: re.Match[str]) -> str:
            inside = match.group(1)
            return f" {inside}" if _SIZE.match(inside) or re.match(r"\w", text[match.end() :]) else ""

        text = _PARENTHESIS.sub(keep_size, text) or text
    return " ".join(map(_normal_token, _TOKEN.findall(text)))


@lru_cache(maxsize=1 << 18)
def _normal_token(token: str) -> str:
    if token.endswith("'s"):
        token = token[:-2]
    token = token.replace("'", "")
    if token[0].isdigit():
        return token.removesuffix("s")  # GPT-2s
    if len(token) > 2 and token[-1] == "s" and token[-2].isupper():
        token = token[:-1]  # LLMs, GANs
    low = token.lower()
    if not token.isupper():
        low = american(low if token[-1] == "S" else singular(low))  # the S of NexusGS is its own
    return "^" + low if sum(map(str.isupper, token)) > 1 else low


@lru_cache(maxsize=1 << 19)
def key(surface: str) -> str:
    """The normal form of a surface string.

    >>> key("Large Language Models"), key("large-language model"), key("LLMs")
    ('large language model', 'large language model', 'llm')
    >>> key("LLaMA2-7B") == key("Llama-2 7B") == key("LLaMA 2 (7B)")
    True
    >>> key("CIFAR-10") == key("CIFAR-100"), key("Text-to-Image (T2I) models")
    (False, 'text to image model')
    """
    return marked(surface).replace("^", "")


def forget() -> None:
    """Give back the memory of what was remembered of strings: 60 MB in a graph of 75,000 papers."""
    _normal_token.cache_clear()
    key.cache_clear()


def compact(normal: str) -> str:
    """A normal form without its spaces: what decides whether two names are the same, but for numbers side by side.

    >>> compact("fine tuning") == compact("finetuning"), compact("llama 2 7 b"), compact("vit b 16")
    (True, 'llama2-7b', 'vitb16')
    """
    joined = normal if normal.replace(" ", "").isalpha() else _NUMBERS.sub("-", normal)
    return joined.replace(" ", "")


def name_slug(name: str) -> str:
    """What stands after ``entity/`` in the id of the thing that is known by this name.

    >>> name_slug("GSM8K"), name_slug("GPT-4o"), name_slug("LLaMA-3.1-8B"), name_slug("ViT-B/16"), name_slug("C++")
    ('gsm8k', 'gpt-4o', 'llama-3-1-8b', 'vit-b-16', 'c-plus-plus')
    """
    return re.sub(r"[\W_]+", "-", plain(name).lower().replace("+", " plus ")).strip("-") or "unnamed"


def slug(normal: str) -> str:
    """What stands after ``entity/`` in the id of the thing with this normal form.

    >>> slug("llama 2 7 b"), slug("f 1"), slug("c + +"), slug("")
    ('llama-2-7b', 'f1', 'c-plus-plus', 'unnamed')
    """
    if normal.replace(" ", "").isalpha():
        return "-".join(normal.split())
    text = re.sub(r"(?<=\d) (?=[a-z](?: |$))|(?<=\b[a-z]) (?=\d)", "", normal)
    return re.sub(r"\W+", "-", text.replace("+", " plus ")).strip("-") or "unnamed"
