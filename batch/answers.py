"""What is known of a text, as processes that tag send it and the journal keeps it: bytes, mostly not read again.

Needs and facets are JSON as the record has them: written once where the text is tagged, and only put in their place by
the process that writes.
"""

from collections.abc import Sequence

import msgspec

from minqing.corpora.writers.record import facets_as_json, needs_as_json
from minqing.nlp.records import Script, TaggedEntry

# Of what the journal keeps: a run does not go on from answers of another one.
FORMAT = "answers 2"


class Answer(msgspec.Struct, array_like=True):
    """The script, needs and facets of a text, what a summary counts, and what the text is compared by."""

    script: Script
    labels: tuple[str, ...]
    statuses: tuple[str, ...]
    uncertain: int
    needs: bytes
    facets: bytes
    described: bytes


decode_answer = msgspec.msgpack.Decoder(Answer).decode
_encode = msgspec.msgpack.Encoder().encode


def encode_answers(tagged: Sequence[TaggedEntry], described: Sequence[bytes]) -> list[bytes]:
    """Give the answer to each of some texts."""
    return [
        _encode(
            Answer(
                entry.script,
                tuple(need.label for need in entry.needs),
                tuple(need.status for need in entry.needs if need.status),
                sum(need.uncertain for need in entry.needs),
                needs_as_json(entry),
                facets_as_json(entry),
                one,
            )
        )
        for entry, one in zip(tagged, described, strict=True)
    ]
