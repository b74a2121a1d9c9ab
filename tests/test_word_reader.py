import tracemalloc
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml

from minqing.corpora.readers import word, workbook
from minqing.corpora.readers.rows import Row

from office import W, cell, fields, paragraph, run, sheet, table, text_of, with_body, with_table, written

BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:txbxContent>{0}</w:txbxContent></mc:Choice>"
    "<mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
).format(paragraph(run("框内的话")))


SEEN = {
    "plain": (paragraph(run("路烂") + run("了")) + paragraph(run("水断了")), "路烂了\n水断了"),
    "insertion": (paragraph(run("路") + "<w:ins>" + run("还没修") + "</w:ins>"), "路还没修"),
    "deletion": (paragraph(run("路烂") + "<w:del><w:r><w:delText>不烂</w:delText></w:r></w:del>"), "路烂"),
    "moved": (paragraph("<w:moveFrom>" + run("水") + "</w:moveFrom>" + run("路") + "<w:moveTo>" + run("水") + "</w:moveTo>"), "路水"),
    "link": (paragraph("<w:hyperlink>" + run("通知") + "</w:hyperlink>"), "通知"),
    "control": ("<w:sdt><w:sdtPr/><w:sdtContent>" + paragraph(run("已填")) + "</w:sdtContent></w:sdt>", "已填"),
    "prompt": (paragraph(run("诉求：") + "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + run("单击此处") + "</w:sdtContent></w:sdt>"), "诉求："),
    "soft_break": (paragraph("<w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>一</w:t><w:br/><w:t>二</w:t><w:tab/><w:t>三</w:t></w:r>"), "一\n二\t三"),
    "page_break": (paragraph(run("上页") + "<w:r><w:br w:type='page'/></w:r>") + paragraph(run("下页")), "上页\n\n下页"),
    "text_box": (paragraph(run("正文") + BOX), "正文\n框内的话"),
    "field_code": (paragraph("<w:r><w:instrText>DATE</w:instrText></w:r>" + run("3月5日")), "3月5日"),
    "pinyin": (paragraph("<w:r><w:ruby><w:rt>" + run("lu") + "</w:rt><w:rubyBase>" + run("路") + "</w:rubyBase></w:ruby></w:r>"), "路"),
    "tick": (paragraph("<w:r><w:sym w:font='Wingdings' w:char='F0FE'/><w:t>低保</w:t></w:r>"), "☑低保"),
    "plain_table": (paragraph(run("前")) + table(cell("甲") + cell("乙"), cell("丙") + cell("丁")) + paragraph(run("后")), "前\n\n甲\t乙\n丙\t丁\n\n后"),
    "merged": (table(cell("甲", "<w:gridSpan w:val='2'/>"), cell("乙", "<w:vMerge w:val='restart'/>") + cell("丙"), cell("乙", "<w:vMerge/>") + cell("丁")), "甲\n乙\t丙\n丁"),
    "nested": (table("<w:tc>" + paragraph(run("外")) + table(cell("内一") + cell("内二")) + paragraph("") + "</w:tc>"), "外\n内一\t内二"),
}  # fmt: skip


@pytest.mark.parametrize("case", SEEN)
def test_a_document_reads_as_its_page_does(case: str, tmp_path: Path) -> None:
    xml, expected = SEEN[case]
    path = with_body(tmp_path, xml)
    rows = list(word.rows(path))
    assert text_of(rows) == expected
    assert fields(rows[0])["source"] == {"file": str(path)}


def test_headers_and_footers_are_left_out(tmp_path: Path) -> None:
    def fill(document: object) -> None:
        document.sections[0].header.paragraphs[0].text = "石桥镇人民政府"
        document.add_paragraph("路灯坏了")

    assert text_of(list(word.rows(written(tmp_path, fill)))) == "路灯坏了"


FORMS = {
    "beside": (
        [["走访时间", "2024年3月5日", "走访地点", "石桥村"], ["走访对象", "王大山", "村小组", "三组"], ["诉求", "水渠断了。"], ["心得体会", "要常来。"]],
        "走访时间：2024年3月5日\n走访地点：石桥村\n走访对象：王大山\n村小组：三组\n诉求：水渠断了。\n心得体会：要常来。",
    ),
    "beside_hant": (
        [["民情日記"], ["走訪時間", "3月5日", "走訪地點", "石橋里"], ["訴　求：", "水溝不通。"], ["處理情況", "已轉水利科。"], ["心得體會", ""]],
        "民情日記\n走訪時間：3月5日\n走訪地點：石橋里\n訴求：水溝不通。\n處理情況：已轉水利科。\n心得體會",
    ),
    "above": ([["走访时间", "走访对象", "家庭基本情况"], ["3月5日", "王大山", "三口人，独居老人一名。"]], "走访时间：3月5日\n走访对象：王大山\n家庭基本情况：三口人，独居老人一名。"),
    "text_first": ([["走访内容", "今天去了王大山家。"], ["处理情况", "已上报。"], ["记录人", "李小河"]], "走访内容：今天去了王大山家。\n处理情况：已上报。\n记录人：李小河"),
}  # fmt: skip


@pytest.mark.parametrize("case", FORMS)
def test_a_form_reads_as_names_and_values_in_word_and_excel(case: str, tmp_path: Path) -> None:
    cells, expected = FORMS[case]
    assert text_of(list(word.rows(with_table(tmp_path, cells)))) == expected
    assert text_of(list(workbook.rows(sheet(tmp_path, {"表": cells})))) == expected


def test_a_table_of_records_gives_a_row_a_record_with_its_heading(tmp_path: Path) -> None:
    path = with_table(
        tmp_path,
        [
            ["序号", "村", "内容"],
            ["1", "石桥", "路烂"],
            ["2", "柳湾", "水断"],
            ["序号", "村", "内容"],
            ["3", "柳湾", ""],
        ],
    )
    document = Document(str(path))
    document.element.body.insert(0, parse_xml(f"<w:p {W}>{run('民情台账')}</w:p>"))
    document.add_paragraph("以上各户已走访完毕，待汇总。")
    document.save(str(path))
    *records, rest = list(word.rows(path))
    assert [row.where for row in records] == [f"{path}:table 1:{n}" for n in (2, 3, 5)]
    heading = fields(records[0])["source"]["heading"]
    assert heading == "民情台账"
    assert [(fields(r)["id"], fields(r)["村"], fields(r)["text"]) for r in records] == [
        ("1", "石桥", "路烂"),
        ("2", "柳湾", "水断"),
        ("3", "柳湾", ""),
    ]
    assert fields(rest)["text"] == "以上各户已走访完毕，待汇总。"


def test_a_text_column_of_another_name_can_be_named(tmp_path: Path) -> None:
    cells = [["户", "说的话"], ["甲", "路烂"]]
    assert fields(next(word.rows(with_table(tmp_path, cells), "说的话")))["text"] == "路烂"
    assert fields(next(workbook.rows(sheet(tmp_path, {"表": cells}), "说的话")))["text"] == "路烂"


def test_a_passing_copy_is_called_by_its_own_name(tmp_path: Path) -> None:
    path = with_body(tmp_path, paragraph(run("路烂")))
    rows = list(word.rows(path, None, "a.zip/b.docx"))
    assert rows == [Row("a.zip/b.docx", {"text": "路烂", "source": {"file": "a.zip/b.docx"}}, is_document=True)]


def test_reading_a_long_document_takes_no_more_memory_than_its_text(tmp_path: Path) -> None:
    path = with_body(tmp_path, "".join(paragraph(run(f"路烂水断{n * n}")) for n in range(20_000)))
    tracemalloc.start()
    list(word.rows(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000
