"""The numbers that a retoucher gives to the high-pass recipe."""

from __future__ import annotations

from dataclasses import dataclass, field

from pored.pixels.photoshop.blend_if import BlendIf
from pored.pixels.photoshop.compose import LayerStyle
from pored.pixels.skin.adaptive_mask import SkinSettings


@dataclass(frozen=True, slots=True)
class HighPassSettings:
    """The retoucher's numbers.

    Attributes:
        radius: of High Pass in pixels of the export; None for what the pair asks for (``auto_radius``).
        opacity: 0..1; None to match the original's texture energy.
        share: of the matched opacity (70 % of match: 0.7).
        missing_only: take HP(original) - HP(export) of an original brought to the export's tones, its noise kept out;
            else HP(original) as it is.
        guard: strength of the blemish guard, 0 for none, 1 as measured; more guards fainter marks too.
        this_layer: Blend If on the layer.
        underlying: Blend If on the export.
        skin: where the texture goes.
    """

    radius: float | None = None
    opacity: float | None = None
    share: float = 1.0
    missing_only: bool = True
    guard: float = 1.0
    this_layer: BlendIf = field(default_factory=BlendIf)
    underlying: BlendIf = field(default_factory=BlendIf)
    skin: SkinSettings = field(default_factory=SkinSettings)

    def style(self, opacity: int) -> LayerStyle:
        """How the layer shows at an opacity of 0..255."""
        return LayerStyle(opacity, self.this_layer, self.underlying)
