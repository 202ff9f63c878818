"""Which files of the inbox are still to be read, and which of those that landed count.

A file is known by its content: the same under another name is the same. Its name says what it stands for: another
content under one name replaces what it held before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from assets.registries.inbox import Came, Delivery, Place
from assets.registries.manifest import ACCEPTED, QUARANTINED, Manifest, reading_of
from warehouse.registries import Layout


def in_force(manifests: Iterable[Manifest]) -> list[Manifest]:
    """Accepted files that count: another content under the same name and day replaces what it held before.

    One content of a registry, day and kind counts once, under whatever names it lies.
    """
    accepted = [manifest for manifest in manifests if manifest.status == ACCEPTED]
    replaced = {manifest.replaces for manifest in accepted}
    newest = {
        manifest.place: manifest
        for manifest in sorted(accepted, key=lambda candidate: (candidate.received_at, candidate.file_id))
        if manifest.file_id not in replaced
    }
    counting: dict[Came, Manifest] = {}
    for manifest in newest.values():
        counting.setdefault(manifest.came, manifest)
    return list(counting.values())


def _newest_attempts(manifests: Iterable[Manifest]) -> dict[Came, Manifest]:
    """What became of each content the last time that it was read."""
    return {
        manifest.came: manifest
        for manifest in sorted(manifests, key=lambda attempt: (attempt.received_at, attempt.status == ACCEPTED))
    }


def tried_again(manifests: Iterable[Manifest]) -> frozenset[str]:
    """Ids of the notes in quarantine of files that were tried again and came out otherwise, or sent again mended."""
    manifests = tuple(manifests)
    newest = {manifest.file_id for manifest in _newest_attempts(manifests).values()}
    accepted: dict[Place, str] = {}
    for manifest in manifests:
        if manifest.status == ACCEPTED:
            accepted[manifest.place] = max(accepted.get(manifest.place, ""), manifest.received_at)
    return frozenset(
        manifest.file_id
        for manifest in manifests
        if manifest.status == QUARANTINED
        # A name without a day stands for nothing, so that nothing takes its place.
        and (
            manifest.file_id not in newest
            or (manifest.extract_date and accepted.get(manifest.place, "") > manifest.received_at)
        )
    )


def told_no_more(manifests: Iterable[Manifest]) -> frozenset[str]:
    """Ids of what there is nothing more to mend of: tried again, or replaced by what counts in its place."""
    manifests = tuple(manifests)
    counting = {manifest.file_id for manifest in in_force(manifests)}
    replaced = (entry.file_id for entry in manifests if entry.status == ACCEPTED and entry.file_id not in counting)
    return tried_again(manifests) | frozenset(replaced)


class _Gone:
    """Files that count and lie in the inbox no more. of_days: ids of files that published days know."""

    def __init__(
        self, counting: Iterable[Manifest], lying: Collection[tuple[Place, str]], of_days: Collection[str]
    ) -> None:
        gone = [manifest for manifest in counting if (manifest.place, manifest.sha256) not in lying]
        self._by_place = {manifest.place: manifest for manifest in gone}
        self._renamed = {manifest.sha256: manifest for manifest in gone if manifest.file_id not in of_days}

    def take(self, delivery: Delivery, *, is_known: bool) -> str | None:
        """The id of the one whose place a delivery takes, if any; is_known: its content was accepted before."""
        before, renamed = self._by_place.get(delivery.place), self._renamed.get(delivery.sha256)
        # One of another format that was taken away is not what lay where this one lies.
        if not (is_known and before and before.file_name == delivery.path.name):
            before = renamed if renamed and renamed.came != delivery.came else None
        if before is None:
            return None
        self._by_place.pop(before.place, None)
        if self._renamed.get(before.sha256) is before:
            del self._renamed[before.sha256]
        return before.file_id


def to_be_read(
    found: Iterable[Delivery], manifests: Iterable[Manifest], layouts: Mapping[str, Layout], of_days: Collection[str]
) -> list[Delivery | None]:
    """Each delivery as it is to be read; None where it is here already, by any name. of_days: what published days know.

    Here already, and all the same to be read, is what takes the place of a file that counts and lies there no more:
    what was replaced by another content and is put back under its name; and what was renamed, because its name told the
    wrong day, kind or registry, before a day was published with it. So is what does not count because another file has
    its name, once it is named as a part.
    """
    # A copy never stands for the file that it is of: that may hold another content tomorrow.
    found, manifests = sorted(found, key=lambda delivery: delivery.is_copy), list(manifests)
    newest, counting = _newest_attempts(manifests), in_force(manifests)
    lying = {(delivery.place, delivery.sha256) for delivery in found}
    gone = _Gone(counting, lying, of_days)
    counted, places = {manifest.came for manifest in counting}, {manifest.place for manifest in counting}
    landed = {manifest.file_id for manifest in manifests}
    seen: set[Came] = set()

    def as_new(delivery: Delivery) -> Delivery | None:
        came = delivery.came
        before, is_first = newest.get(came), came not in seen
        seen.add(came)
        is_accepted = before is not None and before.status == ACCEPTED
        if replaced := gone.take(delivery, is_known=is_accepted):
            return replace(delivery, replaces=replaced)
        if before is None or not is_first:
            return delivery if is_first else None
        if is_accepted:
            is_part = delivery.part and not delivery.is_copy and came not in counted and delivery.place not in places
            return delivery if is_part and delivery.file_id not in landed else None
        if before.reading == reading_of(layouts.get(delivery.registry)):
            return None
        return replace(delivery, put_aside=before.file_id)

    return [as_new(delivery) for delivery in found]
