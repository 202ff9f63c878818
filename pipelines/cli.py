"""The `hedui` command. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but some input was rejected or left.

Each command is a few lines here; what it does lives in a module of its own, loaded only when it is used.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from pipelines.refusal import INTERRUPTED, Commands, require_home
from pipelines.screen import take_what_is_there
from pipelines.settings import FIRST_DAY, current_home
from warehouse.clock import today
from warehouse.home import Home
from warehouse.process import collect_seldom, leave

app = typer.Typer(
    name="hedui",
    cls=Commands,
    help="核对 Hedui：多库核对、村级排名与预警 / reconcile population registries, rank villages, warn",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# These read no home; what the doctor finds wrong with it is one of its findings.
_WITHOUT_HOME = ("link", "lint-posting", "doctor")
Json = Annotated[bool, typer.Option("--json", help="给机器读的输出 / output for machines")]


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"日期应写作 2026-11-24 / write a date as 2026-11-24, not {text}") from None


def _day_so_far(text: str | None) -> dt.date | None:
    day = _day(text)
    if day and not FIRST_DAY <= day <= today():
        raise typer.BadParameter(f"{day} 不在 {FIRST_DAY} 至今天之间 / is not between {FIRST_DAY} and today")
    return day


@app.callback()
def choose_home(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option("--home", help="数据目录，默认 ./var 或 HEDUI_HOME / the home")] = None,
) -> None:
    """Remembers the home for the command that follows."""
    context.obj = current_home(home)
    if context.invoked_subcommand not in _WITHOUT_HOME:
        require_home(context.obj.path)


@app.command()
def simulate(
    context: typer.Context,
    persons: Annotated[int, typer.Option(min=500, help="户籍人口数 / registered residents")] = 60_000,
    days: Annotated[int, typer.Option(min=1, help="天数 / days")] = 10,
    seed: Annotated[int, typer.Option(help="随机种子 / seed: the same town every time")] = 1,
    start: Annotated[str | None, typer.Option(help="第一天，默认使最后一天为今天 / first day")] = None,
    as_json: Json = False,
) -> None:
    """模拟一个镇：写入收件箱并附真值 / Write a synthetic town's extracts, and the truth beside them."""
    from pipelines.simulation import simulate_town

    raise SystemExit(simulate_town(context.obj, persons, days, seed, _day(start), as_json=as_json))


@app.command()
def run(
    context: typer.Context,
    date: Annotated[str | None, typer.Option("--date", help="只运行这一天 / only this day")] = None,
    as_json: Json = False,
) -> None:
    """接收、核对、排名、发布 / Land what is in the inbox, reconcile, rank, publish."""
    from pipelines.terminal import run_and_show

    raise SystemExit(run_and_show(context.obj, _day_so_far(date), as_json=as_json))


@app.command()
def demo(
    context: typer.Context,
    persons: Annotated[int, typer.Option(min=500, help="户籍人口数 / registered residents")] = 60_000,
    days: Annotated[int, typer.Option(min=1, help="天数 / days")] = 10,
    seed: Annotated[int, typer.Option(help="随机种子 / seed")] = 1,
    as_json: Json = False,
) -> None:
    """模拟、运行、下发并展示结果 / Simulate when the inbox is empty, run, hand lists over, show the results."""
    from pipelines.demonstration import demonstrate

    raise SystemExit(demonstrate(context.obj, persons, days, seed, as_json=as_json))


@app.command()
def ui(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口 / port")] = 3000,
) -> None:
    """打开 Dagster 界面（仅本机） / Dagster's web UI and daemon on 127.0.0.1."""
    from pipelines.web import serve

    raise SystemExit(serve(context.obj, port))


@app.command()
def sql(
    context: typer.Context,
    query: Annotated[
        str | None, typer.Argument(help="SQL 或 .tables；不写则进入交互 / or .tables; an interactive shell")
    ] = None,
    as_json: Json = False,
) -> None:
    """只读查询发布库 / Read-only SQL on the published warehouse."""
    from pipelines.query import run_query, shell

    home: Home = context.obj
    raise SystemExit(run_query(home, query, as_json=as_json) if query else shell(home))


@app.command()
def export(
    context: typer.Context,
    table: Annotated[str, typer.Argument(help="表名 / table")],
    out: Annotated[Path, typer.Option("--out", help="输出文件 .csv .xlsx .parquet / file to write")],
    date: Annotated[str | None, typer.Option("--date", help="只要这一天 / only this as_of")] = None,
    private: Annotated[
        bool, typer.Option("--private", help="读取内部库（含身份信息） / the private warehouse")
    ] = False,
    as_json: Json = False,
) -> None:
    """把一张表存成文件 / Write a table as a file."""
    from pipelines.query import export_table

    raise SystemExit(export_table(context.obj, table, out, _day(date), private=private, as_json=as_json))


PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help="首行是密码的文件 / a file whose first line is the password")
]


@app.command()
def worklists(
    context: typer.Context,
    village: Annotated[str | None, typer.Option("--village", help="只要这个村 / only this village (12 digits)")] = None,
    handed_on: Annotated[
        str | None, typer.Option("--date", help="下发日期，默认今天 / day of hand-over, today by default")
    ] = None,
    password_file: PasswordFile = None,
    recheck: Annotated[
        bool, typer.Option("--recheck", help="抽取本轮复核样本 / draw this round's blind re-checks instead")
    ] = False,
    as_json: Json = False,
) -> None:
    """生成核实单、转办清单、通报并登记下发 / Write lists of cases, and record that they go out."""
    from pipelines.case_commands import write_worklists

    if recheck and village:
        raise typer.BadParameter(
            "复核样本是各村一起抽取的，--recheck 不能与 --village 合用 / re-checks are drawn of all villages together: "
            "give --recheck or --village"
        )
    day = _day_so_far(handed_on)
    raise SystemExit(write_worklists(context.obj, village, password_file, day, recheck=recheck, as_json=as_json))


@app.command()
def returns(
    context: typer.Context,
    files: Annotated[list[Path] | None, typer.Argument(help="交回的文件，不写则读 returns/ / returned files")] = None,
    received_on: Annotated[
        str | None, typer.Option("--date", help="交回日期，默认今天 / day they came back, today by default")
    ] = None,
    password_file: PasswordFile = None,
    as_json: Json = False,
) -> None:
    """接收交回的核实单并逐行回执 / Load returned lists and reply row by row."""
    from pipelines.case_commands import load_returns

    code = load_returns(context.obj, files or [], password_file, _day_so_far(received_on), as_json=as_json)
    raise SystemExit(code)


@app.command()
def replay(
    context: typer.Context,
    date: Annotated[str | None, typer.Option("--date", help="重算这一天，不写则从头重算每一天 / the day")] = None,
    as_json: Json = False,
) -> None:
    """按当时所知重算某日，与发布的逐字节比较 / Rebuild a day as known then, compare byte for byte."""
    from pipelines.replay_commands import show_replay

    raise SystemExit(show_replay(context.obj, _day(date), as_json=as_json))


@app.command()
def diff(
    context: typer.Context,
    first: Annotated[str, typer.Argument(help="日期 / a published day")],
    second: Annotated[
        str | None,
        typer.Argument(help="另一天；不写则与现在所知的同一天比 / another; without it, the day as known now"),
    ] = None,
    as_json: Json = False,
) -> None:
    """哪些数字变了，因为哪些文件和疑点 / Which figures moved, by which files and cases."""
    from pipelines.following import show_difference

    day = _day(first)
    assert day is not None  # noqa: S101 - the argument is required
    raise SystemExit(show_difference(context.obj, day, _day(second), as_json=as_json))


@app.command()
def trace(
    context: typer.Context,
    figure: Annotated[str, typer.Argument(help="ranking 排名、warning 预警或指标代码 / or an indicator's code")],
    unit: Annotated[str, typer.Argument(help="村、党总支代码，或 all 全镇 / village, branch, or all")],
    date: Annotated[str, typer.Argument(help="日期 / a published day")],
    as_json: Json = False,
) -> None:
    """从一个数字到指标、疑点、文件和行 / From a figure to indicators, cases, files and rows (private side)."""
    from pipelines.following import show_trace

    day = _day(date)
    assert day is not None  # noqa: S101 - the argument is required
    raise SystemExit(show_trace(context.obj, figure, unit, day, as_json=as_json))


@app.command()
def accuracy(context: typer.Context, as_json: Json = False) -> None:
    """对照真值的查全率和查准率 / Recall and precision per rule against a simulated truth."""
    from pipelines.accuracy import show_accuracy

    raise SystemExit(show_accuracy(context.obj, as_json=as_json))


@app.command()
def board(
    context: typer.Context,
    date: Annotated[str | None, typer.Option("--date", help="哪一天，默认最新 / which day; the newest")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="另存 PDF（需要 Chromium） / also as PDF")] = False,
) -> None:
    """重写一天的看板 / Write a day's board again from the published warehouse."""
    from pipelines.board import write_and_show

    raise SystemExit(write_and_show(context.obj, _day(date), pdf=pdf))


@app.command()
def meetings(
    context: typer.Context,
    date: Annotated[str | None, typer.Option("--date", help="哪一天，默认最新 / which day; the newest")] = None,
) -> None:
    """写出警示、调度、约谈名单和反馈表 / Write the agenda of warnings and meetings, and the form for outcomes."""
    from pipelines.meetings import write_and_show

    raise SystemExit(write_and_show(context.obj, _day(date)))


@app.command()
def mail(
    context: typer.Context,
    status: Annotated[bool, typer.Option("--status", help="只看状态，不发送 / show every state, send nothing")] = False,
    resend: Annotated[
        str | None, typer.Option("--resend", help="再试一个单位被拒或不确定的邮件 / try one unit's mail once more")
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", help="与 --resend 合用：哪一天的，默认最新 / with --resend: of which day")
    ] = None,
) -> None:
    """发送到期的看板邮件 / Mail the board to whom it is due, and show every recipient's state."""
    from pipelines.mail import mail_and_show, show_mail

    if date and not resend:
        raise typer.BadParameter(
            "--date 要与 --resend 合用；没有 --resend，发的是到期的邮件 / --date goes with --resend: "
            "without it what is due is mailed, of whatever day"
        )
    if status and resend:
        raise typer.BadParameter(
            "--status 只看不发，不能与 --resend 合用 / --status sends nothing: give it without --resend"
        )
    raise SystemExit(show_mail(context.obj) if status else mail_and_show(context.obj, resend, _day(date)))


@app.command("explain-benefit")
def explain_benefit(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="申请、名单明细、出生证或户籍记录编号 / number of any record of it")],
    as_json: Json = False,
) -> None:
    """说明一项待遇为什么是这个结果 / Why a benefit came out so: clause, sum, records."""
    from pipelines.benefit_commands import explain

    raise SystemExit(explain(context.obj, key, as_json=as_json))


@app.command("lint-posting")
def lint_posting(
    files: Annotated[list[Path], typer.Argument(help="要公示的文件 / files to be posted", exists=True, dir_okay=False)],
    as_json: Json = False,
) -> None:
    """检查公示名单是否泄露个人信息 / Check that a list shows no id, account, telephone or address."""
    from pipelines.postings import lint_files

    raise SystemExit(lint_files(files, as_json=as_json))


@app.command()
def postings(context: typer.Context) -> None:
    """生成公示名单（已脱敏并检查） / Write the lists for public posting, masked and checked."""
    from pipelines.benefit_commands import write_postings

    raise SystemExit(write_postings(context.obj))


@app.command()
def messages(context: typer.Context) -> None:
    """生成待发短信，每个事件一条 / Write new text messages for the gateway, one per event."""
    from pipelines.benefit_commands import write_messages

    raise SystemExit(write_messages(context.obj))


@app.command()
def disclosure(context: typer.Context) -> None:
    """生成收费、裁量与投诉公开页 / Write the disclosure of fees, benchmarks and complaints."""
    from pipelines.benefit_commands import write_disclosure

    raise SystemExit(write_disclosure(context.obj))


@app.command()
def link(
    a: Annotated[Path, typer.Argument(help="甲表：csv、xlsx、xls、dbf、parquet / first table")],
    b: Annotated[Path, typer.Argument(help="乙表 / second table")],
    map_file: Annotated[Path, typer.Option("--map", help="字段对应 YAML / which column is which field")],
    out: Annotated[Path, typer.Option("--out", help="结果 .csv .xlsx .parquet / file of pairs")] = Path("pairs.csv"),
    model_out: Annotated[Path | None, typer.Option("--model-out", help="另存训练出的模型 / keep the model")] = None,
    as_json: Json = False,
) -> None:
    """比对任意两张表，写出配对 / Link any two tables by the linkage of the day."""
    from pipelines.linking import link_files

    raise SystemExit(link_files(a, b, map_file, out, model_out, as_json=as_json))


@app.command()
def explain(
    context: typer.Context,
    record: Annotated[str, typer.Argument(help="登记库内编号 / the registry's own number of a record")],
    as_json: Json = False,
    private: Annotated[
        bool, typer.Option("--private", help="并列显示两方的值（含身份信息） / show both values side by side")
    ] = False,
) -> None:
    """说明记录为何归为一人 / Why a record belongs to its person: evidence, field by field, in words and weights."""
    from pipelines.explaining import explain_record

    raise SystemExit(explain_record(context.obj, record, as_json=as_json, private=private))


@app.command(name="link-review")
def link_review(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", help="导出待判定的疑似同一人 / export the queue")] = None,
    load: Annotated[Path | None, typer.Option("--load", help="读回填好的判定 / load decisions back")] = None,
) -> None:
    """疑似同一人的人工判定 / The queue of doubtful pairs: export it, or load decisions, which bind from then on."""
    from pipelines.explaining import export_review, load_review

    if (out is None) == (load is None):
        raise typer.BadParameter("用 --out 导出或用 --load 读回，二者选一 / give either --out or --load")
    raise SystemExit(export_review(context.obj, out) if out else load_review(context.obj, load or Path()))


@app.command()
def corrections(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="手工更正表；不给则列出 / the list; without it, what is known", exists=True)
    ] = None,
) -> None:
    """已知而登记库尚未改正的更正 / Corrections known but not in the source yet: load the list, or show them."""
    from pipelines.corrections import load, show

    raise SystemExit(load(context.obj, file) if file else show(context.obj))


@app.command(name="train-linkage")
def train_linkage(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="训练出的模型 / the model to review")] = Path("linkage.yaml"),
) -> None:
    """由当日数据训练归人模型，供审阅 / Learn the linkage model from the newest day, as a file for review."""
    from pipelines.explaining import train_linkage as train

    raise SystemExit(train(context.obj, out))


@app.command(name="train-direction")
def train_direction(
    context: typer.Context,
    homes: Annotated[list[Path] | None, typer.Argument(help="数据目录，默认当前 / homes to learn from")] = None,
    out: Annotated[Path, typer.Option("--out", help="训练出的权重 / the weights to review")] = Path("direction.yaml"),
    truth: Annotated[bool, typer.Option("--truth", help="用模拟真值代替核实结果 / from simulated truth")] = False,
    valid_from: Annotated[
        str | None, typer.Option("--valid-from", help="生效日期，默认最新一天的次日 / in force from")
    ] = None,
) -> None:
    """由核实结果训练“哪一方可能有误”的权重，供审阅 / Learn from verdicts which side errs, as a file for review."""
    from pipelines.direction import train_direction as train

    found = [Home(path) for path in homes or ()] or [context.obj]
    raise SystemExit(train(found, out, _day(valid_from), truth=truth))


@app.command()
def doctor(context: typer.Context, as_json: Json = False) -> None:
    """检查安装与环境 / Check the installation, the home, disk, clock and time zone, and say what to do."""
    from pipelines.doctor import examine

    raise SystemExit(examine(context.obj, as_json=as_json))


def main() -> None:
    """Entry point of the command."""
    take_what_is_there()
    collect_seldom()
    try:
        app()
    except KeyboardInterrupt:
        leave(INTERRUPTED)
    except SystemExit as end:
        leave(end.code)


if __name__ == "__main__":
    main()
