show files/scenario_vague.py
