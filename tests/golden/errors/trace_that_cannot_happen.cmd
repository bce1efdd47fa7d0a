show files/counter.py --trace files/jump.itf.json
