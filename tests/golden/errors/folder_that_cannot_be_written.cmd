show files/counter.py --out files/counter.py/pictures
