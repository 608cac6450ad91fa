--
-- Users and groups as administrators see them: what the identity provider said
-- of each, which integration created it, and what it is given here. Nothing
-- here writes.
--

local directory = {}


-- known: the integrations that have been looked up.
-- Answers id and name; nothing, if the integration is gone.
function directory.integration(tenant, id, known)
    if known[id] == nil then
        known[id] = redis.call('HGET', tenant .. ':integration:' .. id,
                               'name')
    end

    return known[id] and { 'id', id, 'name', known[id] } or {}
end


-- nil: there is no such user. Answers the document, too.
function directory.user(tenant, id, known)
    local document, state, display, integration, index
        = unpack(redis.call('HMGET', tenant .. ':user:' .. id, 'doc', 'state',
                            'display', 'integration', 'index'))

    if not document then
        return nil
    end

    local version, created, modified, active = state_of(state)
    local name, email = user_identity(document, index)

    return {
        'id', id, 'userName', name, 'displayName', display, 'email', email,
        'externalId', group_external_id({ index = index }),
        'active', active,
        'integration', directory.integration(tenant, integration, known),
        'created', created, 'modified', modified, 'version', version,
    }, document
end


-- nil: there is no such group. Answers the document, too, and the group as
-- rules look at it.
function directory.group(tenant, id, known)
    local key = tenant .. ':group:' .. id
    local document, state, display, integration, index
        = unpack(redis.call('HMGET', key, 'doc', 'state', 'display',
                            'integration', 'index'))

    if not document then
        return nil
    end

    local version, created, modified = state_of(state)
    local group = { key = key, id = id, display = display, index = index,
                    folded = group_folded(display, index) }

    return {
        'id', id, 'displayName', display,
        'externalId', group_external_id(group),
        'memberCount', redis.call('ZCARD', key .. ':members'),
        'integration', directory.integration(tenant, integration, known),
        'created', created, 'modified', modified, 'version', version,
    }, document, group
end


-- One more field of a record.
function directory.add(record, name, value)
    record[#record + 1] = name
    record[#record + 1] = value
end


-- The rules that give a group roles.
function directory.rules(tenant, group)
    local grants, rules = {}, {}

    grants_of_rules(tenant, { group }, grants, {})

    for _, found in ipairs(grants) do
        rules[#rules + 1] = rule_record(tenant, found.source)
    end

    return rules
end


-- Those that were found, as a page. input: found, a list of ids; cursor: behind
-- the page; total: of all pages.
function directory.page(tenant, input, show)
    local results, known = {}, {}

    for _, found in ipairs(input.found or {}) do
        results[#results + 1] = show(tenant, found.id, known) or nil
    end

    return { 'OK', results, input.cursor, input.total or '' }
end


-- args by name: found, cursor, total
register_read('users_shown', function(keys, args)
    return directory.page(keys[1], named(args, 1), directory.user)
end)


-- args by name: found, cursor, total
register_read('groups_shown', function(keys, args)
    return directory.page(keys[1], named(args, 1), directory.group)
end)


-- args by name: user
register_read('user_shown', function(keys, args)
    local tenant, id = keys[1], named(args, 1).user
    local record, document = directory.user(tenant, id, {})

    if not record then
        return refuse('MISSING', '', 'there is no such user in the tenant')
    end

    local groups = {}

    for _, group in ipairs(effective_groups(tenant, 'user:' .. id)) do
        groups[#groups + 1] = {
            'id', group.id, 'display', group.display,
            'direct', group.direct and '1' or '0', 'via', group.via,
        }
    end

    directory.add(record, 'attributes', document)
    directory.add(record, 'groups', groups)
    directory.add(record, 'bindings', bindings_of_subject(tenant,
                                                           'user:' .. id))

    return { 'OK', record }
end)


-- args by name: group
register_read('group_shown', function(keys, args)
    local tenant, id = keys[1], named(args, 1).group
    local record, document, group = directory.group(tenant, id, {})

    if not record then
        return refuse('MISSING', '', 'there is no such group in the tenant')
    end

    directory.add(record, 'attributes', document)
    directory.add(record, 'bindings', bindings_of_subject(tenant,
                                                           'group:' .. id))
    directory.add(record, 'rules', directory.rules(tenant, group))

    return { 'OK', record }
end)


-- A member; who has no displayName is known by the userName.
function directory.member(tenant, id)
    local document, state, display, index
        = unpack(redis.call('HMGET', tenant .. ':user:' .. id, 'doc', 'state',
                            'display', 'index'))

    if document then
        local _, _, _, active = state_of(state)
        local name = user_identity(document, index)

        return { 'id', id, 'type', 'user',
                 'display', display ~= '' and display or name,
                 'userName', name, 'active', active }
    end

    display = redis.call('HGET', tenant .. ':group:' .. id, 'display')

    return display and { 'id', id, 'type', 'group', 'display', display }
           or nil
end


-- args by name: group, count, cursor
register_read('members_shown', function(keys, args)
    local tenant, input = keys[1], named(args, 1)
    local key = tenant .. ':group:' .. input.group

    if redis.call('EXISTS', key) == 0 then
        return refuse('MISSING', '', 'there is no such group in the tenant')
    end

    return listing(key .. ':members', input, true, function(id)
        return directory.member(tenant, id)
    end)
end)
