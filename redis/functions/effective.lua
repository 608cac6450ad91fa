--
-- What a user may do, and why, for people who ask. Nothing here writes, and the
-- cost depends on what the user has, not on the size of the tenant.
--

local MOST_SHOWN = 1000             -- roles with where they come from
local LONGEST_WAY = 20              -- groups, of one that is shown
local NAMED_IN_SENTENCES = 5
local NAME_IN_SENTENCES = 100       -- bytes, about


-- A user's access (every: see subject_grants), with groups.by_id, and in each
-- group its distance: 0 for one that the user is a member of itself. nil: there
-- is no such user.
local function explained_access(tenant, id, every)
    local access = user_access(tenant, id, every)

    if not access or redis.call('HGET', tenant .. ':tenant', 'deleting') then
        return nil
    end

    local groups = access.groups

    groups.by_id = {}

    -- the first of those that lead to a group has been found before it
    for _, group in ipairs(groups) do
        groups.by_id[group.id] = group
        group.distance = group.direct and 0
                         or groups.by_id[group.via[1]].distance + 1
    end

    return access
end


-- The groups on the way to one, from one that the user is a member of itself.
local function way_to(groups, group)
    local way = {}

    while not group.direct do
        group = groups.by_id[group.via[1]]
        way[group.distance + 1] = group
    end

    return way
end


-- The ids of the first of them.
local function ids_of(way, most)
    local ids = {}

    for i = 1, math.min(#way, most) do
        ids[i] = way[i].id
    end

    return ids
end


-- id and display, or nothing
local function group_shown(groups, id)
    local group = groups.by_id[id]

    return group and { 'id', group.id, 'display', group.display } or {}
end


--
-- All of it.
--

local function groups_shown(access)
    local shown = {}

    for i, group in ipairs(access.groups) do
        local way = way_to(access.groups, group)

        access.cut = access.cut or #way > LONGEST_WAY
        shown[i] = {
            'id', group.id, 'display', group.display,
            'direct', group.direct and '1' or '0',
            'via', ids_of(way, LONGEST_WAY),
        }
    end

    return shown
end


-- A rule's grant is one for each of the groups that it matches; these are put
-- in their order when it is known which are shown.
local function roles_shown(access)
    local shown = {}

    table.sort(access.grants, function(a, b)
        if a.role ~= b.role then
            return a.role < b.role
        end

        if a.namespace ~= b.namespace then
            return a.namespace < b.namespace
        end

        return a.source < b.source
    end)

    for _, found in ipairs(access.grants) do
        local groups = found.groups or { found.group }

        if #shown + #groups > MOST_SHOWN then
            access.cut = true
        end

        if #shown < MOST_SHOWN then
            table.sort(groups)
        end

        for i = 1, math.min(#groups, MOST_SHOWN - #shown) do
            shown[#shown + 1] = {
                'role', found.role, 'origin', found.origin,
                'source', found.source,
                'group', group_shown(access.groups, groups[i]),
                'namespace', found.namespace,
                'permissions', found.permissions,
            }
        end
    end

    return shown
end


-- The sum of the grants of each namespace, in the order of these.
local function permissions_shown(grants)
    local words, namespaces, shown = {}, {}, {}

    for _, found in ipairs(grants) do
        local known = words[found.namespace]

        if not known then
            known = {}
            words[found.namespace] = known
            namespaces[#namespaces + 1] = found.namespace
        end

        for word in string.gmatch(not known[found.role] and found.permissions
                                  or '', '%S+')
        do
            known[#known + 1] = not known[word] and word or nil
            known[word] = true
        end

        -- no word of a permission is a role's name, which has no colon
        known[found.role] = true
    end

    table.sort(namespaces)

    for i, namespace in ipairs(namespaces) do
        table.sort(words[namespace])
        shown[i] = { 'namespace', namespace,
                     'permissions', table.concat(words[namespace], ' ') }
    end

    return shown
end


-- args by name: user
-- Answers OK and a record: user, groups, roles, permissions, and truncated:
-- there is more than is looked at, or shown.
register_read('tenant_access', function(keys, args)
    local tenant, input = keys[1], named(args, 1)
    local access = explained_access(tenant, input.user, true)

    if not access then
        return refuse('MISSING', '', 'there is no such user in the tenant')
    end

    local groups, roles = groups_shown(access), roles_shown(access)

    return { 'OK', {
        'user', { 'id', access.id, 'userName', access.name,
                  'active', access.active and '1' or '0' },
        'groups', groups, 'roles', roles,
        'permissions', permissions_shown(access.grants),
        'truncated', (access.cut or access.groups.cut or access.grants.cut)
                     and '1' or '0',
    } }
end)


--
-- May this user ...?
--

-- A group's name in a sentence.
local function quoted(group)
    local name = group.display

    if #name > NAME_IN_SENTENCES then
        name = string.match(string.sub(name, 1, NAME_IN_SENTENCES),
                            '^(.-)[\192-\244]?[\128-\191]*$') .. '...'
    end

    return '"' .. name .. '"'
end


-- "a, b and 3 more"
local function enumerated(words)
    local most = math.min(#words, NAMED_IN_SENTENCES)
    local text = table.concat(words, ', ', 1, most)

    if #words > most then
        return text .. string.format(' and %d more', #words - most)
    end

    return text
end


-- How a user has a grant: "by a binding of its own"
local function way_told(access, found)
    local group = access.groups.by_id[found.group]
    local names = {}

    if not group then
        return 'by a binding of its own'
    end

    for i, on_the_way in ipairs(way_to(access.groups, group)) do
        names[i] = quoted(on_the_way)
    end

    return string.format('as a member of the group %s%s, which %s',
                         quoted(group),
                         #names > 0 and ' through ' .. enumerated(names) or '',
                         found.origin == 'RULE' and 'a rule gives it to'
                                                 or 'it is bound to')
end


-- The shortest way counts: one's own, then through near groups.
local function nearest_way(access, grants)
    local nearest, least

    for _, found in ipairs(grants) do
        local group = access.groups.by_id[found.group]
        local distance = group and group.distance * 2 + 1
                         + (found.origin == 'RULE' and 1 or 0) or 0

        if not nearest or distance < least then
            nearest, least = found, distance
        end
    end

    return nearest
end


-- How many words from the first on are the same in both.
local function common_words(one, other)
    local rest = string.gmatch(other, '[^.]+')
    local count = 0

    for word in string.gmatch(one, '[^.]+') do
        if rest() ~= word then
            break
        end

        count = count + 1
    end

    return count
end


-- Of grants elsewhere, the one in the namespace that has most in common with
-- the one that was asked for.
local function nearest_namespace(grants, asked)
    local nearest, most, length

    for _, found in ipairs(grants) do
        local common = common_words(found.namespace, asked)
        local own = #found.namespace

        if not nearest or common > most or common == most and own < length
        then
            nearest, most, length = found, common, own
        end
    end

    return nearest
end


-- The names of the roles, each once.
local function roles_told(grants)
    local names = {}

    for _, found in ipairs(grants) do
        names[#names + 1] = not names[found.role] and found.role or nil
        names[found.role] = true
    end

    table.sort(names)

    return enumerated(names)
end


local function place_told(namespace)
    return namespace == '' and 'everywhere' or 'in ' .. namespace
end


-- Answers whether it is allowed, why, and the grant that decides, or comes
-- nearest (nil: none does).
local function decide(access, permission, namespace)
    if not access.active then
        return false, 'The user is inactive, and who is has no permission.'
    end

    if #access.grants == 0 then
        return false, 'The user has no role here, neither by a binding nor'
                      .. ' through a group.'
    end

    local found = nearest_way(access, grants_permitting(access.grants,
                                                        permission,
                                                        namespace))

    if found then
        local place = place_told(found.namespace)

        if found.namespace ~= '' and found.namespace ~= namespace then
            place = place .. ', which covers ' .. namespace
        end

        return true, string.format('The role %s permits %s, and the user has'
                                   .. ' it %s, %s.', found.role, permission,
                                   place, way_told(access, found)), found
    end

    local elsewhere = {}

    for _, other in ipairs(access.grants) do
        if permissions_have(other.permissions, permission) then
            elsewhere[#elsewhere + 1] = other
        end
    end

    found = nearest_namespace(elsewhere, namespace)

    if found then
        return false, string.format('The role %s permits %s, but the user has'
                                    .. ' it %s, %s, and not %s.', found.role,
                                    permission, place_told(found.namespace),
                                    way_told(access, found),
                                    place_told(namespace)), found
    end

    return false, string.format('None of the user\'s roles permits %s: %s.',
                                permission, roles_told(access.grants))
end


-- args by name: user, permission, action, namespace ('': everywhere)
-- Answers OK and a record: allowed, reason, role, binding or rule, group and
-- via, namespace, missing, truncated.
register_read('access_check', function(keys, args)
    local tenant, input = keys[1], named(args, 1)
    local access = explained_access(tenant, input.user)

    if not access then
        return refuse('MISSING', 'user', 'there is no such user in the'
                                         .. ' tenant')
    end

    local permission = input.permission .. ':' .. input.action
    local allowed, reason, found
        = decide(access, permission, input.namespace or '')
    local cut = access.groups.cut or access.grants.cut
    local group = found and access.groups.by_id[found.group]

    if cut and not allowed then
        reason = reason .. string.format(' Not all was looked at: of a user'
                                         .. ' %d groups and %d bindings'
                                         .. ' count.', MOST_GROUPS,
                                         MOST_BINDINGS)
    end

    found = found or { role = '', source = '', group = '', namespace = '' }

    return { 'OK', {
        'allowed', allowed and '1' or '0', 'reason', reason,
        'binding', found.origin ~= 'RULE' and found.source or '',
        'rule', found.origin == 'RULE' and found.source or '',
        'role', found.role, 'group', group_shown(access.groups, found.group),
        'namespace', found.namespace,
        'via', group and ids_of(way_to(access.groups, group), MOST_GROUPS)
               or {},
        'missing', allowed and '' or permission,
        'truncated', cut and '1' or '0',
    } }
end)
