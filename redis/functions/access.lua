--
-- What a user or a service account may do: its groups, also through groups in
-- groups, and its roles, through bindings of its own, through those of its
-- groups, and through rules that its groups match. The cost depends on what the
-- subject has, not on the size of the tenant.
--

local MOST_GROUPS = 1000            -- that count, of one subject
local MOST_BINDINGS = 1000
local BINDINGS_OF = 50              -- subjects are read at a time
local MOST_RULES = 100              -- of a tenant


-- Namespaces: '' is everywhere; "prod" covers "prod" and "prod.engineering",
-- not "production". Who asks for none asks for everywhere.
local function namespace_covers(granted, asked)
    return granted == '' or granted == asked
           or string.sub(asked, 1, #granted + 1) == granted .. '.'
end


-- permissions: as a role has them; permission: "FLOW:EXECUTE"
local function permissions_have(permissions, permission)
    return string.find(' ' .. permissions .. ' ', ' ' .. permission .. ' ', 1,
                       true) ~= nil
end


--
-- Groups.
--

-- The displayName as it is compared; a group's index begins with it.
local function group_folded(display, index)
    return string.match(index or '', '^displayName%z([^%z]*)')
           or string.lower(display)
end


-- '': it has none
local function group_external_id(group)
    for _, entry in ipairs(index_unpack(group.index or '')) do
        local value = string.match(entry, '^externalId%z(.*)$')

        if value then
            return value
        end
    end

    return ''
end


-- Whether some of the groups from first on are members of others. Nearly always
-- none is, which one command tells.
local function groups_nested(groups, first)
    local keys = {}

    for i = first, #groups do
        keys[#keys + 1] = groups[i].key .. ':groups'
    end

    return redis.call('EXISTS', unpack(keys)) > 0
end


-- subject: "user:ID", "group:ID"
-- Answers the groups that it is in, those of which it is a member itself first,
-- each once: key, id, display, folded (the display as it is compared), index,
-- direct, and via: the ids of the groups among them through which it is in this
-- one. cut: there are more, which do not count.
local function effective_groups(tenant, subject)
    local groups, known, first = {}, {}, 1

    local function visit(id, via)
        local group = known[id]

        if group == nil and not groups.cut then
            local key = tenant .. ':group:' .. id
            local display, index = unpack(redis.call('HMGET', key, 'display',
                                                     'index'))

            groups.cut = groups.cut or display and #groups == MOST_GROUPS
            group = display and #groups < MOST_GROUPS
                    and { key = key, id = id, display = display,
                          folded = group_folded(display, index), index = index,
                          direct = not via, via = {} }
            known[id] = group
            groups[#groups + 1] = group or nil
        end

        if group and via then
            group.via[#group.via + 1] = via
        end
    end

    for _, id in ipairs(redis.call('SMEMBERS', tenant .. ':' .. subject
                                               .. ':groups'))
    do
        visit(id)
    end

    while first <= #groups and groups_nested(groups, first) do
        local last = #groups

        for i = first, last do
            for _, id in ipairs(redis.call('SMEMBERS', groups[i].key
                                                       .. ':groups'))
            do
                visit(id, groups[i].id)
            end
        end

        first = last + 1
    end

    return groups
end


--
-- Roles.
--

-- One grant more, unless its role is gone; roles: those that are known.
local function grant(tenant, grants, roles, found)
    if roles[found.role] == nil then
        roles[found.role] = redis.call('HGET', tenant .. ':role:'
                                       .. found.role, 'permissions')
    end

    if roles[found.role] then
        found.permissions = roles[found.role]
        grants[#grants + 1] = found
    end
end


-- Those of the subject itself, then those of its groups, until there are more
-- than count.
local function binding_ids(tenant, subject, groups)
    local keys, ids = { tenant .. ':' .. subject .. ':bindings' }, {}

    for _, group in ipairs(groups) do
        keys[#keys + 1] = group.key .. ':bindings'
    end

    for first = 1, #keys, BINDINGS_OF do
        local found = redis.call('SUNION', unpack(keys, first,
                                                  math.min(first + BINDINGS_OF
                                                           - 1, #keys)))

        table.sort(found)

        for _, id in ipairs(found) do
            ids[#ids + 1] = id
        end

        if #ids > MOST_BINDINGS then
            break
        end
    end

    return ids
end


local function grants_of_bindings(tenant, subject, groups, grants, roles)
    local ids = binding_ids(tenant, subject, groups)

    grants.cut = #ids > MOST_BINDINGS

    for i = 1, math.min(#ids, MOST_BINDINGS) do
        local role, type, id, namespace
            = unpack(redis.call('HMGET', tenant .. ':binding:' .. ids[i],
                                'role', 'subject_type', 'subject',
                                'namespace'))

        if role then
            local own = type .. ':' .. id == subject

            grant(tenant, grants, roles, {
                role = role, origin = own and 'BINDING' or 'GROUP',
                source = ids[i], group = own and '' or id,
                namespace = namespace or '',
            })
        end
    end
end


-- What a rule looks at, as it is compared.
local RULE_TEXTS = {
    displayName = function(group)
        return group.folded
    end,
    externalId = function(group)
        return string.lower(group_external_id(group))
    end,
}


-- The rules of a tenant, and those that look at each attribute, as a set of
-- patterns.
local function rules_of(tenant)
    local rules, sets = {}, {}

    for _, id in ipairs(redis.call('ZRANGE', tenant .. ':rules', 0,
                                   MOST_RULES - 1))
    do
        local attribute, pattern, folded, role, namespace
            = unpack(redis.call('HMGET', tenant .. ':rule:' .. id,
                                'attribute', 'pattern', 'folded', 'role',
                                'namespace'))

        if RULE_TEXTS[attribute] then
            local rule = { id = id, role = role, namespace = namespace or '',
                           groups = {} }

            sets[attribute] = sets[attribute] or patterns.set()
            patterns.add(sets[attribute], folded or string.lower(pattern),
                         rule)
            rules[#rules + 1] = rule
        end
    end

    return rules, sets
end


-- Groups are looked at in their order, so the first one that a rule matches is
-- as near as any.
local function grants_of_rules(tenant, groups, grants, roles, every)
    local rules, sets

    local function wanted(rule)
        return every or not rule.groups[1]
    end

    if #groups > 0 then
        rules, sets = rules_of(tenant)
    end

    for attribute, set in pairs(sets or {}) do
        local text_of = RULE_TEXTS[attribute]

        for _, group in ipairs(groups) do
            patterns.match(set, text_of(group), wanted, function(rule)
                rule.groups[#rule.groups + 1] = group.id
            end)
        end

        grants.cut = grants.cut or set.cut
    end

    for _, rule in ipairs(rules or {}) do
        if rule.groups[1] then
            grant(tenant, grants, roles, {
                role = rule.role, origin = 'RULE', source = rule.id,
                group = rule.groups[1], groups = rule.groups,
                namespace = rule.namespace,
            })
        end
    end
end


-- subject: "user:ID", "group:ID", "service-account:ID"; groups: those that it
-- is in; every: it matters which of them a rule matches, not that one is.
-- Answers each role that it has: role, origin (BINDING, GROUP or RULE), source
-- (the id of the binding or the rule), group ('' if it is the subject's own),
-- namespace, permissions; of a rule groups: all that it matches, with every.
local function subject_grants(tenant, subject, groups, every)
    local grants, roles = {}, {}

    grants_of_bindings(tenant, subject, groups, grants, roles)
    grants_of_rules(tenant, groups, grants, roles, every)

    return grants
end


-- Those of the grants that give a permission in a namespace.
local function grants_permitting(grants, permission, namespace)
    local permitting = {}

    for _, found in ipairs(grants) do
        if permissions_have(found.permissions, permission)
           and namespace_covers(found.namespace, namespace)
        then
            permitting[#permitting + 1] = found
        end
    end

    return permitting
end


--
-- Users.
--

-- attribute: id, userName, externalId, emails.value; value: as the index has it
-- Answers the id; or nil and MISSING, or SEVERAL: none of them can be meant.
local function find_user(tenant, attribute, value)
    if attribute == 'id' then
        return #value == ID_LENGTH and value or nil, 'MISSING'
    end

    local entry = attribute .. '\0' .. value
    local id = redis.call('HGET', tenant .. ':users:index', entry)

    if id == '' then
        return index_left(tenant .. ':users', entry), 'SEVERAL'
    end

    return id or nil, 'MISSING'
end


-- What follows the first bracket of a document's e-mail addresses, up to the
-- closing one; nil: that can't be told without reading all of it.
local function emails_text(document, index)
    if not string.find(index, '\0emails.value\0', 1, true) then
        return ']'
    end

    local _, last = string.find(document, '"emails":[', 1, true)

    if not last or string.find(document, '"emails":[', last, true) then
        return nil
    end

    return string.match(document, '^[^%[%]]*%]', last + 1)
end


local function primary_email(emails)
    local first

    for _, email in ipairs(emails or {}) do
        if type(email.value) == 'string' then
            first = first or email.value

            if email.primary == true then
                return email.value
            end
        end
    end

    return first or ''
end


-- userName and e-mail address (the primary or the first one), as they were
-- sent. A document is compact JSON, out of which a plain value can be taken if
-- its name stands there once.
local function user_identity(document, index)
    local _, last = string.find(document, '"userName":"', 1, true)
    local name = last and not string.find(document, '"userName":"', last, true)
                 and string.match(document, '^([^"\\]*)"', last + 1)
    local text = name and emails_text(document, index)

    if text == ']' then
        return name, ''
    end

    local ok, emails = pcall(cjson.decode, '[' .. (text or ''))

    if ok then
        return name, primary_email(emails)
    end

    local user = cjson.decode(document)

    return user.userName, primary_email(user.emails)
end


-- All of it: id, active, name, email, groups and grants (every: see
-- subject_grants); an inactive user has none of these. nil: there is no such
-- user.
local function user_access(tenant, id, every)
    local document, state, index
        = unpack(redis.call('HMGET', tenant .. ':user:' .. id, 'doc', 'state',
                            'index'))

    if not document then
        return nil
    end

    local _, _, _, active = state_of(state)
    local name, email = user_identity(document, index)
    local subject = 'user:' .. id
    local groups = effective_groups(tenant, subject)

    return {
        id = id, active = active == '1', name = name, email = email,
        groups = groups,
        grants = active == '1' and subject_grants(tenant, subject, groups,
                                                  every) or {},
    }
end


--
-- The same for nginx' gate: one text, which nginx keeps and reads as it is. To
-- make it takes ten times as long as to read it, so Redis keeps it, too, for
-- those who come again, until it changes: changed() drops it.
--
-- The text begins with eight numbers: 1 if the user is active, 1 if there was
-- more than counts, where groups, roles and grants begin, how many these are.
-- Then come texts, each behind its length: id, userName, e-mail; of each group
-- id, displayName, and the same as it is compared; of each role name and
-- permissions; of each grant where its role begins, and the namespace. All
-- numbers have four bytes, the lowest first; places are counted from 0.
--

local RECORD_HEADER = 32
local FIELDS_KEPT = 200000          -- of a tenant; then all are forgotten


local function record_texts(a, b, c)
    return struct.pack('<I4c0I4c0I4c0', #a, a, #b, b, #c, c)
end


-- Answers the roles' part of a record that they begin in at a place, and where
-- each of them begins.
local function record_roles(grants, place)
    local parts, places, count = {}, {}, 0

    for _, found in ipairs(grants) do
        if not places[found.role] then
            local part = struct.pack('<I4c0I4c0', #found.role, found.role,
                                     #found.permissions, found.permissions)

            places[found.role] = place
            place = place + #part
            count = count + 1
            parts[count] = part
        end
    end

    return table.concat(parts), places, count
end


local function record_grants(grants, places)
    local parts, seen = {}, {}

    for _, found in ipairs(grants) do
        local part = struct.pack('<I4I4c0', places[found.role],
                                 #found.namespace, found.namespace)

        if not seen[part] then
            seen[part] = true
            parts[#parts + 1] = part
        end
    end

    return table.concat(parts), #parts
end


local function access_record(access)
    local user = record_texts(access.id, access.name, access.email)
    local parts = {}

    for i, group in ipairs(access.groups) do
        parts[i] = record_texts(group.id, group.display, group.folded)
    end

    local groups = table.concat(parts)
    local groups_at = RECORD_HEADER + #user
    local roles_at = groups_at + #groups
    local roles, places, nroles = record_roles(access.grants, roles_at)
    local grants, ngrants = record_grants(access.grants, places)

    return struct.pack('<I4I4I4I4I4I4I4I4', access.active and 1 or 0,
                       (access.groups.cut or access.grants.cut) and 1 or 0,
                       groups_at, roles_at, roles_at + #roles,
                       #access.groups, nroles, ngrants)
           .. user .. groups .. roles .. grants
end


-- nil: there is no such user
local function read_access(tenant, id)
    local access = user_access(tenant, id)

    if not access or redis.call('HGET', tenant .. ':tenant', 'deleting') then
        return nil
    end

    return access_record(access)
end


-- The same; nil and why: MISSING, or FAILED if it cannot be put together, which
-- is nobody else's failure.
local function try_access(tenant, id)
    local ok, record = pcall(read_access, tenant, id)

    if not ok then
        redis.log(redis.LOG_WARNING, 'scim: the access of a user cannot be '
                                     .. 'read: ' .. (record.err or record))
        return nil, 'FAILED'
    end

    return record, 'MISSING'
end


-- An index' entry, attribute NUL value; see find_user.
local function find_entry(tenant, entry)
    return find_user(tenant, string.match(entry, '^([^%z]*)%z(.*)$'))
end


-- args: entries, of whom each is asked for.
-- Answers of each of them, in this order, the record by itself, if it is kept;
-- else OK and the record; MISSING; SEVERAL; FAILED.
register_read('access_read', function(keys, args)
    local tenant = keys[1]
    local answers = redis.call('HMGET', tenant .. ':access', unpack(args))

    for i, record in ipairs(answers) do
        if not record then
            local id, why = find_entry(tenant, args[i])

            if id then
                record, why = try_access(tenant, id)
            end

            answers[i] = record and { 'OK', record } or { why }
        end
    end

    return answers
end)


-- One record more, and under its user's id by which entry it is found: a line
-- each, for changed().
local function keep_access(key, entry, id, record)
    local entries = redis.call('HGET', key, id) or ''

    if not string.find('\n' .. entries, '\n' .. entry .. '\n', 1, true) then
        entries = entries .. entry .. '\n'
    end

    redis.call('HSET', key, entry, record, id, entries)
end


-- args: entries. Keeps what access_read will answer of them; OK, or MISSING: of
-- none.
-- writes: scim:{T}:access
register('access_keep', function(keys, args)
    local tenant, key = keys[1], keys[1] .. ':access'
    local answer = 'MISSING'

    if redis.call('HLEN', key) >= FIELDS_KEPT then
        redis.call('UNLINK', key)
    end

    for _, entry in ipairs(args) do
        local id = not string.find(entry, '\n', 1, true)
                   and find_entry(tenant, entry)
        local record = id and try_access(tenant, id)

        if record then
            keep_access(key, entry, id, record)
            answer = 'OK'
        end
    end

    return { answer }
end)
