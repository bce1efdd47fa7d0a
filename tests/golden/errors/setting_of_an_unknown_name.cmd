check files/counter.py --set cuont=0..3
