check files/counter.py --set count
