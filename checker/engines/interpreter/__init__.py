"""The meaning of a spec, executable: values of expressions, steps of actions, and why a formula is false."""
