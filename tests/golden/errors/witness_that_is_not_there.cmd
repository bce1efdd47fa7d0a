show files/counter.py --witness grow
