--
-- Tenants.
--

local tenants = {}

tenants.FIELDS = {
    'name', 'default_role', 'created', 'modified', 'version',
}

-- What is counted: how it is called, and the listing.
tenants.COUNTS = {
    'users', 'users', 'groups', 'groups', 'integrations', 'integrations',
    'roles', 'roles', 'bindings', 'bindings', 'serviceAccounts',
    'service-accounts',
}


function tenants.count(tenant, list)
    return redis.call('ZCARD', tenant .. ':' .. list)
end


function tenants.record(tenant, id)
    local record = record_of(tenant .. ':tenant', 'id', id, tenants.FIELDS)
    local counts = {}

    if not record then
        return nil
    end

    for i = 1, #tenants.COUNTS, 2 do
        counts[i] = tenants.COUNTS[i]
        counts[i + 1] = tenants.count(tenant, tenants.COUNTS[i + 1])
    end

    record[#record + 1] = 'counts'
    record[#record + 1] = counts

    return record
end


-- The id in a tenant's key.
function tenants.id(tenant)
    return string.match(tenant, '{(.*)}')
end


function tenants.missing()
    return refuse('MISSING', '', 'there is no such tenant')
end


-- args: origin, then by name: id, name
-- writes: scim:{T}:tenant, its managed roles, audit. Answers OK and the tenant.
register_creation('tenant_create', tenants.record,
                  function(tenant, args, input)
    local time = now()

    if redis.call('EXISTS', tenant .. ':tenant') == 1 then
        return refuse('EXISTS', 'id', 'there is a tenant with this id already')
    end

    redis.call('HSET', tenant .. ':tenant', 'name', input.name,
               'created', time, 'modified', time, 'default_role', '',
               'version', next_sequence(tenant))
    ensure_managed_roles(tenant, time)
    audit(tenant, args, 'tenants.create', input.id, '', '')

    return { 'OK', tenants.record(tenant, input.id) }
end)


-- args by name: q. Answers OK and the tenant; it is MISSING, too, if q is in
-- neither its id nor its name.
register_read('tenant_read', function(keys, args)
    local tenant, input = keys[1], named(args, 1)
    local record = tenants.record(tenant, tenants.id(tenant))

    return record and matches_text(input.q, record[2], record[4])
           and { 'OK', record } or tenants.missing()
end)


-- args: origin, then by name: name, default_role, expected
-- Answers OK and the tenant.
register('tenant_update', function(keys, args)
    local tenant, input = keys[1], named(args, FIRST_ARG)
    local key, role = tenant .. ':tenant', input.default_role
    local version, deleting, before
        = unpack(redis.call('HMGET', key, 'version', 'deleting',
                            'default_role'))

    if not version then
        return tenants.missing()
    end

    if deleting then
        return refuse('HELD', '', 'the tenant is being deleted: repeat that'
                                  .. ' to finish it')
    end

    if not version_allowed(input.expected or '', version) then
        return refuse_stale()
    end

    if role and role ~= ''
       and redis.call('EXISTS', tenant .. ':role:' .. role) == 0
    then
        return refuse('REFUSED', 'defaultRole', 'the tenant has no role of'
                                                .. ' this name')
    end

    if not differs(key, input, { 'name', 'default_role' }) then
        return { 'OK', tenants.record(tenant, tenants.id(tenant)) }
    end

    local next_version = next_sequence(tenant)
    local time = audit(tenant, args, 'tenants.update', tenants.id(tenant),
                       version, next_version, nil,
                       audit_values({ defaultRole = before },
                                    { defaultRole = role or before }))

    for _, field in ipairs({ 'name', 'default_role' }) do
        if input[field] then
            redis.call('HSET', key, field, input[field])
        end
    end

    redis.call('HSET', key, 'modified', time, 'version', next_version)

    return { 'OK', tenants.record(tenant, tenants.id(tenant)) }
end)
