explain files/counter.py grew
