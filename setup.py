"""The one thing that pyproject.toml cannot say yet: the fast path in C, which may be missing."""

import os

from setuptools import Extension, setup  # type: ignore[import-untyped]

SOURCES = ("candidates", "concepts", "heads", "module", "words")

# No fused multiply-add: every float is rounded as numpy rounds it.
FLAGS = ["/O2", "/std:c11", "/fp:precise"] if os.name == "nt" else ["-O3", "-std=c11", "-ffp-contract=off"]

setup(
    ext_modules=[
        Extension(
            "minqing.nlp._native",
            [f"nlp/c/{name}.c" for name in SOURCES],
            depends=["nlp/c/native.h"],
            extra_compile_args=FLAGS,
            py_limited_api=True,
            optional=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
