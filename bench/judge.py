# SPDX-License-Identifier: GPL-2.0
"""Ratios of a run, beside what they are to be, as a page of text."""
import statistics

# What is aimed at: (lowest, highest), either None.
LOOP = (0.90, None)
LOOP_NULL = (0.95, None)        # 64 B, null engine, inline, 32 deep
LOOP_LARGE = (0.99, None)       # 1 MiB
STAMPED = (0.90, None)
LATENCY = (0.95, 1.05)
DMATEST_INLINE = (2.5, None)    # 64 B
DMATEST_LATER = (8, None)       # 64 B, softirq and thread
SUBMIT = (None, 1.5)
SUBMIT_LARGE = (0.97, None)
TWO = (1.7, None)
MEMORY = (None, 1.05)           # what is allocated once may differ by a page or two
INSTRUCTIONS = (None, 1500000)
REQUEST = (None, 256)           # bytes
ALLOCATIONS = (None, 0.01)      # what the guest itself does meanwhile is below this
NOTHING = (None, None)

LARGE = 1 << 20
STREAM_PACE = 16384 * 1000      # bytes a second, as in measure


def size_name(size):
    return {4096: "4 KiB", LARGE: "1 MiB"}.get(size, f"{size} B")


def aim_name(aim):
    low, high = aim
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    if low is not None:
        return f">= {low:g}"
    return f"<= {high:.12g}" if high is not None else "-"


def verdict(value, aim, noisy=False):
    low, high = aim
    if low is None and high is None:
        return ""
    met = (low is None or value >= low) and (high is None or value <= high)
    return ("met" if met else "MISSED") + (", noisy" if noisy else "")


def quartiles(values):
    return statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3


def ratio_line(values, aim, form=".3f"):
    """Noisy: the middle half of the rounds is wider than a tenth of their median."""
    median = statistics.median(values)
    low, _, high = quartiles(values)
    return [f"{median:{form}}", f"{low:{form}} - {high:{form}}",
            f"{min(values):{form}} - {max(values):{form}}", aim_name(aim),
            verdict(median, aim, high - low > abs(median) / 10)]


def ns(values):
    median = statistics.median(values)
    return f"{median:.0f}" if median >= 100 else f"{median:.1f}"


def pairs(row, over, under, key=None):
    """Ratio of each round by itself: what disturbs a round disturbs both."""
    value = (lambda sample: sample[key]) if key else (lambda sample: sample)
    return [value(a) / value(b) for a, b in zip(row["samples"][over], row["samples"][under])]


def of_kind(raw, kind):
    return [row for row in raw["rows"] if row["kind"] == kind]


def table(header, lines):
    """Markdown that can be read as it is, too."""
    rows = [header] + lines
    widths = [max(3, *(len(row[i]) for row in rows)) for i in range(len(header))]
    rows.insert(1, ["-" * width for width in widths])
    return "".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths))
                   + " |\n" for row in rows)


RATIO = ["ratio", "middle half", "min - max", "aim", ""]


def loops(raw):
    lines = []
    for row in of_kind(raw, "loop"):
        aim = LOOP
        if row["size"] == LARGE:
            aim = LOOP_LARGE
        elif row["engine"] == "inline-null" and row["depth"] == 32:
            aim = LOOP_NULL
        lines.append([row["engine"], size_name(row["size"]), str(row["depth"]),
                      ns(row["samples"]["bare"]), ns(row["samples"]["run"]),
                      *ratio_line(pairs(row, "bare", "run"), aim)])
    return table(["engine", "size", "depth", "bare ns/op", "RUN ns/op", *RATIO], lines)


def stamped(raw):
    lines = []
    for row in of_kind(raw, "loop"):
        picked = [[sample["ns"] for sample in row["samples"][name]]
                  for name in ("bare_stamps", "run_stamps")]
        lines.append([row["engine"], size_name(row["size"]), str(row["depth"]), ns(picked[0]),
                      ns(picked[1]),
                      *ratio_line(pairs(row, "bare_stamps", "run_stamps", "ns"), STAMPED)])
    return table(["engine", "size", "depth", "bare ns/op", "RUN ns/op", *RATIO], lines)


def latency_key(row, clock_step):
    bare = statistics.median(sample["p50"] for sample in row["samples"]["bare_stamps"])
    return "mean" if bare < 20 * clock_step else "p50"


def latency(raw):
    """A median that is a few steps of the clock says little: there the mean is judged."""
    lines = []
    for row in of_kind(raw, "loop"):
        if row["depth"] != 1:
            continue
        judged = latency_key(row, raw["clock_step_ns"])
        for key in ("p50", "mean"):
            aim = LATENCY if key == judged else NOTHING
            picked = [[sample[key] for sample in row["samples"][name]]
                      for name in ("bare_stamps", "run_stamps")]
            ratio = ["-"] * 4 + [""]    # less than one step of the clock
            if min(picked[0]) > 0:
                ratio = ratio_line(pairs(row, "run_stamps", "bare_stamps", key), aim)
            lines.append([row["engine"], size_name(row["size"]), key, ns(picked[0]),
                          ns(picked[1]), *ratio])
    return table(["engine", "size", "of total", "bare ns", "dmactl ns", *RATIO], lines)


def dmatest(raw):
    lines = []
    for row in of_kind(raw, "dmatest"):
        aim = NOTHING
        if row["size"] == 64:
            aim = DMATEST_INLINE if row["engine"].startswith("inline") else DMATEST_LATER
        setting = f"{row['setting']['threads']} thread(s)"
        setting += ", polled" if row["setting"].get("polled") else ""
        lines.append([row["engine"], size_name(row["size"]), setting,
                      ns(row["samples"]["dmatest"]), ns(row["samples"]["run"]),
                      *ratio_line(pairs(row, "dmatest", "run"), aim)])
    return table(["engine", "size", "dmatest's best", "dmatest ns/op", "RUN ns/op", *RATIO], lines)


def calls_net(row):
    """What SUBMIT and REAP cost without the system calls as such, by what RUN costs."""
    return [(sample["both"] - sample["null"]) / row["batch"] / run
            for sample, run in zip(row["samples"]["calls"], row["samples"]["run"])]


def calls(raw):
    lines = []
    for row in of_kind(raw, "calls"):
        samples, batch = row["samples"], row["batch"]
        null = [sample["null"] / batch for sample in samples["calls"]]
        both = [sample["both"] / batch for sample in samples["calls"]]
        lines.append([row["engine"], size_name(row["size"]), ns(samples["run"]), ns(null), ns(both),
                      ns([b - n for b, n in zip(both, null)]), ns(samples["dmactl"]),
                      *ratio_line(calls_net(row), SUBMIT)])
    return table(["engine", "size", "RUN", "null calls", "SUBMIT+REAP", "difference",
                  "dmactl -m submit", *RATIO], lines)


def chains(raw):
    lines = []
    for row in of_kind(raw, "chains"):
        samples = row["samples"]["chains"]
        column = {name: [sample[name] for sample in samples] for name in samples[0]}
        lines.append([row["engine"], *(ns(column[name]) for name in
                                       ("null", "relied", "held", "waited")),
                      *ratio_line([w / h for w, h in zip(column["waited"], column["held"])],
                                  NOTHING)])
    return table(["engine", "null call", "relied on", "held", "waited for",
                  "waited / held", *RATIO[1:]], lines)


def known(values):
    """A median, of what the accounting of CPU time could tell."""
    values = [value for value in values if value is not None]
    return ns(values) if values else "-"


def lost(samples):
    """Per cent."""
    shares = [sample["lost"] / (sample["lost"] + sample["periods"]) for sample in samples]
    return f"{100 * statistics.median(shares):.2f} %"


def streams(raw):
    lines = []
    for row in of_kind(raw, "stream"):
        names = ("bare", "cyclic", "pages", "sg")
        bare, cyclic, pages, sg = (row["samples"][name] for name in names)
        share = [sample["callbacks"] / sample["passed"] for sample in bare]
        due = 1e9 * row["size"] / STREAM_PACE
        lines.append([size_name(row["size"]), f"{STREAM_PACE // row['size']}",
                      f"{100 * (1 - statistics.median(share)):.2f} %",
                      lost(cyclic), lost(pages),
                      *(known([sample[key] for sample in cyclic])
                        for key in ("cpu", "p50", "mean", "late_mean")),
                      *(known([s["cpu"] / row["size"] if s["cpu"] else None for s in samples])
                        for samples in (cyclic, pages, sg)),
                      f"{statistics.median(s['ns'] for s in sg) / due:.3f}"])
    return table(["period", "a second", "bare: without a callback", "dmactl: lost",
                  "-B pages: lost",
                  "CPU ns/period", "jitter p50", "mean", "engine's own lateness",
                  "CPU ns/B", "-B pages", "slave_sg", "slave_sg time / due"], lines)


def stream_limit(raw):
    """The fastest periods without loss, round by round."""
    rows = of_kind(raw, "stream")
    best = {"bare": [], "cyclic": []}
    for i in range(len(rows[0]["samples"]["bare"]) if rows else 0):
        for name, good in (("bare", lambda s: s["callbacks"] >= s["passed"] - 1),
                           ("cyclic", lambda s: not s["lost"])):
            fine = [STREAM_PACE / row["size"] for row in rows if good(row["samples"][name][i])]
            best[name].append(max(fine, default=0))
    ratios = [c / b for c, b in zip(best["cyclic"], best["bare"]) if b]
    if not ratios:
        return "Not measured.\n"
    return table(["bare, a second", "dmactl, a second", *RATIO],
                 [[f"{statistics.median(best['bare']):.0f}",
                   f"{statistics.median(best['cyclic']):.0f}", *ratio_line(ratios, NOTHING)]])


def modes(raw):
    lines = []
    for row in of_kind(raw, "modes"):
        for over, under, aim in (("bare", "RUN", LOOP_LARGE), ("bare", "RUN, polled", LOOP_LARGE),
                                 ("bare", "SUBMIT+REAP", LOOP_LARGE),
                                 ("RUN", "SUBMIT+REAP", SUBMIT_LARGE)):
            lines.append([f"{under} / {over}", ns(row["samples"][over]), ns(row["samples"][under]),
                          *ratio_line(pairs(row, over, under), aim)])
    return table(["what", "second ns/op", "first ns/op", *RATIO], lines)


def allocations_line(row):
    """Nothing has no tenth that could be called noisy."""
    aim = NOTHING if row["program"] == "dmatest" else ALLOCATIONS
    values = [result["per_op"] for result in row["results"]]
    line = ratio_line(values, aim, ".4f")
    return [*line[:3], "0" if aim is ALLOCATIONS else "-", verdict(statistics.median(values), aim)]


def allocations(raw):
    lines = []
    for row in of_kind(raw, "allocations"):
        few, many = ([r[name] for r in row["results"]] for name in ("few", "many"))
        lines.append([row["program"], row["engine"],
                      f"{statistics.median(few):.0f}/{statistics.median(many):.0f}",
                      *allocations_line(row)])
    return table(["program", "engine", "in 10,000/20,000 operations", "per operation", *RATIO[1:]],
                 lines)


def commands(raw):
    """The first is the peer."""
    lines = []
    results = raw.get("commands", [])
    for result in results:
        times = [1e3 * t for t in result["times"]]
        low, median, high = quartiles(times)
        peer = 1e3 * results[0]["median"]
        lines.append([f"`{result['command']}`", f"{median:.1f}", f"{low:.1f} - {high:.1f}",
                      f"{min(times):.1f} - {max(times):.1f}", f"{median / peer:.2f}"])
    return table(["command", "median ms", "middle half", "min - max", "/ cp"], lines)
