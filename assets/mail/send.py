"""Sending what is due: one SMTP transaction per recipient, each recorded before and after."""

from __future__ import annotations

import datetime as dt
import re
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY

from assets.board.figures import read_board
from assets.board.write import PAGE, PDF, WORKBOOK, board_days, board_folder
from assets.mail.config import MailSettings, is_address
from assets.mail.message import compose
from assets.mail.outbox import (
    Outgoing,
    Recipient,
    only_sender,
    queued_days,
    read_outgoing,
    write_outgoing,
)
from warehouse.catalogue import Catalogue
from warehouse.home import Home
from warehouse.parameters import read_place
from warehouse.passwords import password_in

_ACCEPTED, _GO_ON, _TEMPORARY, _PERMANENT = range(200, 300), 354, range(400, 500), range(500, 600)
SENDER_REFUSED = "MAIL FROM"  # an error that begins so is the sender's
_LINE_WITH_PERIOD = re.compile(rb"(?m)^\.")
_NO_ADDRESS = "地址无效 / no valid address"


class _RefusedError(Exception):
    """The server said no, with a code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class _NoServerError(Exception):
    """No mail can go now, whoever it is for: there is no server, or it takes nothing from this sender."""


def queue_newest(home: Home, settings: MailSettings, now: dt.datetime) -> Outgoing | None:
    """Queues the newest board once its time has come; a board that was never mailed while it was the newest is not."""
    days = board_days(home)
    if not days:
        return None
    day = days[-1]
    if now < settings.due(day) or read_outgoing(home, day):
        return None
    outgoing = Outgoing(day, [Recipient(unit, address) for unit, address in settings.recipients.items()])
    write_outgoing(home, outgoing)
    return outgoing


def unsent(home: Home, settings: MailSettings, now: dt.datetime) -> bool:
    """Whether there is anything that could be sent now."""
    newest = max(board_days(home), default=None)
    if newest and now >= settings.due(newest) and read_outgoing(home, newest) is None:
        return True
    found = (read_outgoing(home, day) for day in queued_days(home))
    return any(
        recipient.is_due(now) or recipient.state == "sending" for day in found if day for recipient in day.recipients
    )


def _connect(settings: MailSettings) -> smtplib.SMTP:
    """A server that is ready for mails. Raises _NoServerError."""
    try:
        return _logged_in(settings)
    except (smtplib.SMTPException, OSError, UnicodeError) as error:  # the last: a host or user that cannot be told
        raise _NoServerError(type(error).__name__) from None


def _logged_in(settings: MailSettings) -> smtplib.SMTP:
    server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_seconds)
    try:
        server.ehlo()
        if settings.security == "starttls":
            server.starttls(context=ssl.create_default_context(cafile=settings.ca_file))
            server.ehlo()
        if settings.user and settings.password_file:
            server.login(settings.user, password_in(settings.password_file))
    except BaseException:
        server.close()
        raise
    return server


def _offer(server: smtplib.SMTP, sender: str, address: str) -> None:
    """MAIL, RCPT and DATA: up to here nothing has arrived. Raises _RefusedError, _NoServerError."""
    code, _ = server.mail(sender)
    if code not in _ACCEPTED:
        raise _NoServerError(f"{SENDER_REFUSED} {code}")
    code, _ = server.rcpt(address)
    if code not in _ACCEPTED:
        raise _RefusedError(code)
    code, _ = server.docmd("DATA")
    if code != _GO_ON:
        raise _RefusedError(code)


def _deliver(server: smtplib.SMTP, text: bytes) -> None:
    """The text of a mail that was offered.

    Raises _RefusedError, smtplib.SMTPResponseException where the reply is neither yes nor no.
    """
    server.send(_LINE_WITH_PERIOD.sub(b"..", text) + b".\r\n")
    code, words = server.getreply()
    if code in _TEMPORARY or code in _PERMANENT:
        raise _RefusedError(code)
    if code not in _ACCEPTED:
        raise smtplib.SMTPResponseException(code, words)


def _set_aside_without_address(outgoing: Outgoing) -> None:
    """Mail to what no server can be told as an address is refused here, before it could stop everybody's mail."""
    for recipient in outgoing.recipients:
        if recipient.state == "pending" and not is_address(recipient.address):
            recipient.state, recipient.last_error = "refused", _NO_ADDRESS


def _postpone(recipient: Recipient, settings: MailSettings, now: dt.datetime, error: str) -> None:
    recipient.state = "pending"
    recipient.attempts += 1
    recipient.last_error = error
    recipient.next_attempt = (now + settings.wait(recipient.attempts)).isoformat()


def _transact(
    server: smtplib.SMTP, home: Home, outgoing: Outgoing, recipient: Recipient, message: EmailMessage,
    settings: MailSettings, now: dt.datetime,
) -> None:  # fmt: skip
    """One mail to one recipient.

    Raises smtplib.SMTPServerDisconnected or OSError where the connection is gone, _NoServerError.
    """
    try:
        _offer(server, settings.sender, recipient.address)
        recipient.state = "sending"
        write_outgoing(home, outgoing)
        _deliver(server, message.as_bytes(policy=SMTP_POLICY))
    except _RefusedError as error:
        refusal: _RefusedError | None = error
    except (smtplib.SMTPException, OSError) as error:
        if recipient.state == "sending":
            recipient.state = "uncertain"
            recipient.attempts += 1
            recipient.last_error = type(error).__name__
        else:
            _postpone(recipient, settings, now, type(error).__name__)
        write_outgoing(home, outgoing)
        raise
    else:
        refusal = None
    if refusal is None:
        recipient.state, recipient.sent_at, recipient.last_error = "sent", now.isoformat(), None
        recipient.late = settings.is_late(outgoing.day, now)
        recipient.attempts += 1
        recipient.next_attempt = None
    elif refusal.code in _PERMANENT:
        recipient.state, recipient.last_error = "refused", str(refusal.code)
        recipient.attempts += 1
    else:
        _postpone(recipient, settings, now, str(refusal.code))
    write_outgoing(home, outgoing)
    if refusal:
        with suppress(smtplib.SMTPException, OSError):
            server.rset()


def try_again(home: Home, day: dt.date, unit: str, address: str | None = None) -> bool:
    """A person's decision that one unit's mail be sent again: of one refused, waiting, or perhaps never arrived.

    address: where the unit's mail goes by now, if it is known. What was sent is never sent again.
    Returns whether there was such a mail. Raises OutboxBusyError.
    """
    with only_sender(home):
        outgoing = read_outgoing(home, day)
        chosen = [
            recipient
            for recipient in (outgoing.recipients if outgoing else [])
            if recipient.unit == unit and recipient.state in ("pending", "refused", "uncertain")
        ]
        for recipient in chosen:
            recipient.state, recipient.next_attempt = "pending", None
            recipient.address = address or recipient.address
        if outgoing and chosen:
            write_outgoing(home, outgoing)
        return bool(chosen)


def send_due(home: Home, catalogue: Catalogue, settings: MailSettings, now: dt.datetime) -> list[Outgoing]:
    """Queues the newest board if it is time, and tries every mail that is due. Returns all queued days.

    Whatever goes wrong is a state of the recipient, never an exception. Raises OutboxBusyError.
    """
    with only_sender(home):
        queue_newest(home, settings, now)
        queued = [found for day in queued_days(home) if (found := read_outgoing(home, day))]
        for outgoing in queued:
            for recipient in outgoing.recipients:
                if recipient.state == "sending":  # a crash in the one moment that cannot be told
                    recipient.state, recipient.last_error = "uncertain", "interrupted"
            _set_aside_without_address(outgoing)
            write_outgoing(home, outgoing)
            _send_day(home, catalogue, settings, outgoing, now)
        return queued


def _send_day(home: Home, catalogue: Catalogue, settings: MailSettings, outgoing: Outgoing, now: dt.datetime) -> None:
    due = [recipient for recipient in outgoing.recipients if recipient.is_due(now)]
    if not due:
        return
    board = read_board(home.published_database, outgoing.day)
    place = read_place(outgoing.day, catalogue.site)
    folder = board_folder(home, outgoing.day)
    attachments = [folder / name for name in (PAGE, WORKBOOK, PDF) if (folder / name).exists()]
    server: smtplib.SMTP | None = None
    for number, recipient in enumerate(due):
        message = compose(
            board, (place.zh, place.en), settings.sender, recipient.address, attachments, now,
            synthetic=home.truth.exists(), late=settings.is_late(outgoing.day, now),
        )  # fmt: skip
        try:
            server = server or _connect(settings)
            _transact(server, home, outgoing, recipient, message, settings, now)
        except (smtplib.SMTPException, OSError):
            if server:
                server.close()
            server = None
        except _NoServerError as error:  # nobody was offered anything, nor would be by asking once more for each
            for left in due[number:]:
                _postpone(left, settings, now, str(error))
            write_outgoing(home, outgoing)
            break
    if server:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
