"""What stands for what was masked: as long, of the same script, and the same every time for the same person.

A family name stands for one other family name, wherever it occurs, so that the households of one village stay apart;
a given name for other characters. Numbers become letters that no number is; details become 某.
"""

import hmac
import re
import secrets
from collections.abc import Callable
from hashlib import sha256

from minqing.ledger.database import Database
from minqing.ledger.privacy.finds import Kind
from minqing.ledger.privacy.namewords import COMPOUND_SURNAMES
from minqing.nlp.script import simplify

# Family names and given-name characters that are written alike in both scripts: a pseudonym fits any text.
_SURNAMES = (
    "丁丘仇尤尹文方毛王平甘田白石伍余何吕李杜汪沈邢卓周林易武金侯姜姚洪胡范唐倪夏孫徐秦翁袁高商"
    "康曹梁莫郭彭曾温童黄路雷靳廖熊翟黎盛樊滕霍穆"
)
_SURNAMES = "".join(char for char in dict.fromkeys(_SURNAMES) if char == simplify(char))
_GIVEN = (
    "安本白冰波博才成川春慈丹德丁冬尔方芳丰夫福甫高耕谷光海禾和恒洪怀晖惠吉佳嘉江杰介津金晶景静"
    "久君可克昆朗乐礼力立良林玲明木南宁平奇谦青清秋仁若山善尚深世书舒水思泰棠天文希熙祥心欣新星"
    "幸秀雅言彦阳一宜艺益音英永友雨玉元原远月云泽章哲真之志中舟竹子"
)
_GIVEN = "".join(char for char in dict.fromkeys(_GIVEN) if char == simplify(char))
_COMPOUND = tuple(name for name in COMPOUND_SURNAMES.split("|") if len(name) == 2)
_STARTS = re.compile(f"^(?:{COMPOUND_SURNAMES})")
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_NUMERAL = re.compile(r"[0-9０-９A-Za-z一二三四五六七八九十百千零〇两]")


def pseudonyms_of(db: Database) -> "Pseudonyms":
    """Give the pseudonyms of a ledger: the same in every report of it."""
    return Pseudonyms(bytes(db.execute("SELECT value FROM secrets WHERE name = 'pseudonyms'").fetchone()[0]))


class Pseudonyms:
    """Gives pseudonyms under a secret: without it nobody can work them out, with it they are the same again."""

    def __init__(self, secret: bytes | None = None, known: dict[str, str] | None = None) -> None:
        self.secret = secret or secrets.token_bytes(32)
        self.known = dict(known or {})
        self._taken = set(self.known.values())

    def stand_in(self, text: str, kind: Kind) -> str:
        """Give as many characters as ``text`` has, for a find of ``kind``.

        >>> stands = Pseudonyms(b"secret")
        >>> stands.stand_in("三组", "address"), stands.stand_in("尿毒症", "illness")
        ('某组', '某某病')
        """
        if kind in ("name", "minor"):
            return self._remembered(text, self._name)
        if kind == "address":
            masked = _NUMERAL.sub("某", text)
            return masked if masked != text else "某" * (len(text) - 1) + text[-1]
        if kind == "illness":
            return "某" * (len(text) - 1) + "病"
        if kind == "disability":
            return "某" * (len(text) - 1) + text[-1]
        return self._remembered(text, self._number)

    def _remembered(self, text: str, make: Callable[[str, int], str]) -> str:
        if text not in self.known:
            stand = next(s for n in range(1_000) if (s := make(text, n)) not in self._taken or n == 999)
            self.known[text] = stand
            self._taken.add(stand)
        return self.known[text]

    def _name(self, text: str, attempt: int) -> str:
        simple = simplify(text)
        compound = _STARTS.match(simple)
        length = 2 if compound and len(simple) >= 2 else 1
        pool = _COMPOUND if compound else _SURNAMES
        family = pool[self._draw(simple[:length], 0) % len(pool)] if length <= len(text) else ""
        drawn = self._draw(simple, attempt)
        given = "".join(_GIVEN[(drawn >> (16 * k)) % len(_GIVEN)] for k in range(len(text) - length))
        return family + given

    def _number(self, text: str, attempt: int) -> str:
        drawn = self._draw(re.sub(r"[ -]", "", text), attempt)
        return "".join(
            char if char in " -()（）" else _LETTERS[(drawn >> (4 * place)) % len(_LETTERS)]
            for place, char in enumerate(text)
        )

    def _draw(self, text: str, attempt: int) -> int:
        return int.from_bytes(
            hmac.new(self.secret, f"{attempt}:{text}".encode("utf-8", "surrogatepass"), sha256).digest(), "big"
        )
