"""Saved models: save, load, and the default one that ships in ``default/``."""

from minqing.models.opening import current_folder, name_of, open_tagger
from minqing.models.storage import load, load_any, load_default, save

__all__ = ["current_folder", "load", "load_any", "load_default", "name_of", "open_tagger", "save"]
