--
-- Users of a tenant: what its identity provider said of them.
--

-- How a user is answered: id, document, version, created, modified, and the
-- groups as id, display, id, display, ...
local USER_FIELDS = { 'doc', 'version', 'created', 'modified' }


-- A group that is gone, but still named here, is passed over: removing a group
-- of a million members need not touch each of them.
local function user_groups(tenant, id)
    local groups = {}

    for _, group in ipairs(redis.call('SMEMBERS',
                                      tenant .. ':user:' .. id .. ':groups'))
    do
        local display = redis.call('HGET', tenant .. ':group:' .. group,
                                   'display')

        if display then
            groups[#groups + 1] = group
            groups[#groups + 1] = display
        end
    end

    return groups
end


local function user_answer(tenant, id)
    local fields = redis.call('HMGET', tenant .. ':user:' .. id,
                              unpack(USER_FIELDS))

    if not fields[1] then
        return nil
    end

    return { id, fields[1], fields[2], fields[3], fields[4],
             user_groups(tenant, id) }
end


-- The nonces that a claim of a name, and a grant of access to a person, go with
-- in this tenant; '' if there is no such user.
local function committed_claims(tenant, name, id)
    local holder = redis.call('HGET', tenant .. ':users:userName', name)
    local by_name = holder and redis.call('HGET', tenant .. ':user:' .. holder,
                                          'claim')

    return by_name or '',
           redis.call('HGET', tenant .. ':user:' .. id, 'access') or ''
end


-- args: origin, id, nonce of the name's claim, integration, document, active,
--       display, index
-- Answers OK, version, time; CONFLICT: the tenant has a user of this name;
-- TAKEN: it has this person, under another name; these two with the nonces to
-- put back (see committed_claims).
register('user_create', function(keys, args)
    local tenant, origin = keys[1], origin_of(args)
    local id, claim, integration, document, active, display
        = unpack(args, FIRST_ARG, FIRST_ARG + 5)
    local index = index_of(args, FIRST_ARG + 6)
    local key = tenant .. ':user:' .. id

    if index_conflict(tenant, 'users', index, id)
       or redis.call('EXISTS', key) == 1
    then
        local by_name, by_id = committed_claims(tenant, index.userName[1], id)

        return { by_name ~= '' and 'CONFLICT' or 'TAKEN', by_name, by_id }
    end

    local time, version = now(), next_sequence(tenant)

    redis.call('HSET', key, 'doc', document, 'version', version,
               'created', time, 'modified', time, 'active', active,
               'display', display, 'claim', claim,
               'access', claim, 'integration', integration, 'index', cjson.encode(index))
    redis.call('ZADD', tenant .. ':users', version, id)
    index_move(tenant, 'users', id, {}, index)
    audit(tenant, origin, 'users.create', id, '', version)

    return { 'OK', version, time }
end)


-- args: origin, id, expected version, nonce of a claim ('': the same name),
--       document, active, display, index
-- Answers OK, version, created, modified, the nonce and the prepared name that
-- were given up ('' if none); MISSING; STALE: another version stands; CONFLICT;
-- these three with the nonce to put back, if there is a claim.
register('user_replace', function(keys, args)
    local tenant, origin = keys[1], origin_of(args)
    local id, expected, claim, document, active, display
        = unpack(args, FIRST_ARG, FIRST_ARG + 5)
    local after = index_of(args, FIRST_ARG + 6)
    local key = tenant .. ':user:' .. id
    local version, created, old_claim, index
        = unpack(redis.call('HMGET', key, 'version', 'created', 'claim',
                            'index'))

    local refusal = not version and 'MISSING'
                    or version ~= expected and 'STALE'
                    or index_conflict(tenant, 'users', after, id)
                       and 'CONFLICT'

    if refusal then
        return { refusal, claim ~= ''
                          and committed_claims(tenant, after.userName[1], id)
                          or '' }
    end

    local before = cjson.decode(index)
    local old_name = before.userName[1]
    local renamed = old_name ~= after.userName[1]
    local time, next_version = now(), next_sequence(tenant)

    redis.call('HSET', key, 'doc', document, 'version', next_version,
               'modified', time, 'active', active, 'display', display,
               'index', cjson.encode(after))

    if claim ~= '' then
        redis.call('HSET', key, 'claim', claim)
    end

    index_move(tenant, 'users', id, before, after)
    audit(tenant, origin, 'users.replace', id, version, next_version)

    return { 'OK', next_version, created, time,
             renamed and old_claim or '', renamed and old_name or '' }
end)


-- args: origin, id, expected versions
-- Takes the user out of the tenant: its memberships and bindings go too.
-- Answers OK, the nonce and the prepared name of its claim, the nonce of its
-- access; MISSING; STALE.
register('user_delete', function(keys, args)
    local tenant, origin = keys[1], origin_of(args)
    local id, expected = args[FIRST_ARG], args[FIRST_ARG + 1]
    local key = tenant .. ':user:' .. id
    local version, claim, access, index
        = unpack(redis.call('HMGET', key, 'version', 'claim', 'access',
                            'index'))

    if not version then
        return { 'MISSING' }
    end

    if not version_allowed(expected, version) then
        return { 'STALE' }
    end

    index = cjson.decode(index)

    leave_all_groups(tenant, key .. ':groups', id)
    unbind_all(tenant, key)
    index_move(tenant, 'users', id, index, {})
    redis.call('DEL', key)
    redis.call('ZREM', tenant .. ':users', id)
    audit(tenant, origin, 'users.delete', id, version, '')

    return { 'OK', claim, index.userName[1], access }
end)


-- args: id. Answers the groups as id, display, id, display, ...
register_read('user_groups', function(keys, args)
    return user_groups(keys[1], args[1])
end)


-- args: index, value, from, count (see page_of)
register_read('user_list', function(keys, args)
    local tenant = keys[1]

    return page_answer(tenant, 'users', args, function(id)
        return user_answer(tenant, id)
    end)
end)
