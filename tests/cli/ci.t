#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The examples for CI systems are what those read, and their steps, run on the fake machine, pass
when all is right and fail when the board moves wrong data, has become slower, or is not there."""

import glob
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

try:
    import yaml
except ImportError:
    yaml = None

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
CI = os.path.join(os.path.dirname(os.path.dirname(HERE)), "scripts/ci")
BUILD = os.environ.get("O") or os.path.join(
    os.environ.get("DMACTL_BUILD", os.path.join(HERE, "../../build")), "tests-cli")
NR = [0, 0]


def point(name, good, said=""):
    NR[0] += 1
    NR[1] += not good
    print(f"{'' if good else 'not '}ok {NR[0]} - {name}")
    if not good:
        print("\n".join("# " + x for x in str(said).splitlines()[-20:]))


def skip(name, why):
    NR[0] += 1
    print(f"ok {NR[0]} - {name} # SKIP {why}")


def github(text):
    job, = yaml.safe_load(text)["jobs"].values()
    return job["env"], [s["run"] for s in job["steps"] if "run" in s]


def gitlab(text):
    job = yaml.safe_load(text)["board"]
    return job["variables"], job["script"]


def jenkins(text):
    if text.count("{") != text.count("}"):
        raise ValueError("braces")
    env = re.search(r"environment \{(.*?)\}", text, re.S).group(1)
    return dict(re.findall(r"(\w+) = '(.*?)'", env)), re.findall(r"\bsh '(.*?)'", text)


class Board:
    """What labgrid hands to a test: a target whose shell is this machine's."""

    def __init__(self, run):
        self.go = run

    def get_driver(self, name):
        assert name == "CommandProtocol"
        return self

    def run(self, command, timeout):
        assert timeout
        p = self.go(command)
        return p.stdout.splitlines(), [], p.returncode


def labgrid_steps(path, run):
    """Its tests in their order; the first that fails, or None."""
    spec = importlib.util.spec_from_file_location("test_labgrid", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in [n for n in vars(module) if n.startswith("test_")]:
        try:
            getattr(module, name)(Board(run))
        except AssertionError as e:
            return f"{name}: {e}"
    return None


def try_all(path, steps, env, where, fault="", fake=""):
    """Why the steps do not pass, or None."""
    env = {**os.environ, "PATH": where + "/bin:" + os.environ["PATH"], "LC_ALL": "C", **env,
           "DMACTL_FAULT": fault, "DMACTL_FAKE": fake}

    def run(command):
        return subprocess.run(["sh", "-e", "-c", command], cwd=where, env=env, timeout=300,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False,
                              stderr=subprocess.STDOUT, text=True)

    for f in glob.glob(where + "/*.xml") + glob.glob(where + "/new.json"):
        os.unlink(f)
    if path.endswith(".py"):
        return labgrid_steps(path, run)
    for step in steps:
        p = run(step)
        if p.returncode:
            return f"{step}: status {p.returncode}: {p.stdout}"
    return None


def example(name, parse, where):
    path = os.path.join(CI, name)
    with open(path, encoding="utf-8") as f:
        text = f.read()
    point(f"{name} has fewer than 30 lines", len(text.splitlines()) < 30)
    if parse in (github, gitlab) and not yaml:
        skip(f"{name} is YAML", "no python3-yaml here")
        return
    env, steps = parse(text) if parse else ({}, [])
    if name.endswith(".yml") and shutil.which("yamllint"):
        p = subprocess.run(["yamllint", "-s", "-d", "{extends: default, rules: {line-length: "
                            "{max: 100}}}", path], stdout=subprocess.PIPE, text=True, check=False)
        point(f"{name}: yamllint has nothing to say", p.returncode == 0, p.stdout)
    elif name.endswith(".yml"):
        skip(f"{name}: yamllint", "yamllint is not installed")
    if parse:
        point(f"{name}: it runs check, bench and compare", [
            s.split()[1] for s in steps] == ["check", "bench", "compare"], steps)
    why = try_all(path, steps, env, where)
    point(f"{name}: passes on a board that is right", why is None, why)
    if parse and not why:
        for f in ("check.xml", "compare.xml"):
            point(f"{name}: {f} is JUnit", ET.parse(f"{where}/{f}").getroot().tag in (
                "testsuites", "testsuite"))
    for what, step, fault, fake in (("wrong data", "check", "corrupt=20", ""),
                                    ("a slower engine", "compare", "slow=9000", ""),
                                    ("no module", "check", "", "nomodule user")):
        why = try_all(path, steps, env, where, fault, fake)
        point(f"{name}: {what} fails in {step}", why and step in why.split(":")[0], why)


def main():
    with tempfile.TemporaryDirectory() as where:
        os.mkdir(where + "/bin")
        os.symlink(os.path.realpath(os.path.join(BUILD, "dmactl-fake")), where + "/bin/dmactl")
        os.makedirs(where + "/scripts/ci")
        # The same jobs, but shorter.
        with open(CI + "/board.ini", encoding="utf-8") as f, \
                open(where + "/scripts/ci/board.ini", "w", encoding="utf-8") as g:
            g.write(f.read().replace("time=500ms", "count=20").replace(",1M", ""))
        env = {"DMACTL_CHANNEL": "12680000.dma/1", "PATH": where + "/bin:" + os.environ["PATH"]}
        p = subprocess.run(["dmactl", "bench", "scripts/ci/board.ini", "--quiet", "-o",
                            "baseline.json"], cwd=where, env=env, check=False, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        point("a baseline", p.returncode == 0, p.stdout)
        for name, parse in (("github.yml", github), ("gitlab.yml", gitlab),
                            ("Jenkinsfile", jenkins), ("test_labgrid.py", None)):
            example(name, parse, where)
    print(f"1..{NR[0]}")
    return bool(NR[1])


if __name__ == "__main__":
    sys.exit(main())
