check files/counter.py:tow
