"""The browser suite is collected only where its extra is installed; `make browser` installs it."""

import importlib.util

collect_ignore_glob = [] if importlib.util.find_spec("selenium") else ["test_*.py"]
