show files/counter.py --trace files/counter.py
