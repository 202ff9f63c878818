"""Codes that are explained on a terminal have words."""

from __future__ import annotations

import pytest

from pipelines.direction import voice_words
from pipelines.spoken import Spoken
from warehouse.catalogue import catalogue
from warehouse.parameters.direction import declared_direction

VOICES = sorted(
    {
        voice
        for version in declared_direction(None).versions
        for field in version.fields.values()
        for voice in field.weights
    }
)


@pytest.mark.parametrize("voice", VOICES)
def test_what_speaks_for_a_value_is_told_in_chinese_and_by_its_code(voice):
    words, _, code = voice_words(Spoken(catalogue()), voice).rpartition(" ")
    assert words and not words.isascii()
    assert code == voice.removeprefix("pattern_")
