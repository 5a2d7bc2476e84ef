"""What programs and people add to a picture's name, and the small language in which a studio adds its own.

An entry of ``pairing.suffixes`` is what stands after the name (``-Edit``), or before it if the entry ends in a
separator (``LRG_``). In it

- case does not matter, and ``-``, ``_`` and the space are the same, any number of them: ``-Edit`` also means
  ``_edit``, `` EDIT`` and `` - Edit``;
- ``#`` is a number from 1 to 99;
- ``*`` is anything, or nothing, but never a frame number (three or more digits by themselves);
- ``{a|b|c}`` is one of these; one of them may be empty.

An ending may be followed by a counter from 1 to 99 (``-Edit-2``, `` copy 2``, ``_final (3)``), which need not be
written. Numbers with leading zeros are a studio's own numbering (``_01``), never a counter.
"""

from __future__ import annotations

import re
import unicodedata

DEFAULT_SUFFIXES = (
    # Lightroom, Bridge and Photoshop in their languages; Google Photos and others use the same words.
    "-{edit|edited|bearbeitet|bearbeiten|modifier|modifié|modifiée|editar|editado|editada|ha editado|editat}",
    "-{modifica|modificato|modificata|bewerken|bewerkt|redigera|redigerad|rediger|redigeret|redigert|muokattu}",
    "-{edycja|edytuj|edytowane|upraveno|upravit|düzenle|düzenlendi|редактировать|изменено|編集|編集済み}",
    "-{编辑|已编辑|編輯|已編輯|편집|편집됨|retusche|retuschiert|retuschierte|ritocco|ritoccato|retusj|retuscherad}",
    "-{retouch|retouched|retouching|retouche|retouché|retouchée|retoque|retocado|retocada|geretoucheerd|レタッチ}",
    "-{精修|修图|修圖|보정|보정본}",
    "-{enhanced|verbessert|verbeterd|mejorado|migliorato|aprimorado|amélioré|améliorée|förbättrad}{|-nr|-sr|-rr|-rd}",
    "-{enhanced|verbessert|verbeterd|mejorado|migliorato|aprimorado|amélioré|améliorée|förbättrad}-nr-{sr|rd}",
    "-{強化|已增强|已增強|향상됨}{|-nr|-sr|-rr|-rd|-降噪|-超分辨率|-雜訊減少|-ノイズ除去}",
    "-{recovered|wiederhergestellt|récupéré|recuperado|recuperato|恢复的}",
    "LRG_",
    # Topaz, of all generations: Photo AI, DeNoise, Sharpen, Gigapixel.
    "-topaz{|-photo|-photo-ai|-#x}",
    "-topaz-{adjust|balance|color|colour|denoise|enhance|face|light|recover|refocus|remove|restore|sharpen|text|upscale}*",
    "-{denoise|sharpen|gigapixel|mask|adjust}ai*",
    "-{denoise ai|sharpen ai|gigapixel}*",
    "-{standard|high fidelity|low resolution|redefine|redefine realistic|redefine creative}{| v#}-{#x|#.#x}",
    # Other programs that smooth, retouch or denoise.
    "-dxo*",
    "-{on1|on1 nonoise|on1nonoise|nik collection|pureraw|portraiture|portraitpro|portrait pro}",
    "-{evoto|evoto ai|luminar|luminar ai|luminarai|luminar neo|luminarneo}",
    "-{retouch4me|r4m}{|-clean backdrop|-dodge burn|-eye vessels|-fabric|-heal|-portrait volumes|-skin tone}",
    "-{aftershoot|imagen|perfectly clear|perfectlyclear|photolab|facetune|faceapp|fotor|meitu|picsart|remini|snapseed}",
    "-{neural filter|neural filters|neuralfilter|neuralfilters|skin smoothing|skinsmoothing|frequency separation}",
    # Words that people add.
    "-{final|finals|finale|finished|done|fertig|ready|definitief|definitivo|finalizado|最终|最終}",
    "-{smooth|smoothed|smoothing|smooth skin|smoothskin|skin|skin smooth|skin smoothed|soft skin|softskin|geglättet}",
    "-{denoised|sharpened|upscaled|restored|relight|relit|heal|healed|dodge burn|dodge and burn}",
    "-{v#|v0#|ver#|version #|version#|rev#}",
    # Copies: Finder, Explorer, GNOME and KDE, Google Drive, Android.
    "-{copy|kopie|copie|copia|cópia|kopia|kopi|kopio|kopya|kopyas\u0131|másolat|копия|コピー|副本|拷贝|拷貝|複製|복사본|사본}",
    "{|-}のコピー",
    "副本",
    "-({copy|another copy|kopie|andere kopie|copie|copia|cópia|kopia|kopi|复制|コピー})",
    "-(#)",
    "(#)",
    "~#",
    "copy of ",
    "kopie von ",
    "copie de ",
    "copia de ",
    "copia di ",
    "cópia de ",
    "kopie van ",
    "kopia av ",
    # The name of another file, kept whole: IMG_1.CR3.jpg, IMG_1.tif copy.jpg.
    ".{jpg|jpeg|tif|tiff|png|webp|psd|psb|heic|dng|cr2|cr3|nef|nrw|arw|raf|rw2|orf|pef|iiq|3fr|fff|x3f}",
)
"""What is taken off an export's name to find its original's, unless the settings name others."""

SEPARATORS = r"\s_\-\u2010-\u2015"
"""Inside a regular expression's brackets: what stands between the words of a name (any space, any dash)."""

ANYTHING = r"(?:(?!(?<![^\W_])[0-9]{3,}(?![^\W_])).)*"
"""What ``*`` stands for: anything without a number of three or more digits by themselves."""

_BETWEEN = rf"[{SEPARATORS}]+"
_COUNTER = r"[1-9][0-9]?"
_AFTER = rf"(?:(?<![0-9]){_COUNTER}|{_BETWEEN}{_COUNTER}|[{SEPARATORS}]*\({_COUNTER}\))?"
_TOKEN = re.compile(rf"{_BETWEEN}|[#*{{|}}]|.", re.DOTALL)
_MEANING = {"#": rf"{_COUNTER}(?![0-9])", "*": ANYTHING, "{": "(?:", "|": "|", "}": ")"}


def folded(text: str) -> str:
    """Text by which names are compared: case and Unicode form do not count.

    Any text will do, also one with bytes that are no UTF-8 (``surrogateescape``).
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def is_prefix(entry: str) -> bool:
    """Whether an entry stands before the name, not after it."""
    return re.search(rf"[{SEPARATORS}]\Z", entry) is not None


def expression(entry: str) -> str:
    """The regular expression, for ``folded`` text, of an entry of ``pairing.suffixes``.

    Args:
        entry: in the language that the module's docstring describes.

    Raises:
        ValueError: the entry is empty, has no letter, digit or ``#`` in it, or its braces do not match.
    """
    _check(entry)
    meaning = "".join(_meaning(token) for token in _TOKEN.findall(folded(entry)))
    return meaning if is_prefix(entry) else meaning + _AFTER


def _meaning(token: str) -> str:
    if re.fullmatch(_BETWEEN, token):
        return _BETWEEN
    return _MEANING.get(token, re.escape(token))


def _check(entry: str) -> None:
    if not re.search(r"[^\W_]|#", entry):
        raise ValueError(f'"{entry}" would be taken off any name; write at least one letter, or # for a number')
    if "/" in entry:
        raise ValueError(f'"{entry}" has a "/" in it; write what stands in a name, not in a path')
    outside = re.sub(r"\{[^{}]*\}", "", entry)
    if re.search(r"[{|}]", outside):
        raise ValueError(f'"{entry}": write choices as {{one|other}}, braces in pairs and not inside each other')
