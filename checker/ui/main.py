"""The command `checker`: its commands put together, and how every run ends.

Exit status: 0 established, 1 violated or not inductive, 2 a mistake of the user, 3 unknown, interrupted, or a fault of
the checker itself.
"""

from __future__ import annotations

import sys
import traceback

import typer

from checker.core.errors import UserError
from checker.ui.check import check
from checker.ui.explain import explain
from checker.ui.listing import list_library
from checker.ui.prove import prove
from checker.ui.result_json import error_json
from checker.ui.show import show
from checker.ui.show_code import show_code
from checker.ui.simulate import simulate
from checker.ui.tour import tour

app = typer.Typer(
    name="checker",
    help="Explore, prove and draw consensus protocols that are written in Python.",
    epilog="Start with `checker tour`. Exit status: 0 established, 1 violated, 2 a mistake of yours, 3 unknown.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("list")(list_library)
app.command("check")(check)
app.command("simulate")(simulate)
app.command("prove")(prove)
app.command("show")(show)
app.command("show-code")(show_code)
app.command("explain")(explain)
app.command("tour")(tour)


def run() -> None:
    """The entry point: a mistake of the user becomes a message, never a traceback."""
    try:
        app()
    except UserError as error:
        if "--json" in sys.argv:
            print(error_json(error))
        print(error.render(), file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("interrupted before there was anything to report", file=sys.stderr)
        sys.exit(3)
    except Exception:
        traceback.print_exc()
        print("this is a fault of the checker, not of your spec: nothing was established", file=sys.stderr)
        sys.exit(3)
