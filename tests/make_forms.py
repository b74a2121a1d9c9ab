"""Writes nlp/forms.py anew from the installed OpenCC: python tests/make_forms.py"""

from pathlib import Path

import opencc

from minqing.nlp.script import simplify

# Common Han characters; rarer ones are left to OpenCC wherever they stand.
COMMON = "".join(map(chr, range(0x4E00, 0xA000)))

HEAD = '''"""What single characters say of a script, and their simplified forms: made by ``tests/make_forms.py``.

A table spares the start of every command a tenth of its time, in which OpenCC would be asked for each. It holds for the
tables of OpenCC (``tw2s``) and the standards GB 2312 and Big5; a test holds it to what is installed.
"""

'''


def tables() -> dict[str, str]:
    """Give each table: in which characters stand in order, and their forms in that of ``CHANGED``."""
    alone = opencc.OpenCC("tw2s").convert("\n".join(COMMON)).split("\n")
    changed = "".join(one for one, form in zip(COMMON, alone, strict=True) if one != form)
    mainland = set(COMMON.encode("gb2312", "ignore").decode("gb2312"))
    taiwan = set(COMMON.encode("big5", "ignore").decode("big5"))
    return {
        "CHANGED": changed,
        "FORMS": simplify("\n".join(changed)).replace("\n", ""),
        "ONLY_SIMPLIFIED": "".join(one for one in COMMON if one in mainland - taiwan),
        "ONLY_TRADITIONAL": "".join(one for one in changed if one not in mainland),
    }


def _literal(name: str, text: str) -> str:
    lines = (f'    "{text[at : at + 56]}"\n' for at in range(0, len(text), 56))
    return f"{name} = (\n{''.join(lines)})\n"


if __name__ == "__main__":
    place = Path(__file__).parents[1] / "nlp" / "forms.py"
    place.write_text(HEAD + "".join(_literal(name, text) for name, text in tables().items()), encoding="utf-8")
