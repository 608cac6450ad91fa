--
-- Service accounts: who is no person, and has tokens for the management API.
-- Each integration has one, whose name and end are the integration's.
--

local accounts = {}

accounts.FIELDS = {
    'name', 'description', 'created', 'modified', 'version',
}

-- What the names of integrations' service accounts begin with.
accounts.OF_INTEGRATION = 'integration-'


-- account: id, name, description, integration ('': it is nobody's)
-- writes: scim:{T}:service-account:ID, scim:{T}:service-accounts
function accounts.store(tenant, account, time)
    redis.call('HSET', tenant .. ':service-account:' .. account.id,
               'name', account.name, 'description', account.description,
               'integration', account.integration, 'created', time,
               'modified', time, 'version', next_sequence(tenant))
    redis.call('ZADD', tenant .. ':service-accounts', next_sequence(tenant),
               account.id)
end


-- A service account with its bindings and tokens.
-- writes: the same, its bindings and tokens, scim:{T}:service-accounts:name
function accounts.remove(tenant, id)
    local owner = 'service-account:' .. id
    local key = tenant .. ':' .. owner
    local name = redis.call('HGET', key, 'name')

    unbind_all(tenant, 'service-account', id)
    tokens.drop_all(tenant, owner)
    redis.call('DEL', key)
    redis.call('ZREM', tenant .. ':service-accounts', id)

    if name and redis.call('HGET', tenant .. ':service-accounts:name', name)
                == id
    then
        redis.call('HDEL', tenant .. ':service-accounts:name', name)
    end
end


function accounts.record(tenant, id)
    local key = tenant .. ':service-account:' .. id
    local record = record_of(key, 'id', id, accounts.FIELDS)
    local integration = record and redis.call('HGET', key, 'integration')

    if not record then
        return nil
    end

    record[#record + 1] = 'integration'
    record[#record + 1] = integration ~= ''
        and { 'id', integration, 'name',
              redis.call('HGET', tenant .. ':integration:' .. integration,
                         'name') or '' }
        or {}

    return record
end


function accounts.missing()
    return refuse('MISSING', '', 'there is no such service account in the'
                                 .. ' tenant')
end


-- Answers nil if an account may have this name, else a refusal.
function accounts.refuse_name(tenant, name, id)
    local holder = redis.call('HGET', tenant .. ':service-accounts:name',
                              name)

    if string.find(name, accounts.OF_INTEGRATION, 1, true) == 1 then
        return refuse('REFUSED', 'name', 'names that begin with "'
                      .. accounts.OF_INTEGRATION
                      .. '" are those of integrations')
    end

    if holder and holder ~= id then
        return refuse('EXISTS', 'name', 'the tenant has a service account of'
                                        .. ' this name already')
    end

    return nil
end


-- args: origin, then by name: id, name, description
-- Answers OK and the service account.
register_creation('account_create', accounts.record,
                  function(tenant, args, input)
    local refusal = accounts.refuse_name(tenant, input.name, input.id)

    if redis.call('EXISTS', tenant .. ':tenant') == 0 then
        return refuse('MISSING', '', 'there is no such tenant')
    end

    if refusal then
        return refusal
    end

    local time = audit(tenant, args, 'service-accounts.create', input.id, '',
                       '', nil, audit_values({}, { name = input.name }))

    accounts.store(tenant, {
        id = input.id, name = input.name,
        description = input.description or '', integration = '',
    }, time)
    redis.call('HSET', tenant .. ':service-accounts:name', input.name,
               input.id)

    return { 'OK', accounts.record(tenant, input.id) }
end)


-- Answers the account's version and name, or nil and a refusal.
function accounts.changeable(tenant, input)
    local version, integration, name
        = unpack(redis.call('HMGET', tenant .. ':service-account:'
                            .. input.account, 'version', 'integration',
                            'name'))

    if not version then
        return nil, accounts.missing()
    end

    if integration ~= '' then
        return nil, refuse('HELD', '', 'this is the service account of an'
                           .. ' integration: change or delete that one')
    end

    if not version_allowed(input.expected or '', version) then
        return nil, refuse_stale()
    end

    return version, name
end


-- args: origin, then by name: account, name, description, expected
register('account_update', function(keys, args)
    local tenant, input = keys[1], named(args, FIRST_ARG)
    local version, before = accounts.changeable(tenant, input)
    local key = tenant .. ':service-account:' .. input.account

    if not version then
        return before
    end

    local name = input.name or before
    local refusal = name ~= before
                    and accounts.refuse_name(tenant, name, input.account)

    if refusal then
        return refusal
    end

    if not differs(key, input, { 'name', 'description' }) then
        return { 'OK', accounts.record(tenant, input.account) }
    end

    local next_version = next_sequence(tenant)
    local time = audit(tenant, args, 'service-accounts.update', input.account,
                       version, next_version, nil,
                       audit_values({ name = before }, { name = name }))

    redis.call('HDEL', tenant .. ':service-accounts:name', before)
    redis.call('HSET', tenant .. ':service-accounts:name', name,
               input.account)
    redis.call('HSET', key, 'name', name, 'modified', time,
               'version', next_version)

    if input.description then
        redis.call('HSET', key, 'description', input.description)
    end

    return { 'OK', accounts.record(tenant, input.account) }
end)


-- args: origin, then by name: account, expected
-- Its tokens are worth nothing at once.
register('account_delete', function(keys, args)
    local tenant, input = keys[1], named(args, FIRST_ARG)
    local version, name = accounts.changeable(tenant, input)

    if not version then
        return name
    end

    accounts.remove(tenant, input.account)
    audit(tenant, args, 'service-accounts.delete', input.account, version, '',
          nil, audit_values({ name = name }, {}))

    return { 'OK' }
end)


-- args by name: account. Answers OK and the account with its bindings.
register_read('account_show', function(keys, args)
    local tenant, input = keys[1], named(args, 1)
    local record = accounts.record(tenant, input.account)

    if not record then
        return accounts.missing()
    end

    record[#record + 1] = 'bindings'
    record[#record + 1] = bindings_of_subject(tenant, 'service-account:'
                                                      .. input.account)

    return { 'OK', record }
end)


-- args by name: q, count, cursor
register_read('account_list', function(keys, args)
    local tenant, input = keys[1], named(args, 1)

    return listing(tenant .. ':service-accounts', input, not input.q,
                   function(id)
        local record = accounts.record(tenant, id)

        return record and matches_text(input.q, record[4], record[6])
               and record or nil
    end)
end)


-- args by name: account, or the name of an administrator of all tenants
-- Answers OK and who that is, with its permissions in the tenant.
register_read('me_read', function(keys, args)
    local tenant, input = keys[1], named(args, 1)
    local account = input.account
    local me = { 'tenant', string.match(tenant, '{(.*)}'), 'kind',
                 account and 'service-account' or 'admin',
                 'superadmin', account and '0' or '1' }

    local name, permissions = input.name, MANAGED_ROLES[2].permissions

    if account then
        name = redis.call('HGET', tenant .. ':service-account:' .. account,
                          'name')
        permissions = account_permissions(tenant, account)
    end

    for _, text in ipairs({ 'id', account or '', 'name', name or '',
                            'permissions', permissions })
    do
        me[#me + 1] = text
    end

    return { 'OK', me }
end)
