"""A folder as offices hand it in: files of every kind, good and bad, written by the real libraries."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import msoffcrypto
import openpyxl
import xlsxwriter
import xlwt
from docx import Document
from msoffcrypto.format.ooxml import OOXMLFile
from pypdf import PdfReader, PdfWriter

from office import cell, made_pdf, packed, paragraph, run, sheet, table, with_body, with_table, zipped

NEED = "石桥村三组的自来水管爆了半个月，没水吃，盼着早点修。"
NEED_HANT = "石橋里的農路塌了半邊，車過不去，盼公所早日修好。"

Build = Callable[[Path], object]


def moved(made: Path, path: Path) -> None:
    made.replace(path)


def document(*lines: str) -> Build:
    def build(path: Path) -> None:
        made = Document()
        for line in lines:
            made.add_paragraph(line)
        made.save(str(path))

    return build


def body(xml: str) -> Build:
    return lambda path: moved(with_body(path.parent, xml), path)


def word_table(*rows: list[str]) -> Build:
    return lambda path: moved(with_table(path.parent, list(rows)), path)


def sheets(content: dict[str, list[list[object]]]) -> Build:
    return lambda path: moved(sheet(path.parent, content), path)


def text(content: str, encoding: str = "utf-8") -> Build:
    return lambda path: path.write_bytes(content.encode(encoding))


def raw(content: bytes) -> Build:
    return lambda path: path.write_bytes(content)


def rows(encoding: str, *lines: list[str], delimiter: str = ",") -> Build:
    def build(path: Path) -> None:
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(lines)

    return build


def json_lines(*records: dict[str, object]) -> Build:
    return text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))


def merged(path: Path) -> None:
    sheets({"台账": [["村", "日期", "内容"], ["石桥", date(2021, 3, 4), NEED], [None, None, "桥断了，过不了河。"]]})(
        path
    )
    book = openpyxl.load_workbook(path)
    book["台账"].merge_cells("A2:A3")
    book["台账"].merge_cells("B2:B3")
    book.save(path)


def with_hidden_sheet(path: Path) -> None:
    sheets({"明": [["编号", "内容"], [7, "路灯坏了三盏。"]], "密": [["内容"], ["不给看"]]})(path)
    book = openpyxl.load_workbook(path)
    book["密"].sheet_state = "hidden"
    book.save(path)


def old_excel(path: Path) -> None:
    book = xlwt.Workbook()
    made = book.add_sheet("一月")
    for row, values in enumerate([["編號", "日期", "內容"], ["h1", datetime(2012, 6, 2), NEED_HANT]]):
        for column, value in enumerate(values):
            style = xlwt.easyxf(num_format_str="YYYY-MM-DD") if isinstance(value, datetime) else xlwt.easyxf()
            made.write(row, column, value, style)
    book.save(str(path))


def with_results(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        made = book.add_worksheet("甲")
        made.write_row(0, 0, ["编号", "内容"])
        made.write_string(1, 0, "f1")
        made.write_formula(1, 1, '="水渠"&"断了两年"', None, "水渠断了两年")


def with_macro(path: Path) -> None:
    sheets({"甲": [["编号", "内容"], ["m1", "村口的桥断了。"]]})(path)
    with zipfile.ZipFile(path, "a") as container:
        container.writestr("xl/vbaProject.bin", b"Sub AutoOpen()" * 20)


def encrypted(build: Build) -> Build:
    def protect(path: Path) -> None:
        build(path)
        out = io.BytesIO()
        OOXMLFile(io.BytesIO(path.read_bytes())).encrypt("secret", out)
        path.write_bytes(out.getvalue())
        assert msoffcrypto.OfficeFile(io.BytesIO(path.read_bytes())).is_encrypted()

    return protect


def locked_pdf(path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(made_pdf(path, [[NEED]])))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(path)


def scanned_pdf(path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(path)


def truncated(build: Build) -> Build:
    def cut(path: Path) -> None:
        build(path)
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])

    return cut


def bomb(path: Path) -> None:
    document("x")(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as container:
        container.writestr("word/media/a.bin", bytes(20_000_000))


def entities(path: Path) -> None:
    document("x")(path)
    with zipfile.ZipFile(path) as container:
        members = {name: container.read(name) for name in container.namelist()}
    declared = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    part = members["word/document.xml"]
    end = part.index(b"?>") + 2
    packed(path, members | {"word/document.xml": part[:end] + declared + part[end:]})


def archive(encoding: str, *names: str) -> Build:
    def build(path: Path) -> None:
        inner = path.with_name("inner.docx")
        document(f"2013年5月6日 晴\n{NEED}（压缩包内）")(inner)
        packed(path, dict.fromkeys(names, inner.read_bytes()), encoding)
        inner.unlink()

    return build


DIARY = ["民情日记", "6月2日 星期六 晴 石桥村", NEED, "6月3日 小雨 柳湾村", "去柳湾，路烂了三年没人管。"]
FORM = [["走访时间", "2024年3月5日", "走访地点", "石桥村"], ["走访对象", "王大山"], ["诉求", "水渠断了，浇不上地。"]]
BOX = paragraph(
    run("框外的话。") + "<w:r><w:pict><w:txbxContent>" + paragraph(run(NEED)) + "</w:txbxContent></w:pict></w:r>"
)

# Each good file, and of each of its entries the id (after the file's name), the date and a piece of the text.
GOOD: dict[str, tuple[Build, list[tuple[str, str, str]]]] = {
    "01段落.docx": (document("2020年1月2日 晴", NEED), [("", "2020-01-02", NEED)]),
    "02表格.docx": (
        word_table(["序号", "日期", "内容"], ["t1", "2020年1月3日", "桥断了。"], ["t2", "", "路烂了。"]),
        [("=t1", "2020-01-03", "桥断了。"), ("=t2", "", "路烂了。")],
    ),
    "03文本框.docx": (body(BOX), [("", "", NEED)]),
    "04走访表.docx": (word_table(*FORM), [("", "2024-03-05", "诉求：水渠断了，浇不上地。")]),
    "05日记2016年.docx": (document(*DIARY), [("#1", "2016-06-02", NEED), ("#2", "2016-06-03", "路烂了三年")]),
    "06民國日記.docx": (document("民國101年6月2日 晴", NEED_HANT, "6月3日 雨", "水溝不通，積水不退。"),
                    [("#1", "2012-06-02", NEED_HANT), ("#2", "2012-06-03", "水溝不通")]),
    "07嵌套.docx": (body(table(cell("甲") + cell("乙")) + paragraph(run(NEED))), [("", "", NEED)]),
    "08合并.xlsx": (merged, [(":台账:2", "2021-03-04", NEED), (":台账:3", "2021-03-04", "桥断了")]),
    "09隐藏.xlsx": (with_hidden_sheet, [("=7", "", "路灯坏了三盏。")]),
    "10两表.xlsx": (sheets({"一月": [["内容"], ["路烂了。"]], "二月": [["內容"], ["路燈不亮。"]]}),
                  [(":一月:2", "", "路烂了。"), (":二月:2", "", "路燈不亮。")]),
    "11表单.xlsx": (sheets({"表": [list(row) for row in FORM]}), [(":表", "2024-03-05", "诉求：水渠断了")]),
    "12旧表.xls": (old_excel, [("=h1", "2012-06-02", NEED_HANT)]),
    "13公式.xlsx": (with_results, [("=f1", "", "水渠断了两年")]),
    "14宏.xlsm": (with_macro, [("=m1", "", "村口的桥断了。")]),
    "15表.csv": (rows("utf-8-sig", ["编号", "内容", "备注"], ["c1", NEED, "=1+1"]), [("=c1", "", NEED)]),
    "16表.csv": (rows("gb18030", ["编号", "日期", "内容"], ["c2", "2021/3/4", "水渠断了两年，没人来修。"]), [("=c2", "2021-03-04", "水渠断了")]),
    "17表.csv": (rows("big5", ["編號", "日期", "內容"], ["c3", "101/6/2", NEED_HANT]), [("=c3", "2012-06-02", NEED_HANT)]),
    "18表.csv": (rows("utf-16", ["编号", "内容"], ["c4", "渠断了，\n浇不上地。"]), [("=c4", "", "浇不上地。")]),
    "19表.tsv": (rows("utf-8", ["编号", "内容"], ["c5", "灯坏了,没人修。"], delimiter="\t"), [("=c5", "", "灯坏了,没人修。")]),
    "20条.jsonl": (json_lines({"id": "j1", "text": NEED, "户数": 3}, {"text": "路烂。"}), [("=j1", "", NEED), (":2", "", "路烂。")]),
    "21条.json": (text(json.dumps([{"id": "j2", "text": "渠断。"}, {"id": "j3", "text": "灯坏。"}], ensure_ascii=False)),
                 [("=j2", "", "渠断。"), ("=j3", "", "灯坏。")]),
    "22.txt": (text(f"2019年5月1日 晴\n{NEED}"), [("", "2019-05-01", NEED)]),
    "23.txt": (text("柳湾村的桥面塌了一块，来往不便。", "utf-8-sig"), [("", "", "柳湾村的桥面塌了一块")]),
    "24.txt": (text("二〇一九年五月二日 阴\n王家湾的变压器烧了，停电三天。", "gb18030"), [("", "2019-05-02", "变压器烧了")]),
    "25.txt": (text("五月三日 陰\n溪邊的路燈壞了，夜裡看不見。", "big5"), [("", "", "溪邊的路燈壞了")]),
    "26.txt": (text("老李家的房子漏雨，想修没有钱。", "utf-16"), [("", "", "房子漏雨")]),
    "27笔记.md": (text("# 民情日记\n\n2018年7月8日 多云\n\n卫生室没有药，老人看病要走十里。"), [("", "2018-07-08", "卫生室没有药")]),
    "28.pdf": (lambda path: made_pdf(path, [["2017年3月4日 晴", "学校的操场坑坑洼洼，孩子摔了。"]]), [("", "2017-03-04", "操场坑坑洼洼")]),
    "29.pdf": (lambda path: made_pdf(path, [["2017年3月5日 陰", "里長說活動中心屋頂漏水。"], ["請公所派人來看。"]]), [("", "2017-03-05", "屋頂漏水")]),
    "30压缩.zip": (archive("gb18030", "走访/甲.docx", "走访/乙.docx"), [("/走访/乙.docx", "2013-05-06", NEED), ("/走访/甲.docx", "2013-05-06", NEED)]),
    "一组/同名.txt": (text("一组的水塔裂了。"), [("", "", "一组的水塔裂了。")]),
    "二组/同名.txt": (text("二组的水泵坏了。"), [("", "", "二组的水泵坏了。")]),
    "二组/三层/2015/深.txt": (text("5月6日 晴\n牛棚塌了，压死一头牛。"), [("", "2015-05-06", "牛棚塌了")]),
    "抄/又一份.txt": (text(NEED_HANT.replace("，", " ")), [("", "", "農路塌了半邊")]),
}  # fmt: skip

# Each file that cannot be read, or not whole, and what is said of it.
BAD: dict[str, tuple[Build, str]] = {
    "坏/空.txt": (raw(b""), "holds no entries"),
    "坏/空.docx": (raw(b""), "is empty (0 bytes)"),
    "坏/断.docx": (truncated(document(NEED)), "is cut off, its end is missing"),
    "坏/锁.docx": (encrypted(document(NEED)), "is protected by a password"),
    "坏/锁.xlsx": (encrypted(sheets({"甲": [["内容"], [NEED]]})), "is protected by a password"),
    "坏/锁.pdf": (locked_pdf, "is protected by a password"),
    "坏/扫描.pdf": (scanned_pdf, "has no text, only pictures of it"),
    "坏/旧.doc": (raw(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), ".doc is not read; open it in Word or WPS and save it as .docx"),
    "坏/照片.jpg": (raw(b"\xff\xd8\xff"), "it is a picture; have its text recognised"),
    "坏/网页.xls": (text("<html><table></table></html>"), "is a web page named .xls"),
    "坏/算.xlsx": (sheets({"甲": [["内容", "户数"], [NEED, "=1+1"]]}), "the formula in B2 has no result"),
    "坏/炸.docx": (bomb, "unpacks to over 200 times its size"),
    "坏/实体.docx": (entities, "declares XML entities"),
    "坏/上.zip": (raw(zipped("../../x.txt", b"x")), "which leads out of its folder"),
    "坏/码.txt": (raw("Les élèves".encode("latin-1")), "no Chinese in any encoding known here"),
    "坏/无列.csv": (rows("utf-8", ["甲", "乙"], ["1", "2"]), "no text column; found 甲, 乙"),
    "坏/无读.xyz": (raw(b"x"), "no reader for '.xyz'"),
}  # fmt: skip
# Bad rows and sheets in files that are read otherwise.
BAD_PLACES = {
    "09隐藏.xlsx:密": "the sheet is hidden and was left out",
    "31错行.csv:3": "3 cells under 2 column names",
}


def build(root: Path) -> None:
    """Write the folder, with a link that leads out of it."""
    for name, (make, _) in [*GOOD.items(), *BAD.items()]:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path)
    rows("utf-8", ["编号", "内容"], ["e1", "先说路。"], ["e2", "水", "多"], ["e3", "后说桥。"])(root / "31错行.csv")
    outside = root.parent / "外.txt"
    outside.write_text("外人的话。", "utf-8")
    (root / "坏" / "链.txt").symlink_to(outside)
