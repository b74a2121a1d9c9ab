"""What processes that tag share: imported once by the process they are forked from, with the model in its memory.

Two processes with a model each take 200 MB more than two that share one.
"""

import contextlib
import gc
import os

from minqing.batch.workers import SETTINGS, Settings, get_ready
from minqing.nlp.errors import MinqingError

# Enough texts, in both scripts, that all the tables are made that are made when they are first needed.
_ENOUGH = 64
_TEXTS = ("村口的水渠断了，没水浇地。", "村口的水渠斷了，沒水澆地。")

if SETTINGS in os.environ:
    with contextlib.suppress(MinqingError):  # the worker meets it again, and tells
        get_ready(Settings.of(os.environ[SETTINGS]), _TEXTS * _ENOUGH)
    gc.collect()
    gc.freeze()  # what the collector does not touch stays shared
