show files/scenario_misshapen.py
