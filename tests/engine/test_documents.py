"""Word files: the layout of official papers measured in the file (domain.md 7.3), and words that stay words."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document as Written
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as Line

from bot import documents
from bot.channel import WeComChannel
from bot.messages import Attachment, Document, Outgoing, Paragraph, Table, pack, unpack
from bot.wecom.outcomes import Delivered
from tests.engine.world import kept, parcel

TITLE = "关于2026年第三季度监督工作情况的报告"
STYLES = ("title", "to", "h1", "h2", "h3", "body", "note", "note_more", "sign", "date", "annex", "number", "upward")
PAPER = Document(
    "报告.docx",
    TITLE,
    (
        *(Paragraph(f"{style}的文字", style) for style in STYLES),
        Table(("编号", "问题"), (("1", "甲"), ("2", "乙")), (1, 3)),
    ),
)


def written(paper: Document) -> Written:
    return docx.Document(io.BytesIO(documents.content(paper)))


def line(paper: Written, style: str) -> Line:
    return next(one for one in paper.paragraphs if one.text == f"{style}的文字")


def twips(value: int | None) -> int:
    assert value is not None
    return round(value / 635)


def test_the_page_is_that_of_the_standard() -> None:
    paper = written(PAPER)
    page = paper.sections[0]
    millimetres = [
        round(value / 36000)
        for value in (page.page_width, page.page_height, page.top_margin, page.bottom_margin, page.left_margin,
                      page.right_margin) if value is not None
    ]  # fmt: skip
    assert millimetres == [210, 297, 37, 35, 28, 26]
    grid = page._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "lines" and grid.get(qn("w:linePitch")) == "579"
    assert 22 * 579 <= 225 / 25.4 * 1440 < 23 * 579  # 22 lines in 225 mm
    assert 28 * 315 <= 156 / 25.4 * 1440 < 29 * 315  # 28 characters of 3号, drawn together by a quarter of a point


def test_the_body_is_fangsong_with_fixed_spacing_and_two_characters_of_indent() -> None:
    style = line(written(PAPER), "body").style
    assert style is not None and style.font.size is not None
    fonts = style.element.rPr.rFonts
    assert {fonts.get(qn(f"w:{kind}")) for kind in ("ascii", "hAnsi", "eastAsia")} == {"仿宋_GB2312"}
    assert style.font.size.pt == 16
    assert style.element.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-5"
    assert 28 <= style.paragraph_format.line_spacing.pt <= 29
    assert style.element.pPr.find(qn("w:spacing")).get(qn("w:lineRule")) == "exact"
    indent = style.element.pPr.find(qn("w:ind"))
    assert indent.get(qn("w:firstLineChars")) == "200" and indent.get(qn("w:firstLine")) == "630"


@pytest.mark.parametrize(
    ("name", "font", "size"),
    [("title", "方正小标宋简体", 22), ("h1", "黑体", 16), ("h2", "楷体_GB2312", 16), ("h3", "仿宋_GB2312", 16),
     ("sign", "仿宋_GB2312", 16), ("annex", "黑体", 16)],
)  # fmt: skip
def test_every_level_has_its_font(name: str, font: str, size: int) -> None:
    style = line(written(PAPER), name).style
    assert style is not None and style.font.size is not None
    assert style.element.rPr.rFonts.get(qn("w:eastAsia")) == font and style.font.size.pt == size


def test_indents_alignment_and_new_pages() -> None:
    paper = written(PAPER)
    indents = {}
    for name in ("note", "note_more", "sign", "date", "to"):
        style = line(paper, name).style
        assert style is not None
        indent = style.element.pPr.find(qn("w:ind"))
        indents[name] = {key.split("}")[1]: value for key, value in indent.attrib.items()}
    assert indents["sign"] == indents["date"] == {"rightChars": "400", "right": "1260"}
    assert indents["note"] == {"leftChars": "200", "left": "630"} and indents["to"] == {}
    title, annex = line(paper, "title").style, line(paper, "annex").style
    assert title is not None and annex is not None
    assert title.paragraph_format.alignment == 1 and annex.paragraph_format.page_break_before


def test_a_missing_font_has_its_substitute_in_the_table_of_fonts() -> None:
    with zipfile.ZipFile(io.BytesIO(documents.content(PAPER))) as file:
        table = file.read("word/fontTable.xml").decode()
    for name, others in (("方正小标宋简体", "宋体"), ("仿宋_GB2312", "仿宋,FangSong"), ("楷体_GB2312", "楷体")):
        assert f'<w:font w:name="{name}"><w:altName w:val="{others}' in table


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages() -> None:
    paper = written(PAPER)
    assert paper.settings.odd_and_even_pages_header_footer
    for footer, side in ((paper.sections[0].footer, "right"), (paper.sections[0].even_page_footer, "left")):
        one = footer.paragraphs[0]
        xml = one._p
        field = xml.find(qn("w:fldSimple"))
        assert field.get(qn("w:instr")) == "PAGE"
        assert [run.text for run in one.runs] == ["— ", " —"]
        assert {run.font.size.pt for run in one.runs if run.font.size} == {14}
        assert one.alignment == {"right": 2, "left": 0}[side]
        assert xml.pPr.find(qn("w:ind")).get(qn(f"w:{side}Chars")) == "100"


@pytest.mark.parametrize("draft", [True, False])
def test_only_a_draft_says_so_on_every_page(draft: bool) -> None:
    paper = written(Document(PAPER.name, PAPER.title, PAPER.parts, draft))
    for header in (paper.sections[0].header, paper.sections[0].even_page_header):
        xml = header.part.element.xml
        assert ('string="草稿"' in xml) is draft and (header.paragraphs[0].text == "草稿") is draft


def test_what_people_typed_stays_text() -> None:
    nasty = "<w:p/>&amp;\x00\x0b\x1f\ufffe]]>\ud800 =1+1\n第二行\t完"
    paper = written(Document("a.docx", nasty, (Paragraph(nasty), Table((nasty,), ((nasty,),)))))
    expected = "<w:p/>&amp;]]> =1+1 第二行 完"
    assert paper.paragraphs[0].text == expected
    assert [cell.text for row in paper.tables[0].rows for cell in row.cells] == [expected] * 2
    assert paper.core_properties.title == expected


def test_a_table_repeats_its_headings_and_keeps_its_shares() -> None:
    table = written(PAPER).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["编号", "问题"], ["1", "甲"], ["2", "乙"]]
    assert table.rows[0]._tr.trPr is not None and table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    first, second = (twips(cell.width) for cell in table.rows[1].cells)
    assert abs(second - 3 * first) <= 3 and abs(first + second - 8844) <= 3


def test_a_paper_survives_the_outbox() -> None:
    kind, body = pack(PAPER)
    assert kind == "document" and unpack(kind, json.loads(json.dumps(body))) == PAPER


class Wire:
    """The client's place: keeps what it is given to upload."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Attachment, bytes]] = []

    async def send(self, person: str, message: Outgoing, **_more: object) -> Delivered:
        assert isinstance(message, Attachment)
        self.sent.append((person, message, Path(message.path).read_bytes()))
        return Delivered("m", "", ())


async def test_it_is_written_when_it_goes_out_and_once_for_all() -> None:
    wire = Wire()
    channel = WeComChannel(wire)  # type: ignore[arg-type]
    for person in ("a", "b"):
        assert (await channel.deliver(parcel(person, PAPER), kept)).state == "sent"
    channel.close()
    (_, first, content), (_, second, _) = wire.sent
    assert first.name == "报告.docx" and first.path == second.path
    assert line(docx.Document(io.BytesIO(content)), "title").text


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_another_program_reads_it(tmp_path: Path) -> None:
    source = tmp_path / "paper.docx"
    source.write_bytes(
        documents.content(Document("a.docx", TITLE, (*PAPER.parts, *(Paragraph("正文" * 90),) * 8), True))
    )
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")
