"""The tables of the tenants with very many users."""

import json

import crowd
import processes
import report
from beside import Long, LongCase, Others, OthersCase
from processes import workers_of
from workloads import Comparison, Latency, Load, Patch, Table
from wrk import Failure

NAMES = ("cursor", "scan", "large-group", "scale")

FEW = 1000
PAGE = 100


class Large:
    def __init__(self, bench):
        self.bench = bench
        self.options = bench.options
        self.crowds = {}

    def tables(self, name):
        return {
            "cursor": self._cursor,
            "scan": self._scan,
            "large-group": self._large_group,
            "scale": self._scale,
        }[name]()

    def crowd(self, count):
        if count not in self.crowds:
            self.crowds[count] = crowd.Crowd(self.bench.module,
                                             self.bench.people, count)
        return self.crowds[count]

    def many(self):
        """As many members, and the outsiders."""
        return self.crowd(self.options.many + self.bench.people.OUTSIDERS)

    def _cursor(self):
        subject = self.many()
        subject.gather(self.bench.people)
        walk = pages(subject)
        numbers = [1, len(walk) // 2, len(walk) * 95 // 100]
        cases = []
        for number in numbers:
            path, ids = walk[number - 1]
            subject.paths[f"cursor-{number}"] = path
            load = Load(f"cursor-{number}", subject, lists(ids), self.options)
            load.title = f"page {number:,} of {len(walk):,}"
            cases.append(load)
        first, middle, deep = (case.title for case in cases)
        return [Table(
            "cursor", f"GET of {PAGE} users by cursor, {subject.title}",
            "requests/s", cases,
            [Comparison(f"{first} / {other}", first, other, "<=", 1.1)
             for other in (middle, deep)])]

    def _beside(self, name, title, long, unit, goals):
        """Two tables: the long one, and the others beside it."""
        per_second = unit != "ms"
        others = Others("get", long.subject,
                        self.bench.right("get", long.subject), self.options)
        gets = (f"{others.CONNECTIONS} connections, {others.PAUSE} ms between "
                "two requests")
        with_gets, with_long = f"{name}, GETs beside it", f"beside {name}"
        return [
            Table(name, title, unit,
                  [LongCase(name, long, None, per_second),
                   LongCase(with_gets, long, others, per_second)],
                  goals(with_gets)),
            Table(name, f"p99 of GETs by id in the same worker, {gets}", "ms",
                  [OthersCase("alone", None, others),
                   OthersCase(with_long, long, others)],
                  [Comparison(f"p99 beside {name}, ms", with_long, None, "<=",
                              5),
                   Comparison(f"p99 beside {name} / alone", with_long,
                              "alone", "<=", None)])]

    def _scan(self):
        subject = crowd.Alone(self.many(), "scan")
        subject.paths["scan"] = (f"{subject.base}/Users?count={PAGE}"
                                 "&filter=title+co+%22irect%22")
        directors = subject.directors

        def right(answer):
            found = json.loads(answer.body)
            return (found["totalResults"] == len(directors)
                    and ids_of(found) == directors[:PAGE])

        long = Long("scan", subject, right, self.options,
                    amount=subject.count)
        return self._beside(
            "scan", "GET of users with filter=title co, which no index "
            f"serves, {subject.title}, one worker", long, "users/s",
            lambda title: [Comparison("users/s, GETs beside it", title, None,
                                      ">=", 100000)])

    def _large_group(self):
        subject = self.group = crowd.Alone(self.many(), "large-group")
        known = set(self.bench.people.members(subject.ids, len(subject.ids)))

        def right(answer):
            found = json.loads(answer.body)["members"]
            ids = {member["value"] for member in found}
            return len(found) == len(ids) == subject.members and known <= ids

        long = Long("large-group", subject, right, self.options, amount=1)

        with subject.connect() as connection:
            for _ in range(1000):
                connection.request("GET", subject.paths["get"])
        self.memory = memory(subject)

        return self._beside(
            "large-group", f"GET of a group with {subject.members:,} "
            "members, one worker", long, "ms", lambda title: [])

    def _scale(self):
        """The same of a tenant with very many users and of one with few."""
        bench = self.bench
        few = crowd.Few(bench.module, bench.people, FEW)
        many = self.crowd(self.options.users)
        loads = []
        for one in (few, many):
            for name in ("get", "filter", "list"):
                load = Load(name, one, bench.right(name, one), self.options)
                load.title = f"{name}, {one.title}"
                loads.append(load)

        latencies = [
            Latency(Patch("patch-10000", one, lambda answer: True,
                          self.options, people=bench.people,
                          size=getattr(one, "members", 10000),
                          files=bench.patch_files(one)), 1000)
            for one in (bench.module, many)]

        compare = [Comparison(f"{name}: {few.title} / {many.title}",
                              f"{name}, {few.title}", f"{name}, {many.title}",
                              "<=", 1.1) for name in ("get", "filter", "list")]
        small, large = (case.title for case in latencies)
        return [
            Table("scale", f"A tenant with {many.title}", "requests/s",
                  loads, compare),
            Table("scale", "PATCH of a group, one member more, one "
                  "connection", "ms", latencies,
                  [Comparison(f"{large} / {small}", large, small, "<=",
                              1.1)])]

    def afterwards(self, name):
        if name == "large-group":
            report.show_memory("the worker", self.memory,
                               memory(self.group, "VmHWM"))


def memory(subject, field="VmRSS"):
    return processes.memory_of(workers_of(subject.nginx)[0], field)


def ids_of(found):
    return [resource["id"] for resource in found["Resources"]]


def lists(ids):
    return lambda answer: ids_of(json.loads(answer.body)) == ids


def pages(subject):
    """A walk by cursor: the path and the ids of each page.  Everybody is
    listed once."""
    walk, cursor = [], ""
    with subject.connect() as connection:
        while cursor is not None:
            path = f"{subject.base}/Users?count={PAGE}&cursor={cursor}"
            found = json.loads(connection.request("GET", path).body)
            walk.append((path, ids_of(found)))
            cursor = found.get("nextCursor")
    ids = [one for _, page in walk for one in page]
    if len(set(ids)) != len(ids) or len(ids) != subject.count:
        raise Failure(f"cursor: {len(ids)} listed, {len(set(ids))} of them "
                      f"differ, there are {subject.count}")
    return walk
