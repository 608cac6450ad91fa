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


-- What a create's arguments say, from first on: id, nonce of the name's claim,
-- integration, document, active, display, index.
local function new_user_of(args, first)
    local user = {}

    user.id, user.claim, user.integration, user.document, user.active,
        user.display = unpack(args, first, first + 5)
    user.index = index_of(args, first + 6)

    return user
end


-- The nonce that the claim of a name goes with in this tenant; '' if no user
-- has the name.
local function committed_claim(tenant, name)
    local id = redis.call('HGET', tenant .. ':users:userName', name)

    return id and redis.call('HGET', tenant .. ':user:' .. id, 'claim') or ''
end


-- writes: the user, its indexes and listing, audit. Answers OK, version, time.
local function create_user(tenant, origin, user, time)
    local version = next_sequence(tenant)

    redis.call('HSET', tenant .. ':user:' .. user.id, 'doc', user.document,
               'version', version, 'created', time, 'modified', time,
               'active', user.active, 'display', user.display,
               'claim', user.claim, 'access', user.claim,
               'integration', user.integration,
               'index', cjson.encode(user.index))
    redis.call('ZADD', tenant .. ':users', version, user.id)
    index_written(tenant, 'users', user.id, time, {}, user.index)
    audit(tenant, origin, 'users.create', user.id, '', version)

    return { 'OK', version, time }
end


-- args: origin, a new user
-- Answers OK, version, time; CONFLICT: the tenant has a user of this name;
-- TAKEN: it has this person, under another name. These two with the nonces to
-- put back, of the name's claim and of the person's access.
register('user_create', function(keys, args)
    local tenant = keys[1]
    local user = new_user_of(args, FIRST_ARG)
    local version, access = unpack(redis.call('HMGET', tenant .. ':user:'
                                              .. user.id, 'version', 'access'))

    if index_conflict(tenant, 'users', user.index, user.id) or version then
        local claim = committed_claim(tenant, user.index.userName[1])

        return { claim ~= '' and 'CONFLICT' or 'TAKEN', claim, access or '' }
    end

    return create_user(tenant, origin_of(args), user, now())
end)


-- args: origin, guard, tenant's id, keys of the global name and user, a new
--       user
-- The whole of a create in one call, for a Redis that is no cluster (it touches
-- three slots) and a name that nobody holds.
-- Answers OK, version, time; CONFLICT; HELD: somebody holds the name; DENIED.
register('user_create_new', function(keys, args)
    local tenant = keys[1]
    local integration, token, permission, id, name_key, user_key
        = unpack(args, FIRST_ARG, FIRST_ARG + 5)

    if not permitted(tenant, integration, token, permission) then
        return { 'DENIED' }
    end

    local user = new_user_of(args, FIRST_ARG + 6)
    local time = now()

    if index_conflict(tenant, 'users', user.index, user.id) then
        return { 'CONFLICT' }
    end

    if redis.call('EXISTS', name_key) == 1 then
        return { 'HELD' }
    end

    claim_name(name_key, user.id, id, user.claim)
    redis.call('HSET', user_key, 'created', time,
               'tenant:' .. id, time .. ' ' .. user.claim)

    return create_user(tenant, origin_of(args), user, time)
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
                          and committed_claim(tenant, after.userName[1])
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

    index_written(tenant, 'users', id, time, before, after)
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

    leave_all_groups(tenant, 'user', id)
    unbind_all(tenant, key)
    index_removed(tenant, 'users', id, index)
    redis.call('DEL', key)
    audit(tenant, origin, 'users.delete', id, version, '')

    return { 'OK', claim, index.userName[1], access }
end)


-- args: id. Answers the groups as id, display, id, display, ...
register_read('user_groups', function(keys, args)
    return user_groups(keys[1], args[1])
end)


-- args: index, value, from, count, named (see page_answer)
register_read('user_list', function(keys, args)
    local tenant = keys[1]

    return page_answer(tenant, 'users', args, function(id)
        return user_answer(tenant, id)
    end)
end)
