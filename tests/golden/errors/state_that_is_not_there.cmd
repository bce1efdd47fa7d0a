explain files/counter.py --at 9
