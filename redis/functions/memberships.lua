--
-- Who is in which group. Memberships come and go, and a group is never written
-- anew: what a change costs depends on who joins and leaves, not on the group's
-- size; but for one that names all members, which reads who is there already.
-- Displays are looked up when they are read, never copied.
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


-- Whose access memberships are; nested: how many of them are groups'.
local function memberships_changed(tenant, users, nested)
    if nested > 0 then
        changed(tenant)

    elseif #users > 0 then
        changed(tenant, users)
    end
end


-- Both sides of memberships. Those that are there already stay as they are,
-- which the answer to one command tells of many. groups: those among the ids
-- that are groups'. Answers whether anything changed.
-- writes: scim:{T}:sequence, scim:{T}:group:G:members, scim:{T}:group:G,
--         scim:{T}:{user,group}:M:groups
local function members_add(tenant, group, ids, groups)
    local key = tenant .. ':group:' .. group .. ':members'
    local next_place = next_sequences(tenant, #ids)
    local users, nested, added = {}, 0, 0

    in_pieces(ids, function(first, last)
        local members = {}

        for i = first, last do
            members[#members + 1] = next_place()
            members[#members + 1] = ids[i]
        end

        local count = redis.call('ZADD', key, 'NX', unpack(members))

        for i = count > 0 and first or last + 1, last do
            local id = ids[i]
            local type = groups[id] and ':group:' or ':user:'
            local joined = redis.call('SADD', tenant .. type .. id
                                              .. ':groups', group)

            if groups[id] then
                nested = nested + joined

            elseif joined == 1 then
                users[#users + 1] = id
            end
        end

        added = added + count
    end)

    if nested > 0 then
        count_nested(tenant, group, nested)
    end

    memberships_changed(tenant, users, nested)

    return added > 0
end


-- writes: the same
local function members_remove(tenant, group, ids)
    local key = tenant .. ':group:' .. group .. ':members'
    local users, nested, removed = {}, 0, 0

    in_pieces(ids, function(first, last)
        local count = redis.call('ZREM', key, unpack(ids, first, last))

        for i = count > 0 and first or last + 1, last do
            local id = ids[i]

            if redis.call('SREM', tenant .. ':user:' .. id .. ':groups',
                          group) == 1
            then
                users[#users + 1] = id

            else
                nested = nested + redis.call('SREM', tenant .. ':group:' .. id
                                                     .. ':groups', group)
            end
        end

        removed = removed + count
    end)

    if nested > 0 then
        count_nested(tenant, group, -nested)
    end

    memberships_changed(tenant, users, nested)

    return removed > 0
end


-- Takes a user or group out of all groups; these count as modified.
-- type: user or group
local function leave_all_groups(tenant, type, id)
    local groups, time = tenant .. ':' .. type .. ':' .. id .. ':groups', now()
    local left, modified = {}, {}

    for _, group in ipairs(redis.call('SMEMBERS', groups)) do
        if redis.call('ZREM', tenant .. ':group:' .. group .. ':members', id)
           == 1
        then
            left[#left + 1] = group
        end
    end

    local next_version = next_sequences(tenant, #left)

    for _, group in ipairs(left) do
        local key = tenant .. ':group:' .. group
        local _, created, _, doc_version
            = state_of(redis.call('HGET', key, 'state'))

        redis.call('HSET', key, 'state',
                   state_text(next_version(), created, time, doc_version))

        if type == 'group' then
            count_nested(tenant, group, -1)
        end
    end

    list_modified(tenant, 'groups', left, time)
    redis.call('DEL', groups)
end


local function members_of(tenant, group)
    return redis.call('ZRANGE', tenant .. ':group:' .. group .. ':members', 0,
                      -1)
end


-- members: those that it has, if that is known.
-- Answers whether anything changed.
local function members_replace(tenant, group, ids, groups, members)
    local missing, joining, leaving = {}, {}, {}

    for _, id in ipairs(ids) do
        missing[id] = true
    end

    for _, id in ipairs(members or members_of(tenant, group)) do
        leaving[#leaving + 1] = not missing[id] and id or nil
        missing[id] = nil
    end

    for _, id in ipairs(ids) do
        joining[#joining + 1] = missing[id] and id or nil
        missing[id] = nil
    end

    local left = members_remove(tenant, group, leaving)
    local joined = members_add(tenant, group, joining, groups)

    return left or joined
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


-- Answers where the first one stands who is nobody, or the group itself; nil:
-- all may join. Nearly always all are users, which one command tells of many.
-- known: a set of those of whom it need not be found out; groups: gets those
-- that are groups', each as a name.
local function first_unknown(tenant, group, ids, known, groups)
    local unknown

    local function look_at(first, last)
        local keys, fits = {}, true

        for i = first, last do
            local id = ids[i]

            fits = fits and (known[id] or #id == ID_LENGTH)
            keys[#keys + 1] = not known[id] and tenant .. ':user:' .. id or nil
        end

        if fits and (#keys == 0 or redis.call('EXISTS', unpack(keys)) == #keys)
        then
            return
        end

        for i = first, last do
            local type = known[ids[i]] or member_type(tenant, ids[i])

            if not type or ids[i] == group then
                unknown = i
                return
            end

            groups[ids[i]] = type == 'group' or nil
        end
    end

    in_pieces(ids, function(first, last)
        if not unknown then
            look_at(first, last)
        end
    end)

    return unknown
end


-- Answers nil if everyone who shall join exists, else where the first one who
-- doesn't stands: the change's and the member's number, from 0. Members that a
-- group has exist: of those that the first change replaces, only others are
-- looked for. changes: gets these members, and those to join that are groups.
local function unknown_member(tenant, group, changes)
    local known = {}

    changes.groups = {}

    if changes[1] and changes[1].action == 'replace' then
        changes[1].members = members_of(tenant, group)

        for _, id in ipairs(changes[1].members) do
            known[id] = true
        end
    end

    for c, change in ipairs(changes) do
        local unknown = change.action ~= 'remove'
                        and first_unknown(tenant, group, change.ids, known,
                                          changes.groups)

        if unknown then
            return c - 1, unknown - 1
        end

        known = {}
    end

    return nil
end


-- Behind unknown_member.
local function apply_member_changes(tenant, group, changes)
    local apply = { add = members_add, remove = members_remove,
                    replace = members_replace }
    local regrouped = false

    for _, change in ipairs(changes) do
        regrouped = apply[change.action](tenant, group, change.ids,
                                         changes.groups, change.members)
                    or regrouped
    end

    return regrouped
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
