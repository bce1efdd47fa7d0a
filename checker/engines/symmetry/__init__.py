"""Symmetry: which renamings leave a model as it is, and one state for all that they make of it."""
