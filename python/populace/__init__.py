"""A synthetic town inside Python.

People with bank accounts take rides and shop, fraud has ground truth, and concepts drift on schedule. A world is a pure
function of its arguments: equal arguments give equal events, the very ones that the program ``populace`` sends.

>>> import populace
>>> world = populace.World(people=500, start="2026-01-01", seed=7)
>>> first = next(iter(world.events(days=1)))
>>> first["timestamp"][:10]
'2026-01-01'
"""

from ._client import RequestError, RunningWorld, TailRecord, UnreachableError, connect
from ._internal import Batch, BusyError, PopulaceError, SavedWorldError, ScenarioError, Table, __version__
from ._world import Instant, World, scenarios

__all__ = [
    "Batch",
    "BusyError",
    "Instant",
    "PopulaceError",
    "RequestError",
    "RunningWorld",
    "SavedWorldError",
    "ScenarioError",
    "Table",
    "TailRecord",
    "UnreachableError",
    "World",
    "__version__",
    "connect",
    "scenarios",
]
