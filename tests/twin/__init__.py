"""Random specs, each written twice: as a spec, and as plain Python that enumerates the same states.

`kinds` says which types there are, `expressions`, `formulas` and `statements` write both texts at once, `specs` puts
them together, `plain` is what the plain programs begin with, and `compare` runs both.  It alone knows the checker.
"""
