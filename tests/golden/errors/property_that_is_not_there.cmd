check files/counter.py --property smal
