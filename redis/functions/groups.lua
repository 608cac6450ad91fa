--
-- Groups of a tenant.
--

-- From how many members on a removed group is left named in its members'
-- records (where it is passed over) rather than taken out of each.
local EAGER_REMOVALS = 1000


local function group_index_of(args, first)
    return {
        displayName = args[first],
        externalId = args[first + 1] == '1' and { args[first + 2] } or {},
    }
end


-- writes: scim:{T}:groups:displayName, :externalId
local function group_index_move(tenant, id, before, after)
    if before.displayName ~= after.displayName then
        if before.displayName then
            redis.call('HDEL', tenant .. ':groups:displayName',
                       before.displayName)
        end

        if after.displayName then
            redis.call('HSET', tenant .. ':groups:displayName',
                       after.displayName, id)
        end
    end

    index_move(tenant .. ':groups:externalId', id, before.externalId or {},
               after.externalId or {})
end


-- args: origin, id, integration, document, display, index (prepared
--       displayName, 1 or 0 externalIds, this or ''), member changes
-- Answers OK, version, time; CONFLICT: the name is taken; MEMBER and where: an
-- unknown one.
register('group_create', function(keys, args)
    local tenant, origin = keys[1], origin_of(args)
    local id, integration, document, display
        = unpack(args, FIRST_ARG, FIRST_ARG + 3)
    local index = group_index_of(args, FIRST_ARG + 4)
    local changes = member_changes_of(args, FIRST_ARG + 7)
    local key = tenant .. ':group:' .. id

    if redis.call('HEXISTS', tenant .. ':groups:displayName',
                  index.displayName) == 1
    then
        return { 'CONFLICT' }
    end

    local change, member = unknown_member(tenant, id, changes)

    if change then
        return { 'MEMBER', change, member }
    end

    local time, version = now(), next_sequence(tenant)

    redis.call('HSET', key, 'doc', document, 'version', version,
               'doc_version', version, 'created', time, 'modified', time,
               'display', display, 'index', cjson.encode(index),
               'integration', integration)
    redis.call('ZADD', tenant .. ':groups', version, id)
    group_index_move(tenant, id, {}, index)
    apply_member_changes(tenant, id, changes)
    audit(tenant, origin, 'groups.create', id, '', version)

    return { 'OK', version, time }
end)


-- args: origin, id, expected versions, the version at which the document that
--       this one was made from had been written, document, display, index,
--       member changes; document '': only members change, and what describes
--       the document is ''
-- Answers OK, version, created, modified; MISSING; STALE: the version is none
-- of those expected; MOVED: the document has been changed meanwhile; CONFLICT;
-- MEMBER and where. Nothing to change: the version stays.
register('group_update', function(keys, args)
    local tenant, origin = keys[1], origin_of(args)
    local id, expected, base, document, display
        = unpack(args, FIRST_ARG, FIRST_ARG + 4)
    local after = group_index_of(args, FIRST_ARG + 5)
    local changes = member_changes_of(args, FIRST_ARG + 8)
    local key = tenant .. ':group:' .. id
    local version, created, modified, index, doc_version
        = unpack(redis.call('HMGET', key, 'version', 'created', 'modified',
                            'index', 'doc_version'))

    if not version then
        return { 'MISSING' }
    end

    if not version_allowed(expected, version) then
        return { 'STALE' }
    end

    if document ~= '' and base ~= doc_version then
        return { 'MOVED' }
    end

    local before = cjson.decode(index)

    if document ~= '' and before.displayName ~= after.displayName
       and redis.call('HEXISTS', tenant .. ':groups:displayName',
                      after.displayName) == 1
    then
        return { 'CONFLICT' }
    end

    local change, member = unknown_member(tenant, id, changes)

    if change then
        return { 'MEMBER', change, member }
    end

    local changed = apply_member_changes(tenant, id, changes)

    if document == '' and not changed then
        return { 'OK', version, created, modified }
    end

    local time, next_version = now(), next_sequence(tenant)

    redis.call('HSET', key, 'version', next_version, 'modified', time)

    if document ~= '' then
        redis.call('HSET', key, 'doc', document, 'doc_version', next_version,
                   'display', display, 'index', cjson.encode(after))
        group_index_move(tenant, id, before, after)
    end

    audit(tenant, origin, 'groups.update', id, version, next_version)

    return { 'OK', next_version, created, time }
end)


-- args: origin, id, expected versions. Answers OK, MISSING or STALE.
register('group_delete', function(keys, args)
    local tenant, origin = keys[1], origin_of(args)
    local id, expected = args[FIRST_ARG], args[FIRST_ARG + 1]
    local key = tenant .. ':group:' .. id
    local version, index = unpack(redis.call('HMGET', key, 'version', 'index'))

    if not version then
        return { 'MISSING' }
    end

    if not version_allowed(expected, version) then
        return { 'STALE' }
    end

    for _, member in ipairs(redis.call('ZRANGE', key .. ':members', 0,
                                       EAGER_REMOVALS - 1))
    do
        member_remove(tenant, id, member)
    end

    leave_all_groups(tenant, key .. ':groups', id)
    unbind_all(tenant, key)
    group_index_move(tenant, id, cjson.decode(index), {})
    redis.call('UNLINK', key, key .. ':members')
    redis.call('ZREM', tenant .. ':groups', id)
    audit(tenant, origin, 'groups.delete', id, version, '')

    return { 'OK' }
end)


-- members: how many to give at most with each group; 0: none
local function group_answer(tenant, id, members)
    local fields = redis.call('HMGET', tenant .. ':group:' .. id, 'doc',
                              'version', 'created', 'modified')

    if not fields[1] then
        return nil
    end

    return { id, fields[1], fields[2], fields[3], fields[4],
             members > 0 and group_members(tenant, id, '-inf', members)
                         or { '' } }
end


-- args: id, from, count (see group_members)
register_read('group_members', function(keys, args)
    return group_members(keys[1], args[1], args[2], tonumber(args[3]))
end)


-- args: from, count (see page_ids), members
-- Answers the total, the place behind the page, and a group in each element.
register_read('group_list', function(keys, args)
    local tenant = keys[1]
    local ids, total, place = page_ids(tenant .. ':groups', args[1], args[2])
    local answer = { total, place }

    for _, id in ipairs(ids) do
        answer[#answer + 1] = group_answer(tenant, id, tonumber(args[3]))
    end

    return answer
end)


-- args: index ("id", "displayName", "externalId"), value, members
-- Answers how many there are, '' and a group in each element.
register_read('group_find', function(keys, args)
    local tenant, index, value = keys[1], args[1], args[2]
    local ids

    if index == 'id' then
        ids = { value }
    elseif index == 'displayName' then
        ids = { redis.call('HGET', tenant .. ':groups:displayName', value)
                or nil }
    else
        ids = index_ids(tenant .. ':groups:' .. index, value)
    end

    local answer = { 0, '' }

    for _, id in ipairs(ids) do
        answer[#answer + 1] = group_answer(tenant, id, tonumber(args[3]))
    end

    answer[1] = #answer - 2

    return answer
end)
