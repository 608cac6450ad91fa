--
-- Tenants.
--

-- args: origin, id, name
-- writes: scim:{T}:tenant, its managed roles, audit. Answers OK and the time, or EXISTS.
register('tenant_create', function(keys, args)
    local tenant = keys[1]
    local id, name = args[FIRST_ARG], args[FIRST_ARG + 1]
    local time = now()

    if redis.call('EXISTS', tenant .. ':tenant') == 1 then
        return { 'EXISTS' }
    end

    redis.call('HSET', tenant .. ':tenant', 'name', name, 'created', time)
    ensure_managed_roles(tenant, time)
    audit(tenant, args, 'tenants.create', id, '', '')

    return { 'OK', time }
end)
