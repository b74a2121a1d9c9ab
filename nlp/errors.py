"""The errors a user can mend. The command prints them as one line; anything else is a fault of ours."""


class MinqingError(Exception):
    """Something the reader of the message can put right."""


class EntryError(MinqingError):
    """An entry, or the file it stands in, cannot be read."""


class ModelError(MinqingError):
    """A saved model is missing, damaged, or of a format this version does not know."""


class LabelError(MinqingError):
    """A label, status or annotation does not fit the taxonomy or the text."""


class LedgerError(MinqingError):
    """A ledger, or a tagged file meant for it, cannot be used as it is."""


class EngineError(MinqingError):
    """What cuts words is not installed, or was not built, on this machine."""
