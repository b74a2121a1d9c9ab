"""Rows with labels of somebody's own, made by a rule: what a small classifier is trained on in the tests."""

import json
import random
from pathlib import Path

WORDS = {
    "桥梁": ("桥塌了半边", "桥面裂了口子", "过河的木桥断了", "桥栏杆掉光了"),
    "饮水": ("自来水停了三天", "水管爆了没水吃", "井水浑得不能喝", "水塔漏得见底"),
    "上学": ("娃娃上学要走十里路", "小学的老师调走了", "教室漏雨没法上课", "幼儿园关了门"),
}
REST = ("天晴", "回来晚了", "路上遇到老张", "吃过饭才走", "雾大看不清")


def rows(n: int, seed: int = 0, single: bool = False) -> list[dict[str, object]]:
    """Give ``n`` rows of text and labels; some have none, some two, unless ``single``."""
    chance = random.Random(seed)
    made: list[dict[str, object]] = []
    for number in range(n):
        labels = chance.sample(list(WORDS), 1 if single else chance.choice([0, 1, 1, 2]))
        parts = [chance.choice(WORDS[label]) for label in labels] + [chance.choice(REST)]
        chance.shuffle(parts)
        made.append({"id": f"r{number}", "text": "，".join(parts) + f"。{number}号记。", "labels": labels})
    return made


def write(path: Path, made: list[dict[str, object]]) -> Path:
    """Write rows as JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made), encoding="utf-8")
    return path
