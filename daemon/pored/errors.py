"""Everything that can go wrong, by whom it concerns.

    PoredError
    ├── UsageError       the command line or the settings are wrong     exit code 2
    ├── MachineError     the machine lacks something                    exit code 3
    └── PictureError     this one picture cannot be done, or not now    exit code 1
        ├── UnreadableError    the file is damaged, cut short, or not what its name says
        ├── UnsupportedError   a kind of file that pored does not handle, and says so
        ├── NoFaceError        nobody to be seen
        ├── PairError          the two files do not belong together
        │   └── OtherPictureError   they show different pictures
        └── StorageError       the disk or the share said no; may pass, so it is tried again

A message is one sentence or two for a person: what happened, to which file, what to do about it.
A ``code`` is for programs (report, ledger, README): short, stable, never shown alone.
"""


class PoredError(Exception):
    """Base of all errors that pored raises on purpose."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UsageError(PoredError):
    """The command line or the settings are wrong; nothing was started."""

    exit_code = 2


class MachineError(PoredError):
    """The machine lacks a library, a right or a resource; nothing was started."""

    exit_code = 3


class PictureError(PoredError):
    """One picture cannot be done; the others go on.

    Args:
        code: stable slug, for example ``"no-face"``.
        message: what happened, to which file (its name, never a server path), and what to do.
    """

    exit_code = 1
    passes = False
    """Whether trying again later, with nothing changed by a person, can succeed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[type["PictureError"], tuple[str, str]]:
        # Errors travel from worker processes to the service by pickle, which would otherwise lose the code.
        return type(self), (self.code, self.message)


class UnreadableError(PictureError):
    """The file is damaged, cut short, or not what its name says."""


class UnsupportedError(PictureError):
    """A kind of picture that pored does not handle."""


class NoFaceError(PictureError):
    """No face was found in the picture."""


class PairError(PictureError):
    """Export and original do not belong together, or cannot be laid over each other."""


class OtherPictureError(PairError):
    """The original shows another frame, or another person.

    Args:
        code: as for every picture's error.
        message: likewise.
        figure: how far eyes and lips agree, 0..1.
    """

    def __init__(self, code: str, message: str, figure: float = 0.0) -> None:
        super().__init__(code, message)
        self.figure = figure


class StorageError(PictureError):
    """The disk or the share refused; the same attempt may succeed later."""

    passes = True
