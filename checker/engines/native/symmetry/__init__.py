"""The representative of a state's orbit, as a function in machine code."""
