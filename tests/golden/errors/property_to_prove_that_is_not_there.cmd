prove files/counter.py --property smal
