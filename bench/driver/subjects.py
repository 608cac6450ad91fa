"""The four that are measured.  Each has `title`, `port`, `headers` (sent with
each request), `paths`: workload -> path of its requests, and `processes`."""

import hashlib
import json
import os
import secrets
import uuid

import data
import processes
from client import Connection

ACCEPT = ("Accept", "application/scim+json")
CONTENT = ("Content-Type", "application/scim+json")


class People:
    """Who is provisioned, in this order: outsiders, who are in no group
    until a PATCH adds them; then the members of the groups."""

    OUTSIDERS = 1000
    SIZES = (10, 10000)

    COUNT = OUTSIDERS + max(SIZES)

    def __init__(self):
        self.users = [data.user(number)
                      for number in range(1, self.COUNT + 1)]

    def outsiders(self, ids):
        return ids[:self.OUTSIDERS]

    def members(self, ids, size):
        return ids[self.OUTSIDERS:self.OUTSIDERS + size]


class Scim:
    """What the module and SCIMMY have in common: they speak SCIM."""

    def connect(self):
        return Connection(self.port, self.headers)

    def url(self, workload):
        return f"http://127.0.0.1:{self.port}{self.paths[workload]}"

    def set_paths(self, base, people):
        self.base = base
        user = people.users[501]["userName"]
        self.paths = {
            "get": f"{base}/Users/{self.ids[500]}",
            "filter": f"{base}/Users?filter=userName+eq+%22{user}%22",
            "list": f"{base}/Users?startIndex=1&count=100",
            "post": f"{base}/Users",
        }

    def set_group_paths(self, people):
        self.paths["get-member"] = (
            f"{self.base}/Users/{self.ids[people.OUTSIDERS]}")
        self.paths["list-members"] = (
            f"{self.base}/Users?startIndex={people.OUTSIDERS + 1}&count=100")
        for size in people.SIZES:
            self.paths[f"patch-{size}"] = (
                f"{self.base}/Groups/{self.groups[size]}")


class Module(Scim):
    title = "the module"

    def __init__(self, stage, module):
        self.stage = stage
        self.file = module
        self.redis, redis = stage.redis("module-redis")
        admin = secrets.token_hex(32)
        digest = hashlib.sha256(admin.encode()).hexdigest()
        self.tokens = stage.write(stage.folder("module"), "admin-tokens",
                                  f"bench:{digest}\n")
        self.port, self.nginx = self.serve("module", stage.workers)
        self.processes = [self.nginx, redis]
        self.admin = [("Authorization", f"Bearer {admin}"),
                      ("Content-Type", "application/json")]
        self.integrate("bench")

    def serve(self, name, workers):
        """An nginx with the module, before the same Redis."""
        return self.stage.nginx(
            name, "module.conf", MODULE=self.file, REDIS=self.redis,
            TOKENS=self.tokens, WORKERS=workers)

    def integrate(self, tenant):
        """Makes a tenant and an integration, and takes their endpoint."""
        with Connection(self.port, self.admin) as connection:
            demand(connection.request("POST", "/api/v1/tenants",
                                      {"id": tenant}), 201)
            answer = demand(connection.request(
                "POST", f"/api/v1/{tenant}/integrations",
                {"name": "bench", "type": "SCIM 2.0"}), 201)
        integration = json.loads(answer.body)
        self.headers = [
            ("Authorization", f"Bearer {integration['secretToken']}"),
            ACCEPT, CONTENT]
        self.base = "/" + integration["endpoint"].split("/", 3)[3]

    def seed(self, people):
        """Provisions through SCIM, as an identity provider does."""
        with self.connect() as connection:
            self.ids = [create(connection, f"{self.base}/Users", user)
                        for user in people.users]
            self.groups = {
                size: create(connection, f"{self.base}/Groups", data.group(
                    f"of-{size}", people.members(self.ids, size)))
                for size in people.SIZES}
        self.set_paths(self.base, people)
        self.set_group_paths(people)


class Scimmy(Scim):
    title = "SCIMMY, in memory"

    def __init__(self, stage):
        folder = stage.folder("scimmy")
        home = os.path.join(processes.WORK, "scimmy")
        token = secrets.token_hex(100)
        self.port = processes.free_port()
        self.headers = [("Authorization", f"Bearer {token}"), ACCEPT, CONTENT]
        self.processes = [stage.start(
            "SCIMMY",
            ["node", os.path.join(home, "server.mjs"), str(self.port), token],
            lambda: processes.answers_tcp(self.port), folder)]

    def seed(self, people):
        self.ids = [str(uuid.uuid4()) for _ in people.users]
        self.groups = {size: str(uuid.uuid4()) for size in people.SIZES}
        users = [{**user, "id": id}
                 for id, user in zip(self.ids, people.users)]
        groups = [{**data.group(f"of-{size}", people.members(self.ids, size)),
                   "id": id} for size, id in self.groups.items()]
        with Connection(self.port, [("Content-Type", "application/json")]) \
                as connection:
            demand(connection.request(
                "POST", "/seed", {"users": users, "groups": groups}), 200)
        self.set_paths("/scim/v2", people)
        self.set_group_paths(people)


class Peer:
    """An nginx that answers with bytes that were recorded before."""

    def __init__(self, reference, samples):
        self.headers = reference.headers
        self.samples = samples
        self.paths = {name: f"/{name}" for name in samples}

    def connect(self):
        return Connection(self.port, self.headers)

    def url(self, workload):
        return f"http://127.0.0.1:{self.port}/{workload}"


class Limit(Peer):
    title = "nginx return"
    PIECE = 3000

    def __init__(self, stage, reference, samples):
        super().__init__(reference, samples)
        self.maps = ['geo $dollar { default "$"; }']
        locations = [self._location(name, answer)
                     for name, answer in samples.items()]
        self.port, nginx = stage.nginx(
            "return", "peer.conf", LOAD="", HTTP="\n".join(self.maps),
            LOCATIONS="\n".join(locations))
        self.processes = [nginx]

    def _location(self, name, answer):
        text = self._text(name, answer.body.decode())
        return location(name, answer, f"return {answer.status} {text};")

    def _text(self, name, body):
        """A word of nginx.conf may have 4 KB; a longer body becomes
        variables in a row."""
        if len(body) <= self.PIECE and "$" not in body:
            return quote(body)
        words = []
        for place in range(0, len(body), self.PIECE):
            variable = f"{name.replace('-', '_')}_{place}"
            piece = quote(body[place:place + self.PIECE])
            if "$" in piece:
                piece = piece.replace("$", "${dollar}")
            self.maps.append(f"map '' ${variable} {{ default {piece}; }}")
            words.append(f"${{{variable}}}")
        return quote("".join(words))


class Lua(Peer):
    title = "Lua and Redis"

    LOAD = """
load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
    """
    HTTP = """
        lua_package_path '@BENCH@/nginx/?.lua;/usr/share/lua/5.1/?.lua;;';
        init_by_lua_block { peer = require "peer"; peer.socket = "@REDIS@" }
    """

    def __init__(self, stage, reference, samples):
        super().__init__(reference, samples)
        path, redis = stage.redis("lua-redis")
        for name, answer in samples.items():
            processes.redis_command(path, "HSET", f"bench:{name}", "doc",
                                    answer.body.decode())
        locations = [
            location(name, answer, "content_by_lua_block { peer.%s }" % (
                "set()" if name == "post" else f'hget("bench:{name}")'))
            for name, answer in samples.items()]
        http = (self.HTTP.replace("@REDIS@", path)
                .replace("@BENCH@", processes.HERE))
        self.port, nginx = stage.nginx(
            "lua", "peer.conf", LOAD=self.LOAD, HTTP=http,
            LOCATIONS="\n".join(locations))
        self.processes = [nginx, redis]


# nginx makes these itself, or they belong to the connection.
OWN_HEADERS = {"server", "date", "content-type", "content-length",
               "connection", "keep-alive", "transfer-encoding"}


def location(name, answer, content):
    """A location of a peer, with the headers of the recorded answer."""
    lines = [f"location = /{name} {{"]
    kind = answer.headers.get("content-type")
    if kind:
        lines.append(f"default_type {quote(kind)};")
    lines += [f"add_header {header.title()} {quote(value)};"
              for header, value in answer.headers.items()
              if header not in OWN_HEADERS]
    return "\n    ".join([*lines, content]) + "\n}"


def quote(text):
    """A word of nginx.conf."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def create(connection, path, resource):
    """POSTs a resource and returns its id."""
    answer = demand(connection.request("POST", path, resource), 201)
    return json.loads(answer.body)["id"]


def bulk_ids(answer, count):
    """The ids that a Bulk request of `count` creates answered."""
    found = {operation["bulkId"]: operation
             for operation in json.loads(answer.body)["Operations"]}
    for operation in found.values():
        if operation["status"] != "201":
            raise RuntimeError(f"a create by Bulk failed: {operation}")
    return [found[str(place)]["location"].rpartition("/")[2]
            for place in range(count)]


def demand(answer, status):
    if answer.status != status:
        raise RuntimeError(f"expected {status}, got {answer.status}: "
                           f"{answer.body[:400]!r}")
    return answer
