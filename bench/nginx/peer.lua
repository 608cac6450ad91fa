-- The Lua peer: what a location would do that reads from Redis, or writes to
-- it, with lua-nginx-redis, and checks nothing.

local redis = require "nginx.redis"

local peer = {}
local count = 0

local function connect()
    local client = redis:new()
    client:set_timeout(5000)

    local ok, message = client:connect("unix:" .. peer.socket)
    if not ok then
        ngx.log(ngx.ERR, "connect: ", message)
        ngx.exit(503)
    end

    return client
end

-- Answers with the field "doc" of a hash.
function peer.hget(key)
    local client = connect()
    local doc = client:hget(key, "doc")

    if not doc or doc == ngx.null then
        ngx.exit(404)
    end

    client:set_keepalive(60000, 256)
    ngx.header.content_length = #doc
    ngx.print(doc)
end

-- Answers auth_request: whether Redis has the user, as active.
function peer.check()
    local client = connect()
    local doc = client:hget("bench:" .. ngx.var.http_x_user, "doc")

    client:set_keepalive(60000, 256)

    if not doc or doc == ngx.null or not string.find(doc, '"active": true') then
        ngx.exit(403)
    end

    ngx.exit(204)
end

-- Stores the request's body under a new key and answers with it.
function peer.set()
    ngx.req.read_body()

    local body = ngx.req.get_body_data()
    local client = connect()

    count = count + 1
    local ok, message = client:set(
        "bench:" .. ngx.worker.pid() .. ":" .. count, body)
    if not ok then
        ngx.log(ngx.ERR, "set: ", message)
        ngx.exit(503)
    end

    client:set_keepalive(60000, 256)
    ngx.status = 201
    ngx.header.content_length = #body
    ngx.print(body)
end

return peer
