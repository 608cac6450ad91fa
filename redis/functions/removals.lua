--
-- Deletions that are too large for one call: what an integration provisioned,
-- and all of a tenant. A call removes a little, and says where the next one
-- goes on: "users -inf", "users (42", "groups (17", ...
--

local removals = {}

removals.WALK = 500                 -- records looked at in a call
removals.WORK = 1000                -- and about so many writes
removals.CLOSED = 500               -- integrations that are closed in a call


-- How a record of each kind is removed; answers how much of the work that is. A
-- user that was taken out is remembered until its name and its access have been
-- given up.
-- writes: scim:{T}:removed, and what the functions that they call write
removals.of = {
    users = function(tenant, args, id)
        local key = tenant .. ':user:' .. id
        local work = 20 + redis.call('SCARD', key .. ':groups')
        local claim, name, access, spelled = remove_user(tenant, args, id)

        redis.call('HSET', tenant .. ':removed', id,
                   claim .. ' ' .. access .. ' ' .. name .. '\0' .. spelled)

        return work
    end,

    groups = function(tenant, args, id)
        local members = redis.call('ZCARD', tenant .. ':group:' .. id
                                            .. ':members')

        remove_group(tenant, args, id)

        return 20 + math.min(members, EAGER_REMOVALS)
    end,

    integrations = function(tenant, _, id)
        integrations.remove(tenant, id)

        return 40
    end,

    ['service-accounts'] = function(tenant, _, id)
        accounts.remove(tenant, id)

        return 40
    end,

    bindings = function(tenant, _, id)
        unbind(tenant, id)

        return 5
    end,

    rules = function(tenant, _, id)
        redis.call('DEL', tenant .. ':rule:' .. id)
        redis.call('ZREM', tenant .. ':rules', id)

        return 2
    end,

    idempotencies = function(tenant, _, id)
        redis.call('DEL', tenant .. ':idempotency:' .. id)
        redis.call('ZREM', tenant .. ':idempotencies', id)

        return 2
    end,

    roles = function(tenant, _, id)
        local key = tenant .. ':role:' .. id

        redis.call('DEL', key, key .. ':bindings', key .. ':rules')
        redis.call('ZREM', tenant .. ':roles', id)

        return 3
    end,
}

removals.ORDER = {
    'users', 'groups', 'integrations', 'service-accounts', 'bindings',
    'rules', 'roles', 'idempotencies',
}
removals.PROVISIONED = 2            -- the first of these


-- Those among the users that were taken out whose names and access have still
-- to be given up: id, nonces of claim and access, prepared name, userName, ...
function removals.users(tenant, count)
    local key, users = tenant .. ':removed', {}

    for i, id in ipairs(redis.call('HKEYS', key)) do
        if i > count then
            break
        end

        local claim, access, name, spelled
            = string.match(redis.call('HGET', key, id),
                           '^(%S*) (%S*) (%Z*)%z(.*)$')

        for _, text in ipairs({ id, claim, access, name, spelled }) do
            users[#users + 1] = text
        end
    end

    return users
end


-- Removes some records of a kind from a place on: those of one integration, or
-- ('') all. Answers where it goes on; nil: that was the last one.
function removals.some(tenant, args, kind, from, integration, count)
    local found = redis.call('ZRANGE', tenant .. ':' .. kind, from, '+inf',
                             'BYSCORE', 'LIMIT', 0, removals.WALK,
                             'WITHSCORES')
    local record = tenant .. ':' .. string.sub(kind, 1, -2) .. ':'
    local work = 0

    for i = 1, #found, 2 do
        if count == 0 or work >= removals.WORK then
            return from
        end

        if integration == ''
           or redis.call('HGET', record .. found[i], 'integration')
              == integration
        then
            work = work + removals.of[kind](tenant, args, found[i])
            count = count - 1
        end

        from = '(' .. found[i + 1]
    end

    return #found == 2 * removals.WALK and from or nil
end


-- Closes some of a tenant's integrations, from a rank on. Answers where it goes
-- on; nil: all are closed.
function removals.close(tenant, rank)
    local found = redis.call('ZRANGE', tenant .. ':integrations', rank,
                             rank + removals.CLOSED - 1)

    for _, id in ipairs(found) do
        integrations.close(tenant, id)
    end

    return #found == removals.CLOSED and rank + removals.CLOSED or nil
end


-- args: origin, integration ('': all of the tenant), place ('': from the
--       beginning), how many records, then the ids of users that are done
-- Answers OK, the place where it goes on ('': nothing is left), and what is to
-- be given up first (removals.users).
register('removal_next', function(keys, args)
    local tenant = keys[1]
    local integration, place, count
        = unpack(args, FIRST_ARG, FIRST_ARG + 2)

    for i = FIRST_ARG + 3, #args do
        redis.call('HDEL', tenant .. ':removed', args[i])
    end

    local users = removals.users(tenant, tonumber(count))
    local kind, from = string.match(place, '^(%S+) (%S+)$')

    -- tenant_delete closes the first ones

    if integration == '' and (not kind or kind == 'closing') then
        local rank = removals.close(tenant, from or removals.CLOSED)

        if rank then
            return { 'OK', 'closing ' .. rank, {} }
        end

        kind, from = nil, nil
    end

    kind, from = kind or removals.ORDER[1], from or '-inf'

    if #users > 0 then
        return { 'OK', kind .. ' ' .. from, users }
    end

    from = removals.some(tenant, args, kind, from, integration, tonumber(count))

    for i, other in ipairs(removals.ORDER) do
        if not from and other == kind
           and (integration == '' or i < removals.PROVISIONED)
        then
            kind, from = removals.ORDER[i + 1], removals.ORDER[i + 1] and '-inf'
            break
        end
    end

    return { 'OK', from and kind .. ' ' .. from or '',
             removals.users(tenant, tonumber(count)) }
end)


-- args: origin, then by name: integration
-- The end of an integration whose records have been removed.
register('integration_end', function(keys, args)
    local tenant, input = keys[1], named(args, FIRST_ARG)

    if redis.call('EXISTS', tenant .. ':integration:' .. input.integration)
       == 1
    then
        integrations.remove(tenant, input.integration)
    end

    return { 'OK' }
end)


-- What a tenant has that somebody made: what it is called, and the listing.
-- Bindings go with whom they belong to.
removals.CONTENT = {
    'users', 'users', 'groups', 'groups', 'integrations', 'integrations',
    'service accounts', 'service-accounts', 'roles of its own', 'roles',
    'role rules', 'rules',
}


-- "3 users, 1 role rules"; '': it is empty
function removals.content(tenant)
    local content = {}

    for i = 1, #removals.CONTENT, 2 do
        local list = removals.CONTENT[i + 1]
        local count = tenants.count(tenant, list)

        for _, role in ipairs(list == 'roles' and MANAGED_ROLES or {}) do
            if redis.call('ZSCORE', tenant .. ':roles', role.name) then
                count = count - 1
            end
        end

        if count > 0 then
            content[#content + 1] = count .. ' ' .. removals.CONTENT[i]
        end
    end

    return table.concat(content, ', ')
end


-- args: origin, then by name: cascade (1: with all that is in it), expected
-- Closes a tenant and its integrations, if it is empty or with cascade: what it
-- has is to be removed next (removal_next), which first closes those that are
-- too many for one call. HELD: it is not empty.
register('tenant_delete', function(keys, args)
    local tenant, input = keys[1], named(args, FIRST_ARG)
    local version, deleting
        = unpack(redis.call('HMGET', tenant .. ':tenant', 'version',
                            'deleting'))

    if not version then
        return tenants.missing()
    end

    if not version_allowed(input.expected or '', version) then
        return refuse_stale()
    end

    local content = removals.content(tenant)

    if input.cascade ~= '1' and content ~= '' then
        return refuse('HELD', '', 'the tenant has ' .. content .. ': remove'
                                  .. ' them first, or all of it with'
                                  .. ' cascade=true')
    end

    if not deleting then
        audit(tenant, args, 'tenants.delete', tenants.id(tenant), version, '')
        redis.call('HSET', tenant .. ':tenant', 'deleting', '1')
        changed(tenant)
    end

    removals.close(tenant, 0)

    return { 'OK' }
end)


-- What is left of a tenant in the end, each a key of its own.
removals.LAST_KEYS = {
    'audit', 'sequence', 'removed', 'integrations:name',
    'service-accounts:name', 'token-hashes', 'users:index', 'users:shared',
    'users:modified', 'users:indexes', 'groups:index', 'groups:shared',
    'groups:modified', 'groups:indexes', 'access', 'tenant',
}


-- args: origin, a tenant's id. It is taken out of the list. Its own audit trail
-- goes with it, so that it has been deleted is said in the one of no tenant.
-- writes: scim:tenants, scim:audit
register('tenant_leave', function(keys, args)
    local id = args[FIRST_ARG]

    if redis.call('ZREM', keys[1], id) == 1 then
        audit('scim', args, 'tenants.delete', id, '', '')
    end

    return { 'OK' }
end)


-- args: origin. The end of a tenant whose records have been removed.
-- Answers OK, or HELD: there are some again.
-- writes: all that it has
register('tenant_end', function(keys)
    local tenant = keys[1]

    if redis.call('HGET', tenant .. ':tenant', 'deleting') ~= '1' then
        return { 'OK' }
    end

    for _, kind in ipairs(removals.ORDER) do
        if redis.call('ZCARD', tenant .. ':' .. kind) > 0 then
            return { 'HELD' }
        end
    end

    if redis.call('HLEN', tenant .. ':removed') > 0 then
        return { 'HELD' }
    end

    changed(tenant)

    for _, name in ipairs(removals.LAST_KEYS) do
        redis.call('UNLINK', tenant .. ':' .. name)
    end

    return { 'OK' }
end)
