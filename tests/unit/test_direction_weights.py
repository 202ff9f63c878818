"""A site's own weights of voices: what nothing speaks of, or a confidence that is none, is refused with its file."""

import pytest

from warehouse.document import DeclarationError
from warehouse.parameters import declared_direction
from warehouse.parameters.dated import FOLDER

DELIVERED = (FOLDER / "direction.yaml").read_text(encoding="utf-8")


def site(folder, right, wrong):
    """A site's folder with the file as it is delivered, but for one place."""
    assert right in DELIVERED
    (folder / "direction.yaml").write_text(DELIVERED.replace(right, wrong, 1), encoding="utf-8")
    return folder


def test_other_weights_are_taken(tmp_path):
    own = declared_direction(site(tmp_path, "household_register: 4.74", "household_register: 4.5"))
    assert own.versions[0].fields["name"].weights["household_register"] == 4.5


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("weights: {household_register: 4.74", "weights: {household_registry: 4.74", "household_registry 不是字段"),
        ("authority: [household_register, m", "authority: [police, m", "police 不是字段，也不是来源"),
        ("    sex:\n", "    gender:\n", "sex 没有写"),
        ("minimum: 0.6", "minimum: 60", "versions.0.minimum: 至多为 1"),
    ],
)
def test_what_would_weigh_nothing_is_refused(tmp_path, right, wrong, words):
    with pytest.raises(DeclarationError, match=rf"(?s)direction\.yaml:.*{words}"):
        declared_direction(site(tmp_path, right, wrong))
