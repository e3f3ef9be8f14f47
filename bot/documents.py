"""Writes Word files in the layout of official papers, GB/T 9704-2012 (domain.md 7.3); what people typed stays text."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

import docx
from docx.document import Document as Written
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.text.run import CT_R
from docx.section import _Footer, _Header
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph as Line

from bot.messages import Document, Paragraph, Table

TITLE_FONT, BODY_FONT, KAI_FONT, HEI_FONT, SONG_FONT = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"
# What a machine without the font takes in its place (domain.md 7.3); stands in the file's own table of fonts.
INSTEAD: Mapping[str, str] = {
    TITLE_FONT: "宋体,SimSun", BODY_FONT: "仿宋,FangSong", KAI_FONT: "楷体,KaiTi", HEI_FONT: "SimHei",
    SONG_FONT: "SimSun",
}  # fmt: skip
BODY_SIZE, TITLE_SIZE, SMALL_SIZE, TABLE_SIZE = 16.0, 22.0, 14.0, 10.5  # points: 3号, 2号, 4号, 5号
LINE_TWIPS = 579  # 225 mm in 22 lines: 28.95 points
TITLE_LINE_TWIPS = 640
SQUEEZE_TWIPS = -5  # off each character of 3号, so that 28 of them and not 27 stand in 156 mm
CHAR_TWIPS = 315  # one of these characters
WIDTH_TWIPS = 8844  # 156 mm
_LONGEST = 20_000  # characters of one paragraph
_BANNED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class _Look:
    """How one style looks. first, left, right: indents in characters. page: it begins a new one."""

    name: str
    font: str = BODY_FONT
    size: float = BODY_SIZE
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
    first: int = 0
    left: int = 0
    right: int = 0
    line: int = LINE_TWIPS
    page: bool = False
    level: int | None = None
    keep: bool = False


_LEFT, _MIDDLE, _RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
STYLES: Mapping[str, _Look] = {
    "body": _Look("公文正文", first=2),
    "prompt": _Look("待补写", first=2),
    "title": _Look("公文标题", TITLE_FONT, TITLE_SIZE, _MIDDLE, line=TITLE_LINE_TWIPS, keep=True),
    "number": _Look("发文字号", align=_MIDDLE),
    "upward": _Look("发文字号与签发人", align=_LEFT, left=1, right=1),
    "to": _Look("主送机关", align=_LEFT),
    "h1": _Look("公文一级标题", HEI_FONT, first=2, level=0, keep=True),
    "h2": _Look("公文二级标题", KAI_FONT, first=2, level=1, keep=True),
    "h3": _Look("公文三级标题", first=2, level=2),
    "note": _Look("附件说明", align=_LEFT, left=2),
    "note_more": _Look("附件说明续", align=_LEFT, left=5),
    "sign": _Look("署名", align=_RIGHT, right=4, keep=True),
    "date": _Look("成文日期", align=_RIGHT, right=4),
    "annex": _Look("附件标识", HEI_FONT, align=_LEFT, page=True, keep=True),
    "blank": _Look("空行"),
    "cell": _Look("表格文字", size=TABLE_SIZE, align=_LEFT, line=320),
    "head": _Look("表格标题", HEI_FONT, TABLE_SIZE, _MIDDLE, line=320),
}

_WATERMARK = (
    f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
    'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
    '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
    '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
    '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" '
    'o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="%s" type="#_x0000_t136" fillcolor="silver" stroked="f" style="position:absolute;margin-left:0;'
    "margin-top:0;width:300pt;height:150pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;"
    'mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin">'
    '<v:fill opacity=".5"/><v:textpath style="font-family:&quot;宋体&quot;;font-size:1pt" string="草稿"/>'
    "</v:shape></w:pict></w:r>"
)


def content(paper: Document) -> bytes:
    """The file's bytes."""
    written = docx.Document()
    _properties(written, paper)
    _fonts(written)
    _styles(written)
    _page(written)
    for part in paper.parts:
        if isinstance(part, Paragraph):
            _paragraph(written, part)
        else:
            _table(written, part)
    _furniture(written, draft=paper.draft)
    buffer = io.BytesIO()
    written.save(buffer)
    return buffer.getvalue()


def safe(text: str) -> str:
    """Words as one line of XML can hold them: control characters dropped, line ends and tabs become blanks."""
    return _BANNED.sub("", re.sub(r"[\t\r\n\u2028\u2029]+", " ", text))[:_LONGEST]


def _properties(written: Written, paper: Document) -> None:
    told = written.core_properties
    told.title, told.author, told.comments, told.language = safe(paper.title)[:250], "", "", "zh-CN"


def _fonts(written: Written) -> None:
    part = written.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    added = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in INSTEAD.items()
    )
    before, end, _ = part.blob.decode().rpartition("</w:fonts>")
    part._blob = f"{before}{added}{end}".encode()  # the library has no way in


def _styles(written: Written) -> None:
    normal = written.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _letters(normal, BODY_FONT, BODY_SIZE)
    for key, look in STYLES.items():
        style = written.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(style, ParagraphStyle), key
        style.base_style = normal
        style.quick_style = True
        _letters(style, look.font, look.size)
        _shape(style, look)


def _letters(style: ParagraphStyle, font: str, size: float) -> None:
    """Digits and letters in the font of the characters around them."""
    style.font.size = Pt(size)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(kind), font)
    if size == BODY_SIZE:  # no grid of characters: LibreOffice gives two cells to one that is a hair too wide
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(SQUEEZE_TWIPS))
        properties.insert_element_before(
            spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:lang"
        )


def _shape(style: ParagraphStyle, look: _Look) -> None:
    shape = style.paragraph_format
    shape.alignment, shape.space_before, shape.space_after = look.align, Pt(0), Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look.line / 20)
    shape.page_break_before, shape.keep_with_next = look.page, look.keep
    shape.widow_control = False
    if look.name == STYLES["upward"].name:
        shape.tab_stops.add_tab_stop(Pt((WIDTH_TWIPS - CHAR_TWIPS) / 20), WD_TAB_ALIGNMENT.RIGHT)
    properties = style.element.get_or_add_pPr()
    indent = properties.get_or_add_ind()
    for side, many in (("firstLine", look.first), ("left", look.left), ("right", look.right)):
        if many:  # Word counts in characters where it is told them; others take the twips
            indent.set(qn(f"w:{side}Chars"), str(many * 100))
            indent.set(qn(f"w:{side}"), str(many * CHAR_TWIPS))
    if look.size == TABLE_SIZE:
        loose = OxmlElement("w:snapToGrid")
        loose.set(qn("w:val"), "0")
        properties.insert_element_before(loose, "w:spacing", "w:ind", "w:jc")
    if look.level is not None:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(look.level))
        properties.append(level)


def _page(written: Written) -> None:
    page = written.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    page.header_distance, page.footer_distance = Mm(15), Mm(25)
    for old in page._sectPr.findall(qn("w:docGrid")):  # the library knows no grid
        page._sectPr.remove(old)
    grid = OxmlElement("w:docGrid")
    for name, value in (("type", "lines"), ("linePitch", LINE_TWIPS)):
        grid.set(qn(f"w:{name}"), str(value))
    page._sectPr.append(grid)
    written.settings.odd_and_even_pages_header_footer = True


def _paragraph(written: Written, part: Paragraph) -> None:
    look = STYLES.get(part.style, STYLES["body"])
    line = written.add_paragraph(style=look.name)
    pieces = part.text.split("\t", 1) if part.style == "upward" else [part.text]
    run = line.add_run("\t".join(safe(piece) for piece in pieces))
    if part.style == "prompt":
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _table(written: Written, part: Table) -> None:
    columns = len(part.headings)
    table = written.add_table(rows=1, cols=columns)
    table.style, table.autofit = written.styles["Table Grid"], False
    shares = part.widths if len(part.widths) == columns else (1,) * columns
    widths = [Pt(WIDTH_TWIPS / 20 * share / sum(shares)) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row, names in enumerate((part.headings, *part.rows)):
        cells = (table.rows[0] if row == 0 else table.add_row()).cells
        for cell, text, width in zip(cells, names, widths, strict=True):
            cell.width = width
            cell.paragraphs[0].style = written.styles[STYLES["cell" if row else "head"].name]
            cell.paragraphs[0].add_run(safe(text))
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)  # the headings again on every page
    for line in table.rows:
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _furniture(written: Written, *, draft: bool) -> None:
    """Page numbers: odd pages at the right, even ones at the left, one character in; and the draft's mark."""
    page = written.sections[0]
    for footer, side in ((page.footer, "right"), (page.even_page_footer, "left")):
        _page_number(footer, side)
    for at, header in enumerate((page.header, page.even_page_header)):
        _mark(header, f"draft{at}", draft=draft)


def _page_number(footer: _Footer, side: str) -> None:
    footer.is_linked_to_previous = False
    line = footer.paragraphs[0]
    line.alignment = _RIGHT if side == "right" else _LEFT
    indent = line._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn(f"w:{side}Chars"), "100")
    indent.set(qn(f"w:{side}"), str(int(SMALL_SIZE * 20)))
    _small(line, "— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = _small(line, "1")
    line._p.remove(run)
    field.append(run)
    line._p.append(field)
    _small(line, " —")


def _small(line: Line, text: str) -> CT_R:
    run = line.add_run(text)
    run.font.size = Pt(SMALL_SIZE)
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia"):
        fonts.set(qn(kind), SONG_FONT)
    return run._r


def _mark(header: _Header, name: str, *, draft: bool) -> None:
    header.is_linked_to_previous = False
    if draft:
        line = header.paragraphs[0]
        line.alignment = _RIGHT
        _small(line, "草稿")
        line._p.append(parse_xml(_WATERMARK % name))
