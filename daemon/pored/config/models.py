"""Every setting, declared once: its type and range, its default, and a sentence for whoever writes the file.

The sample config/pored.toml, the README's table and the messages about mistakes are rendered from these classes.
A Recovery is always resolved: its preset has been applied and every key has its value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003 - pydantic reads the annotations
from pathlib import Path, PurePath
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from pored.config.values import (
    Address,
    BlendIf,
    Distinct,
    FileOrFolderOrNone,
    FileOrNone,
    Folder,
    FolderOrNone,
    Group,
    Listed,
    Listening,
    Mode,
    Opacity,
    OpacityValue,
    Radius,
    Says,
    Seconds,
    Span,
    Webhook,
    is_loopback,
    shown,
)
from pored.suffixes import DEFAULT_SUFFIXES, expression, folded

Kind = Literal["tiff", "psd", "jpeg", "raw", "png", "webp", "heif"]
"""Kinds of picture that can serve as an original."""

OPEN = (0, 0, 255, 255)
"""Blend-If with its sliders where Photoshop leaves them: everything shows."""


def _template(name: str) -> str:
    rest = name.replace("{stem}", "", 1)
    if rest == name or re.search(r"[{}/\\\x00-\x1f]", rest) or name.startswith((".", "~")):
        raise ValueError(f'{shown(name)} is no name for results; write "{{stem}}" once, with nothing that makes a path')
    return name


def _title(name: str) -> str:
    if not re.fullmatch(r"\w[\w .-]{0,63}", name):
        raise ValueError(f"{shown(name)} is no name; use 1 to 64 letters, digits, spaces and . - _")
    return name


def _suffixes(entries: tuple[str, ...]) -> tuple[str, ...]:
    for entry in entries:
        expression(entry)
    return entries


class Frozen(BaseModel):
    """A group of settings: no unknown keys, no silent conversion, no change once read."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Pairing(Frozen):
    """How an export's original is found by its name."""

    prefer: Annotated[
        tuple[Kind, ...],
        Listed,
        Distinct,
        Says(f"a list of {', '.join(map(shown, get_args(Kind)))}"),
        Field(description="Of one frame's files the first kind present is its original; kinds not listed come last."),
    ] = ("tiff", "psd", "jpeg", "raw")
    suffixes: Annotated[
        tuple[str, ...],
        Listed,
        Distinct,
        AfterValidator(_suffixes),
        Says("a list of endings"),
        Field(
            description="What exporters, hosts and people add to a name, taken off right to left until none is left. "
            "-, _ and space are the same, # is a number, * anything, {a|b} one of these; LRG_ stands before the name."
        ),
    ] = DEFAULT_SUFFIXES
    overrides: Annotated[
        FileOrNone,
        Field(description='A CSV of export,original that a person wrote; it wins over every rule. "": none.'),
    ] = None


class Result(Frozen):
    """What is written for an export."""

    name: Annotated[
        str,
        AfterValidator(_template),
        Says('a name with "{stem}" in it'),
        Field(description='Name without extension; {stem} is the export\'s. "{stem}_pores" where output is the inbox.'),
    ] = "{stem}"
    format: Annotated[
        Literal["same", "jpeg", "tiff", "png"],
        Field(description="Kind of file; same: the export's own."),
    ] = "same"
    on_exist: Annotated[
        Literal["number", "replace"],
        Field(
            description="Where a result of that name is there already: number the new one, or replace what pored wrote "
            "itself; a file that pored did not write, or that was changed since, is never replaced."
        ),
    ] = "number"
    history: Annotated[
        bool,
        Field(description="An entry in the result's XMP history says what pored did; made-up pores are called so."),
    ] = True
    keep_time: Annotated[
        bool,
        Field(description="The result keeps the export's time of modification."),
    ] = False
    layered: Annotated[
        Literal[True, False, "texture"],
        Says('true, false, "texture"'),
        Field(
            description="Also a PSD (a PSB where it is large) with the texture as a layer; texture: that layer alone, "
            "to be put into any document. Volume studios turn it off."
        ),
    ] = True


Share = Annotated[float, Span(0.0, 1.0)]


class Zones(Frozen):
    """How much of a grafted texture each part of a face gets: 1 is what real skin has."""

    cheeks: Annotated[Share, Field(description="Grafted texture there: 1 as much as real skin has.")] = 1.0
    forehead: Annotated[Share, Field(description="On the forehead.")] = 1.0
    chin: Annotated[Share, Field(description="On the chin.")] = 1.0
    nose: Annotated[Share, Field(description="On the nose.")] = 0.8
    upper_lip: Annotated[Share, Field(description="Between nose and mouth.")] = 0.7
    under_eyes: Annotated[Share, Field(description="Below the eyes, where skin is thin.")] = 0.6
    elsewhere: Annotated[Share, Field(description="On temples, jaw and what else is skin.")] = 0.8


MARGIN = Span(0.0, 10.0, "% of the face's width")


class Mask(Frozen):
    """Where texture goes on a face. A retoucher's NAME.mask.png beside the export takes its place."""

    lips: Annotated[bool, Field(description="Lips get their texture back too.")] = False
    brows: Annotated[bool, Field(description="Brows too.")] = False
    eye_margin: Annotated[
        float, MARGIN, Field(description="Kept clear around the lids' line, for lashes; the soft edge's middle.")
    ] = 0.8
    brow_margin: Annotated[float, MARGIN, Field(description="Likewise around the brows.")] = 0.8
    lip_margin: Annotated[float, MARGIN, Field(description="Likewise around the lips.")] = 1.2
    feather: Annotated[
        float, Span(0.2, 10.0, "% of the face's width"), Field(description="Width of the mask's soft edge.")
    ] = 1.6
    smallest_face: Annotated[
        float,
        Span(0, 20000, "px"),
        Field(
            description="A face that is narrower, from cheek to cheek, is left as it is, and less time goes into "
            "looking for such; 0: every face is done."
        ),
    ] = 0.0
    face_strength: Annotated[
        tuple[Annotated[float, Span(0, 100, "%")], ...],
        Listed,
        Says("a list of 0 to 100 %"),
        Field(
            description="How much of its texture each face gets, counted from the left as skin-mask --overlay numbers "
            "them: for babies and painted faces less, 0 leaves a face as it is. Faces that are not listed get all."
        ),
    ] = ()


class Recovery(Frozen):
    """How pores come back, resolved: the preset is applied. The defaults are the preset ``natural``."""

    preset: Annotated[
        str,
        Says("natural, photoshop or one of [presets]"),
        Field(
            description="Where the settings below come from unless they are set; photoshop: the tutorial to the letter."
        ),
    ] = "natural"
    method: Annotated[
        Literal["high-pass", "graft", "grain"],
        Field(
            description="Where the texture comes from: the original's High Pass; graft: clean skin of the original, or "
            "a texture plate where there is none; grain: noise, for which no original is needed."
        ),
    ] = "high-pass"
    radius: Annotated[
        Radius,
        Field(
            description="Of the High Pass. auto: the smallest that holds nearly all that the smoothing took, "
            "3 to 6 px on a face 1,500 px wide.",
        ),
    ] = None
    opacity: Annotated[
        OpacityValue,
        Field(
            description="Of the texture layer. match: the skin gets the original's texture energy, as crisp as the "
            "rest of the export, face by face; with missing_only 50 gives the missing texture once. With grain it is "
            "the layer's."
        ),
    ] = Opacity()
    this_layer: Annotated[
        BlendIf,
        Field(description="Blend-If, This Layer: where the texture's own grey lets it show; 128 is no change."),
    ] = OPEN
    underlying: Annotated[
        BlendIf,
        Field(description="Blend-If, Underlying Layer: where the export's grey lets the texture show."),
    ] = OPEN
    missing_only: Annotated[
        bool,
        Field(description="Only what the export lacks, so that edges which it still has are not doubled."),
    ] = True
    guard_blemishes: Annotated[
        bool,
        Field(description="Keep blemishes that were retouched away from coming back with the pores."),
    ] = True
    guard_strength: Annotated[
        float,
        Span(0.1, 3.0),
        Field(
            description="Of the guard: above 1 fainter marks are kept out too, as long as most of the skin is left to "
            "take texture from; below 1 only stronger ones."
        ),
    ] = 1.0
    grain: Annotated[
        OpacityValue,
        Field(
            description="Method grain: Add Noise's amount. Tutorials take 2 to 4 %, which is all but invisible; match: "
            "as much texture as real skin has."
        ),
    ] = Opacity()
    grain_blur: Annotated[
        float, Span(0.0, 5.0, "px"), Field(description="Method grain: radius of the Gaussian Blur on the noise.")
    ] = 1.0
    grain_mode: Annotated[
        Literal["overlay", "soft light"], Field(description="Method grain: blend mode of the layer.")
    ] = "overlay"
    plate: Annotated[
        FileOrFolderOrNone,
        Field(
            description="Method graft: a picture of skin whose texture is taken where the original has none to give: a "
            "portrait, or skin alone; or a folder of such, of which each export gets one that is fine enough for its "
            'faces. "": made-up skin.'
        ),
    ] = None
    plate_face: Annotated[
        float,
        Span(100, 20000, "px"),
        Field(description="How wide the whole face would be on a plate that shows skin alone."),
    ] = 1500.0
    scope: Annotated[
        Literal["face", "all"],
        Field(description="Skin of faces, or also of neck, ears, shoulders and hands."),
    ] = "face"
    no_face: Annotated[
        Literal["fail", "copy"],
        Field(
            description="What becomes of a picture without a face: it fails with that reason, or is copied as it is."
        ),
    ] = "fail"
    mask: Mask = Mask()
    zones: Zones = Zones()


Order = Literal["alternate", "oldest", "newest"]


class Batch(Frozen):
    """What is said when a sub-folder of the inbox has gone quiet."""

    quiet_seconds: Annotated[
        Seconds,
        Span(10, 86400, "s"),
        Field(
            description="When nothing has happened in a sub-folder for so long, its batch is over: the log and a "
            "summary among the reports say what was done, waits and failed."
        ),
    ] = 600.0
    webhook: Annotated[
        Webhook,
        Field(description='The summary is posted there as JSON, "text" being for people; "": nowhere.'),
    ] = ""
    command: Annotated[
        tuple[str, ...],
        Listed,
        Says("a program and its arguments, or []"),
        Field(description='It gets the summary, with a subject line, as in ["/usr/sbin/sendmail", "retouch@studio"].'),
    ] = ()


MostMegapixels = Annotated[
    int, Span(1, 2000, "megapixels"), Field(description="A larger picture is refused by its header.")
]


class Recipe(Frozen):
    """How pores come back and what is written: what is the same for every export of one run."""

    recovery: Recovery = Recovery()
    result: Result = Result()
    most_megapixels: MostMegapixels = 300


class HotFolder(Frozen):
    """One inbox, where its originals are, and where everything goes."""

    name: Annotated[
        str,
        AfterValidator(_title),
        Says("a name"),
        Field(description="Named in logs and messages; no two alike.", examples=["headshots"]),
    ]
    inbox: Annotated[
        Folder,
        Field(
            description="Exports are dropped here; sub-folders are kept in the output.", examples=["/srv/pored/inbox"]
        ),
    ]
    originals: Annotated[
        tuple[Folder, ...],
        Listed,
        Distinct,
        Field(
            min_length=1,
            description="Searched with sub-folders, never written to; may be, or lie in, the inbox.",
            examples=[["/srv/pored/originals"]],
        ),
        Says("a list of folders, one at least"),
    ]
    output: Annotated[Folder, Field(description="Results are written here.", examples=["/srv/pored/output"])]
    processed: Annotated[
        FolderOrNone,
        Field(description='A done export is moved here; "": it stays where it is, so that catalogues keep finding it.'),
    ] = None
    failed: Annotated[
        Folder,
        Field(
            description="NAME.reason.txt of what could not be done, and the export itself where processed is a folder.",
            examples=["/srv/pored/failed"],
        ),
    ]
    reports: Annotated[
        Folder, Field(description="Reports (JSON) and previews of each result.", examples=["/srv/pored/reports"])
    ]
    keep_days: Annotated[int, Span(1, 36500, "days"), Field(description="How long reports and previews are kept.")] = 90
    mode: Annotated[
        Mode, Field(description="Of files that pored writes, so that Macs and PCs may rename and delete them.")
    ] = 0o664
    group: Annotated[Group, Field(description='Of files that pored writes; "": as the folder has it.')] = None
    settle_seconds: Annotated[
        Seconds, Span(0.1, 600, "s"), Field(description="How long a file must have stood still before it is taken.")
    ] = 2.0
    rescan_seconds: Annotated[
        Seconds, Span(1, 3600, "s"), Field(description="How often the inbox is searched, besides being watched.")
    ] = 30.0
    order: Annotated[
        Order,
        Field(
            description="Which of the exports that are ready comes next: by turns the oldest and the newest, so that a "
            "new one is done at once beside a backlog; or always one of the two. Hot folders take turns."
        ),
    ] = "alternate"
    watch: Annotated[
        Literal["auto", "events", "scan"],
        Field(
            description="How new files are noticed: by the kernel's events besides searching, or by searching alone, "
            "as often as every 5 s. auto: by searching where inbox or originals are on a network share, which sends no "
            "events; settle_seconds is then 10 at least."
        ),
    ] = "auto"
    most_megapixels: MostMegapixels = 300
    wait_for_original: Annotated[
        Seconds,
        Span(0, 365 * 86400, "s"),
        Field(description="How long an export waits for its original before when_unmatched."),
    ] = 86400.0
    when_unmatched: Annotated[
        Literal["hold", "fail", "graft", "grain"],
        Field(description="Then: go on waiting, fail, or make texture up, which name, report and XMP then say."),
    ] = "hold"
    pairing: Pairing = Pairing()
    result: Result = Result()
    recovery: Recovery = Recovery()
    batch: Batch = Batch()
    by_folder: Mapping[str, HotFolder] = {}
    """This hot folder as it is for sub-folders of a name (as ``folded`` gives it)."""

    def for_subfolder(self, relative: PurePath) -> HotFolder:
        """The settings that hold there.

        Args:
            relative: the export's folder, or the export itself, relative to the inbox.

        Returns:
            This hot folder with the overrides of the deepest folder on the way that has some; else itself.
        """
        named = (self.by_folder.get(folded(part)) for part in reversed(relative.parts))
        return next((hot_folder for hot_folder in named if hot_folder is not None), self)


LEAST_TOKEN = 16


def _token(token: str) -> str:
    if token and (len(token) < LEAST_TOKEN or not token.isascii() or not token.isprintable()):
        raise ValueError(f"is no token; write {LEAST_TOKEN} ASCII characters or more, as `openssl rand -hex 16` gives")
    return token


class Review(Frozen):
    """The page in which the studio sees its work."""

    enabled: Annotated[bool, Field(description="Serve the review page to browsers.")] = False
    token: Annotated[
        str,
        AfterValidator(_token),
        Says('16 characters or more, or ""'),
        Field(
            description="Whoever opens the page has to know it; needed where others than this machine can reach it. "
            '"": anybody on this machine may look and change.'
        ),
    ] = ""
    address: Annotated[
        Listening,
        Field(description='Where the page is served; "0.0.0.0:8470": to the whole network, with a token only.'),
    ] = "127.0.0.1:8470"

    @field_validator("address")
    @classmethod
    def _open_to_others(cls, address: str, info: ValidationInfo) -> str:
        """Refuse to serve customers' pictures to a network without a word."""
        if not is_loopback(address) and info.data.get("token") == "":
            raise ValueError(f"{shown(address)} can be reached by others; set review.token, too")
        return address


class General(Frozen):
    """What holds for all hot folders."""

    state_dir: Annotated[Folder, Field(description="The ledger and its lock; on a local disk.")] = Path(
        "/var/lib/pored"
    )
    workers: Annotated[
        int, Span(0, 64), Field(description="How many pictures are worked on at once; 0: one per core.")
    ] = 0
    log: Annotated[
        Literal["auto", "text", "json"],
        Field(description="Lines for people or for programs; auto: text on a terminal and in the journal, else JSON."),
    ] = "auto"
    metrics: Annotated[
        Address,
        Field(description='Offers figures to Prometheus, to this machine only, as in "127.0.0.1:9464"; "": does not.'),
    ] = ""
    picture_seconds: Annotated[
        Seconds,
        Span(10, 86400, "s"),
        Field(description="How long the work on one picture may take; then it is ended."),
    ] = 900.0
    picture_gigabytes: Annotated[
        float,
        Span(0, 4096, "GB"),
        Field(description="How much memory the work on one picture may take; 0: eight tenths of the machine's."),
    ] = 0.0
    review: Review = Review()


class Settings(General):
    """Everything in a settings file, valid and resolved."""

    hot_folders: tuple[HotFolder, ...]
    presets: Mapping[str, Recovery] = {}
    """The studio's own, resolved."""
