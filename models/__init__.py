"""Saved models: save, load, and the default one that ships in ``default/``."""

from minqing.models.storage import load, load_default, name_of, save

__all__ = ["load", "load_default", "name_of", "save"]
