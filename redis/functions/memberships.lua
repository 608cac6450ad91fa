--
-- Who is in which group. Memberships change one by one, never by rewriting a
-- group: the cost of a change does not depend on the group's size. Displays
-- are looked up when they are read, never copied.
--

-- Answers "user", "group" or nil. No key of another kind is as long as that of
-- a user or group, so what has an id's length cannot name one.
local function member_type(tenant, id)
    if #id ~= ID_LENGTH then
        return nil
    end

    if redis.call('EXISTS', tenant .. ':user:' .. id) == 1 then
        return 'user'
    end

    if redis.call('EXISTS', tenant .. ':group:' .. id) == 1 then
        return 'group'
    end

    return nil
end


-- How many groups are among a group's members. writes: scim:{T}:group:G
local function count_nested(tenant, group, change)
    redis.call('HINCRBY', tenant .. ':group:' .. group, 'nested', change)
end


-- Whose access a membership is; type: of the member, user or group.
local function membership_changed(tenant, type, id)
    if type == 'user' then
        changed(tenant, { id })

    else
        changed(tenant)
    end
end


-- Both sides of a membership. Answers whether anything changed.
-- writes: scim:{T}:group:G:members, scim:{T}:group:G,
--         scim:{T}:{user,group}:M:groups
local function member_add(tenant, group, id)
    local added = redis.call('ZADD', tenant .. ':group:' .. group
                             .. ':members', 'NX', next_sequence(tenant), id)

    if added == 1 then
        local type = member_type(tenant, id)

        redis.call('SADD', tenant .. ':' .. type .. ':' .. id .. ':groups',
                   group)

        if type == 'group' then
            count_nested(tenant, group, 1)
        end

        membership_changed(tenant, type, id)
    end

    return added == 1
end


local function member_remove(tenant, group, id)
    local removed = redis.call('ZREM', tenant .. ':group:' .. group
                               .. ':members', id)

    if removed == 1 then
        local type = 'user'

        redis.call('SREM', tenant .. ':user:' .. id .. ':groups', group)

        if redis.call('SREM', tenant .. ':group:' .. id .. ':groups',
                      group) == 1
        then
            type = 'group'
            count_nested(tenant, group, -1)
        end

        membership_changed(tenant, type, id)
    end

    return removed == 1
end


-- Takes a user or group out of all groups; these count as modified.
-- type: user or group
local function leave_all_groups(tenant, type, id)
    local groups, time = tenant .. ':' .. type .. ':' .. id .. ':groups', now()

    for _, group in ipairs(redis.call('SMEMBERS', groups)) do
        local key = tenant .. ':group:' .. group

        if redis.call('ZREM', key .. ':members', id) == 1 then
            local _, created, _, doc_version
                = state_of(redis.call('HGET', key, 'state'))

            redis.call('HSET', key, 'state',
                       state_text(next_sequence(tenant), created, time,
                                  doc_version))
            list_modified(tenant, 'groups', group, time)

            if type == 'group' then
                count_nested(tenant, group, -1)
            end
        end
    end

    redis.call('DEL', groups)
end


-- Answers whether anything changed.
local function members_replace(tenant, group, ids)
    local wanted, changed = {}, false

    for _, id in ipairs(ids) do
        wanted[id] = true
    end

    for _, id in ipairs(redis.call('ZRANGE', tenant .. ':group:' .. group
                                   .. ':members', 0, -1))
    do
        if not wanted[id] then
            member_remove(tenant, group, id)
            changed = true
        end
    end

    for _, id in ipairs(ids) do
        changed = member_add(tenant, group, id) or changed
    end

    return changed
end


-- Member changes travel as: action, number of ids, ids, action, ...
local function member_changes_of(args, first)
    local changes, i = {}, first

    while i <= #args do
        local count = tonumber(args[i + 1])
        local ids = {}

        for k = 1, count do
            ids[k] = args[i + 1 + k]
        end

        changes[#changes + 1] = { action = args[i], ids = ids }
        i = i + 2 + count
    end

    return changes
end


-- Answers nil if everyone who shall join exists, else where the first one who
-- doesn't stands: the change's and the member's number, from 0.
local function unknown_member(tenant, group, changes)
    for c, change in ipairs(changes) do
        if change.action ~= 'remove' then
            for i, id in ipairs(change.ids) do
                if id == group or not member_type(tenant, id) then
                    return c - 1, i - 1
                end
            end
        end
    end

    return nil
end


local function apply_member_changes(tenant, group, changes)
    local changed = false

    for _, change in ipairs(changes) do
        if change.action == 'replace' then
            changed = members_replace(tenant, group, change.ids) or changed

        else
            local apply = change.action == 'add' and member_add
                                                  or member_remove

            for _, id in ipairs(change.ids) do
                changed = apply(tenant, group, id) or changed
            end
        end
    end

    return changed
end


-- Up to count members from the place from on ("-inf": the first).
-- Answers the place behind them ('' if they are the last), then id, type and
-- display of each.
local function group_members(tenant, id, from, count)
    local key = tenant .. ':group:' .. id .. ':members'
    local users, groups = tenant .. ':user:', tenant .. ':group:'
    local found = redis.call('ZRANGE', key, from, '+inf', 'BYSCORE',
                             'LIMIT', 0, count)
    local last = #found == count and found[count]
    local answer, n = { last and '(' .. redis.call('ZSCORE', key, last) or '' },
                      1

    for _, member in ipairs(found) do
        local type = 'user'
        local display = redis.call('HGET', users .. member, 'display')

        if not display then
            type = 'group'
            display = redis.call('HGET', groups .. member, 'display')
        end

        if display then
            answer[n + 1], answer[n + 2], answer[n + 3] = member, type, display
            n = n + 3
        end
    end

    return answer
end
