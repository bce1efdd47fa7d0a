"""How machine code is written, compiled and kept: nothing here knows of model checking."""
