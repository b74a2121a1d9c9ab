"""The same entry handed in twice: exactly, in the other script, with other punctuation, or with a few words changed.

Texts are compared by MinHash signatures of their three-character grams: the share of equal places in two
signatures estimates the share of grams two texts have in common. A mark says that two texts are alike, never
that one was copied from the other. ``seen.py`` finds the text that is like another.
"""

import string
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from minqing.nlp.characters import HAN_BLOCKS, Codes, Ints, codes_of, text_of
from minqing.nlp.clean import clean
from minqing.nlp.hashing import hash_grams
from minqing.nlp.script import simplify

GRAM = 3
BANDS, ROWS = 8, 4

# Shorter texts (bare, without signs) are alike by chance: only exact copies of them count.
SHORTEST = 30

# Of what is known of a text: for exact copies, and the signature.
KEY_BYTES = 8
DESCRIBED_BYTES = KEY_BYTES + 4 * BANDS * ROWS

Signature = NDArray[np.uint32]
Signatures = NDArray[np.uint32]

FACTORS = np.random.default_rng(0).integers(1, 1 << 63, BANDS * ROWS, dtype=np.uint64) | np.uint64(1)

# OpenCC writes these one way in one word and another way in the next, or keeps both: 計畫, 答覆, 俱樂部.
_VARIANTS = ("覆画俱座像坯链甦沉哩敍钜谘馀锺颚迳", "复划具坐象坏炼苏沈里叙巨咨余钟腭径")

_ASCII = string.ascii_letters + string.digits
_WIDER = 0xFEE0  # from a letter to the same letter in full width


def bare(text: str) -> str:
    """Write ``text`` in simplified characters, without signs and spaces: what two copies of it have in common.

    >>> bare("農路塌了， 沒人修。") == bare("农路塌了没人修")
    True
    """
    return text_of(_bare_codes([text])[0])


def signature(plain: str) -> Signature:
    """Give the ``(32,)`` signature of a bare text: under each of 32 hashes, the least of its grams."""
    codes = codes_of(plain)
    found: Signature = _signatures(codes, np.array([0]), np.array([len(codes)]))[0]
    return found


def describe(text: str) -> bytes:
    """Give what ``Seen`` compares: eight bytes for exact copies, and the signature of all but short texts."""
    return describe_all([text])[0]


def describe_all(texts: Sequence[str]) -> list[bytes]:
    """Do the same for many texts, which takes a sixth of the time."""
    codes, ends = _bare_codes(texts)
    starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)
    raw = codes.tobytes()
    spans = zip(starts.tolist(), ends.tolist(), strict=True)
    described = [blake2b(raw[4 * start : 4 * end], digest_size=KEY_BYTES).digest() for start, end in spans]
    long = np.flatnonzero(ends - starts >= SHORTEST)
    for number, found in zip(long.tolist(), _signatures(codes, starts[long], ends[long]), strict=True):
        described[number] += found.tobytes()
    return described


def _bare_codes(texts: Sequence[str]) -> tuple[Codes, Ints]:
    """Give the code points of bare texts one after another, and where each ends.

    Only what stands in brackets may need a repair that looks at more than one character.
    """
    given = [clean(text).text if "(" in text or "（" in text else text for text in texts]
    forms = _forms().take(codes_of("".join(given)), mode="clip")
    kept = forms != 0
    ends = np.cumsum([len(text) for text in given], dtype=np.int64)
    return forms[kept], np.concatenate([[0], np.cumsum(kept)])[ends]


@cache
def _forms() -> Codes:
    """Give for each code point what it is compared as: itself, its simplified or narrow form, or 0 if it is left out.

    Character by character, as it is done to both of two texts: 乾 is the same whatever word it stands in.
    """
    table = np.zeros(HAN_BLOCKS[-1][1] + 2, dtype=np.uint32)
    han = "".join(text_of(np.arange(first, last + 1, dtype=np.uint32)) for first, last in HAN_BLOCKS)
    table[codes_of(han)] = codes_of(simplify("\n".join(han)))[::2]
    one, other = map(codes_of, _VARIANTS)
    for code, common in zip(one, other, strict=True):
        table[table == code] = common
    table[codes_of(_ASCII)] = table[codes_of(_ASCII) + _WIDER] = codes_of(_ASCII)
    return table


def _signatures(codes: Codes, starts: Ints, ends: Ints) -> Signatures:
    """Give the ``(n, 32)`` signatures of bare texts; each ``codes[start:end]`` holds a gram at least."""
    found = np.empty((len(starts), len(FACTORS)), dtype=np.uint32)
    if not len(starts):
        return found
    *_, grams = hash_grams(codes, GRAM)
    mixed = grams ^ (grams >> np.uint64(29))
    # Every second stretch lies between two texts.
    stretches = np.stack([starts, ends - GRAM + 1], axis=1).ravel()[:-1]
    for place, factor in enumerate(FACTORS):
        found[:, place] = np.minimum.reduceat(mixed * factor, stretches)[::2] >> np.uint64(32)
    return found
