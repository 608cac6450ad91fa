"""The gate: a page behind a cached scim_access and without it, and how soon a
user who has been deactivated is refused."""

import itertools
import statistics
import time

import data
import report
from client import Connection
from subjects import demand
from workloads import Comparison, Table, Visits
from wrk import Failure

NAMES = ("access-cached", "freshness")

PAGE = "<!doctype html><title>page</title>" + "x" * 990 + "\n"
VISITORS = 1000
DEACTIVATIONS = 10000
TURNS = 100             # users who are deactivated in turn
PATIENCE = 5            # seconds until somebody is refused at last


class Gated:
    """An nginx of its own, before the module's Redis."""

    title = "scim_access, cached"
    headers = ()

    def __init__(self, module, name):
        folder = module.stage.folder(name)
        module.stage.write(folder, "page", PAGE)
        self.port, self.nginx = module.stage.nginx(
            name, "cached.conf", MODULE=module.file, REDIS=module.redis,
            TOKENS=module.tokens, WORKERS=module.stage.workers)
        self.processes = [self.nginx, *module.processes[1:]]
        self.paths = {"access-cached": "/access-cached", "open": "/open"}

    def connect(self, headers=()):
        return Connection(self.port, headers)

    def url(self, workload):
        return f"http://127.0.0.1:{self.port}{self.paths[workload]}"


class PageVisits(Visits):
    """GETs of a page; one of the users looks at it wholly."""

    def __init__(self, *arguments, names, visitor):
        super().__init__(*arguments, names=names)
        self.visitor = visitor

    def check(self):
        with self.subject.connect([("X-User", self.visitor)]) as connection:
            answer = demand(self.request(connection), 200)
        if not self.right(answer):
            raise Failure(f"{self.name}: a wrong answer")
        return answer


class Cached:
    def __init__(self, bench):
        self.bench = bench
        self.options = bench.options
        self.near = self.far = None

    def tables(self, name):
        self.near = self.near or Gated(self.bench.module, "cached")
        return [self._cached()] if name == "access-cached" else []

    def _cached(self):
        people = self.bench.people
        visitors = [user["userName"] for user in
                    people.members(people.users, VISITORS)]
        names = self.bench.write("visitors", "\n".join(visitors))
        cases = []
        for name, title in (("access-cached", self.near.title),
                            ("open", "without scim_access")):
            load = PageVisits(name, self.near,
                              lambda answer: answer.body == PAGE.encode(),
                              self.options, names=names,
                              visitor=visitors[0])
            load.title = title
            cases.append(load)
        gated, open_ = (case.title for case in cases)
        return Table("access-cached", f"GET of a file of {len(PAGE):,} bytes "
                     f"by {VISITORS:,} users in turn", "requests/s", cases,
                     [Comparison(f"{gated} / {open_}", gated, open_, ">=",
                                 0.9)])

    def afterwards(self, name):
        if name == "freshness":
            self.far = self.far or Gated(self.bench.module, "cached-far")
            Freshness(self.bench, self.near, self.far).run()


class Freshness:
    """Users are deactivated through one nginx, and look at a page on it, and
    on another one that shares nothing but Redis with it."""

    def __init__(self, bench, near, far):
        self.near, self.far = near, far
        self.users = list(zip(bench.module.ids, bench.people.users))[:TURNS]
        self.base = bench.module.base
        self.headers = bench.module.headers
        self.stale = 0          # answers of the near one
        self.delays = []        # of the far one, in seconds

    def run(self):
        with self.near.connect(self.headers) as scim, \
                self.near.connect() as near, self.far.connect() as far:
            turns = itertools.cycle(self.users)
            for number in range(1, DEACTIVATIONS + 1):
                if number % 100 == 0:
                    report.progress(f"freshness: {number:,} of "
                                    f"{DEACTIVATIONS:,}")
                self._turn(next(turns), scim, near, far)
        report.progress("")
        self._show()

    def _turn(self, user, scim, near, far):
        id, name = user[0], user[1]["userName"]
        path = f"{self.base}/Users/{id}"
        look = [connection.prepare("GET", "/fresh").replace(
            b"\r\n\r\n", f"\r\nX-User: {name}\r\n\r\n".encode(), 1)
            for connection in (near, far)]

        for connection, message in zip((near, far), look):
            until(connection, message, 200, "HIT")

        demand(scim.request("PATCH", path, data.active(False)), 200)
        answered = time.perf_counter()
        far.write(look[1])
        near.write(look[0])
        self.stale += near.read().status != 403
        self.delays.append(refused(far, look[1], answered))

        demand(scim.request("PATCH", path, data.active(True)), 200)
        self.stale += near.send(look[0]).status != 200

    def _show(self):
        milliseconds = sorted(delay * 1000 for delay in self.delays)
        late = sum(delay > 0 for delay in milliseconds)
        verdict = "MISSED" if self.stale else "reached"
        print(f"\nA user deactivated, {DEACTIVATIONS:,} times, and looking at "
              "a page from the moment of the answer on\n"
              f"  on the same nginx, answers from before: {self.stale}"
              f"   goal 0: {verdict}\n"
              f"  on another one, ms until the last answer from before: "
              f"median {statistics.median(milliseconds):.2f}, "
              f"99 % {milliseconds[len(milliseconds) * 99 // 100]:.2f}, "
              f"at most {milliseconds[-1]:.2f}; none in "
              f"{len(milliseconds) - late:,}", flush=True)


def until(connection, message, status, cached):
    """Looks until the answer comes from the cache."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = connection.send(message)
        if (answer.status, answer.headers.get("x-cache")) == (status, cached):
            return
    raise Failure(f"freshness: {answer.status} {answer.headers}")


def refused(connection, message, since):
    """Seconds from then to the last answer that let somebody in; 0: none.
    The message has been sent once."""
    last = 0.0
    while connection.read().status != 403:
        last = time.perf_counter() - since
        connection.write(message)
        if last > PATIENCE:
            raise Failure("freshness: nobody is refused on the other nginx")
    return last
