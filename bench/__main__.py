"""`python -m bench [NAME]`: one benchmark, or all of them."""

from __future__ import annotations

import importlib
import sys

NAMES = ("click", "teams", "broadcast", "acks", "tick", "reports", "startup", "memory")


def main(arguments: list[str]) -> int:
    """Runs the named benchmark, every one without a name or with "all"; 2 for a name there is none of."""
    wanted = arguments or ["all"]
    unknown = [name for name in wanted if name not in (*NAMES, "all")]
    if unknown:
        print(f"There is no benchmark called {unknown[0]}; there are {', '.join(NAMES)} and all.", file=sys.stderr)
        return 2
    for name in NAMES if "all" in wanted else wanted:
        importlib.import_module(f"bench.{name}").run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
