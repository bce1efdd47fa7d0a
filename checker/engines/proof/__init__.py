"""Proofs for every size: induction, its obligations as Z3 terms, and counterexamples to induction."""
