show files/scenario_impossible.py
