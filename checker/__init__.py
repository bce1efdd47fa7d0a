"""A model checker for people who invent, vary and teach consensus protocols."""
