"""Plants one forbidden import at a time into a copy of the house and prints, as JSON, which contracts each one breaks.

Run by tests/test_architecture.py as `python -P planting.py FOLDER < plants.json`: import-linter finds packages as
Python would, so the copy needs a process in which `bot` has not been imported from anywhere else.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path


def broken() -> list[str]:
    """The ids of the contracts that do not hold in the current folder; every error of the linter is raised."""
    from importlinter.application import use_cases

    options = use_cases.read_user_options("pyproject.toml")
    use_cases._register_contract_types(options)
    report = use_cases.create_report(options, cache_dir=None)
    if report.could_not_run:
        raise RuntimeError(report.invalid_contract_options)
    ids = {contract["name"]: contract["id"] for contract in options.contracts_options}
    return sorted(ids[contract.name] for contract, check in report.get_contracts_and_checks() if not check.kept)


@contextmanager
def planted(file: Path, line: str) -> Iterator[None]:
    """The file with one line more; a file that was not there goes again with its folder."""
    before = file.read_text() if file.exists() else None
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{before or ''}\n{line}\n")
    try:
        yield
    finally:
        if before is None:
            file.unlink()
            file.parent.rmdir()
        else:
            file.write_text(before)


def main() -> None:
    """Reads {id: [file, line]}, prints {"": [broken as it stands], id: [broken with the plant]}."""
    from importlinter import configuration

    os.chdir(sys.argv[1])
    sys.path.insert(0, sys.argv[1])
    configuration.configure()
    with redirect_stdout(sys.stderr):
        found = {"": broken()}
        for name, (file, line) in json.load(sys.stdin).items():
            with planted(Path(file), line):
                found[name] = broken()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
