"""How camera RAWs are called."""

from __future__ import annotations

_WRITTEN = (
    "3fr ari arq arw bay cap cr2 cr3 crw cs1 dcr dcs dng drf eip erf fff gpr iiq k25 kdc mdc mef mos mrw nef nrw orf"
    " ori pef ptx pxn raf raw rw2 rwl rwz sr2 srf srw x3f"
)
RAW_EXTENSIONS = frozenset(_WRITTEN.split())
"""Without the dot, in small letters."""
