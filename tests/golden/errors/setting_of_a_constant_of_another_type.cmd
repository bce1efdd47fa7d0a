check files/counter.py --set limit=true
