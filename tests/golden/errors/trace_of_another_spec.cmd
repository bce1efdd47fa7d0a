show files/plain.py --trace files/counter.itf.json
