"""The commands that are no part of tagging: each file a family, imported only when one of it is called."""
