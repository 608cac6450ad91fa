--
-- Groups of a tenant. A group's state ends with the version at which its
-- document was last written.
--

-- From how many members on a removed group is left named in its members'
-- records (where it is passed over) rather than taken out of each.
local EAGER_REMOVALS = 1000


-- args: origin, id, integration, document, display, index, member changes
-- Answers OK, version, time; CONFLICT: the name is taken; MEMBER and where: an
-- unknown one; DENIED: the integration has been deleted.
register('group_create', function(keys, args)
    local tenant = keys[1]
    local id, integration, document, display
        = unpack(args, FIRST_ARG, FIRST_ARG + 3)
    local index, next_arg = index_of(args, FIRST_ARG + 4)
    local changes = member_changes_of(args, next_arg)
    local holders = index_holders(tenant, 'groups', index)

    if not permitted(tenant, integration, '', '') then
        return { 'DENIED' }
    end

    if index_conflict(holders, id) then
        return { 'CONFLICT' }
    end

    local change, member = unknown_member(tenant, id, changes)

    if change then
        return { 'MEMBER', change, member }
    end

    local version = next_sequence(tenant)
    local time = audit(tenant, args, 'groups.create', id, '', version)

    redis.call('HSET', tenant .. ':group:' .. id, 'doc', document,
               'state', state_text(version, time, time, version),
               'display', display, 'integration', integration,
               'index', index_pack(index))
    redis.call('ZADD', tenant .. ':groups', version, id)
    index_written(tenant, 'groups', id, time, {}, index, holders)
    apply_member_changes(tenant, id, changes)

    return { 'OK', version, time }
end)


-- args: origin, operation, id, expected versions, the version at which the
--       document that this one was made from had been written, document,
--       display, index, member changes; document '': only members change, and
--       what describes the document is empty
-- Answers OK, version, created, modified; MISSING; STALE: the version is none
-- of those expected; MOVED: the document has been changed meanwhile; CONFLICT;
-- MEMBER and where. Nothing to change: the version stays.
register('group_update', function(keys, args)
    local tenant = keys[1]
    local operation, id, expected, base, document, display
        = unpack(args, FIRST_ARG, FIRST_ARG + 5)
    local after, next_arg = index_of(args, FIRST_ARG + 6)
    local changes = member_changes_of(args, next_arg)
    local holders = index_holders(tenant, 'groups', after)
    local key = tenant .. ':group:' .. id
    local state, packed = unpack(redis.call('HMGET', key, 'state', 'index'))
    local version, created, modified, doc_version = state_of(state)

    if not version then
        return { 'MISSING' }
    end

    if not version_allowed(expected, version) then
        return { 'STALE' }
    end

    if document ~= '' and base ~= doc_version then
        return { 'MOVED' }
    end

    if index_conflict(holders, id) then
        return { 'CONFLICT' }
    end

    local change, member = unknown_member(tenant, id, changes)

    if change then
        return { 'MEMBER', change, member }
    end

    local regrouped = apply_member_changes(tenant, id, changes)

    if document == '' and not regrouped then
        return { 'OK', version, created, modified }
    end

    local next_version = next_sequence(tenant)
    local time = audit(tenant, args, operation, id, version, next_version,
                       regrouped and 'members' or nil)

    if document ~= '' then
        local found_under = index_pack(after)

        -- what it is found under is what it is called
        if found_under ~= packed
           or display ~= redis.call('HGET', key, 'display')
        then
            changed(tenant)
        end

        redis.call('HSET', key, 'doc', document, 'display', display,
                   'index', found_under)
        index_written(tenant, 'groups', id, time, index_unpack(packed), after,
                      holders)
        doc_version = next_version

    else
        list_modified(tenant, 'groups', { id }, time)
    end

    redis.call('HSET', key, 'state', state_text(next_version, created, time,
                                                doc_version))

    return { 'OK', next_version, created, time }
end)


-- A group with its memberships and bindings.
-- writes: the group, its indexes and listing, memberships, bindings, audit
local function remove_group(tenant, args, id)
    local key = tenant .. ':group:' .. id
    local state, packed = unpack(redis.call('HMGET', key, 'state', 'index'))

    local members = redis.call('ZRANGE', key .. ':members', 0,
                               EAGER_REMOVALS - 1)

    if #members > 0 then
        changed(tenant)
        members_remove(tenant, id, members)
    end

    leave_all_groups(tenant, 'group', id)
    unbind_all(tenant, 'group', id)
    index_removed(tenant, 'groups', id, index_unpack(packed))
    redis.call('UNLINK', key, key .. ':members')
    audit(tenant, args, 'groups.delete', id, state_of(state), '')
end


-- args: origin, id, expected versions. Answers OK, MISSING or STALE.
register('group_delete', function(keys, args)
    local tenant = keys[1]
    local id, expected = args[FIRST_ARG], args[FIRST_ARG + 1]
    local version = state_of(redis.call('HGET', tenant .. ':group:' .. id,
                                        'state'))

    if not version then
        return { 'MISSING' }
    end

    if not version_allowed(expected, version) then
        return { 'STALE' }
    end

    remove_group(tenant, args, id)

    return { 'OK' }
end)


-- members: how many to give at most with each group; 0: none
local function group_answer(tenant, id, members)
    local document, state = unpack(redis.call('HMGET', tenant .. ':group:'
                                              .. id, 'doc', 'state'))

    return document and { id, document, state,
                          members > 0
                          and group_members(tenant, id, '-inf', members)
                          or { '' } }
end


-- args: id, from, count (see group_members)
register_read('group_members', function(keys, args)
    return group_members(keys[1], args[1], args[2], tonumber(args[3]))
end)


-- The members that a page gives in all; the groups behind these have none, and
-- the place of their first.
local MEMBERS_OF_A_PAGE = 2000


-- args: index, value, from, count, named (see page_answer), members
register_read('group_list', function(keys, args)
    local tenant, members = keys[1], tonumber(args[6])
    local left = MEMBERS_OF_A_PAGE

    return page_answer(tenant, 'groups', args, function(id)
        local count = math.min(members, left)
        local record = group_answer(tenant, id, count)

        if record and members > 0 then
            local given = record[#record]

            given[1] = count > 0 and given[1] or '-inf'
            left = left - (#given - 1) / 3
        end

        return record
    end)
end)
