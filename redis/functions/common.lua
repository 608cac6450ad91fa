--
-- What all functions share: key names, the tenant's counter and clock, the
-- audit trail, the word to all nginxes. Every function gets one key, "scim:{T}"
-- (or a global key), that names the slot it may touch, and answers with an
-- array whose first element is a word: OK, or why nothing was changed.
--

local ID_LENGTH = 36                -- of a UUID, as of users and groups


--
-- Whose access may be another one after a write: every nginx that keeps access
-- in its cache is told by a message, "T u ID ID ..." or "T *" (all of tenant
-- T), once the write is done. The nginx that writes does not wait for it: the
-- message is the last element of the function's answer, too ('': none). What
-- Redis itself keeps of access (see access.lua) is dropped at once.
--

local CHANNEL = 'scim:changed'
local CHANGED_USERS = 64            -- in a message; more are all of the tenant

local changes                       -- of the call that runs; nil: none yet


-- What is kept of a user's access, if there is something.
-- writes: scim:{T}:access
local function drop_access(tenant, id)
    local key = tenant .. ':access'
    local entries = redis.call('HGET', key, id)

    if entries then
        local fields = { id }

        for entry in string.gmatch(entries, '[^\n]+') do
            fields[#fields + 1] = entry
        end

        redis.call('HDEL', key, unpack(fields))
    end
end


-- ids: of users; nil: all of the tenant
-- writes: scim:{T}:access
local function changed(tenant, ids)
    changes = changes or { tenant = string.match(tenant, '{(.*)}') }

    if changes.all then
        return
    end

    if not ids or #changes + #ids > CHANGED_USERS then
        changes.all = true
        redis.call('UNLINK', tenant .. ':access')
        return
    end

    for _, id in ipairs(ids) do
        changes[#changes + 1] = id
        drop_access(tenant, id)
    end
end


-- A user that may not publish may not subscribe either, so nobody relies on it:
-- the write is not to fail half-way for that.
local function publish_changes()
    if not changes then
        return ''
    end

    local message = changes.tenant
                    .. (changes.all and ' *'
                                    or ' u ' .. table.concat(changes, ' '))

    redis.pcall('PUBLISH', CHANNEL, message)

    return message
end


local function register(name, callback)
    redis.register_function{
        function_name = 'scim_' .. name .. '_' .. VERSION,
        callback = function(keys, args)
            changes = nil

            local answer = callback(keys, args)

            answer[#answer + 1] = publish_changes()

            return answer
        end,
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
    return string.format('%d', redis.call('INCR', tenant .. ':sequence'))
end


-- The same for many: answers a function that gives one after the other.
-- writes: the same
local function next_sequences(tenant, count)
    local last = count > 0 and redis.call('INCRBY', tenant .. ':sequence',
                                          count) or 0
    local place = last - count

    return function()
        place = place + 1

        return string.format('%d', place)
    end
end


-- The first eight arguments of every write of a tenant are its origin: the
-- actor (integration:ID, service-account:ID or admin:NAME), the token's prefix,
-- nginx's request id, the client's address, how many entries of the audit trail
-- to keep, about, and for how many milliseconds (0: for ever), the names of the
-- attributes that change, with single spaces, and values of them as JSON or ''.
local FIRST_ARG = 9                 -- after the origin

local AUDIT_VALUES = 4096           -- bytes of an entry's values


-- All entries have the same fields, which takes the least memory.
-- Answers the time of the entry, which is that of the write.
-- writes: scim:{T}:audit
local function audit_add(tenant, args, operation, resource, before, after,
                         changed, values, outcome, count)
    local key = tenant .. ':audit'
    local time = string.match(
        redis.call('XADD', key, 'MAXLEN', '~', args[5], '*',
                   'actor', args[1], 'token', args[2], 'request', args[3],
                   'address', args[4], 'operation', operation,
                   'resource', resource, 'before', before, 'after', after,
                   'changed', changed, 'values', values,
                   'outcome', outcome, 'count', count),
        '^%d+')

    if args[6] ~= '0' then
        redis.call('XTRIM', key, 'MINID', '~',
                   string.format('%.0f', math.max(0, time - args[6])))
    end

    return time
end


-- A write that is made. more: attributes that change besides, or nil; values:
-- see audit_values; nil: those of the origin
local function audit(tenant, args, operation, resource, before, after, more,
                     values)
    local changed = args[7]

    if more then
        changed = changed == '' and more or changed .. ' ' .. more
    end

    return audit_add(tenant, args, operation, resource, before, after,
                     changed, values or args[8], '', '')
end


-- What an administrator's write changed, as an entry's values: nothing that a
-- person is known by, but what there is no other way to learn when it is gone.
-- before, after: by name, '' or nil if there is none. An entry is no copy of
-- what it is about, so too much is nothing.
local function audit_values(before, after)
    local values = {}

    for side, record in pairs({ before = before, after = after }) do
        for name, value in pairs(record) do
            if value and value ~= '' and before[name] ~= after[name] then
                values[name] = values[name] or {}
                values[name][side] = value
            end
        end
    end

    local text = next(values) and cjson.encode(values) or ''

    return #text <= AUDIT_VALUES and text or ''
end


-- What changes with a user or group is one field, since it is read as a whole:
-- version, created, modified, and one thing more of the record's kind.
local function state_text(version, created, modified, more)
    return version .. ' ' .. created .. ' ' .. modified .. ' ' .. more
end


-- Answers these; nil: there is no such record.
local function state_of(text)
    return string.match(text or '', '^(%d+) (%d+) (%d+) (%d+)$')
end


-- versions is '', '*' or "v1,v2"
local function version_listed(versions, version)
    return versions == '*'
           or string.find(',' .. versions .. ',', ',' .. version .. ',', 1,
                          true) ~= nil
end


-- expected is '' or versions, what If-Match allows, and behind a '!' those that
-- If-None-Match does not
local function version_allowed(expected, version)
    if expected == '' then
        return true
    end

    local allowed, refused = string.match(expected, '^([^!]*)!?(.*)$')

    return (allowed == '' or version_listed(allowed, version))
           and not version_listed(refused, version)
end


--
-- Bindings lie with the tenant, and each subject (a user, a group or a service
-- account) knows its own, so that they go when it goes.
--

-- Whose access a binding is.
local function binding_changed(tenant, subject_type, subject)
    if subject_type == 'user' then
        changed(tenant, { subject })

    elseif subject_type == 'group' then
        changed(tenant)
    end
end


-- subject_type: user, group or service-account; namespace '': everywhere
-- writes: scim:{T}:binding:B, scim:{T}:bindings, SUBJECT:bindings,
--         scim:{T}:role:R:bindings
local function bind(tenant, id, role, subject_type, subject, namespace, time)
    redis.call('HSET', tenant .. ':binding:' .. id, 'role', role,
               'subject_type', subject_type, 'subject', subject,
               'namespace', namespace, 'created', time)
    redis.call('ZADD', tenant .. ':bindings', next_sequence(tenant), id)
    redis.call('SADD', tenant .. ':' .. subject_type .. ':' .. subject
                       .. ':bindings', id)
    redis.call('SADD', tenant .. ':role:' .. role .. ':bindings', id)
    binding_changed(tenant, subject_type, subject)
end


-- writes: the same
local function unbind(tenant, id)
    local key = tenant .. ':binding:' .. id
    local role, subject_type, subject
        = unpack(redis.call('HMGET', key, 'role', 'subject_type', 'subject'))

    redis.call('DEL', key)
    redis.call('ZREM', tenant .. ':bindings', id)
    redis.call('SREM', tenant .. ':' .. subject_type .. ':' .. subject
                       .. ':bindings', id)
    redis.call('SREM', tenant .. ':role:' .. role .. ':bindings', id)
    binding_changed(tenant, subject_type, subject)
end


-- subject_type: user, group or service-account
-- writes: the same
local function unbind_all(tenant, subject_type, subject)
    for _, id in ipairs(redis.call('SMEMBERS', tenant .. ':' .. subject_type
                                   .. ':' .. subject .. ':bindings'))
    do
        unbind(tenant, id)
    end
end
