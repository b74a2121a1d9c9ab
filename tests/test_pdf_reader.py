from dataclasses import replace
from pathlib import Path

from minqing.corpora.readers import guard, pdf

from office import fields, made_pdf, message_of


def test_a_pdf_gives_its_text_with_wrapped_lines_joined(tmp_path: Path) -> None:
    first = [
        "走访时间：3月5日",
        "今天走访石桥村王大山家，村口的路灯坏了三盏，晚上老",
        "人出门看不见路，摔过一次。",
        "诉求：尽快修好路灯，另外水渠也断了，没有水浇地，去年",
        "- 1 -",
    ]
    path = made_pdf(tmp_path / "日记.pdf", [first, ["就报过。", "2"]])
    (row,) = pdf.rows(path)
    text = str(fields(row)["text"])
    assert (
        text
        == "走访时间：3月5日\n今天走访石桥村王大山家，村口的路灯坏了三盏，晚上老人出门看不见路，摔过一次。\n诉求：尽快修好路灯，另外水渠也断了，没有水浇地，去年就报过。"
    )
    assert fields(row)["source"] == {"file": str(path), "pages": [0, text.index("就报过")]}


def test_pdf_lines_that_begin_anew_stay_apart() -> None:
    wide = "一" * 20
    assert (
        pdf.join_pages([f"{wide}\n一、修路\n{wide}\n诉求：水\n{wide}。\n{wide}"])[0]
        == f"{wide}\n一、修路\n{wide}\n诉求：水\n{wide}。\n{wide}"
    )
    assert pdf.join_pages(["", "路"]) == ("路", [0, 0])


def test_a_pdf_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n")
    limits = replace(guard.USUAL, pdf_seconds=0)
    assert "took more than 0 seconds" in message_of(tmp_path / "a.pdf", limits)
