"""What is remembered of a file is its hash: nothing that could have changed it is overlooked."""

import hashlib
import json
import os
import time

import pytest

from warehouse.hashes import Hashes

LATER = 60  # seconds: long after whatever changed a file here


def hashed(memory, path, *, ahead=LATER):
    hashes = Hashes(memory, lambda: time.time() + ahead)
    with path.open("rb") as stream:
        found = hashes.sha256(path, stream)
        read = stream.tell()
    hashes.keep()
    return found, read


@pytest.fixture
def known(tmp_path):
    """A file of which a wrong hash is remembered, so that it shows whether the memory is believed."""
    path, memory = tmp_path / "extract.csv", tmp_path / "memory.json"
    path.write_bytes(b"one")
    hashed(memory, path)
    [entry] = json.loads(memory.read_text()).values()
    memory.write_text(json.dumps({str(path): [*entry[:-1], "remembered"]}))
    return path, memory


def test_what_did_not_change_is_not_read_again(known):
    path, memory = known
    assert hashed(memory, path) == ("remembered", 0)
    assert hashed(memory, path) == ("remembered", 0)


def grown(path):
    with path.open("ab") as stream:
        stream.write(b"more")


def written_over(path):
    path.write_bytes(b"two")


def written_over_and_dated_back(path):
    before = path.stat()
    time.sleep(0.02)  # the clock of files goes in steps of up to ten milliseconds
    path.write_bytes(b"two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced_and_dated_back(path):
    before = path.stat()
    other = path.with_name("other")
    other.write_bytes(b"two")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("change", [grown, written_over, written_over_and_dated_back, replaced_and_dated_back])
def test_what_changed_is_read(known, change):
    path, memory = known
    change(path)
    found, read = hashed(memory, path)
    assert found == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read == path.stat().st_size
    assert hashed(memory, path) == (found, 0)


def test_what_changed_a_moment_ago_is_not_remembered(tmp_path):
    path, memory = tmp_path / "extract.csv", tmp_path / "memory.json"
    path.write_bytes(b"one")
    assert [hashed(memory, path, ahead=0)[1] for _ in range(2)] == [3, 3]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"x": 1}', '{"%s": 1}', '{"%s": []}', '{"%s": [3]}'])
def test_a_damaged_memory_costs_a_reading(tmp_path, content):
    path, memory = tmp_path / "extract.csv", tmp_path / "memory.json"
    path.write_bytes(b"one")
    memory.write_text(content.replace("%s", str(path)))
    assert hashed(memory, path) == (hashlib.sha256(b"one").hexdigest(), 3)
    assert hashed(memory, path)[1] == 0


def test_what_is_gone_is_forgotten(known):
    path, memory = known
    other = path.with_name("other.csv")
    path.rename(other)
    hashed(memory, other)
    assert [*json.loads(memory.read_text())] == [str(other)]
    assert memory.stat().st_mode & 0o077 == 0
