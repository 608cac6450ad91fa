"""The soak: many requests of all kinds, and the workers' memory meanwhile."""

import data
import processes
import wrk
from tables import text

SAMPLES = 10
HEADING = f"{'workers, MB resident':>24}  {'Redis, MB':>10}"


def run(stage, module, people, options):
    folder = stage.folder("soak")
    files = {name: stage.write(folder, name, body) for name, body in (
        ("ids", "\n".join(people.outsiders(module.ids))),
        ("add", text(data.add_member("@ID@"))),
        ("remove", text(data.remove_member("@ID@"))),
        ("user", text(data.user("@N@"))))}

    print(f"{options.soak:,} requests: 70 % GET of a user, 10 % filter, "
          f"10 % POST, 10 % PATCH; {options.workers} workers, "
          f"{options.connections} connections\n")
    print(f"{'requests':>12}  {'requests/s':>10}  {'p99 ms':>8}  {HEADING}")
    show(0, None, module)

    sent, turn, seconds = 0, 0, 2.0
    while sent < options.soak:
        turn += 1
        figures = wrk.run(
            f"http://127.0.0.1:{module.port}/", module.headers, "mix",
            (module.paths["post"], module.paths["patch-10"], files["ids"],
             files["add"], files["remove"], files["user"], f"{turn:04d}"),
            options.connections, options.threads, seconds)
        sent += figures.requests
        show(sent, figures, module)
        share = min(options.soak / SAMPLES, options.soak - sent)
        seconds = max(1.0, share / figures.rate)
    print("\nno answer was an error, no connection broke")


def show(sent, figures, module):
    rate = f"{figures.rate:,.0f}" if figures else ""
    p99 = f"{figures.p99:.3f}" if figures else ""
    print(f"{sent:12,}  {rate:>10}  {p99:>8}  {memory(module)}", flush=True)


def memory(module):
    workers = processes.workers_of(module.nginx)
    resident = " ".join(f"{processes.memory_of(pid):.1f}" for pid in workers)
    redis = processes.redis_command(module.redis, "INFO", "memory")
    used = next(int(line.split(":")[1]) for line in redis.splitlines()
                if line.startswith("used_memory:"))
    return f"{resident:>24}  {used / 1048576:10.1f}"
