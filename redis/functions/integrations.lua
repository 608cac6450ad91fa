--
-- Integrations, each with its service account, which is bound to the role
-- SCIMProvisioner.
--

local INTEGRATION_FIELDS = {
    'name', 'description', 'type', 'enabled', 'profile', 'token_prefix',
    'service_account', 'created', 'modified', 'last_used',
}


-- The guard of a write that comes before the credentials have been read: the
-- integration is enabled, lenient, has this token's SHA-256, and its service
-- account the permission. token '': all that has been looked at already.
-- Answers whether it is so, and when the integration was last used.
local function permitted(tenant, integration, token, permission)
    if token == '' then
        return true, ''
    end

    local known, enabled, profile, permissions, last_used
        = unpack(redis.call('HMGET', tenant .. ':integration:' .. integration,
                            'token', 'enabled', 'profile', 'permissions',
                            'last_used'))

    return known == token and enabled == '1' and profile == 'lenient'
           and string.find(' ' .. permissions .. ' ',
                           ' ' .. permission .. ' ', 1, true) ~= nil,
           last_used or ''
end


local function integration_fields(tenant, id)
    local key = tenant .. ':integration:' .. id
    local fields = redis.call('HMGET', key, unpack(INTEGRATION_FIELDS))

    return fields[1] and { id, unpack(fields) } or nil
end


-- args: origin, integration id, name, description, type, profile,
--       token's SHA-256, token's prefix, service account id, binding id
-- writes: the integration and its indexes, its service account, its binding,
--         the role if it is missing, audit.
-- Answers OK and the integration's fields; MISSING: no such tenant; EXISTS.
register('integration_create', function(keys, args)
    local tenant = keys[1]
    local id, name, description, type, profile, token, prefix, account, binding
        = unpack(args, FIRST_ARG)
    local time = now()

    if redis.call('EXISTS', tenant .. ':tenant') == 0 then
        return { 'MISSING' }
    end

    if redis.call('HSETNX', tenant .. ':integrations:name', name, id) == 0 then
        return { 'EXISTS' }
    end

    redis.call('HSET', tenant .. ':integration:' .. id,
               'name', name, 'description', description, 'type', type,
               'enabled', '1', 'profile', profile,
               'token', token, 'token_prefix', prefix,
               'service_account', account,
               'created', time, 'modified', time)
    redis.call('ZADD', tenant .. ':integrations', next_sequence(tenant), id)

    redis.call('HSET', tenant .. ':service-account:' .. account,
               'name', 'integration-' .. name, 'integration', id,
               'created', time)
    redis.call('ZADD', tenant .. ':service-accounts', next_sequence(tenant),
               account)

    ensure_managed_roles(tenant, time)
    bind(tenant, binding, SCIM_PROVISIONER, 'service-account', account, '',
         time)
    account_changed(tenant, account)

    audit(tenant, args, 'integrations.create', id, '', '')

    return { 'OK', integration_fields(tenant, id) }
end)


-- args: origin, integration id, then the name and value of each field to set:
--       name, description, profile
-- Answers OK and the integration's fields; MISSING; EXISTS: the name is taken.
register('integration_update', function(keys, args)
    local tenant = keys[1]
    local id = args[FIRST_ARG]
    local key = tenant .. ':integration:' .. id
    local names = tenant .. ':integrations:name'
    local before = redis.call('HGET', key, 'name')
    local name = before

    if not before then
        return { 'MISSING' }
    end

    for i = FIRST_ARG + 1, #args, 2 do
        if args[i] == 'name' then
            name = args[i + 1]
        end
    end

    if name ~= before then
        if redis.call('HSETNX', names, name, id) == 0 then
            return { 'EXISTS' }
        end

        redis.call('HDEL', names, before)
    end

    for i = FIRST_ARG + 1, #args, 2 do
        redis.call('HSET', key, args[i], args[i + 1])
    end

    redis.call('HSET', key, 'modified', now())
    audit(tenant, args, 'integrations.update', id, '', '')

    return { 'OK', integration_fields(tenant, id) }
end)


-- args: origin, integration id, "1" or "0"
-- Answers OK and the integration's fields, or MISSING.
register('integration_enable', function(keys, args)
    local tenant = keys[1]
    local id, enabled = args[FIRST_ARG], args[FIRST_ARG + 1]
    local key = tenant .. ':integration:' .. id
    local before = redis.call('HGET', key, 'enabled')

    if not before then
        return { 'MISSING' }
    end

    if before ~= enabled then
        redis.call('HSET', key, 'enabled', enabled, 'modified', now())
        audit(tenant, args, enabled == '1' and 'integrations.enable'
                                              or 'integrations.disable',
              id, '', '')
    end

    return { 'OK', integration_fields(tenant, id) }
end)


-- args: origin, integration id
-- What it provisioned stays; its service account and bindings go with it.
register('integration_delete', function(keys, args)
    local tenant = keys[1]
    local id = args[FIRST_ARG]
    local key = tenant .. ':integration:' .. id
    local name, account = unpack(redis.call('HMGET', key, 'name',
                                            'service_account'))

    if not name then
        return { 'MISSING' }
    end

    unbind_all(tenant, 'service-account', account)
    redis.call('DEL', tenant .. ':service-account:' .. account)
    redis.call('ZREM', tenant .. ':service-accounts', account)
    redis.call('DEL', key, key .. ':activity')
    redis.call('ZREM', tenant .. ':integrations', id)
    redis.call('HDEL', tenant .. ':integrations:name', name)

    audit(tenant, args, 'integrations.delete', id, '', '')

    return { 'OK' }
end)


-- args: integration id. Remembers, without an audit entry, that it was used.
register('integration_touch', function(keys, args)
    local key = keys[1] .. ':integration:' .. args[1]

    if redis.call('EXISTS', key) == 1 then
        redis.call('HSET', key, 'last_used', now())
    end

    return { 'OK' }
end)


-- args: integration id. Answers OK and its fields, or MISSING.
register_read('integration_read', function(keys, args)
    local fields = integration_fields(keys[1], args[1])

    return fields and { 'OK', fields } or { 'MISSING' }
end)


-- Answers OK and each integration's fields; MISSING: no such tenant.
register_read('integration_list', function(keys)
    local tenant = keys[1]
    local answer = { 'OK' }

    if redis.call('EXISTS', tenant .. ':tenant') == 0 then
        return { 'MISSING' }
    end

    for _, id in ipairs(redis.call('ZRANGE', tenant .. ':integrations', 0, -1))
    do
        answer[#answer + 1] = integration_fields(tenant, id)
    end

    return answer
end)
