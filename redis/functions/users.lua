--
-- Users of a tenant: what its identity provider said of them. A user's state
-- ends with 1 or 0: active or not.
--

-- A group that is gone, but still named here, is passed over: removing a group
-- of a million members need not touch each of them.
-- displays: of groups that have been looked up.
local function user_groups(tenant, id, displays)
    local groups, n = {}, 0

    for _, group in ipairs(redis.call('SMEMBERS',
                                      tenant .. ':user:' .. id .. ':groups'))
    do
        local display = displays[group]

        if display == nil then
            display = redis.call('HGET', tenant .. ':group:' .. group,
                                 'display')
            displays[group] = display
        end

        if display then
            groups[n + 1], groups[n + 2] = group, display
            n = n + 2
        end
    end

    return groups
end


-- How a user is answered: id, document, state, and the groups as id, display,
-- id, display, ...
local function user_answer(tenant, id, displays)
    local document, state = unpack(redis.call('HMGET', tenant .. ':user:'
                                              .. id, 'doc', 'state'))

    return document
           and { id, document, state, user_groups(tenant, id, displays) }
end


-- The nonce that a user's claim of its name, or its access, goes with (field:
-- claim or access): the id, which nobody had before, unless there is another.
-- '' if the tenant has no such user.
local function nonce_of(tenant, id, field)
    local nonce, document = unpack(redis.call('HMGET', tenant .. ':user:'
                                              .. id, field, 'doc'))

    return nonce or document and id or ''
end


-- That of the claim of a name which holder has here; '' if nobody has it.
local function committed_claim(tenant, holder)
    return holder and nonce_of(tenant, holder, 'claim') or ''
end


-- The tenant's default role, if it has one, is a new user's. The binding's id
-- is made of what never comes back. writes: see bind
local function bind_default_role(tenant, user, version, time)
    local role = redis.call('HGET', tenant .. ':tenant', 'default_role')

    if not role or role == '' then
        return
    end

    local hash = redis.sha1hex(tenant .. ' ' .. user .. ' ' .. version)

    bind(tenant, string.format('%s-%s-5%s-8%s-%s', string.sub(hash, 1, 8),
                               string.sub(hash, 9, 12),
                               string.sub(hash, 14, 16),
                               string.sub(hash, 18, 20),
                               string.sub(hash, 21, 32)),
         role, 'user', user, '', time)
end


-- A new user's arguments, from first on: id, integration, document, active,
-- display, index. holders: see index_holders. Nothing is kept of a user that is
-- not there, so that nobody has to be told of one that is new.
-- writes: the user, its indexes and listing, its binding to the default role,
-- audit. Answers version, time.
local function create_user(tenant, args, first, index, holders)
    local id, integration, document, active, display
        = unpack(args, first, first + 4)
    local version = next_sequence(tenant)
    local time = audit(tenant, args, 'users.create', id, '', version)

    redis.call('HSET', tenant .. ':user:' .. id, 'doc', document,
               'state', state_text(version, time, time, active),
               'display', display, 'integration', integration,
               'index', index_pack(index))
    redis.call('ZADD', tenant .. ':users', version, id)
    index_written(tenant, 'users', id, time, {}, index, holders)
    bind_default_role(tenant, id, version, time)

    return version, time
end


-- args: origin, nonce of the name's claim, a new user
-- Answers OK, version, time; CONFLICT: the tenant has a user of this name;
-- TAKEN: it has this person, under another name; DENIED: the integration has
-- been deleted. These with the nonces to put back, of the name's claim and of
-- the person's access.
register('user_create', function(keys, args)
    local tenant, nonce, first = keys[1], args[FIRST_ARG], FIRST_ARG + 1
    local id, index = args[first], index_of(args, first + 5)
    local holders = index_holders(tenant, 'users', index)
    local key = tenant .. ':user:' .. id
    local granted = permitted(tenant, args[first + 1], '', '')

    if not granted or index_conflict(holders, id)
       or redis.call('EXISTS', key) == 1
    then
        local claim = committed_claim(tenant, holders[1])

        return { not granted and 'DENIED' or claim ~= '' and 'CONFLICT'
                 or 'TAKEN', claim, nonce_of(tenant, id, 'access') }
    end

    redis.call('HSET', key, 'claim', nonce, 'access', nonce)

    return { 'OK', create_user(tenant, args, first, index, holders) }
end)


-- args: origin, guard, tenant's id, keys of the global name and user, a new
--       user
-- The whole of a create in one call, for a Redis that is no cluster (it touches
-- three slots) and a name that nobody holds. The nonces are the id.
-- Answers OK, when the integration was last used, version, time; the first two
-- with CONFLICT and with HELD: somebody holds the name; DENIED.
register('user_create_new', function(keys, args)
    local tenant, first = keys[1], FIRST_ARG + 5
    local token, permission, tenant_id, name_key, user_key
        = unpack(args, FIRST_ARG, first - 1)
    local id, integration = args[first], args[first + 1]

    local granted, last_used = permitted(tenant, integration, token,
                                         permission)

    if not granted then
        return { 'DENIED' }
    end

    local index = index_of(args, first + 5)
    local holders = index_holders(tenant, 'users', index)

    if index_conflict(holders, id) then
        return { 'CONFLICT', last_used }
    end

    if redis.call('EXISTS', name_key) == 1 then
        return { 'HELD', last_used }
    end

    local version, time = create_user(tenant, args, first, index, holders)

    claim_name(name_key, id, tenant_id, id)
    redis.call('HSET', user_key, 'created', time,
               'tenant:' .. tenant_id, time .. ' ' .. id)
    list_person(PERSONS, id)

    return { 'OK', last_used, version, time }
end)


-- args: origin, operation, id, expected version, nonce of a claim ('': the same
--       name), document, active, display, index
-- Answers OK, version, created, modified, the nonce and the prepared name that
-- were given up ('' if none); MISSING; STALE: another version stands; CONFLICT;
-- these three with the nonce to put back, if there is a claim.
register('user_replace', function(keys, args)
    local tenant = keys[1]
    local operation, id, expected, claim, document, active, display
        = unpack(args, FIRST_ARG, FIRST_ARG + 6)
    local after = index_of(args, FIRST_ARG + 7)
    local holders = index_holders(tenant, 'users', after)
    local key = tenant .. ':user:' .. id
    local state, packed = unpack(redis.call('HMGET', key, 'state', 'index'))
    local version, created = state_of(state)

    local refusal = not version and 'MISSING'
                    or version ~= expected and 'STALE'
                    or index_conflict(holders, id) and 'CONFLICT'

    if refusal then
        return { refusal, claim ~= '' and committed_claim(tenant, holders[1])
                                       or '' }
    end

    local before = index_unpack(packed)
    local next_version, old_claim, old_name = next_sequence(tenant), '', ''
    local time = audit(tenant, args, operation, id, version, next_version)

    if before[1] ~= after[1] then
        old_claim = nonce_of(tenant, id, 'claim')
        old_name = value_of(before[1])
    end

    redis.call('HSET', key, 'doc', document,
               'state', state_text(next_version, created, time, active),
               'display', display, 'index', index_pack(after))

    if claim ~= '' then
        redis.call('HSET', key, 'claim', claim)
    end

    index_written(tenant, 'users', id, time, before, after, holders)
    changed(tenant, { id })

    return { 'OK', next_version, created, time, old_claim, old_name }
end)


-- Takes a user out of the tenant, with its memberships and bindings.
-- Answers the nonce and the prepared name of its claim, the nonce of its
-- access, its userName.
-- writes: the user, its indexes and listing, groups, bindings, audit
local function remove_user(tenant, args, id)
    local key = tenant .. ':user:' .. id
    local state, packed, document
        = unpack(redis.call('HMGET', key, 'state', 'index', 'doc'))
    local index = index_unpack(packed)
    local claim = nonce_of(tenant, id, 'claim')
    local access = nonce_of(tenant, id, 'access')

    leave_all_groups(tenant, 'user', id)
    unbind_all(tenant, 'user', id)
    index_removed(tenant, 'users', id, index)

    -- what is kept of its access, whatever has been told of before: a tenant
    -- that is made again begins to count anew

    redis.call('DEL', key, key .. ':access')
    changed(tenant, { id })
    audit(tenant, args, 'users.delete', id, state_of(state), '')

    return claim, value_of(index[1]), access, (user_identity(document, packed))
end


-- args: origin, id, expected versions
-- Takes the user out of the tenant: its memberships and bindings go too.
-- Answers OK, the nonce and the prepared name of its claim, the nonce of its
-- access, its userName; MISSING; STALE.
register('user_delete', function(keys, args)
    local tenant = keys[1]
    local id, expected = args[FIRST_ARG], args[FIRST_ARG + 1]
    local version = state_of(redis.call('HGET', tenant .. ':user:' .. id,
                                        'state'))

    if not version then
        return { 'MISSING' }
    end

    if not version_allowed(expected, version) then
        return { 'STALE' }
    end

    return { 'OK', remove_user(tenant, args, id) }
end)


-- args: id. Answers the groups as id, display, id, display, ...
register_read('user_groups', function(keys, args)
    return user_groups(keys[1], args[1], {})
end)


-- args: index, value, from, count, named (see page_answer)
register_read('user_list', function(keys, args)
    local tenant, displays = keys[1], {}

    return page_answer(tenant, 'users', args, function(id)
        return user_answer(tenant, id, displays)
    end)
end)
