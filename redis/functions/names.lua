--
-- The global records: who holds a userName, and which tenants a person has.
-- They lie in other slots than the tenant's data, so they are written before
-- and after the tenant's own call, in an order that a crash cannot hurt: what
-- it leaves is a claim that the same person takes up again.
--
-- A claim carries a nonce. Giving a claim up names the nonce that was
-- committed with the user, so that a late release never takes away a claim
-- that was made again meanwhile.
--

-- writes: key, scim:username:NAME
local function claim_name(key, id, tenant, nonce)
    redis.call('HSET', key, 'id', id, 'tenant:' .. tenant, nonce)
end


-- writes: key, scim:user:U
local function grant_access(key, tenant, nonce, time)
    redis.call('HSETNX', key, 'created', time)
    redis.call('HSET', key, 'tenant:' .. tenant, time .. ' ' .. nonce)
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


-- key: scim:username:NAME; args: tenant, nonce, mode
-- mode "keep": the person stays the holder (the tenant's access has ended);
-- mode "drop": the name is free when no tenant uses it (a rename).
register('name_release', function(keys, args)
    local key, tenant, nonce, mode = keys[1], args[1], args[2], args[3]
    local field = 'tenant:' .. tenant

    if redis.call('HGET', key, field) ~= nonce then
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


-- key: scim:user:U; args: tenant, nonce
register('access_revoke', function(keys, args)
    local key, field = keys[1], 'tenant:' .. args[1]
    local grant = redis.call('HGET', key, field)

    if grant and string.match(grant, ' (.*)$') == args[2] then
        redis.call('HDEL', key, field)
    end

    return { 'OK' }
end)
