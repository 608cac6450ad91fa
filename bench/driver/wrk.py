"""Runs wrk and reads its figures."""

import collections
import os
import re
import subprocess

SCRIPTS = os.path.join(os.path.dirname(os.path.dirname(__file__)), "wrk")

Figures = collections.namedtuple(
    "Figures", "requests seconds rate bytes p50 p99")


class Failure(Exception):
    """The answers were not what they should be: no figure is printed."""


def run(url, headers, script="get", arguments=(), connections=64, threads=2,
        seconds=3.0):
    threads = min(threads, connections)
    command = ["wrk", f"-t{threads}", f"-c{connections}",
               f"-d{max(1, round(seconds))}s", "--timeout", "60s",
               "-s", os.path.join(SCRIPTS, f"{script}.lua")]
    for name, value in headers:
        command += ["-H", f"{name}: {value}"]
    command += [url, "--", *map(str, arguments)]

    result = subprocess.run(
        command, env={**os.environ, "BENCH_WRK": SCRIPTS},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    match = re.search(r"^FIGURES (.*)$", result.stdout, re.MULTILINE)
    if result.returncode != 0 or match is None:
        raise Failure(f"wrk failed:\n{result.stdout}")

    figures = {name: int(value) for name, value in
               (pair.split("=") for pair in match[1].split())}
    if figures["refused"] or figures["broken"] or not figures["requests"]:
        raise Failure(f"{url}: wrk saw answers that are not a success, or "
                      f"broken connections: {match[1]}")

    took = figures["microseconds"] / 1e6
    return Figures(figures["requests"], took, figures["requests"] / took,
                   figures["bytes"] / figures["requests"],
                   figures["p50"] / 1000, figures["p99"] / 1000)
