--
-- Integrations, each with its service account, which is bound to the role
-- SCIMProvisioner.
--

local integrations = {}

integrations.FIELDS = {
    'name', 'description', 'type', 'enabled', 'profile', 'token_prefix',
    'created', 'modified', 'last_used', 'version',
}


-- The guard of a write that comes before the credentials have been read: the
-- integration is enabled, lenient, has a token of this SHA-256, and its service
-- account the permission. token '': all that has been looked at already, but
-- the integration may have been deleted since.
-- Answers whether it is so, and when the token was last used.
local function permitted(tenant, integration, token, permission)
    local known, enabled, profile, permissions, used
        = unpack(redis.call('HMGET', tenant .. ':integration:' .. integration,
                            'token', 'enabled', 'profile', 'permissions',
                            'tokens_used'))

    if token == '' then
        return known and true or false, ''
    end

    local last_used = tokens.last_use(known, used, token)

    return last_used and enabled == '1' and profile == 'lenient'
           and string.find(' ' .. permissions .. ' ',
                           ' ' .. permission .. ' ', 1, true) ~= nil,
           last_used or ''
end


function integrations.record(tenant, id)
    local key = tenant .. ':integration:' .. id
    local record = record_of(key, 'id', id, integrations.FIELDS)

    if record then
        record[#record + 1] = 'service_account'
        record[#record + 1] = {
            'id', redis.call('HGET', key, 'service_account'),
            'name', accounts.OF_INTEGRATION .. record[4],
        }
    end

    return record
end


function integrations.missing()
    return refuse('MISSING', '', 'there is no such integration in the tenant')
end


function integrations.name_taken()
    return refuse('EXISTS', 'name', 'the tenant has an integration of this'
                                    .. ' name already')
end


-- An integration with its tokens, its service account and that one's bindings.
-- writes: all of these
function integrations.remove(tenant, id)
    local key = tenant .. ':integration:' .. id
    local name, account = unpack(redis.call('HMGET', key, 'name',
                                            'service_account'))

    tokens.drop_all(tenant, 'integration:' .. id)
    accounts.remove(tenant, account)
    redis.call('DEL', key, key .. ':activity')
    redis.call('ZREM', tenant .. ':integrations', id)
    redis.call('HDEL', tenant .. ':integrations:name', name)
end


-- args: origin, then by name: id, name, description, type, profile, account,
--       binding (ids), token (its id), hash, prefix
-- Answers OK and the integration.
register_creation('integration_create', integrations.record,
                  function(tenant, args, input)
    local id, account = input.id, input.account
    local time = now()

    if redis.call('EXISTS', tenant .. ':tenant') == 0 then
        return refuse('MISSING', '', 'there is no such tenant')
    end

    if redis.call('HSETNX', tenant .. ':integrations:name', input.name, id)
       == 0
    then
        return integrations.name_taken()
    end

    redis.call('HSET', tenant .. ':integration:' .. id,
               'name', input.name, 'description', input.description or '',
               'type', input.type, 'enabled', '1',
               'profile', input.profile or 'lenient',
               'service_account', account, 'created', time, 'modified', time,
               'version', next_sequence(tenant))
    redis.call('ZADD', tenant .. ':integrations', next_sequence(tenant), id)

    accounts.store(tenant, {
        id = account, name = accounts.OF_INTEGRATION .. input.name,
        description = '', integration = id,
    }, time)

    ensure_managed_roles(tenant, time)
    bind(tenant, input.binding, SCIM_PROVISIONER, 'service-account', account,
         '', time)
    account_changed(tenant, account)

    tokens.add(tenant, 'integration:' .. id, {
        id = input.token, hash = input.hash, prefix = input.prefix,
        expires = '0',
    }, time)

    audit(tenant, args, 'integrations.create', id, '', '', nil,
          audit_values({}, {
              name = input.name, tokenPrefix = input.prefix,
          }))

    return { 'OK', integrations.record(tenant, id) }
end)


-- Answers the integration's version and name, or nil and a refusal.
function integrations.changeable(tenant, input)
    local version, name, deleting
        = unpack(redis.call('HMGET', tenant .. ':integration:'
                            .. input.integration, 'version', 'name',
                            'deleting'))

    if not version then
        return nil, integrations.missing()
    end

    if deleting then
        return nil, refuse('HELD', '', 'the integration is being deleted:'
                                       .. ' repeat that to finish it')
    end

    if not version_allowed(input.expected or '', version) then
        return nil, refuse_stale()
    end

    return version, name
end


-- An integration's new name is its service account's, too.
function integrations.rename(tenant, id, before, name)
    local names = tenant .. ':integrations:name'
    local key = tenant .. ':integration:' .. id

    redis.call('HDEL', names, before)
    redis.call('HSET', names, name, id)
    redis.call('HSET', key, 'name', name)
    redis.call('HSET', tenant .. ':service-account:'
                       .. redis.call('HGET', key, 'service_account'),
               'name', accounts.OF_INTEGRATION .. name,
               'version', next_sequence(tenant))
end


-- args: origin, then by name: integration, name, description, profile, expected
-- Answers OK and the integration.
register('integration_update', function(keys, args)
    local tenant, input = keys[1], named(args, FIRST_ARG)
    local version, before = integrations.changeable(tenant, input)
    local id = input.integration
    local key = tenant .. ':integration:' .. id

    if not version then
        return before
    end

    if not differs(key, input, { 'name', 'description', 'profile' }) then
        return { 'OK', integrations.record(tenant, id) }
    end

    if input.name and input.name ~= before then
        if redis.call('HGET', tenant .. ':integrations:name', input.name) then
            return integrations.name_taken()
        end

        integrations.rename(tenant, id, before, input.name)
    end

    local next_version = next_sequence(tenant)
    local profile = redis.call('HGET', key, 'profile')
    local time = audit(tenant, args, 'integrations.update', id, version,
                       next_version, nil, audit_values({
                           name = before, profile = profile,
                       }, {
                           name = input.name or before,
                           profile = input.profile or profile,
                       }))

    for _, field in ipairs({ 'description', 'profile' }) do
        if input[field] then
            redis.call('HSET', key, field, input[field])
        end
    end

    redis.call('HSET', key, 'modified', time, 'version', next_version)

    return { 'OK', integrations.record(tenant, id) }
end)


-- Answers OK and the integration. One that is so already stays as it is.
function integrations.switch(keys, args, enabled, operation)
    local tenant, input = keys[1], named(args, FIRST_ARG)
    local version, refusal = integrations.changeable(tenant, input)
    local id = input.integration
    local key = tenant .. ':integration:' .. id

    if not version then
        return refusal
    end

    if redis.call('HGET', key, 'enabled') ~= enabled then
        local next_version = next_sequence(tenant)
        local time = audit(tenant, args, operation, id, version, next_version)

        redis.call('HSET', key, 'enabled', enabled, 'modified', time,
                   'version', next_version)
    end

    return { 'OK', integrations.record(tenant, id) }
end


-- args: origin, then by name: integration, expected
register('integration_enable', function(keys, args)
    return integrations.switch(keys, args, '1', 'integrations.enable')
end)


register('integration_disable', function(keys, args)
    return integrations.switch(keys, args, '0', 'integrations.disable')
end)


-- From here on an integration rejects every request, and nothing of it can be
-- changed, whatever becomes of its deletion. writes: scim:{T}:integration:I
function integrations.close(tenant, id)
    local key = tenant .. ':integration:' .. id

    redis.call('HDEL', key, 'token')
    redis.call('HSET', key, 'deleting', '1', 'enabled', '0')
end


-- args: origin, then by name: integration, provisioned, expected
-- provisioned "keep": it is gone at once; what it provisioned stays, and names
-- it still. "remove": it is closed; what it provisioned is to be removed next
-- (removal_step), then it is asked for again, with keep.
register('integration_delete', function(keys, args)
    local tenant, input = keys[1], named(args, FIRST_ARG)
    local id = input.integration
    local version, deleting, name
        = unpack(redis.call('HMGET', tenant .. ':integration:' .. id,
                            'version', 'deleting', 'name'))

    if not version then
        return integrations.missing()
    end

    if not version_allowed(input.expected or '', version) then
        return refuse_stale()
    end

    if not deleting then
        audit(tenant, args, 'integrations.delete', id, version, '', nil,
              audit_values({ name = name },
                           { provisioned = input.provisioned }))
    end

    if input.provisioned == 'keep' then
        integrations.remove(tenant, id)

    else
        integrations.close(tenant, id)
    end

    return { 'OK' }
end)


-- args: integration id, a token's SHA-256
-- Remembers, without an audit entry, that both were used.
register('integration_touch', function(keys, args)
    local tenant, id, hash = keys[1], args[1], args[2]
    local key, time = tenant .. ':integration:' .. id, now()

    if not redis.call('HGET', key, 'token') then
        return { 'OK' }
    end

    redis.call('HSET', key, 'last_used', time)

    for _, token in ipairs(redis.call('ZRANGE', key .. ':tokens', 0, -1)) do
        local token_key = tenant .. ':token:' .. token

        if redis.call('HGET', token_key, 'hash') == hash then
            redis.call('HSET', token_key, 'last_used', time)
            tokens.written(tenant, 'integration:' .. id)
        end
    end

    return { 'OK' }
end)


-- args by name: integration. Answers OK and the integration.
register_read('integration_read', function(keys, args)
    local record = integrations.record(keys[1], named(args, 1).integration)

    return record and { 'OK', record } or integrations.missing()
end)


-- args by name: q, enabled, count, cursor
register_read('integration_list', function(keys, args)
    local tenant, input = keys[1], named(args, 1)

    return listing(tenant .. ':integrations', input,
                   not input.q and not input.enabled, function(id)
        local record = integrations.record(tenant, id)

        return record and matches_text(input.q, record[4], record[6])
               and (not input.enabled or record[10] == input.enabled)
               and record or nil
    end)
end)
