"""Which subjects each workload is asked of, and what is to be reached."""

import json

import data
import subjects
import workloads
from workloads import Comparison, Latency, Load, Patch, PatchFloor, Post, Table

NAMES = ("get", "filter", "list", "patch", "post")

MODULE, LIMIT, LUA, SCIMMY = (
    kind.title for kind in
    (subjects.Module, subjects.Limit, subjects.Lua, subjects.Scimmy))

TITLES = {
    "get": "GET of a user by id",
    "filter": "GET of users with filter=userName eq",
    "list": "GET of a list of 100 users",
    "post": "POST of a user",
}

GOALS = {
    "get": ((LIMIT, 0.60), (LUA, 1.8), (SCIMMY, 40)),
    "filter": ((LIMIT, 0.45), (LUA, None), (SCIMMY, None)),
    "list": ((LIMIT, None), (LUA, None), (SCIMMY, 30)),
    "post": ((LIMIT, None), (LUA, 0.5), (SCIMMY, 15)),
}


class Bench:
    """The subjects, seeded and running, and the tables made of them."""

    def __init__(self, stage, people, module, scimmy, options):
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

    def _record(self):
        """An answer of each kind, for the peers to repeat."""
        paths = self.reference.paths
        small = paths["patch-10"]
        member = self.reference.ids[0]
        with self.reference.connect() as connection:
            samples = {name: connection.request("GET", paths[name])
                       for name in ("get", "filter", "list")}
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
        if name == "patch":
            return self._patch()
        if name == "post":
            cases = self._post()
        else:
            cases = self._get(name)
        goals = [Comparison(f"{MODULE} / {below}", MODULE, below, ">=", goal)
                 for below, goal in GOALS[name]]
        return [Table(name, TITLES[name], "requests/s", cases, goals)]

    def _get(self, name):
        right = {"get": self._right_user, "filter": self._right_filter,
                 "list": self._right_list}[name]
        expected = self.samples[name].body
        cases = [Load(name, one, right(one), self.options)
                 for one in self._scim()]
        cases += [Load(name, one, lambda answer: answer.body == expected,
                       self.options) for one in (self.limit, self.lua)]
        return cases

    def _right_user(self, subject):
        return lambda answer: holds(
            json.loads(answer.body),
            {**self.people.users[500], "id": subject.ids[500]})

    def _right_filter(self, subject):
        def right(answer):
            found = json.loads(answer.body)
            return (found["totalResults"] == 1
                    and len(found["Resources"]) == 1
                    and holds(found["Resources"][0],
                              {**self.people.users[501],
                               "id": subject.ids[501]}))
        return right

    def _right_list(self, subject):
        def right(answer):
            found = json.loads(answer.body)
            return (found["totalResults"] >= len(self.people.users)
                    and len(found["Resources"]) == 100
                    and all(holds(user, {**sent, "id": id})
                            for user, sent, id in zip(found["Resources"],
                                                      self.people.users,
                                                      subject.ids)))
        return right

    def _post(self):
        def new_user(answer):
            user = json.loads(answer.body)
            return user["id"] and user["title"] == "Engineer"

        cases = [Post("post", one, new_user, self.options,
                      template=self.template, counted=True)
                 for one in self._scim()]
        expected = self.samples["post"].body
        cases.append(Post("post", self.limit,
                          lambda answer: answer.body == expected,
                          self.options, template=self.template,
                          counted=False))
        cases.append(Post("post", self.lua,
                          lambda answer: json.loads(answer.body)["title"],
                          self.options, template=self.template,
                          counted=False))
        return cases

    def _patch(self):
        loads, latencies = [], []
        for size in self.people.SIZES:
            for one in self._scim():
                load = Patch(f"patch-{size}", one, lambda answer: True,
                             self.options, size=size, people=self.people,
                             files=self._patch_files(one))
                slow = one is self.scimmy
                # Some of SCIMMY's PATCHes take seconds: no throughput
                if not slow or size == min(self.people.SIZES):
                    loads.append(load)
                latencies.append(Latency(
                    load, 200 if not slow else 20 if size == 10 else 2))

        floor = PatchFloor("patch", self.limit, lambda answer: True,
                           self.options, status=self.samples["patch"].status,
                           files=self._patch_files(self.reference))
        return [self._patch_latency([*latencies, Latency(floor, 200)]),
                self._patch_load([*loads, floor])]

    def _patch_files(self, subject):
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
