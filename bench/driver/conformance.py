"""scim2-cli's tester against one nginx, again and again, and the workers'
memory meanwhile."""

import os
import re
import subprocess

import processes
import report
import soak
from wrk import Failure

CHECKS = 129            # there are in a run of the tester


def run(module, options):
    command = install()
    print(f"scim2-cli's tester, {options.conformance:,} times, "
          f"{options.workers} workers\n")
    print(f"{'runs':>6}  {'checks':>8}  {soak.HEADING}")
    print(f"{0:6}  {0:8}  {soak.memory(module)}", flush=True)

    checks = 0
    step = max(1, options.conformance // soak.SAMPLES)
    for number in range(1, options.conformance + 1):
        report.progress(f"conformance: run {number} of "
                        f"{options.conformance}")
        checks += test(command, module)
        if number == 1:
            first = largest(module)
        if number % step == 0 or number in (1, options.conformance):
            report.progress("")
            print(f"{number:6}  {checks:8,}  {soak.memory(module)}",
                  flush=True)
    print("\n  no check failed")
    report.show_memory("the larger worker after the first run", first,
                       largest(module))


def largest(module):
    return max(processes.memory_of(pid, "VmHWM")
               for pid in processes.workers_of(module.nginx))


def install():
    tool = os.path.join(processes.ROOT, "t", "tester", "install")
    result = subprocess.run([tool], stdout=subprocess.PIPE, text=True,
                            check=False)
    if result.returncode != 0:
        raise RuntimeError("scim2-cli cannot be installed")
    return result.stdout.strip()


def test(command, module):
    """One run in full; how many checks it had."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.lower().endswith("_proxy")}
    # not on the command line, which everybody can read
    environment["SCIM_CLI_HEADERS"] = ": ".join(module.headers[0])
    result = subprocess.run(
        [command, "-u", f"http://127.0.0.1:{module.port}{module.base}",
         "test"], env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False)
    checks = re.findall(r"^([A-Z]+) (\w+\n(?:  .*\n)*)", result.stdout,
                        re.MULTILINE)
    failed = [text for status, text in checks if status != "SUCCESS"]
    if result.returncode != 0 or failed or len(checks) < CHECKS:
        raise Failure("the tester found something: "
                      + ("".join(failed) or result.stdout))
    return len(checks)
