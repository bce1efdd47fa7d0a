show files/counter.py --trace files/nothing.itf.json
