"""The proof of a protocol, taken for a variant of it: the variant with the lemmas, or without some of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from checker.core.errors import UserError, did_you_mean
from checker.core.language import Spec
from checker.frontend.elaborate import elaborate
from checker.frontend.load import Proof
from checker.frontend.source import class_source, joined


def with_lemmas(proof: Proof, lemmas: type[Spec]) -> Proof:
    """The variant that is to be proved, with the lemmas that stand in another class, as if it derived from both.

    What the variant says goes before what the other class says.  Raises `UserError` P003 where they have no protocol
    in common.
    """
    variant = proof.spec
    if issubclass(variant, lemmas):
        return replace(proof, is_own=False)
    protocols = [base for base in lemmas.__mro__ if base is not Spec and issubclass(base, Spec)]
    if not any(issubclass(variant, base) for base in protocols):
        source = class_source(variant)
        raise UserError(
            "P003", f"`{variant.__name__}` is no variant of what `{lemmas.__name__}` is a proof of",
            source.span(source.node),
            help=f"a variant derives from it: `class {variant.__name__}({protocols[-1].__name__})`",
        )
    return replace(proof, spec=lemmas if issubclass(lemmas, variant) else joined(variant, lemmas), is_own=False)


def without(proof: Proof, lemmas: Collection[str]) -> Proof:
    """The same proof without some of its lemmas.  Raises `UserError` P001 for one that it does not have."""
    if not lemmas:
        return proof
    known = [entry.name for entry in elaborate(proof.spec, proof.constants, proof.place).of_kind("lemma")]
    for name in lemmas:
        if name not in known:
            help = did_you_mean(name, known) or f"it has {', '.join(known) or 'none'}"
            raise UserError("P001", f"`{proof.spec.__name__}` has no lemma `{name}`", help=help)
    return replace(proof, left_out=(*proof.left_out, *lemmas), is_own=False)
