"""bench/run: see README.md."""

import argparse
import os
import sys

import conformance
import processes
import report
import soak
import subjects
import tables
from wrk import Failure

HELP = """\
Measures the module against nginx `return` with the same bytes, the same
bytes through Lua from Redis, and SCIMMY in memory: in one run, in turn, each
answer checked.  Prints medians with minimum and maximum, and the ratios
beside their goals."""


def options():
    parser = argparse.ArgumentParser(
        prog="bench/run", description=HELP,
        usage="bench/run [OPTIONS] [WORKLOAD ...]")
    parser.add_argument(
        "workloads", nargs="*", metavar="WORKLOAD",
        help=f"of {', '.join(tables.NAMES)}; the last {len(tables.NAMED)} "
        "only when they are named")
    parser.add_argument("--rounds", type=int, default=5,
                        help="how often each subject has its turn (5)")
    parser.add_argument("--seconds", type=int, default=3,
                        help="of each turn (3)")
    parser.add_argument("--connections", type=int, default=64,
                        help="in each turn (64)")
    parser.add_argument("--workers", type=int, default=2,
                        help="of each nginx (2)")
    parser.add_argument("--threads", type=int, default=2, help="of wrk (2)")
    parser.add_argument("--module", metavar="FILE",
                        default=os.path.join(processes.ROOT, ".build",
                                             "ngx_http_scim_module.so"),
                        help="measure this .so, build nothing")
    parser.add_argument("--users", type=int, default=1000000, metavar="N",
                        help="of scale's large tenant (1,000,000)")
    parser.add_argument("--many", type=int, default=100000, metavar="N",
                        help="users of cursor's and scan's tenant, members "
                        "of large-group's group (100,000)")
    parser.add_argument("--peers", action="store_true",
                        help="measure the peers alone, with SCIMMY's bytes")
    parser.add_argument("--no-scimmy", action="store_true",
                        help="leave SCIMMY out")
    parser.add_argument("--appendfsync", metavar="WHEN",
                        choices=("always", "everysec", "no"),
                        help="of all Redis servers, instead of what the "
                        "shipped redis.conf says")
    parser.add_argument("--soak", type=int, nargs="?", const=1000000,
                        metavar="N",
                        help="send N requests (1,000,000), GET, POST and "
                        "PATCH mixed, and print the workers' memory")
    parser.add_argument("--conformance", type=int, nargs="?", const=100,
                        metavar="N",
                        help="run scim2-cli's tester N times (100) against "
                        "one nginx, and print the workers' memory")
    chosen = parser.parse_args()

    unknown = set(chosen.workloads) - set(tables.NAMES)
    if unknown:
        parser.error(f"unknown workload {', '.join(sorted(unknown))}: "
                     f"there are {', '.join(tables.NAMES)}")
    if chosen.peers and chosen.no_scimmy:
        parser.error("--peers needs SCIMMY's answers")
    for name in ("bulk", *tables.NAMED):
        if chosen.peers and name in chosen.workloads:
            parser.error(f"{name} is about the module")
    if chosen.peers and (chosen.soak is not None
                         or chosen.conformance is not None):
        parser.error("the soak and the conformance are about the module")
    if min(chosen.rounds, chosen.seconds, chosen.connections,
           chosen.workers, chosen.threads, chosen.soak or 1,
           chosen.conformance or 1) < 1:
        parser.error("all numbers are at least 1")
    if min(chosen.many, chosen.users) < 2 * subjects.People.COUNT:
        parser.error("--many and --users are at least "
                     f"{2 * subjects.People.COUNT:,}")
    chosen.module = os.path.abspath(chosen.module)
    chosen.workloads = chosen.workloads or list(tables.ALL)
    return chosen


def heading(chosen):
    with open("/proc/loadavg", encoding="ascii") as file:
        load = file.read().split()[0]
    fsync = (f", appendfsync {chosen.appendfsync}"
             if chosen.appendfsync else "")
    print(f"{os.cpu_count()} processors, shared by servers and client; load "
          f"{load} before the start\n"
          f"{chosen.workers} nginx workers, {chosen.connections} connections "
          f"from {chosen.threads} threads of wrk; SCIMMY is one process\n"
          f"Redis with redis/redis.conf{fsync}\n"
          f"medians of {chosen.rounds} rounds of {chosen.seconds} s "
          f"(minimum–maximum); bytes of a whole answer with its headers",
          flush=True)


def main():
    chosen = options()
    settings = (["--appendfsync", chosen.appendfsync]
                if chosen.appendfsync else [])
    with processes.Stage(chosen.workers, settings) as stage:
        people = subjects.People()
        module = scimmy = None
        if not chosen.peers:
            module = subjects.Module(stage, chosen.module)

            # the tester looks for what it created on the first page
            if chosen.conformance is not None:
                conformance.run(module, chosen)
                return

            report.progress("seeding the module")
            module.seed(people)

        if chosen.soak is not None:
            soak.run(stage, module, people, chosen)
            return

        if not chosen.no_scimmy:
            scimmy = subjects.Scimmy(stage)
            report.progress("seeding SCIMMY")
            scimmy.seed(people)

        heading(chosen)
        bench = tables.Bench(stage, people, module, scimmy, chosen)
        for name in chosen.workloads:
            for table in bench.tables(name):
                report.show(table, report.run(table, chosen.rounds))
            bench.afterwards(name)


if __name__ == "__main__":
    try:
        main()
    except (Failure, RuntimeError, OSError) as problem:
        sys.exit(f"bench: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
