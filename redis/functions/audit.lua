--
-- The audit trail, as it is read. An entry's time is its id's; one that is
-- about a refusal stands for several (see audit_refused).
--

local AUDIT_CHUNK = 200             -- entries read at a time
local AUDIT_WALK = 2000             -- entries looked at for one page

-- args: origin, operation, resource, outcome, how many times
register('audit_refused', function(keys, args)
    local tenant = keys[1]
    local operation, resource, outcome, count = unpack(args, FIRST_ARG)

    if redis.call('EXISTS', tenant .. ':tenant') == 0 then
        return { 'MISSING' }
    end

    audit_add(tenant, args, operation, resource, '', '', '', args[8], outcome,
              count)

    return { 'OK' }
end)


local AUDIT_FIELDS = {
    'actor', 'token', 'request', 'address', 'operation', 'resource', 'before',
    'after', 'values',
}


-- An entry's fields by their names.
local function audit_fields(flat)
    local fields = {}

    for i = 1, #flat, 2 do
        fields[flat[i]] = flat[i + 1]
    end

    return fields
end


-- Whether an entry is about a user or group: that itself, or a binding of it.
local function audit_about(fields, id)
    return fields.resource == id
           or string.find(fields.operation, '^bindings%.')
              and string.find(fields.values or '', id, 1, true)
end


-- Whether it is one of those that are asked for. operation: "users.create", or
-- "users" for all of them
local function audit_matches(fields, input)
    local operation = input.operation

    return (not input.user or audit_about(fields, input.user))
           and (not input.group or audit_about(fields, input.group))
           and (not input.actor or fields.actor == input.actor)
           and (not input.integration
                or fields.actor == 'integration:' .. input.integration)
           and (not operation or fields.operation == operation
                or string.sub(fields.operation, 1, #operation + 1)
                   == operation .. '.')
end


local function audit_record(id, fields)
    local record = { 'id', id, 'time', string.match(id, '^%d+') }
    local changed = {}

    for _, name in ipairs(AUDIT_FIELDS) do
        record[#record + 1] = name
        record[#record + 1] = fields[name] or ''
    end

    for name in string.gmatch(fields.changed or '', '%S+') do
        changed[#changed + 1] = name
    end

    for name, value in pairs({
        changed = changed,
        outcome = (fields.outcome or '') == '' and 'success' or fields.outcome,
        count = (fields.count or '') == '' and '1' or fields.count,
    }) do
        record[#record + 1] = name
        record[#record + 1] = value
    end

    return record
end


-- The next entries: newest first from before the cursor on, or (oldest)
-- oldest first from behind it.
local function audit_chunk(key, input, cursor, count)
    local first = cursor and '(' .. cursor
    local since = input.since or '-'
    local till = input['until'] and '(' .. input['until'] .. '-0' or '+'

    if input.oldest then
        return redis.call('XRANGE', key, first or since, till, 'COUNT', count)
    end

    return redis.call('XREVRANGE', key, first or till, since, 'COUNT', count)
end


-- args by name: user, group, integration, actor, operation, since, until (in
--       milliseconds), oldest, count, cursor
register_read('audit_list', function(keys, args)
    local tenant, input = keys[1], named(args, 1)
    local key, count = tenant .. ':audit', tonumber(input.count or PAGE)
    local every = not (input.user or input.group or input.integration
                       or input.actor or input.operation)
    local results, cursor, walked = {}, input.cursor, 0

    if redis.call('EXISTS', tenant .. ':tenant') == 0 then
        return refuse('MISSING', '', 'there is no such tenant')
    end

    local total = every and not input.since and not input['until']
                  and redis.call('XLEN', key) .. '' or ''

    while walked < AUDIT_WALK do
        local size = every and count - #results + 1 or AUDIT_CHUNK
        local chunk = audit_chunk(key, input, cursor, size)

        for _, entry in ipairs(chunk) do
            if #results == count then
                return { 'OK', results, cursor, total }
            end

            local fields = audit_fields(entry[2])

            if audit_matches(fields, input) then
                results[#results + 1] = audit_record(entry[1], fields)
            end

            cursor = entry[1]
        end

        if #chunk < size then
            return { 'OK', results, '', total }
        end

        walked = walked + #chunk
    end

    return { 'OK', results, cursor, total }
end)
