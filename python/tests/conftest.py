"""What the tests share. They run against the installed wheel, never the source tree."""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def program() -> str:
    """The program: that of POPULACE, or one beside this Python."""
    path = os.environ.get("POPULACE") or shutil.which("populace", path=sysconfig.get_path("scripts"))
    assert path is not None and Path(path).exists(), (
        "there is no program populace beside this Python: name one in POPULACE"
    )
    return path
