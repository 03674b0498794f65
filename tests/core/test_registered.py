"""What slices register with each other is registered by the application, not by whichever test imports it first."""

from __future__ import annotations

import subprocess
import sys

SIZES = """
import importlib, pkgutil, sys
import volunteer

volunteer.create_app({"DATABASE_URL": "sqlite://", "SECRET_KEY": "for-tests-only-0123456789-0123456789"})


def sizes(names):
    found = {}
    for name in names:
        for key, value in vars(sys.modules[name]).items():
            if isinstance(value, (list, dict, set)) and not key.startswith("__"):
                found[name + ":" + key] = len(value)
    return found


loaded = [name for name in sys.modules if name.startswith("volunteer")]
before = sizes(loaded)
for module in pkgutil.walk_packages(volunteer.__path__, "volunteer."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print([place for place, size in sizes(loaded).items() if size > before.get(place, 0)])
"""


def test_no_module_that_registers_something_is_forgotten() -> None:
    """Only what the roll call, the checks and the retention load for themselves may come later."""
    done = subprocess.run(
        [sys.executable, "-c", SIZES], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"
