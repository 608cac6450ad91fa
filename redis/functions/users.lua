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


-- The values that a user is indexed under, as the arguments of a write give
-- them: prepared userName, number of externalIds (0 or 1), these, emails.
local function user_index_of(args, first)
    local externals = tonumber(args[first + 1])

    return {
        userName = args[first],
        externalId = externals == 1 and { args[first + 2] } or {},
        emails = rest(args, first + 2 + externals),
    }
end


local NO_INDEX = { externalId = {}, emails = {} }


-- writes: scim:{T}:users:userName, :externalId, :emails.value
local function user_index_move(tenant, id, before, after)
    if before.userName ~= after.userName then
        if before.userName then
            redis.call('HDEL', tenant .. ':users:userName', before.userName)
        end

        if after.userName then
            redis.call('HSET', tenant .. ':users:userName', after.userName, id)
        end
    end

    index_move(tenant .. ':users:externalId', id, before.externalId,
               after.externalId)
    index_move(tenant .. ':users:emails.value', id, before.emails,
               after.emails)
end


local function user_index_read(key)
    return cjson.decode(redis.call('HGET', key, 'index'))
end


-- Empty tables must come back as arrays, and cjson makes them objects: they
-- read the same here, since only ipairs() looks at them.
local function user_index_write(key, index)
    redis.call('HSET', key, 'index', cjson.encode(index))
end


-- args: origin, id, nonce of the name's claim, integration, document, active,
--       display, index
-- Answers OK, version, time; CONFLICT: the name is taken, or this person is
-- in the tenant under another name.
register('user_create', function(keys, args)
    local tenant, origin = keys[1], origin_of(args)
    local id, claim, integration, document, active, display
        = unpack(args, FIRST_ARG, FIRST_ARG + 5)
    local index = user_index_of(args, FIRST_ARG + 6)
    local key = tenant .. ':user:' .. id

    if redis.call('HEXISTS', tenant .. ':users:userName', index.userName) == 1
       or redis.call('EXISTS', key) == 1
    then
        return { 'CONFLICT' }
    end

    local time, version = now(), next_sequence(tenant)

    redis.call('HSET', key, 'doc', document, 'version', version,
               'created', time, 'modified', time, 'active', active,
               'display', display, 'claim', claim,
               'integration', integration)
    redis.call('ZADD', tenant .. ':users', version, id)
    user_index_write(key, index)
    user_index_move(tenant, id, NO_INDEX, index)
    audit(tenant, origin, 'users.create', id, '', version)

    return { 'OK', version, time }
end)


-- args: origin, id, expected version, nonce of a claim ('': the same name),
--       document, active, display, index
-- Answers OK, version, created, modified, the nonce and the prepared name that
-- were given up ('' if none); MISSING; STALE: another version stands; CONFLICT.
register('user_replace', function(keys, args)
    local tenant, origin = keys[1], origin_of(args)
    local id, expected, claim, document, active, display
        = unpack(args, FIRST_ARG, FIRST_ARG + 5)
    local after = user_index_of(args, FIRST_ARG + 6)
    local key = tenant .. ':user:' .. id
    local version, created, old_claim
        = unpack(redis.call('HMGET', key, 'version', 'created', 'claim'))

    if not version then
        return { 'MISSING' }
    end

    if version ~= expected then
        return { 'STALE' }
    end

    local before = user_index_read(key)
    local renamed = before.userName ~= after.userName

    if renamed
       and redis.call('HEXISTS', tenant .. ':users:userName',
                      after.userName) == 1
    then
        return { 'CONFLICT' }
    end

    local time, next_version = now(), next_sequence(tenant)

    redis.call('HSET', key, 'doc', document, 'version', next_version,
               'modified', time, 'active', active, 'display', display)

    if claim ~= '' then
        redis.call('HSET', key, 'claim', claim)
    end

    user_index_write(key, after)
    user_index_move(tenant, id, before, after)
    audit(tenant, origin, 'users.replace', id, version, next_version)

    return { 'OK', next_version, created, time,
             renamed and old_claim or '', renamed and before.userName or '' }
end)


-- args: origin, id, expected versions
-- Takes the user out of the tenant: its memberships and bindings go too.
-- Answers OK, the nonce and the prepared name of its claim; MISSING; STALE.
register('user_delete', function(keys, args)
    local tenant, origin = keys[1], origin_of(args)
    local id, expected = args[FIRST_ARG], args[FIRST_ARG + 1]
    local key = tenant .. ':user:' .. id
    local version, claim = unpack(redis.call('HMGET', key, 'version', 'claim'))

    if not version then
        return { 'MISSING' }
    end

    if not version_allowed(expected, version) then
        return { 'STALE' }
    end

    local index = user_index_read(key)

    leave_all_groups(tenant, key .. ':groups', id)
    unbind_all(tenant, key)
    user_index_move(tenant, id, index, NO_INDEX)
    redis.call('DEL', key)
    redis.call('ZREM', tenant .. ':users', id)
    audit(tenant, origin, 'users.delete', id, version, '')

    return { 'OK', claim, index.userName }
end)


-- args: id. Answers the groups as id, display, id, display, ...
register_read('user_groups', function(keys, args)
    return user_groups(keys[1], args[1])
end)


-- args: from, count (see page_ids)
-- Answers the total, the place behind the page, and a user in each element.
register_read('user_list', function(keys, args)
    local tenant = keys[1]
    local ids, total, place = page_ids(tenant .. ':users', args[1], args[2])
    local answer = { total, place }

    for _, id in ipairs(ids) do
        answer[#answer + 1] = user_answer(tenant, id)
    end

    return answer
end)


-- args: index ("id", "userName", "externalId", "emails.value"), value
-- Answers how many there are, '' and a user in each element.
register_read('user_find', function(keys, args)
    local tenant, index, value = keys[1], args[1], args[2]
    local ids

    if index == 'id' then
        ids = { value }
    elseif index == 'userName' then
        ids = { redis.call('HGET', tenant .. ':users:userName', value)
                or nil }
    else
        ids = index_ids(tenant .. ':users:' .. index, value)
    end

    local answer = { 0, '' }

    for _, id in ipairs(ids) do
        answer[#answer + 1] = user_answer(tenant, id)
    end

    answer[1] = #answer - 2

    return answer
end)
