"""Reading worklist.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from warehouse.document import read_yaml

FOLDER = Path(__file__).parent
FORM_FILE, CORRECTIONS_FILE = "worklist.yaml", "corrections.yaml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FormColumn(_Strict):
    """A column of the list of cases: its heading, its width in characters, and whether the recipient fills it in."""

    heading: str
    width: float
    filled_in: bool = False


class Words(_Strict):
    """One thing in both languages."""

    zh: str
    en: str


class Kind(_Strict):
    """A kind of list: its title, what its recipient is asked, and the replies that may be given."""

    zh: str
    en: str
    prefix: str
    how: tuple[str, ...]
    replies: tuple[str, ...]
    omits: tuple[str, ...] = ()
    action_heading: str | None = None


class Form(_Strict):
    """Everything that is printed on a list and looked for when it comes back."""

    columns: dict[str, FormColumn]
    kinds: dict[str, Kind]
    replies: dict[str, Words]
    recipients: dict[str, Words]
    causes: dict[str, Words]
    fields: dict[str, str]
    reasons: dict[str, Words]
    remarks: dict[str, Words]
    privacy: str

    @model_validator(mode="after")
    def _replies_are_known(self) -> Form:
        for name, kind in self.kinds.items():
            for reply in kind.replies:
                if reply not in self.replies:
                    raise ValueError(f"{name}: reply {reply} has no words")
        if len({words.zh for words in self.replies.values()}) != len(self.replies):
            raise ValueError("two replies have the same words: a returned list could not be read")
        return self

    def columns_of(self, kind: str) -> dict[str, FormColumn]:
        """The columns that a kind of list has, in order."""
        return {name: column for name, column in self.columns.items() if name not in self.kinds[kind].omits}

    def reply_words(self, kind: str) -> list[str]:
        """The replies that a kind of list offers, in words."""
        return [self.replies[reply].zh for reply in self.kinds[kind].replies]


@cache
def read_form() -> Form:
    """The form. Raises pydantic's ValidationError where the file contradicts itself."""
    return Form.model_validate(read_yaml(FOLDER / FORM_FILE))


class CorrectionForm(_Strict):
    """The list of corrections kept by hand: its headings, how numbers look, what can be corrected where."""

    headings: dict[str, str]
    number: str
    fields: dict[str, tuple[str, ...]]


@cache
def read_correction_form() -> CorrectionForm:
    """The form of the list of corrections."""
    return CorrectionForm.model_validate(read_yaml(FOLDER / CORRECTIONS_FILE))
