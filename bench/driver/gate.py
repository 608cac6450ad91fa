"""The gate: a location with scim_access, without it, and with auth_request."""

import json

import processes
import subjects
from client import Connection
from subjects import demand
from workloads import Comparison, Load, Table, Visits

NAMES = ("access",)

VISITORS = 1000

ROLE = {"name": "Bench", "permissions": {"APP": ["USE"]}}


class Way:
    """A location of an nginx as a subject of its own."""

    def __init__(self, title, port, path, user, running):
        self.title = title
        self.port = port
        self.headers = [("X-User", user), ("Accept", "image/gif")]
        self.paths = {"access": path}
        self.processes = running

    def connect(self):
        return Connection(self.port, self.headers)

    def url(self, workload):
        return f"http://127.0.0.1:{self.port}{self.paths[workload]}"


class Gate:
    LUA = """
        location = /request {
            auth_request /check;
            empty_gif;
        }

        location = /check {
            internal;
            content_by_lua_block { peer.check() }
        }
    """

    def __init__(self, bench):
        self.bench = bench
        self.options = bench.options

    def tables(self, _name):
        module, people = self.bench.module, self.bench.people
        user = people.users[people.OUTSIDERS]["userName"]
        stranger = people.users[0]["userName"]
        self._permit(module)

        port, nginx = self.bench.stage.nginx(
            "access", "access.conf", MODULE=module.file, REDIS=module.redis,
            WORKERS=self.bench.stage.workers)
        running = [nginx, module.processes[1]]
        lua_port, lua = self._lua(user)

        ways = [Way(title, port, path, user, running) for title, path in
                (("no check", "/open"),
                 ("scim_access, cached", "/cached"),
                 ("scim_access", "/access"),
                 ("auth_request, return 204", "/request"))]
        ways.append(Way("auth_request, Lua and Redis", lua_port, "/request",
                        user, lua))

        for way in ways:
            self._refuses(way, stranger)

        visitors = [user["userName"] for user in
                    people.members(people.users, VISITORS)]
        names = self.bench.write("visitors", "\n".join(visitors))

        return [self._of_one(ways), self._of_many(ways[2:4], names)]

    def _of_one(self, ways):
        cases = [Load("access", way, is_gif, self.options) for way in ways]
        none, cached, uncached, static, peer = (way.title for way in ways)
        return Table(
            "access", "GET of 43 bytes, by a user who is in two groups, one "
            "of them with a role", "requests/s", cases,
            [Comparison(f"{cached} / {none}", cached, none, ">=", 0.9),
             Comparison(f"{uncached} / {static}", uncached, static, ">=",
                        0.7),
             Comparison(f"{uncached} / {peer}", uncached, peer, ">=", 1.5)])

    def _of_many(self, ways, names):
        cases = [Visits("access", way, is_gif, self.options, names=names)
                 for way in ways]
        uncached, static = (way.title for way in ways)
        return Table(
            "access-many", f"The same by {VISITORS:,} users in turn, who have "
            "the role by their group", "requests/s", cases,
            [Comparison(f"{uncached} / {static}", uncached, static, ">=",
                        0.7)])

    def _permit(self, module):
        """The role, bound to the large group."""
        group = module.groups[max(self.bench.people.SIZES)]
        with Connection(module.port, module.admin) as connection:
            demand(connection.request("POST", "/api/v1/bench/roles", ROLE),
                   201)
            demand(connection.request("POST", "/api/v1/bench/bindings", {
                "role": ROLE["name"],
                "subject": {"type": "GROUP", "id": group}}), 201)

    def _lua(self, user):
        path, redis = self.bench.stage.redis("lua-access-redis")
        processes.redis_command(path, "HSET", f"bench:{user}", "doc",
                                json.dumps({"active": True}))
        http = (subjects.Lua.HTTP.replace("@REDIS@", path)
                .replace("@BENCH@", processes.HERE))
        port, nginx = self.bench.stage.nginx(
            "lua-access", "peer.conf", LOAD=subjects.Lua.LOAD, HTTP=http,
            LOCATIONS=self.LUA)
        return port, [nginx, redis]

    @staticmethod
    def _refuses(way, stranger):
        """Those that look at all refuse another user."""
        if way.title in ("no check", "auth_request, return 204"):
            return
        with Connection(way.port, [("X-User", stranger)]) as connection:
            demand(connection.request("GET", way.paths["access"]), 403)


def is_gif(answer):
    return answer.body[:3] == b"GIF"
