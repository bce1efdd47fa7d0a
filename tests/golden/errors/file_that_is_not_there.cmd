check two_spec.py
