--
-- What all functions share: key names, the tenant's counter and clock, the
-- audit trail. Every function gets one key, "scim:{T}" (or a global key), that
-- names the slot it may touch, and answers with an array whose first element
-- is a word: OK, or why nothing was changed.
--

local ID_LENGTH = 36                -- of a UUID, as of users and groups


local function register(name, callback)
    redis.register_function{
        function_name = 'scim_' .. name .. '_' .. VERSION,
        callback = callback,
    }
end


local function register_read(name, callback)
    redis.register_function{
        function_name = 'scim_' .. name .. '_' .. VERSION,
        callback = callback,
        flags = { 'no-writes' },
    }
end


-- Milliseconds since the epoch by Redis' clock, the one clock of all nginxes.
local function now()
    local time = redis.call('TIME')

    return time[1] .. string.format('%03d', math.floor(time[2] / 1000))
end


-- The tenant's counter gives versions and places in the listing order, so
-- that neither ever comes back. writes: scim:{T}:sequence
local function next_sequence(tenant)
    return string.format('%.0f', redis.call('INCR', tenant .. ':sequence'))
end


-- Who writes; the first four arguments of every write of a tenant.
local function origin_of(args)
    return {
        actor = args[1],            -- integration:ID or admin:NAME
        token = args[2],            -- the token's prefix
        request = args[3],          -- nginx's request id
        length = args[4],           -- entries to keep, about
    }
end

local FIRST_ARG = 5                 -- of a write, after its origin


-- writes: scim:{T}:audit
local function audit(tenant, origin, operation, resource, before, after)
    redis.call('XADD', tenant .. ':audit', 'MAXLEN', '~', origin.length, '*',
               'actor', origin.actor, 'token', origin.token,
               'request', origin.request, 'operation', operation,
               'resource', resource, 'before', before, 'after', after)
end


local function contains(array, value)
    for _, v in ipairs(array) do
        if v == value then
            return true
        end
    end

    return false
end


-- expected is '', '*' or "v1,v2": what If-Match allows
local function version_allowed(expected, version)
    if expected == '' or expected == '*' then
        return true
    end

    return string.find(',' .. expected .. ',', ',' .. version .. ',', 1, true)
           ~= nil
end


--
-- Bindings lie with the tenant, and each subject (a user, a group or a service
-- account) knows its own, so that they go when it goes.
--

-- subject_type: user, group or service-account
-- writes: scim:{T}:binding:B, scim:{T}:bindings, SUBJECT:bindings
local function bind(tenant, id, role, subject_type, subject, time)
    redis.call('HSET', tenant .. ':binding:' .. id, 'role', role,
               'subject_type', subject_type, 'subject', subject,
               'namespace', '', 'created', time)
    redis.call('ZADD', tenant .. ':bindings', next_sequence(tenant), id)
    redis.call('SADD', tenant .. ':' .. subject_type .. ':' .. subject
                       .. ':bindings', id)
end


-- writes: the same
local function unbind_all(tenant, subject_key)
    for _, id in ipairs(redis.call('SMEMBERS', subject_key .. ':bindings')) do
        redis.call('DEL', tenant .. ':binding:' .. id)
        redis.call('ZREM', tenant .. ':bindings', id)
    end

    redis.call('DEL', subject_key .. ':bindings')
end
