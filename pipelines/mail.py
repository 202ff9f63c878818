"""The board's mail: `hedui mail`, and the sensor that looks at the outbox while Dagster's daemon runs."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import dagster as dg
from rich import box
from rich.table import Table

from assets.board.files import NoBrowserError
from assets.board.write import PDF, board_days, board_folder, write_pdf
from assets.mail.config import FILE, MailSettings, read_settings
from assets.mail.outbox import OutboxBusyError, Outgoing, queued_days, read_outgoing
from assets.mail.send import SENDER_REFUSED, send_due, try_again, unsent
from pipelines.refusal import RefusedError
from pipelines.screen import screen
from warehouse.catalogue import catalogue
from warehouse.clock import TIME_ZONE
from warehouse.home import Home

MAIL_JOB = "mail"
_INTERVAL_SECONDS = 60
_STATES = {
    "pending": "待发 pending",
    "sending": "发送中 sending",
    "sent": "已发 sent",
    "refused": "被拒 refused",
    "uncertain": "不确定 uncertain",
}
# What stops all mail, by the name of the error, and what to do about it.
_NO_SERVER = {
    "SMTPAuthenticationError": (
        "服务器不接受用户名或密码；改好 {file} 的 user 或密码文件",
        "the server refuses user or password: mend the user in {file} or the password file",
    ),
    "SMTPNotSupportedError": (
        "服务器没有所要的加密或登录方式；核对 {file} 的 port 和 security",
        "the server has no such encryption or login: see port and security in {file}",
    ),
    "SSLCertVerificationError": (
        "服务器的证书不可信；核对 {file} 的 host 和 ca_file",
        "the server's certificate is not trusted: see host and ca_file in {file}",
    ),
    **dict.fromkeys(
        ("FileNotFoundError", "PermissionError", "IsADirectoryError", "UnicodeDecodeError"),
        (
            "密码文件或 ca_file 读不出；核对 {file} 里的路径",
            "the password file or ca_file cannot be read: see the paths in {file}",
        ),
    ),
    **dict.fromkeys(
        ("UnicodeError", "UnicodeEncodeError"),
        (
            "{file} 的 host 或 user、密码里有服务器不认得的字符",
            "host or user in {file}, or the password, has characters that no server understands",
        ),
    ),
}
_UNREACHABLE = (
    "服务器连不上或中断了；核对 {file} 的 host 和 port，稍后自动再试",
    "the server cannot be reached or hung up: see host and port in {file}; it is tried again",
)


def _what_stops(error: str) -> tuple[str, str] | None:
    """In both languages what stopped a mail whose address is not the reason; None where the server answered of it."""
    if not error.endswith("Error") and error not in ("SMTPServerDisconnected", "gaierror"):
        return None
    zh, en = _NO_SERVER.get(error, _UNREACHABLE)
    return zh.format(file=FILE), en.format(file=FILE)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def send_mail(home: Home, settings: MailSettings) -> list[Outgoing]:
    """Prints the newest board to PDF where that is possible and not done, then sends what is due."""
    newest = max(board_days(home), default=None)
    if newest and unsent(home, settings, _now()) and not (board_folder(home, newest) / PDF).exists():
        try:
            write_pdf(home, newest)
        except NoBrowserError as error:
            screen(errors=True).print(str(error))
    return send_due(home, catalogue(home.site), settings, _now())


def _show(queued: list[Outgoing]) -> int:
    """Every recipient's state, its units by name and never an address. 0 all sent, 1 something is not."""
    console = screen()
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for heading in ("日期 day", "单位 unit", "状态 state", "时间 time", "次数 attempts", "迟发 late", "原因 reason"):
        table.add_column(heading)
    for outgoing in queued:
        for recipient in outgoing.recipients:
            instant = recipient.sent_at or recipient.next_attempt
            when = dt.datetime.fromisoformat(instant).astimezone(ZoneInfo(TIME_ZONE)) if instant else None
            table.add_row(
                str(outgoing.day), recipient.unit, _STATES[recipient.state], f"{when:%m-%d %H:%M}" if when else "",
                str(recipient.attempts), "迟 late" if recipient.late else "", recipient.last_error or "",
            )  # fmt: skip
    console.print(table)
    errors = {recipient.last_error for outgoing in queued for recipient in outgoing.recipients if recipient.last_error}
    for error in sorted(error for error in errors if error.startswith(SENDER_REFUSED)):
        console.print(
            f"服务器不接受发件地址（{error}），各单位的地址没有错；改好 {FILE} 的 sender 或服务器的设置，"
            "下次发送时全部补发 / "
            f"the server refuses the sender ({error}), no unit's address is wrong: mend the sender in {FILE} or the "
            "server's settings, and the next try sends all",
            markup=False,
        )
    for error in sorted(errors):
        if words := _what_stops(error):
            console.print(f"{error}：{words[0]} / {words[1]}", markup=False)
    states = [recipient.state for outgoing in queued for recipient in outgoing.recipients]
    counted = "，".join(f"{words} {states.count(state)}" for state, words in _STATES.items() if state in states)
    console.print(counted or "还没有邮件 / no mail yet")
    return 0 if all(state == "sent" for state in states) else 1


def show_mail(home: Home) -> int:
    """`hedui mail --status`: every recipient's state, sending nothing. 0 all sent, 1 something is not."""
    return _show([found for day in queued_days(home) if (found := read_outgoing(home, day))])


def mail_and_show(home: Home, resend: str | None = None, day: dt.date | None = None) -> int:
    """`hedui mail`: sends what is due and shows every recipient's state. 0 all sent, 1 something is not.

    resend: the unit whose mail of a day (else of the newest mailed day) is to be tried once more.
    """
    settings = read_settings(home.site)
    if settings is None:
        screen().print(f"没有 {home.site / FILE}，不发邮件 / no such file: nothing is mailed")
        return 0
    try:
        if resend:
            mailed = queued_days(home)
            chosen = day or (mailed[-1] if mailed else None)
            if chosen is None or not try_again(home, chosen, resend, settings.recipients.get(resend)):
                raise RefusedError("没有这个单位未发出的邮件 / no mail of this unit is waiting, refused or uncertain")
        return _show(send_mail(home, settings))
    except OutboxBusyError as error:
        raise RefusedError(str(error)) from None


def mail_job(home: Home) -> dg.JobDefinition:
    """The job that sends what is due; its run says how many mails are in each state, never to whom."""

    @dg.op(name="send_mail", description="发送到期的看板邮件 / send the board to whom it is due")
    def send(context: dg.OpExecutionContext) -> None:
        settings = read_settings(home.site)
        if settings is None:
            return
        states: list[str] = [r.state for outgoing in send_mail(home, settings) for r in outgoing.recipients]
        context.add_output_metadata({state: states.count(state) for state in _STATES})

    @dg.job(name=MAIL_JOB, description="17:00 邮件；未发出的稍后重试 / the 17:00 mail, retried later where it failed")
    def mail() -> None:
        send()

    return mail


def mail_sensor(home: Home) -> dg.SensorDefinition:
    """Requests a run whenever a mail is due: at 17:00, after a wait, or late."""

    @dg.sensor(
        name="mail",
        job_name=MAIL_JOB,
        minimum_interval_seconds=_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="到时发送看板邮件，失败的重试，错过的补发 / mails the board when due, retries, catches up",
    )
    def sensor(_context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        settings = read_settings(home.site)
        if settings is None:
            yield dg.SkipReason("没有邮件设置 / no mail settings")
        elif unsent(home, settings, _now()):
            yield dg.RunRequest(run_key=None)
        else:
            yield dg.SkipReason("没有到期的邮件 / nothing is due")

    return sensor
