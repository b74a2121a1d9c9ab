"""Word and Excel files masked: texts put in the place of others, everything else kept, or emptied, or refused.

Such a file is many parts in one container. Each kind of part has its fate below; of a part that is not there nobody
knows what it tells, and the file is refused. What a person deleted is deleted, who wrote it is forgotten.
"""

import base64
import copy
import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from gettext import gettext as _
from pathlib import Path
from typing import Any

from minqing.corpora.readers.guard import check_container, shown
from minqing.ledger.privacy import sheets, word
from minqing.ledger.privacy.documents import Masker
from minqing.ledger.privacy.pieces import local
from minqing.nlp.errors import LedgerError

# Of no file is known when it was written.
_DAY = (1980, 1, 1, 0, 0, 0)
_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_PROPERTIES = {
    "docProps/core.xml": b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}  # fmt: skip

# By their names: what holds text, what is kept as it is, what is left out, pictures, which are emptied.
_TEXT = re.compile(
    r"word/(?:glossary/)?(?:document|header|footer|footnotes|endnotes|comments|settings|people|numbering)\d*\.xml"
    r"|xl/(?:workbook|sharedStrings|worksheets/sheet|comments/?comment|comments|tables/table|threadedComments/threadedComment"
    r"|persons/person|drawings/drawing)s?\d*\.xml|xl/cellimages\.xml|xl/drawings/\w+\.vml"
)
_KEPT = re.compile(
    r"word/(?:glossary/)?(?:styles|stylesWithEffects|fontTable|webSettings)\.xml|(?:word|xl)/theme/theme\d*\.xml"
    r"|word/comments(?:Extended|Ids|Extensible)\.xml|word/fonts/[^/]+\.odttf|xl/styles\.xml|xl/metadata\.xml"
)
_LEFT_OUT = re.compile(
    r"(?:customXml|docMetadata|\[trash\])/.*|word/intelligence2?\.xml|docProps/thumbnail\..*|xl/calcChain\.xml"
    r"|(?:word|xl)/printerSettings/.*"
)
_MEDIA = re.compile(r"(?:word|xl)/media/[^/]+\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|wdp)", re.IGNORECASE)


def mask_package(path: Path, masker: Masker) -> bytes:
    """Give a .docx or .xlsx masked.

    Raises:
        LedgerError: it holds a part that cannot be masked, or lxml is missing.
        EntryError: it is damaged, protected or no such file.
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise LedgerError(_("masking .docx and .xlsx takes lxml: pip install 'minqing[privacy]'")) from error
    check_container(path, shown(path))
    with zipfile.ZipFile(path) as container:
        parts = {info.filename: container.read(info) for info in container.infolist() if not info.is_dir()}
    _refuse_unknown(path, parts)
    parts = {name: content for name, content in parts.items() if not _LEFT_OUT.fullmatch(name)}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    taken = [name for name in parts if _TEXT.fullmatch(name) or _is_frame(name)]
    trees = {name: etree.fromstring(parts[name], parser) for name in taken}
    texts = {name: tree for name, tree in trees.items() if not _is_frame(name)}
    mask_trees = sheets.mask_trees if "xl/workbook.xml" in parts else word.mask_trees
    # A name that other words tell of at one place is masked at every place.
    first = Masker(masker.stands, masker.names)
    mask_trees(copy.deepcopy(texts), first)
    masker.names |= {name for name in first.found if len(name) > 1}
    mask_trees(texts, masker)
    for name, tree in trees.items():
        if _is_frame(name):
            _mask_frame(name, tree, parts)
        parts[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    for name in parts:
        if _MEDIA.fullmatch(name):
            parts[name], masker.pictures = _PICTURE, masker.pictures + 1
    parts |= {name: content for name, content in _PROPERTIES.items() if name in parts}
    _refuse_left(path, parts, {name for name in masker.found if len(name) > 1})
    return _packed(parts)


def _refuse_unknown(path: Path, parts: dict[str, bytes]) -> None:
    for name in parts:
        if not (
            _is_frame(name) or name in _PROPERTIES or any(k.fullmatch(name) for k in (_TEXT, _KEPT, _LEFT_OUT, _MEDIA))
        ):
            raise LedgerError(
                _("{path}: holds {part}, which cannot be masked; take it out in Word or Excel and try again").format(
                    path=path, part=shown(name)
                )
            )


def _refuse_left(path: Path, parts: Mapping[str, bytes], masked: set[str]) -> None:
    """Refuse what names somebody in the names of styles, fonts and the like, which are kept."""
    for name, content in parts.items():
        if (_KEPT.fullmatch(name) or _is_frame(name)) and any(one.encode("utf-8") in content for one in masked):
            raise LedgerError(
                _("{path}: a name that is masked stands in {part} as well; rename that style or link").format(
                    path=path, part=shown(name)
                )
            )


def _is_frame(name: str) -> bool:
    return name == "[Content_Types].xml" or name.endswith(".rels")


def _mask_frame(name: str, tree: Any, parts: Mapping[str, bytes]) -> None:
    """Let go of parts that were left out, and of addresses: they name mail boxes, telephones and folders."""
    folder = posixpath.dirname(posixpath.dirname(name))
    for element in list(tree):
        part = element.get("PartName") or element.get("Target")
        if element.get("TargetMode") == "External":
            element.set("Target", "about:blank")
        elif local(element) != "Default" and posixpath.normpath(posixpath.join("/", folder, part))[1:] not in parts:
            tree.remove(element)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            container.writestr(zipfile.ZipInfo(name, _DAY), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()
