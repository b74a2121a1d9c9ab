"""The fast path in C (``c/``), where it was built: the same answers as the arrays of this room give, sooner.

A wheel brings it along; without a compiler an installation from source goes without, and everything works as before.
"""

try:
    from ._native import Characters, Model, Words

    BUILT = True
except ImportError:
    BUILT = False

__all__ = ["BUILT", "Characters", "Model", "Words"]
