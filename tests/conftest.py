"""What every test may ask for: `store` (a fresh database, on SQLite and on PostgreSQL in turn), `peopled` (one with the
demo cast) and `browser`."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest

from storage.store import Store
from tests import databases, needs, routes, statements

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

WAITS_FOR_MINUTES = ("test_rhythm_stories.py",)
"""However fast the machine is."""
TOGETHER = ("test_rest.py", "test_architecture.py")
"""Files that one process takes as a whole (their xdist_group says so), which is a minute's work."""


def pytest_configure() -> None:
    """Every test writes its databases where nothing waits for a disk."""
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", databases.roomy())


def pytest_itemcollected(item: pytest.Item) -> None:
    """One process has the console's browser and one the browser of all others: a page that Chromium draws keeps more
    than one processor busy, so four at a time wait for each other, and longest when each draws its first."""
    if _kind(item) == "browsing":
        whose = "the console" if item.path.parent.name == "web" else "chats and cards"
        item.add_marker(pytest.mark.xdist_group(f"browser of {whose}"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no worker is still busy with it while the others have nothing left to do.

    Then the journeys, which wait for servers and clocks most of their time, evenly among the tests that compute: else
    the processor has nothing to do as long as every worker waits, and too much afterwards. For the same reason the
    files stand in an order that has nothing to do with what they are about: cheap and dear ones take turns.

    The tests with a browser come last: Playwright's synchronous interface keeps an event loop running in the thread
    from then on, in which no asynchronous test can start one of its own.
    """
    kinds: dict[str, list[pytest.Item]] = {"long": [], "waiting": [], "computing": [], "browsing": []}
    for item in items:
        kinds[_kind(item)].append(item)
    kinds["long"].sort(key=lambda item: item.path.name not in WAITS_FOR_MINUTES)
    kinds["computing"].sort(key=lambda item: crc32(item.nodeid.partition("::")[0].encode()))
    items[:] = [*kinds["long"], *_spread(kinds["waiting"], kinds["computing"]), *kinds["browsing"]]


def _kind(item: pytest.Item) -> str:
    if "browser" in getattr(item, "fixturenames", ()):
        return "browsing"
    if item.get_closest_marker("timeout") is not None or item.path.name in TOGETHER:
        return "long"
    return "waiting" if item.path.parent.name == "journeys" else "computing"


def _spread(few: list[pytest.Item], many: list[pytest.Item]) -> list[pytest.Item]:
    """Each of the few before as many of the others as there are for each of them."""
    found, taken = [], 0
    for number, one in enumerate(few, start=1):
        upto = len(many) * number // len(few)
        found += [one, *many[taken:upto]]
        taken = upto
    return found + many[taken:]


def pytest_collection_finish() -> None:
    """What thousands of collected tests consist of is not searched for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Where everything is required, a skipped test is a failed one, whatever it was skipped for."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("KEYLINE_REQUIRE_ALL") == "1":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"{reason}\nKEYLINE_REQUIRE_ALL=1 lets nothing be skipped."
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The run's one Chromium."""
    from playwright.sync_api import sync_playwright

    path = needs.chromium()
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture(scope="session", autouse=True)
def _kept() -> Iterator[None]:
    with statements.kept(), routes.kept():
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[databases.Cluster]:
    """A PostgreSQL cluster of this run's own."""
    with databases.cluster(needs.postgres_bin()) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table."""
    return databases.sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=databases.DIALECTS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database with every table; the test runs once for each dialect."""
    if request.param == "sqlite":
        path = tmp_path / "keyline.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    cluster: databases.Cluster = request.getfixturevalue("postgres")
    return cluster.wiped()


@pytest.fixture
def postgres_url(postgres: databases.Cluster) -> str:
    """The URL of a fresh PostgreSQL database, for what only PostgreSQL does."""
    return postgres.wiped()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh SQLite file, for what only SQLite does."""
    path = tmp_path / "keyline.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store on a fresh database."""
    made = Store(database_url)
    yield made
    made.close()


@pytest.fixture(scope="session")
def seeded_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo cast."""
    path = tmp_path_factory.mktemp("seeded") / "seeded.sqlite"
    shutil.copy(sqlite_template, path)
    _seed(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def seeded_postgres(postgres: databases.Cluster) -> str:
    """A PostgreSQL database with the demo cast."""
    url = postgres.fresh()
    _seed(url)
    return url


def _seed(url: str) -> None:
    from tests.handlers.office import Office

    made = Store(url)
    Office(made).seed()
    made.close()  # SQLite's last connection to close writes the log back into the file


@pytest.fixture(params=databases.DIALECTS)
def peopled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store with the demo cast, to whom nothing has happened yet."""
    if request.param == "sqlite":
        path = tmp_path / "keyline.db"
        shutil.copy(request.getfixturevalue("seeded_file"), path)
        url = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("postgres").again(request.getfixturevalue("seeded_postgres"))
    made = Store(url)
    yield made
    made.close()
