# SPDX-License-Identifier: GPL-2.0
"""screen.py PROGRAM ARGS...: the program on a terminal; steps on standard input, a line each:

size LINES COLUMNS  keys TEXT (with Python's escapes)  signal NAME  hangup
sees TEXT  lacks TEXT  line N TEXT (from 0; -1 is the last)  exit STATUS  restored  sent TEXT

What is seen is waited for. Prints what was wrong and the screen then; its exit status is 1 then.
The terminal is a VT100 as far as ncurses uses one here."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

LIMIT = 60  # seconds that anything may take on a busy machine


class Screen:
    """A screen of characters."""

    def __init__(self, lines=24, columns=80):
        self.size(lines, columns)
        self.rest = ""

    def size(self, lines, columns):
        self.lines, self.columns = lines, columns
        self.cells = [[" "] * columns for _ in range(lines)]
        self.y = self.x = self.top = 0
        self.bottom = lines - 1

    def rows(self):
        return ["".join(row).rstrip() for row in self.cells]

    def move(self, y, x):
        self.y = max(0, min(self.lines - 1, y))
        self.x = max(0, min(self.columns - 1, x))

    def erase(self, y, begin, end):
        self.cells[y][begin:end] = [" "] * (end - begin)

    def control(self, arg, what):
        """ESC [ arg what."""
        n = [int(x) if x else 0 for x in arg.lstrip("?").split(";")]
        if what in "Hf":
            self.move(max(n[0], 1) - 1, (max(n[1], 1) if len(n) > 1 else 1) - 1)
        elif what in "ABCD":
            by = max(n[0], 1)
            self.move(self.y + {"A": -by, "B": by}.get(what, 0),
                      self.x + {"C": by, "D": -by}.get(what, 0))
        elif what == "K":
            self.erase(self.y, 0 if n[0] else self.x, self.x + 1 if n[0] == 1 else self.columns)
        elif what == "r":
            self.top = max(n[0], 1) - 1
            self.bottom = (n[1] if len(n) > 1 else self.lines) - 1
            self.move(0, 0)
        elif what == "J":
            self.erase(self.y, self.x, self.columns)
            for y in range(self.y + 1, self.lines):
                self.erase(y, 0, self.columns)

    def scroll(self, edge, other):
        """Past an edge of the region: a line goes at the other one, an empty one comes here."""
        del self.cells[other]
        self.cells.insert(edge, [" "] * self.columns)

    def put(self, c):
        if c == "\r":
            self.x = 0
        elif c == "\n" and self.y == self.bottom:
            self.scroll(self.bottom, self.top)
        elif c == "\n":
            self.move(self.y + 1, self.x)
        elif c == "\b":
            self.move(self.y, self.x - 1)
        elif c == "\t":
            self.move(self.y, (self.x // 8 + 1) * 8)
        elif c >= " ":
            self.cells[self.y][min(self.x, self.columns - 1)] = c
            self.x = min(self.x + 1, self.columns)

    def feed(self, text):
        text = self.rest + text
        i = 0
        while i < len(text):
            m = re.compile(r"\x1b(\[([?0-9;]*)([A-Za-z])|[()].|[^\[()])").match(text, i)
            if text[i] == "\x1b" and not m:
                break
            if not m:
                self.put(text[i])
            elif m.group(3):
                self.control(m.group(2), m.group(3))
            elif m.group(1) == "M" and self.y == self.top:
                self.scroll(self.top, self.bottom)
            elif m.group(1) == "M":
                self.move(self.y - 1, self.x)
            i = m.end() if m else i + 1
        self.rest = text[i:]


class Run:
    """A program on a terminal of its own."""

    def __init__(self, argv):
        self.screen, self.sent, self.status, self.argv = Screen(), "", None, argv
        self.pid = 0

    def start(self):
        master, self.slave = pty.openpty()
        self.fd = master
        self.resize()
        self.before = termios.tcgetattr(self.slave)
        self.pid = os.fork()
        if not self.pid:
            os.close(master)
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for fd in range(3):
                os.dup2(self.slave, fd)
            os.execv(self.argv[0], self.argv)

    def resize(self):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", self.screen.lines, self.screen.columns, 0, 0))

    def take(self, seconds):
        if self.fd < 0:
            time.sleep(seconds)
            return False
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        text = os.read(self.fd, 65536).decode("latin-1")
        self.sent += text
        self.screen.feed(text)
        return True

    def until(self, true):
        end = time.monotonic() + LIMIT
        while not true():
            if time.monotonic() > end:
                return False
            self.take(0.1)
        return True

    def ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def line(self, arg):
        nr, text = arg.split(" ", 1)
        return self.screen.rows()[int(nr)].startswith(text)

    def restored(self):
        while self.take(0):
            pass
        return self.ended() and termios.tcgetattr(self.slave) == self.before

    def step(self, what, arg):
        if what == "size":
            self.screen.size(*map(int, arg.split()))
            if self.pid:
                self.resize()
        elif what == "keys":
            os.write(self.fd, arg.encode().decode("unicode_escape").encode("latin-1"))
        elif what == "signal":
            os.kill(self.pid, getattr(signal, "SIG" + arg))
        elif what == "hangup":
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            os.close(self.slave)
            os.close(self.fd)
            self.fd = -1
        else:
            return self.until({
                "sees": lambda: any(arg in row for row in self.screen.rows()),
                "lacks": lambda: not any(arg in row for row in self.screen.rows()),
                "line": lambda: self.line(arg),
                "exit": lambda: self.ended() and self.status == int(arg),
                "restored": self.restored,
                "sent": lambda: arg.encode().decode("unicode_escape") in self.sent,
            }[what])
        return True


def main():
    run = Run(sys.argv[1:])
    for text in sys.stdin:
        what, _, arg = text.rstrip("\n").partition(" ")
        if not run.pid and what != "size":
            run.start()
        if run.step(what, arg):
            continue
        print("\n".join([f"not so: {text.strip()}; status {run.status}"] + run.screen.rows()))
        if not run.ended():
            os.kill(run.pid, signal.SIGKILL)
        return 1
    return 0


sys.exit(main())
