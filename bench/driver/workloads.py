"""The workloads: what is asked of whom, and what a right answer is.

A table has cases, which are measured in turn, and comparisons of two cases.
A case checks an answer before each of its measurements, measures, and looks
afterwards whether what was acknowledged is there.
"""

import collections
import itertools
import json
import statistics
import time

import data
import wrk
from processes import busy
from subjects import bulk_ids, demand
from wrk import Failure

Table = collections.namedtuple(
    "Table", "name title unit cases comparisons note", defaults=("",))

# text, the case on top, the case below, ">=" or "<=" and the goal (or None)
Comparison = collections.namedtuple("Comparison", "text above below sign goal")

# `cpu`: microseconds of processor time a request, of all the subject's servers
Sample = collections.namedtuple("Sample", "value p50 p99 bytes cpu")

prefixes = (f"{number:04d}" for number in itertools.count(1))


class Load:
    """A workload with wrk: requests a second at many connections."""

    script = "get"
    status = 200
    tolerance = 0.02        # of the mean length of wrk's answers

    def __init__(self, name, subject, right, options):
        self.name = name
        self.subject = subject
        self.title = subject.title
        self.right = right
        self.options = options

    def request(self, connection):
        return connection.request("GET", self.subject.paths[self.name])

    def arguments(self):
        return ()

    def check(self):
        """One whole answer: its status and its body."""
        with self.subject.connect() as connection:
            answer = demand(self.request(connection), self.status)
        if not self.right(answer):
            raise Failure(f"{self.name}, {self.title}: a wrong answer: "
                          f"{answer.body[:400]!r}")
        return answer

    def measure(self):
        answer = self.check()
        before = busy(self.subject.processes)
        figures = wrk.run(
            self.subject.url(self.name), self.subject.headers, self.script,
            self.arguments(), self.options.connections,
            self.options.threads, self.options.seconds)
        cpu = (busy(self.subject.processes) - before) * 1e6 / figures.requests
        if abs(figures.bytes / answer.length - 1) > self.tolerance:
            raise Failure(
                f"{self.name}, {self.title}: {answer.length} bytes were "
                f"expected, {figures.bytes:.0f} came on average")
        self.settle(figures)
        return Sample(figures.rate, figures.p50, figures.p99, answer.length,
                      cpu)

    def settle(self, figures):
        """After a measurement."""


class Visits(Load):
    """The same GET by one user after the other; `names` is the file that has
    their names."""

    script = "users"

    def __init__(self, *arguments, names):
        super().__init__(*arguments)
        self.names = names

    def arguments(self):
        return (self.names,)


class Post(Load):
    script = "post"
    status = 201

    def __init__(self, *arguments, template, counted):
        super().__init__(*arguments)
        self.template = template
        self.counted = counted

    def request(self, connection):
        user = data.user(next(prefixes) + "99999999")
        return connection.request("POST", self.subject.paths["post"], user)

    def arguments(self):
        self.before = self.count()
        return self.template, next(prefixes)

    def count(self):
        if not self.counted:
            return 0
        with self.subject.connect() as connection:
            return total(connection, self.subject)

    def settle(self, figures):
        if not self.counted:
            return
        added = self.count() - self.before
        # wrk doesn't wait for the answers to its last requests
        most = figures.requests + self.options.connections
        if not figures.requests <= added <= most:
            raise Failure(f"post, {self.title}: {figures.requests} were "
                          f"acknowledged, {added} are there")


class Patch(Load):
    """Members added to a group and taken away again, in turn."""

    script = "patch"

    def __init__(self, *arguments, size, files, people):
        super().__init__(*arguments)
        self.size = size
        self.files = files
        self.people = people
        self.title = f"{self.title}, {size:,} members"

    def request(self, connection):
        """Adds an outsider and takes them away again."""
        path = self.subject.paths[self.name]
        member = self.subject.ids[0]
        answer = connection.request("PATCH", path, data.add_member(member))
        self.status = answer.status
        if answer.body:
            # the members are in it, and how many varies
            self.tolerance = 1
        if self.size + 1 != len(members(connection, path)):
            raise Failure(f"{self.name}, {self.title}: not added")
        connection.request("PATCH", path, data.remove_member(member))
        return answer

    def arguments(self):
        return self.files

    def settle(self, figures=None):
        """Takes away who is left of the outsiders.  A write whose client
        has left is still carried out, so that some may come late."""
        path = self.subject.paths[self.name]
        outsiders = set(self.people.outsiders(self.subject.ids))
        end = time.monotonic() + 10
        with self.subject.connect() as connection:
            while True:
                found = members(connection, path)
                late = outsiders.intersection(found)
                for member in late:
                    connection.request("PATCH", path,
                                       data.remove_member(member))
                if not late or time.monotonic() > end:
                    break
                time.sleep(0.2)
        if len(found) != self.size:
            raise Failure(f"{self.name}, {self.title}: {len(found)} members "
                          "left")


class Singles:
    """Creates as POSTs, one after the other on one connection."""

    COUNT = 1000
    title = "POSTs"

    def __init__(self, subject):
        self.subject = subject

    def measure(self):
        prefix = next(prefixes)
        users = [data.user(f"{prefix}{number:08d}")
                 for number in range(self.COUNT)]
        with self.subject.connect() as connection:
            before = total(connection, self.subject)
            cpu = busy(self.subject.processes)
            times, length = self.create(connection, users)
            cpu = (busy(self.subject.processes) - cpu) * 1e6 / self.COUNT
            added = total(connection, self.subject) - before
            if added != self.COUNT:
                raise Failure(f"bulk, {self.title}: {added} users are there, "
                              f"not {self.COUNT}")
        times.sort()
        return Sample(self.COUNT / sum(times),
                      statistics.median(times) * 1000,
                      times[len(times) * 99 // 100] * 1000, length, cpu)

    def create(self, connection, users):
        messages = [connection.prepare("POST", self.subject.paths["post"],
                                       user) for user in users]
        answers = [demand(connection.send(message), 201)
                   for message in messages]
        for answer, user in zip(answers, users):
            if json.loads(answer.body)["userName"] != user["userName"]:
                raise Failure(f"bulk, {self.title}: a wrong answer")
        return ([answer.seconds for answer in answers],
                statistics.mean(answer.length for answer in answers))


class Bulk(Singles):
    """The same in one request."""

    title = "one Bulk request"

    def create(self, connection, users):
        message = connection.prepare("POST", f"{self.subject.base}/Bulk",
                                     data.bulk(users))
        answer = demand(connection.send(message), 200)
        ids = bulk_ids(answer, len(users))
        path = f"{self.subject.paths['post']}/{ids[-1]}"
        found = json.loads(demand(connection.request("GET", path), 200).body)
        if found["userName"] != users[-1]["userName"]:
            raise Failure(f"bulk, {self.title}: a wrong answer")
        return [answer.seconds], answer.length


class PatchFloor(Load):
    """`return` for a PATCH: what the client and nginx alone take."""

    script = "patch"

    def __init__(self, *arguments, status, files):
        super().__init__(*arguments)
        self.status = status
        self.files = files

    def request(self, connection):
        return connection.request("PATCH", self.subject.paths[self.name],
                                  data.add_member("x"))

    def arguments(self):
        return self.files


class Latency:
    """One connection, one PATCH after the other: each adds a member, who is
    taken away again while no clock runs."""

    def __init__(self, load, requests):
        self.load = load
        self.title = load.title
        self.requests = requests

    def measure(self):
        load = self.load
        path = load.subject.paths[load.name]
        ids = itertools.cycle(getattr(load.subject, "ids", ["x"])[:1000])
        length = load.check().length
        times = []
        with load.subject.connect() as connection:
            for _ in range(self.requests):
                member = next(ids)
                message = connection.prepare("PATCH", path,
                                             data.add_member(member))
                answer = demand(connection.send(message), load.status)
                times.append(answer.seconds * 1000)
                if abs(answer.length / length - 1) > 0.1:
                    raise Failure(f"{load.name}: {answer.length} bytes")
                connection.request("PATCH", path, data.remove_member(member))
        load.settle(None)
        times.sort()
        return Sample(statistics.median(times), statistics.median(times),
                      times[len(times) * 99 // 100], length, None)


def members(connection, path):
    answer = demand(connection.request("GET", path), 200)
    return [member["value"]
            for member in json.loads(answer.body).get("members", [])]


def total(connection, subject):
    path = subject.paths["post"] + "?startIndex=1&count=1"
    answer = demand(connection.request("GET", path), 200)
    return json.loads(answer.body)["totalResults"]


def nothing_lost(subject, people, size=10, flight=64):
    """`flight` connections each send a PATCH at the same moment, again and
    again: who was acknowledged must be a member afterwards."""
    path = subject.paths[f"patch-{size}"]
    newcomers = people.outsiders(subject.ids)[:flight * 10]
    connections = [subject.connect() for _ in range(flight)]
    acknowledged = set()
    for start in range(0, len(newcomers), flight):
        part = list(zip(connections, newcomers[start:start + flight]))
        for connection, member in part:
            connection.write(connection.prepare(
                "PATCH", path, data.add_member(member)))
        for connection, member in part:
            if connection.read().status in (200, 204):
                acknowledged.add(member)
    found = set(members(connections[0], path))
    for connection, member in zip(itertools.cycle(connections), newcomers):
        connection.request("PATCH", path, data.remove_member(member))
    return len(newcomers), len(acknowledged), len(acknowledged - found)
