"""What commands do that look at days as they were published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from assets.replay import NeverPublishedError
from pipelines.reading import not_while_written, require_published
from pipelines.refusal import never_published
from warehouse.home import Home


@contextmanager
def of_published_days(home: Home) -> Iterator[None]:
    """Within it, a day that was never published, or a run under way, is refused in words."""
    require_published(home)
    try:
        with not_while_written():
            yield
    except NeverPublishedError as error:
        raise never_published(error) from None
