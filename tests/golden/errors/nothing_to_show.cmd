show files/plain.py
