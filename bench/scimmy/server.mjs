/*
 * SCIMMY and its express routers over two Maps: users by id and by userName,
 * groups by id.  The handlers are kept as cheap as they can be, so that what
 * is measured is SCIMMY: an index serves `userName eq`, a list hands over
 * only the page that was asked for.
 *
 *     node server.mjs PORT TOKEN
 *
 * A POST to /seed with {"users": [...], "groups": [...]} (resources with
 * their ids) fills the Maps; it answers with how many there are.
 */

import {randomUUID} from "node:crypto";
import express from "express";
import SCIMMYRouters, {SCIMMY} from "scimmy-routers";

const [port, token] = process.argv.slice(2);

const users = new Map();
const byName = new Map();
const groups = new Map();
let version = 0;


function store(map, resource, data) {
    const now = new Date();
    const id = resource.id ?? data.id ?? randomUUID();
    const created = map.get(id)?.meta.created ?? now;
    const meta = {created, lastModified: now, version: `W/"${++version}"`};
    const record = {...data, id, meta};

    map.set(id, record);
    return record;
}


function missing(id) {
    return new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);
}


function page(resource, map) {
    const {startIndex = 1, count = 20} = resource.constraints ?? {};

    resource.constraints = {
        ...resource.constraints,
        totalResults: map.size,
    };

    const found = [];
    let place = 0;

    for (const record of map.values()) {
        if (++place < startIndex) continue;
        if (found.length >= count) break;
        found.push(record);
    }

    return found;
}


function select(resource, map) {
    if (resource.id) {
        const record = map.get(resource.id);
        if (record === undefined) throw missing(resource.id);
        return record;
    }

    if (resource.filter === undefined) return page(resource, map);

    const name = resource.filter[0]?.userName;

    if (map === users && resource.filter.length === 1 && name?.[0] === "eq") {
        const record = byName.get(name[1].toLowerCase());
        return record === undefined ? [] : [record];
    }

    return resource.filter.match([...map.values()]);
}


SCIMMY.Resources.declare(SCIMMY.Resources.User)
    .extend(SCIMMY.Schemas.EnterpriseUser, false)
    .ingress((resource, data) => {
        const name = data.userName.toLowerCase();
        const holder = byName.get(name);

        if (holder !== undefined && holder.id !== resource.id) {
            throw new SCIMMY.Types.Error(409, "uniqueness",
                                         "userName is already in use");
        }

        const record = store(users, resource, data);
        byName.set(name, record);
        return record;
    })
    .egress((resource) => select(resource, users))
    .degress((resource) => users.delete(resource.id));

SCIMMY.Resources.declare(SCIMMY.Resources.Group)
    .ingress((resource, data) => store(groups, resource, data))
    .egress((resource) => select(resource, groups))
    .degress((resource) => groups.delete(resource.id));


const app = express();

app.disable("x-powered-by");

app.post("/seed", express.json({limit: "256mb"}), (request, response) => {
    for (const user of request.body.users) {
        byName.set(user.userName.toLowerCase(), store(users, {}, user));
    }

    for (const group of request.body.groups) store(groups, {}, group);

    response.send({users: users.size, groups: groups.size});
});

app.use("/scim/v2", new SCIMMYRouters({
    type: "bearer",
    handler: (request) => {
        if (request.header("Authorization") !== `Bearer ${token}`) {
            throw new Error("Authorization not valid");
        }

        return "bench";
    },
}));

app.listen(Number(port), "127.0.0.1");
