show files/scenario_late.py
