"""Every scene played once: the cards and forms by name."""

from __future__ import annotations

from pathlib import Path

from tests.cards import casework, desk, downtimes, extremes, lived, outages, pulses, reports, sayings, scenes, talks
from tests.cards.studio import Drawn, Scene, open_studio

SCENES: tuple[Scene, ...] = (
    scenes.two_voices,
    scenes.cancelled,
    scenes.questions,
    scenes.silence,
    scenes.endings,
    scenes.changes,
    scenes.phone,
    scenes.accesses,
    scenes.not_me,
    scenes.handing,
    scenes.employees,
    scenes.papers,
    scenes.nobody,
    scenes.catalogue,
    scenes.lists,
    scenes.asking,
    extremes.fifty_lines,
    extremes.endless_words,
    extremes.long_names,
    extremes.right_to_left,
    extremes.hostile,
    *outages.SCENES,
    *desk.SCENES,
    *lived.SCENES,
    *downtimes.SCENES,
    *sayings.SCENES,
    *talks.SCENES,
    *pulses.SCENES,
    *reports.SCENES,
    *casework.SCENES,
)


def play(scene: Scene, file: Path, folder: Path) -> dict[str, Drawn]:
    """Name -> card or form of one scene, in a database of its own that begins as `file`."""
    studio = open_studio(file, folder)
    found: dict[str, Drawn] = {}
    for name, drawn in scene(studio):
        assert name not in found, f"two cards are called {name}"
        found[name] = drawn
    studio.office.store.close()
    return found


def every_scene(file: Path, folder: Path) -> dict[str, Drawn]:
    """The same of all scenes."""
    found: dict[str, Drawn] = {}
    for number, scene in enumerate(SCENES):
        place = folder / f"{number}-{scene.__name__}"
        place.mkdir()
        found |= play(scene, file, place)
    return found
