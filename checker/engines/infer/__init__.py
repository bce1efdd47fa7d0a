"""Lemmas that nobody wrote: candidates, what refutes them, and how those that are left are written down."""
