"""Which subjects each workload is asked of, and what is to be reached."""

import json

import cached
import data
import gate
import large
import subjects
import workloads
from workloads import (Bulk, Comparison, Latency, Load, Patch, PatchFloor,
                       Post, Singles, Table)

ALL = ("get", "filter", "list", "patch", "post", "bulk")
NAMED = large.NAMES + gate.NAMES + cached.NAMES     # these have to be
NAMES = ALL + NAMED

MODULE, LIMIT, LUA, SCIMMY = (
    kind.title for kind in
    (subjects.Module, subjects.Limit, subjects.Lua, subjects.Scimmy))

TITLES = {
    "get": "GET of a user by id",
    "get-member": "GET of a user by id, who is in two groups",
    "list-members": "GET of a list of 100 users, who are in a group each",
    "filter": "GET of users with filter=userName eq",
    "list": "GET of a list of 100 users",
    "post": "POST of a user",
}

GOALS = {
    "get": ((LIMIT, 0.60), (LUA, 1.8), (SCIMMY, 40)),
    "filter": ((LIMIT, 0.45), (LUA, None), (SCIMMY, None)),
    "list": ((LIMIT, None), (LUA, None), (SCIMMY, 30)),
    "get-member": ((LIMIT, None),),
    "list-members": ((LIMIT, None),),
    "post": ((LIMIT, None), (LUA, 0.5), (SCIMMY, 15)),
}


class Bench:
    """The subjects, seeded and running, and the tables made of them."""

    def __init__(self, stage, people, module, scimmy, options):
        self.stage = stage
        self.people = people
        self.options = options
        self.module = module
        self.scimmy = scimmy
        self.reference = module or scimmy
        self.folder = stage.folder("bodies")
        self.write = lambda name, text: stage.write(self.folder, name, text)
        self.samples = self._record()
        self.limit = subjects.Limit(stage, self.reference, self.samples)
        self.lua = subjects.Lua(stage, self.reference, self.samples)
        self.template = self.write("user", text(data.user("@N@")))
        self.large = large.Large(self)
        self.gate = gate.Gate(self)
        self.cached = cached.Cached(self)

    def _record(self):
        """An answer of each kind, for the peers to repeat."""
        paths = self.reference.paths
        small = paths["patch-10"]
        member = self.reference.ids[0]
        with self.reference.connect() as connection:
            samples = {name: connection.request("GET", paths[name])
                       for name in ("get", "filter", "list", "get-member",
                                    "list-members")}
            samples["post"] = connection.request(
                "POST", paths["post"], data.user("9" * 12))
            samples["patch"] = connection.request(
                "PATCH", small, data.add_member(member))
            connection.request("PATCH", small, data.remove_member(member))
        for name, answer in samples.items():
            if answer.status not in (200, 201, 204):
                raise RuntimeError(f"{name}: {answer.status} "
                                   f"{answer.body[:400]!r}")
        return samples

    def _scim(self):
        return [one for one in (self.module, self.scimmy) if one]

    def tables(self, name):
        return {
            "get": lambda: [self._get("get"), self._get("get-member")],
            "filter": lambda: [self._get("filter")],
            "list": lambda: [self._get("list"), self._get("list-members")],
            "patch": self._patch,
            "post": self._post,
            "bulk": self._bulk,
        }.get(name, lambda: self._named(name).tables(name))()

    def _named(self, name):
        return next(one for one, names in (
            (self.large, large.NAMES), (self.gate, gate.NAMES),
            (self.cached, cached.NAMES)) if name in names)

    def _table(self, name, cases):
        goals = [Comparison(f"{MODULE} / {below}", MODULE, below, ">=", goal)
                 for below, goal in GOALS[name]]
        return Table(name, TITLES[name], "requests/s", cases, goals)

    def _get(self, name):
        peers = [self.limit, self.lua]
        servers = self._scim()
        if "member" in name:
            # SCIMMY leaves it to its user to say who is in which group
            servers, peers = [self.reference], [self.limit]

        expected = self.samples[name].body
        cases = [Load(name, one, self.right(name, one), self.options)
                 for one in servers]
        cases += [Load(name, one, lambda answer: answer.body == expected,
                       self.options) for one in peers]
        return self._table(name, cases)

    def right(self, name, subject):
        """What a right answer to a GET is."""
        right, place = {
            "get": (self._right_user, 500),
            "get-member": (self._right_user, self.people.OUTSIDERS),
            "filter": (self._right_filter, 501),
            "list": (self._right_list, 0),
            "list-members": (self._right_list, self.people.OUTSIDERS),
        }[name]
        return lambda answer: right(json.loads(answer.body), subject, place)

    def _right_user(self, found, subject, place):
        return holds(found, {**self.people.users[place],
                             "id": subject.ids[place]})

    def _right_filter(self, found, subject, place):
        return (found["totalResults"] == 1 and len(found["Resources"]) == 1
                and self._right_user(found["Resources"][0], subject, place))

    def _right_list(self, found, subject, place):
        return (found["totalResults"] >= len(subject.ids)
                and len(found["Resources"]) == 100
                and all(self._right_user(user, subject, place + n)
                        for n, user in enumerate(found["Resources"])))

    def _post(self):
        def make(subject, right, counted):
            return Post("post", subject, right, self.options,
                        template=self.template, counted=counted)

        def right(answer):
            return json.loads(answer.body)["title"] == "Engineer"

        expected = self.samples["post"].body
        return [self._table("post", [
            *(make(one, right, True) for one in self._scim()),
            make(self.limit, lambda answer: answer.body == expected, False),
            make(self.lua, right, False)])]

    def _bulk(self):
        if not self.module:
            return []
        cases = [kind(self.module) for kind in (Singles, Bulk)]
        singles, bulk = (case.title for case in cases)
        return [Table("bulk", "1,000 users created on one connection",
                      "users/s", cases,
                      [Comparison(f"{bulk} / {singles}", bulk, singles, ">=",
                                  3)])]

    def _patch(self):
        loads, latencies = [], []
        for size in self.people.SIZES:
            for one in self._scim():
                load = Patch(f"patch-{size}", one, lambda answer: True,
                             self.options, size=size, people=self.people,
                             files=self.patch_files(one))
                slow = one is self.scimmy
                # Some of SCIMMY's PATCHes take seconds: no throughput
                if not slow or size == min(self.people.SIZES):
                    loads.append(load)
                latencies.append(Latency(
                    load, 1000 if not slow else 20 if size == 10 else 2))

        floor = PatchFloor("patch", self.limit, lambda answer: True,
                           self.options, status=self.samples["patch"].status,
                           files=self.patch_files(self.reference))
        return [self._patch_latency([*latencies, Latency(floor, 1000)]),
                self._patch_load([*loads, floor])]

    def patch_files(self, subject):
        name = type(subject).__name__.lower()
        ids = self.people.outsiders(subject.ids)
        return (self.write(f"{name}-ids", "\n".join(ids)),
                self.write("add", text(data.add_member("@ID@"))),
                self.write("remove", text(data.remove_member("@ID@"))))

    def _patch_latency(self, cases):
        ten, many = (f"{MODULE}, {size:,} members"
                     for size in self.people.SIZES)
        slow_ten, slow_many = (f"{SCIMMY}, {size:,} members"
                               for size in self.people.SIZES)
        return Table(
            "patch", "PATCH of a group, one member more, one connection",
            "ms", cases,
            [Comparison("10,000 members / 10 members", many, ten, "<=", 1.1),
             Comparison("at 10 members, ms", ten, None, "<=", 1),
             Comparison("at 10,000 members, ms", many, None, "<=", 1),
             Comparison(f"{SCIMMY} / {MODULE}, 10 members", slow_ten, ten,
                        ">=", None),
             Comparison(f"{SCIMMY} / {MODULE}, 10,000 members", slow_many,
                        many, ">=", None)])

    def _patch_load(self, cases):
        ten, many = (f"{MODULE}, {size:,} members"
                     for size in self.people.SIZES)
        return Table(
            "patch", "PATCH of a group, a member more and a member less in "
            "turn", "requests/s", cases,
            [Comparison("10 members / 10,000 members", ten, many, "<=", 1.1),
             Comparison(f"{MODULE} / {SCIMMY}, 10 members", ten,
                        f"{SCIMMY}, 10 members", ">=", None)])

    def afterwards(self, name):
        if name in large.NAMES + cached.NAMES:
            self._named(name).afterwards(name)
        if name != "patch" or not self.module:
            return
        sent, acknowledged, lost = workloads.nothing_lost(
            self.module, self.people)
        print(f"  64 in flight: {sent} members added, {acknowledged} "
              f"acknowledged, {lost} of them lost   goal 0: "
              f"{'reached' if not lost else 'MISSED'}", flush=True)


def holds(found, sent):
    """Whether what was sent is all in what came back."""
    return all(found.get(name) == value for name, value in sent.items())


def text(value):
    return json.dumps(value, separators=(",", ":"))
