"""A home: the folder that holds one site's extracts, warehouses and output."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "HEDUI_HOME"
DEFAULT_HOME = "var"


@dataclass(frozen=True)
class Home:
    """The folders and files of a home. Properties name places; only `prepare` creates them."""

    path: Path

    @property
    def inbox(self) -> Path:
        """Extracts as delivered; Hedui reads here and never deletes."""
        return self.path / "inbox"

    @property
    def landed(self) -> Path:
        """Accepted input: immutable, addressed by content."""
        return self.path / "landed"

    @property
    def quarantine(self) -> Path:
        """Notes (and cleaned copies) of files that could not be accepted."""
        return self.path / "quarantine"

    @property
    def private_database(self) -> Path:
        """The identified warehouse: one writer, mode 0600."""
        return self.path / "private" / "hedui.duckdb"

    @property
    def scratch(self) -> Path:
        """Identified data for a moment: gone afterwards, and what a killed process left there goes with the next run.

        Whoever writes here reads or writes the private warehouse meanwhile, so that a run has it to itself.
        """
        return self.private_database.parent / "scratch"

    def hashes_of(self, folder: Path) -> Path:
        """Where the hashes of what lies in the inbox, or in returns, are remembered; may be deleted."""
        return self.private_database.parent / f"{folder.name}_hashes.json"

    @property
    def published(self) -> Path:
        """Published editions, and `current` pointing at the newest."""
        return self.path / "published"

    @property
    def published_database(self) -> Path:
        """The read-only warehouse that everybody may query."""
        return self.published / "current" / "hedui.duckdb"

    @property
    def worklists(self) -> Path:
        """Workbooks handed out: <date>/<village_code>.xlsx and lists for the owners of registries."""
        return self.path / "worklists"

    @property
    def returns(self) -> Path:
        """Workbooks that came back; Hedui reads here and never deletes."""
        return self.path / "returns"

    @property
    def replies(self) -> Path:
        """What became of each returned workbook, row by row, for whoever sent it."""
        return self.path / "replies"

    @property
    def handed_over(self) -> Path:
        """What was handed to whom and when: immutable, addressed by content."""
        return self.path / "ledger" / "handed_over"

    @property
    def returned(self) -> Path:
        """Rows of returned workbooks: immutable, addressed by content."""
        return self.path / "ledger" / "returned"

    @property
    def issued_notices(self) -> Path:
        """Numbers that notices went out with: immutable, addressed by day and content."""
        return self.path / "ledger" / "issued_notices"

    @property
    def site(self) -> Path:
        """A site's own villages, registries, contracts and models; may be absent."""
        return self.path / "config"

    @property
    def truth(self) -> Path:
        """Who is who and every planted error, in a simulated home only."""
        return self.path / "truth"

    @property
    def messages(self) -> Path:
        """Text messages for the operator's gateway, a file per run that had new ones."""
        return self.outbox / "sms"

    @property
    def postings(self) -> Path:
        """Lists for public posting, a folder per day; every file was checked before it was put here."""
        return self.path / "postings"

    @property
    def disclosure(self) -> Path:
        """Fees, benchmarks and complaints as disclosed, a folder per day."""
        return self.path / "disclosure"

    @property
    def documents(self) -> Path:
        """Validation reports (Data Docs) for reading in a browser, offline."""
        return self.path / "documents"

    @property
    def board(self) -> Path:
        """The day's board, a folder per day, and `current` pointing at the newest."""
        return self.path / "board"

    @property
    def meetings(self) -> Path:
        """Agendas of review meetings, and the forms on which their outcomes come back; for the office alone."""
        return self.path / "meetings"

    @property
    def outbox(self) -> Path:
        """Mail that is to be sent or was, and what became of it."""
        return self.path / "outbox"

    @property
    def dagster(self) -> Path:
        """Dagster's instance storage."""
        return self.path / "dagster"

    def prepare(self) -> None:
        """Creates the folders; those with identified data are for the owner alone.

        So is the inbox to begin with; whoever delivers into it through an account of its own may be let in by a group.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        self.inbox.mkdir(exist_ok=True, mode=0o700)
        for folder in (self.published, self.documents, self.dagster):
            folder.mkdir(parents=True, exist_ok=True)
        ledger = (self.handed_over, self.returned, self.issued_notices)
        identified = (self.landed, self.quarantine, self.private_database.parent, self.scratch, *ledger)
        for folder in (*identified, self.worklists, self.returns, self.replies):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
