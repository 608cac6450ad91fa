--
-- The global records: who holds a userName, and which tenants a person has.
-- They lie in other slots than the tenant's data, so they are written before
-- and after the tenant's own call, in an order that a crash cannot hurt: what
-- it leaves is a claim that the same person takes up again.
--
-- A claim carries a nonce. Giving a claim up names the nonce that was
-- committed with the user, so that a late release never takes away a claim
-- that was made again meanwhile. Whoever claims and then does not commit puts
-- back the nonce that is, or the next release would miss its claim.
--

--
-- Persons are listed in the order in which they came, and those without a
-- tenant once more, in the order in which they lost the last one. Places are
-- counted, as two calls may have the same time, and a page ends at one place.
--

local PERSON = 'scim:user:'
local PERSONS = 'scim:users'
local ORPHANS = 'scim:users:orphaned'


-- writes: scim:users:sequence, scim:users, scim:users:orphaned
local function list_person(list, id)
    redis.call('ZADD', list, 'NX', redis.call('INCR', PERSONS .. ':sequence'),
               id)
end


-- The tenants that the hash of a person has a date for.
local function tenants_of(key)
    local tenants = {}

    for _, field in ipairs(redis.call('HKEYS', key)) do
        tenants[#tenants + 1] = string.match(field, '^tenant:(.*)$')
    end

    table.sort(tenants)

    return tenants
end


-- writes: key, scim:username:NAME
local function claim_name(key, id, tenant, nonce)
    redis.call('HSET', key, 'id', id, 'tenant:' .. tenant, nonce)
end


-- The date of a tenant's access, and the nonce that it goes with.
local function access_of(key, tenant)
    local access = redis.call('HGET', key, 'tenant:' .. tenant)

    return string.match(access or '', '^(.-) (.*)$')
end


-- An access that is there keeps its date.
-- writes: key, scim:user:U; scim:users, scim:users:orphaned
local function grant_access(key, tenant, nonce, time)
    local since = access_of(key, tenant) or time
    local id = string.sub(key, #PERSON + 1)

    redis.call('HSETNX', key, 'created', time)
    redis.call('HSET', key, 'tenant:' .. tenant, since .. ' ' .. nonce)
    redis.call('ZREM', ORPHANS, id)
    list_person(PERSONS, id)
end


-- key: scim:username:NAME; args: id, tenant, nonce, mode
-- mode "join": whoever holds the name is the person meant (a create);
-- mode "own": only this id may hold it (a rename).
-- Answers OK and the holder's id, or TAKEN.
register('name_claim', function(keys, args)
    local key, id, tenant, nonce, mode = keys[1], args[1], args[2], args[3],
                                         args[4]
    local holder = redis.call('HGET', key, 'id') or id

    if holder ~= id and mode == 'own' then
        return { 'TAKEN' }
    end

    claim_name(key, holder, tenant, nonce)

    return { 'OK', holder }
end)


-- key: scim:username:NAME; args: tenant, nonce, mode, the nonce to put back
-- ('' if none)
-- mode "keep": the person stays the holder (the tenant's access has ended);
-- mode "drop": the name is free when no tenant uses it (a rename).
register('name_release', function(keys, args)
    local key, tenant, nonce, mode, committed
        = keys[1], args[1], args[2], args[3], args[4]
    local field = 'tenant:' .. tenant

    if redis.call('HGET', key, field) ~= nonce then
        return { 'OK' }
    end

    if committed ~= '' then
        redis.call('HSET', key, field, committed)
        return { 'OK' }
    end

    redis.call('HDEL', key, field)

    if mode == 'drop' and redis.call('HLEN', key) == 1 then
        redis.call('DEL', key)
    end

    return { 'OK' }
end)


-- key: scim:user:U; args: tenant, nonce
register('access_grant', function(keys, args)
    grant_access(keys[1], args[1], args[2], now())

    return { 'OK' }
end)


-- key: scim:user:U; args: tenant, nonce, the nonce to put back ('' if none);
--      where an access ends, the prepared name that the person keeps, and how
--      it was spelled
register('access_revoke', function(keys, args)
    local key, id = keys[1], string.sub(keys[1], #PERSON + 1)
    local tenant, committed, name, spelled = args[1], unpack(args, 3, 5)
    local since, nonce = access_of(key, tenant)

    if nonce ~= args[2] then
        return { 'OK' }
    end

    if committed ~= '' then
        redis.call('HSET', key, 'tenant:' .. tenant, since .. ' ' .. committed)
        return { 'OK' }
    end

    redis.call('HDEL', key, 'tenant:' .. tenant)

    if name then
        redis.call('HSET', key, 'userName', spelled, 'name:' .. name, '')
    end

    list_person(PERSONS, id)

    if #tenants_of(key) == 0 then
        list_person(ORPHANS, id)
    end

    return { 'OK' }
end)
