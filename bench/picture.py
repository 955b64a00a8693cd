# SPDX-License-Identifier: GPL-2.0
"""What a period costs, and what is lost, against its size: an SVG by gnuplot."""
import statistics
import subprocess
import tempfile

SCRIPT = """
set terminal svg size 720,640 font 'sans-serif,13' background 'white'
set output '{output}'
set multiplot layout 2,1 title 'A stream of 16 MB a second, SIMULATED (user-mode Linux, one CPU)'
set logscale x 2
set xrange [{low}:{high}]
set xtics ({tics})
set grid ytics lc rgb '#dddddd'
set key top right
set ylabel 'CPU, ns a byte'
set logscale y
plot '{data}' using 1:2 with linespoints pt 7 lw 2 lc rgb '#1f6fb4' title 'cyclic', \\
     '{data}' using 1:3 with linespoints pt 5 lw 2 lc rgb '#c1440e' title 'slave\\_sg, resubmitted'
unset logscale y
set yrange [0:100]
set ylabel 'lost, %'
set xlabel 'bytes of a period'
plot '{data}' using 1:5 with linespoints pt 5 lw 2 lc rgb '#888888' title 'callbacks, bare', \\
     '{data}' using 1:4 with linespoints pt 7 lw 2 lc rgb '#1f6fb4' title 'periods, by dmactl'
unset multiplot
"""


def median(values):
    values = [value for value in values if value is not None]
    return str(statistics.median(values)) if values else "?"


def line(row):
    bare, cyclic, sg = (row["samples"][name] for name in ("bare", "cyclic", "sg"))
    size = row["size"]
    return " ".join([str(size), median([s["cpu"] and s["cpu"] / size for s in cyclic]),
                     median([s["cpu"] and s["cpu"] / size for s in sg]),
                     median([100 * s["lost"] / (s["lost"] + s["periods"]) for s in cyclic]),
                     median([100 - 100 * s["callbacks"] / s["passed"] for s in bare])])


def draw(rows, output):
    """False: there is no gnuplot, or nothing that it could draw."""
    if not rows:
        return False
    sizes = sorted(row["size"] for row in rows)
    with tempfile.NamedTemporaryFile("w", suffix=".dat", encoding="ascii") as data:
        data.write("".join(line(row) + "\n" for row in rows))
        data.flush()
        script = "set datafile missing '?'\n" + SCRIPT.format(
            output=output, data=data.name, low=sizes[0] / 1.3, high=sizes[-1] * 1.3,
            tics=", ".join(f"'{size}' {size}" for size in sizes))
        try:
            subprocess.run(["gnuplot"], input=script, text=True, check=True)
        except (FileNotFoundError, subprocess.CalledProcessError):
            return False
    with open(output, encoding="utf-8") as file:
        lines = [line.rstrip() for line in file]
    lines.insert(1, "<!-- SPDX-License-Identifier: GPL-2.0 -->")
    with open(output, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return True
