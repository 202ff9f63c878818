"""The ranking as Dagster shows it on the pages of the published warehouse and of the board."""

from assets.board.figures import Row


def ranking_table(villages: list[Row], total: int) -> str:
    """The ranking of the villages that the board lists, of so many in all, as a Markdown table."""
    lines = ["| 名次 rank | 村 village | 党总支 branch | 名次范围 interval | 升降 moved |", "|---:|---|---|---|---:|"]
    for unit in villages:
        rank, low, high, moved = (unit[name].value for name in ("rank", "rank_low", "rank_high", "movement"))
        places = f"{low}–{high}" if low else ""
        lines.append(
            f"| {rank or '-'} | {unit['unit_name']} | {unit['branch_name'] or ''} | {places} | {moved or ''} |"
        )
    shown = len(villages)
    if total > shown:
        lines += ["", f"列出 {shown} 个村，共 {total} 个 / {shown} of {total} villages are listed"]
    return "\n".join(lines)
