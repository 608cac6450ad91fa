--
-- Groups of a tenant.
--

-- From how many members on a removed group is left named in its members'
-- records (where it is passed over) rather than taken out of each.
local EAGER_REMOVALS = 1000


-- args: origin, id, integration, document, display, index, member changes
-- Answers OK, version, time; CONFLICT: the name is taken; MEMBER and where: an
-- unknown one.
register('group_create', function(keys, args)
    local tenant, origin = keys[1], origin_of(args)
    local id, integration, document, display
        = unpack(args, FIRST_ARG, FIRST_ARG + 3)
    local index, next_arg = index_of(args, FIRST_ARG + 4)
    local changes = member_changes_of(args, next_arg)
    local key = tenant .. ':group:' .. id

    if index_conflict(tenant, 'groups', index, id) then
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
    index_written(tenant, 'groups', id, time, {}, index)
    apply_member_changes(tenant, id, changes)
    audit(tenant, origin, 'groups.create', id, '', version)

    return { 'OK', version, time }
end)


-- args: origin, id, expected versions, the version at which the document that
--       this one was made from had been written, document, display, index,
--       member changes; document '': only members change, and what describes
--       the document is empty
-- Answers OK, version, created, modified; MISSING; STALE: the version is none
-- of those expected; MOVED: the document has been changed meanwhile; CONFLICT;
-- MEMBER and where. Nothing to change: the version stays.
register('group_update', function(keys, args)
    local tenant, origin = keys[1], origin_of(args)
    local id, expected, base, document, display
        = unpack(args, FIRST_ARG, FIRST_ARG + 4)
    local after, next_arg = index_of(args, FIRST_ARG + 5)
    local changes = member_changes_of(args, next_arg)
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

    if document ~= '' and index_conflict(tenant, 'groups', after, id) then
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
        index_written(tenant, 'groups', id, time, cjson.decode(index), after)

    else
        list_modified(tenant, 'groups', id, time)
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

    leave_all_groups(tenant, 'group', id)
    unbind_all(tenant, key)
    index_removed(tenant, 'groups', id, cjson.decode(index))
    redis.call('UNLINK', key, key .. ':members')
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


-- args: index, value, from, count, named (see page_answer), members
register_read('group_list', function(keys, args)
    local tenant, members = keys[1], tonumber(args[6])

    return page_answer(tenant, 'groups', args, function(id)
        return group_answer(tenant, id, members)
    end)
end)
