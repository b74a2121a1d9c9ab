"""New heads under old decisions: what a model becomes with more examples, in a third of the time.

The heads are learnt anew on all examples; calibration and thresholds, which take a cross-validation to learn, stay
those of a model that was trained in full.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from .engines import make_engine
from .errors import ModelError
from .examples import make_examples
from .heads import fit_heads
from .model import Model
from .reading import Reader
from .records import LabelledEntry
from .training import Progress, Recipe


def refit(labelled: Sequence[LabelledEntry], recipe: Recipe, parent: Model, progress: Progress) -> Model:
    """Learn the heads on ``labelled`` and put them under the decisions of ``parent``.

    Raises:
        ModelError: ``parent`` has other labels than ``recipe``.
    """
    if parent.label_set != recipe.label_set:
        raise ModelError(f"{parent.name}: has other labels than the taxonomy; train without --quick")
    reader = Reader(recipe.vocabulary)
    examples = make_examples(labelled, recipe.label_set, recipe.lexicon, make_engine("rjieba"), reader)
    progress(f"{len(labelled)} entries, {len(examples.features)} clauses")
    weights, _ = fit_heads(examples.features, examples.targets, recipe.costs)
    progress("heads learnt")
    model = replace(parent, name=recipe.name, weights=weights, facts={}, hash="")
    return replace(model, lexicon=recipe.lexicon, vocabulary=dict(recipe.vocabulary))
