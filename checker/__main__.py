"""`python -m checker` is the command `checker`."""

from checker.ui.main import run

if __name__ == "__main__":
    run()
