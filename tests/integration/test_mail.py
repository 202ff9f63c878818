"""The 17:00 mail against a real SMTP server on loopback: each recipient once, late rather than never, never twice."""

from __future__ import annotations

import datetime as dt
import email
import shutil
import ssl
from contextlib import contextmanager
from email.policy import default
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from typer.testing import CliRunner

from assets.board.write import write_board
from assets.mail.config import MailSettings, read_settings
from assets.mail.outbox import OutboxBusyError, only_sender, read_outgoing, write_outgoing
from assets.mail.send import send_due, try_again, unsent
from pipelines.cli import app
from tests.fairness.month import LAST_DAY, publish_days
from tests.integration.loopback import answering, free_port
from warehouse.catalogue import catalogue
from warehouse.home import Home

SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE = dt.datetime.combine(LAST_DAY, dt.time(17, 0), SHANGHAI)
UNITS = {"级索党总支": "a@example.test", "杨岗党总支": "b@example.test", "龙庄党总支": "c@example.test"}
HOUR = dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return publish_days(tmp_path_factory.mktemp("mail") / "home", days=1)


@pytest.fixture
def home(published, tmp_path):
    """A home of its own around the one published edition, with its board."""
    home = Home(tmp_path / "home")
    home.prepare()
    home.truth.mkdir()
    home.published.rmdir()
    home.published.symlink_to(published.published)
    write_board(home, catalogue(), LAST_DAY)
    return home


class Server:
    """A handler that keeps what it accepts, and misbehaves where it is told to."""

    def __init__(self) -> None:
        self.accepted: list[tuple[str, email.message.EmailMessage]] = []
        self.mail_reply: str | None = None
        self.rcpt_reply: dict[str, str] = {}
        self.data_reply: dict[str, str] = {}
        self.hang_up_before_data: set[str] = set()
        self.hang_up_after_text: set[str] = set()
        self.was_encrypted: list[bool] = []
        self.senders_refused = 0

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802, ARG002
        if self.mail_reply:
            self.senders_refused += 1
            return self.mail_reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802, ARG002
        if address in self.rcpt_reply:
            return self.rcpt_reply[address]
        if address in self.hang_up_before_data:
            self.hang_up_before_data.discard(address)
            server.transport.close()
            return "421 going down"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        (address,) = envelope.rcpt_tos
        if address in self.data_reply:
            return self.data_reply[address]
        self.was_encrypted.append(session.ssl is not None)
        self.accepted.append((address, email.message_from_bytes(envelope.content, policy=default)))
        if address in self.hang_up_after_text:
            self.hang_up_after_text.discard(address)
            server.transport.close()
        return "250 kept"

    def addresses(self) -> list[str]:
        return [address for address, _ in self.accepted]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1, made for this run."""
    import ipaddress

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - HOUR).not_valid_after(now + 24 * HOUR)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("certificate")
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder


@contextmanager
def serving(handler, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "certificate.pem", certificate / "key.pem")
    controller = Controller(handler, hostname="127.0.0.1", port=0, tls_context=context, require_starttls=True)
    controller.port = free_port()
    controller.start()
    try:
        yield MailSettings(
            host="127.0.0.1", port=controller.port, ca_file=certificate / "certificate.pem",
            sender="board@town.example.test", recipients=UNITS,
        )  # fmt: skip
    finally:
        controller.stop()


def states(home):
    return [recipient.state for recipient in read_outgoing(home, LAST_DAY).recipients]


def test_at_five_everybody_gets_the_board_once(home, certificate):
    server = Server()
    with serving(server, certificate) as settings:
        assert send_due(home, catalogue(), settings, DUE - HOUR) == []
        assert server.accepted == []
        send_due(home, catalogue(), settings, DUE)
        for hours in (0, 1, 24):
            send_due(home, catalogue(), settings, DUE + hours * HOUR)
    assert server.addresses() == list(UNITS.values())
    assert all(server.was_encrypted)
    assert states(home) == ["sent"] * 3
    assert not any(recipient.late for recipient in read_outgoing(home, LAST_DAY).recipients)
    message = server.accepted[0][1]
    assert message["Subject"] == f"山东省滕州市级索镇核对看板 {LAST_DAY}"
    assert [part.get_filename() for part in message.iter_attachments()] == [f"{LAST_DAY}.html", f"{LAST_DAY}.xlsx"]
    page = message.get_body().get_content()
    assert "个村参加排名" in page and "模拟数据" in page
    attached = next(iter(message.iter_attachments())).get_payload(decode=True)
    assert attached == (home.board / "current" / "index.html").read_bytes()


def test_a_server_that_is_down_is_tried_again_and_the_mail_is_marked_late(home, certificate):
    server = Server()
    down = MailSettings(host="127.0.0.1", port=free_port(), sender="board@town.example.test", recipients=UNITS)
    send_due(home, catalogue(), down, DUE)
    tried = read_outgoing(home, LAST_DAY).recipients
    assert [(r.state, r.attempts, r.last_error) for r in tried] == [("pending", 1, "ConnectionRefusedError")] * 3
    assert not unsent(home, down, DUE + dt.timedelta(seconds=1)), "not before the wait is over"
    assert unsent(home, down, DUE + HOUR)
    with serving(server, certificate) as settings:
        send_due(home, catalogue(), settings, DUE + HOUR)
    assert server.addresses() == list(UNITS.values())
    assert all(recipient.late for recipient in read_outgoing(home, LAST_DAY).recipients)
    assert server.accepted[0][1]["Subject"].startswith("【补发】")


def test_a_missed_five_oclock_is_caught_up_once_and_marked_late(home, certificate):
    """Nobody was running at 17:00 and nothing was queued; the next morning somebody is."""
    server = Server()
    with serving(server, certificate) as settings:
        assert unsent(home, settings, DUE + 14 * HOUR)
        send_due(home, catalogue(), settings, DUE + 14 * HOUR)
        send_due(home, catalogue(), settings, DUE + 15 * HOUR)
    assert server.addresses() == list(UNITS.values())
    assert all(message["Subject"].startswith("【补发】") for _, message in server.accepted)
    assert all(recipient.late for recipient in read_outgoing(home, LAST_DAY).recipients)


def test_a_person_may_try_a_mail_again_but_not_one_that_was_sent(home, certificate):
    server = Server()
    server.rcpt_reply = {"b@example.test": "550 no such mailbox"}
    first, second, _ = UNITS
    with serving(server, certificate) as settings:
        send_due(home, catalogue(), settings, DUE)
        assert states(home) == ["sent", "refused", "sent"]
        server.rcpt_reply = {}
        assert not try_again(home, LAST_DAY, first)
        assert not try_again(home, LAST_DAY, "no such unit")
        assert not try_again(home, LAST_DAY - dt.timedelta(days=1), second)
        assert try_again(home, LAST_DAY, second)
        send_due(home, catalogue(), settings, DUE + HOUR)
    assert states(home) == ["sent"] * 3
    assert sorted(server.addresses()) == sorted(UNITS.values())


@pytest.mark.parametrize(
    "address", ["ａ＠example.test", "办公室@example.test", "a@example.test\nBcc: x@example.test", ""]
)
def test_what_is_no_address_stops_nobody_elses_mail(home, certificate, address):
    server = Server()
    first, *others = UNITS
    with serving(server, certificate) as settings:
        wrong = settings.model_copy(update={"recipients": UNITS | {first: address}})
        send_due(home, catalogue(), wrong, DUE)
        assert states(home) == ["refused", "sent", "sent"]
        assert server.addresses() == [UNITS[unit] for unit in others]
        assert try_again(home, LAST_DAY, first, settings.recipients[first])
        send_due(home, catalogue(), settings, DUE + HOUR)
    assert sorted(server.addresses()) == sorted(UNITS.values())


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("host: h\nsender: 办公室\nrecipients: {}\n", ("sender",)),
        ("sender: a@b\nport: smtp\nrecipients: {甲: geheim@b}\n", ("host", "port")),
        ("host: [h\n", ("YAML",)),
        ("host: h\nsender: a@b\nrecipients: {}\ntime_zone: Asia/Beijing\n", ("time_zone", "Asia/Shanghai")),
        ("host: h\nsender: a@b\nrecipients: {}\ntimeout_seconds: -5\n", ("timeout_seconds",)),
        ("host: h\nsender: a@b\nrecipients: {}\nuser: u\n", ("password_file",)),
        ("host: h\nsender: a@b\nrecipients:\n  甲: geheim@b\n  甲: c@b\n", ("第 5 行",)),
    ],
)
def test_settings_that_cannot_be_used_are_told_in_words(home, written, told):
    home.site.mkdir()
    (home.site / "mail.yaml").write_text(written, encoding="utf-8")
    shown = CliRunner().invoke(app, ["--home", str(home.path), "mail"])
    assert (shown.exit_code, type(shown.exception)) == (1, SystemExit)
    assert [word for word in told if word not in shown.output] == []
    assert "geheim" not in shown.output
    examined = CliRunner().invoke(app, ["--home", str(home.path), "doctor"])
    assert "mail.yaml" in examined.output


class Asking(Server):
    """A server that keeps what it accepts, of those who have the password."""

    def __init__(self, password: str) -> None:
        super().__init__()
        self.password = password.encode()

    def knows(self, server, session, envelope, mechanism, data):  # noqa: ARG002
        return AuthResult(success=data.password == self.password, handled=False)


@contextmanager
def asking(password, password_file):
    server = Asking(password)
    controller = Controller(
        server, hostname="127.0.0.1", port=free_port(), authenticator=server.knows, auth_require_tls=False
    )
    controller.start()
    try:
        yield MailSettings(
            host="127.0.0.1", port=controller.port, security="none", user="board", password_file=password_file,
            sender="board@town.example.test", recipients=UNITS,
        )  # fmt: skip
    finally:
        controller.stop()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_password_is_read_however_an_editor_saved_it(home, tmp_path, encoding):
    kept = tmp_path / "password"
    kept.write_text("geheim\r\n", encoding=encoding)
    with asking("geheim", kept) as settings:
        send_due(home, catalogue(), settings, DUE)
    assert states(home) == ["sent"] * 3


@pytest.mark.parametrize(
    ("written", "change", "told"),
    [
        (b"wrong", {}, "用户名或密码"),
        ("密码".encode("gb18030"), {}, "不认得的字符"),
        (b"geheim", {"user": "核对"}, "不认得的字符"),
        (b"geheim", {"host": "smtp..example.test"}, "不认得的字符"),
        (None, {}, "密码文件"),
    ],
)
def test_what_stops_all_mail_is_a_state_and_told_in_words(home, tmp_path, written, change, told):
    """An error of the settings ended the command in a traceback, and the sensor's run every minute."""
    kept = tmp_path / "password"
    if written is not None:
        kept.write_bytes(written)
    with asking("geheim", kept) as settings:
        send_due(home, catalogue(), settings.model_copy(update=change), DUE)
    assert states(home) == ["pending"] * 3
    shown = CliRunner().invoke(app, ["--home", str(home.path), "mail", "--status"])
    assert told in "".join(shown.output.split("\n"))


def test_a_folder_that_was_copied_by_hand_is_no_board_and_no_mail(home, certificate):
    """A file manager names a copy after the folder: taken for the newest board, no mail could be sent any more."""
    copied = f"{LAST_DAY} - 副本"
    shutil.copytree(home.board / LAST_DAY.isoformat(), home.board / copied)
    write_board(home, catalogue(), LAST_DAY)
    assert (home.board / "current").resolve().name == LAST_DAY.isoformat()
    server = Server()
    with serving(server, certificate) as settings:
        assert unsent(home, settings, DUE)
        send_due(home, catalogue(), settings, DUE)
        shutil.copytree(home.outbox / LAST_DAY.isoformat(), home.outbox / copied)
        send_due(home, catalogue(), settings, DUE + HOUR)
    assert sorted(server.addresses()) == sorted(UNITS.values())


def test_the_command_shows_what_waits_what_was_late_and_what_failed(home, certificate):
    server = Server()
    server.rcpt_reply = {"a@example.test": "450 busy", "b@example.test": "550 no such mailbox"}
    with serving(server, certificate) as settings:
        send_due(home, catalogue(), settings, DUE + HOUR)
    shown = CliRunner().invoke(app, ["--home", str(home.path), "mail", "--status"])
    assert shown.exit_code == 1
    for word in (*UNITS, "待发 pending", "被拒 refused", "已发 sent", "迟 late", "450", "550"):
        assert word in shown.output, word
    assert not any(address in shown.output for address in UNITS.values())
    assert states(home) == ["pending", "refused", "sent"], "looking sends nothing"
    assert CliRunner().invoke(app, ["--home", str(home.path / "new"), "mail", "--status"]).exit_code == 0


def test_without_settings_nothing_is_mailed(home):
    ran = CliRunner().invoke(app, ["--home", str(home.path), "mail"])
    assert ran.exit_code == 0
    assert "nothing is mailed" in ran.output
    assert read_settings(None) is None


def test_waits_grow_and_end_at_the_longest():
    settings = MailSettings(host="h", sender="s@x", recipients={}, first_wait_seconds=60, longest_wait_seconds=600)
    assert [settings.wait(n).total_seconds() for n in range(1, 7)] == [60, 120, 240, 480, 600, 600]


def test_a_server_that_fails_half_way_gets_each_mail_once(home, certificate):
    server = Server()
    server.hang_up_before_data = {"b@example.test"}
    with serving(server, certificate) as settings:
        send_due(home, catalogue(), settings, DUE)
        assert states(home) == ["sent", "pending", "sent"]
        waiting = read_outgoing(home, LAST_DAY).recipients[1]
        assert waiting.attempts == 1 and waiting.last_error and not waiting.is_due(DUE)
        send_due(home, catalogue(), settings, DUE + HOUR)
    assert sorted(server.addresses()) == sorted(UNITS.values())
    assert states(home) == ["sent"] * 3
    assert [recipient.attempts for recipient in read_outgoing(home, LAST_DAY).recipients] == [1, 2, 1]


def test_a_mail_that_may_have_arrived_is_shown_and_never_sent_again(home, certificate):
    server = Server()
    server.hang_up_after_text = {"b@example.test"}
    with serving(server, certificate) as settings:
        send_due(home, catalogue(), settings, DUE)
        send_due(home, catalogue(), settings, DUE + HOUR)
    assert server.addresses() == list(UNITS.values())
    assert states(home) == ["sent", "uncertain", "sent"]


def test_a_temporary_no_is_retried_and_a_final_no_is_not(home, certificate):
    server = Server()
    server.rcpt_reply = {"a@example.test": "450 busy", "b@example.test": "550 no such mailbox"}
    server.data_reply = {"c@example.test": "452 disk full"}
    with serving(server, certificate) as settings:
        send_due(home, catalogue(), settings, DUE)
        assert states(home) == ["pending", "refused", "pending"]
        server.rcpt_reply, server.data_reply = {}, {}
        send_due(home, catalogue(), settings, DUE + HOUR)
    assert states(home) == ["sent", "refused", "sent"]
    assert sorted(server.addresses()) == ["a@example.test", "c@example.test"]
    assert [r.last_error for r in read_outgoing(home, LAST_DAY).recipients] == [None, "550", None]


@pytest.mark.parametrize(
    ("at", "reply", "state"),
    [
        ("RCPT", "what?", "pending"),
        ("DATA", "what?", "pending"),
        ("DATA", None, "pending"),
        ("text", "what?", "uncertain"),
        ("text", "354 go on", "uncertain"),
        ("text", None, "uncertain"),
        ("text", "250 kept", "sent"),
    ],
)
def test_only_a_clear_word_of_the_server_is_taken_for_one(home, at, reply, state):
    """Before the text nothing has arrived; after it only 250 says that it has. None: the connection is cut."""
    with answering({b"b@": (at, reply)}) as (port, got):
        settings = MailSettings(host="127.0.0.1", port=port, security="none", sender="s@x.test", recipients=UNITS)
        send_due(home, catalogue(), settings, DUE)
        assert states(home) == ["sent", state, "sent"]
        send_due(home, catalogue(), settings, DUE + HOUR)
    assert states(home) == ["sent", state, "sent"]
    assert len(got) == (3 if at == "text" else 2), "no text that may have arrived is sent again"


@pytest.mark.parametrize("reply", ["550 sender not known here", "553 not your address", "452 disk full"])
def test_a_refused_sender_is_one_fault_and_no_units_address_is_wrong(home, certificate, reply):
    """Every unit's mail was refused for good, as if each of their addresses were wrong."""
    server = Server()
    server.mail_reply = reply
    with serving(server, certificate) as settings:
        send_due(home, catalogue(), settings, DUE)
        assert states(home) == ["pending"] * 3
        assert server.senders_refused == 1, "there is nothing to gain by asking again for each"
        shown = CliRunner().invoke(app, ["--home", str(home.path), "mail", "--status"])
        told = " ".join(shown.output.split())
        assert told.count("服务器不接受发件地址") == told.count("refuses the sender") == 1
        assert reply[:3] in told and "not known" not in told
        server.mail_reply = None
        send_due(home, catalogue(), settings, DUE + HOUR)
    assert sorted(server.addresses()) == sorted(UNITS.values())
    assert states(home) == ["sent"] * 3
    assert "发件地址" not in CliRunner().invoke(app, ["--home", str(home.path), "mail", "--status"]).output


def test_a_crash_in_the_middle_of_a_mail_does_not_send_it_twice(home, certificate):
    server = Server()
    with serving(server, certificate) as settings:
        send_due(home, catalogue(), settings, DUE)
        crashed = read_outgoing(home, LAST_DAY)
        crashed.recipients[0].state = "sending"
        write_outgoing(home, crashed)
        send_due(home, catalogue(), settings, DUE + HOUR)
    assert server.addresses() == list(UNITS.values())
    assert states(home)[0] == "uncertain"


def test_a_server_without_encryption_gets_nothing(home):
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        settings = MailSettings(host="127.0.0.1", port=controller.port, sender="s@x.test", recipients=UNITS)
        send_due(home, catalogue(), settings, DUE)
    finally:
        controller.stop()
    assert server.accepted == []
    assert states(home) == ["pending"] * 3


def test_two_senders_do_not_send_at_once(home, certificate):
    server = Server()
    with serving(server, certificate) as settings, only_sender(home), pytest.raises(OutboxBusyError):
        send_due(home, catalogue(), settings, DUE)
    assert server.accepted == []


def test_the_outbox_is_for_the_office_alone_and_keeps_no_words_of_the_server(home, certificate):
    server = Server()
    server.rcpt_reply = {"a@example.test": "550 person Wang Fang left"}
    with serving(server, certificate) as settings:
        send_due(home, catalogue(), settings, DUE)
    folder = home.outbox / str(LAST_DAY)
    assert folder.stat().st_mode & 0o077 == 0
    assert "Wang" not in (folder / "mail.json").read_text(encoding="utf-8")
