--
-- Bindings: a role of a user, a group or a service account, everywhere or in a
-- namespace. They never change: one is removed, and another one made.
--

local BINDING_FIELDS = { 'role', 'subject_type', 'subject', 'namespace',
                         'created' }
local SUBJECT_TYPES = { 'user', 'group', 'service-account' }

-- Of one subject or role so many are looked at as a whole; of more, a page's.
local BINDINGS_TOGETHER = 1000


-- How a subject is called; nil: there is none.
local function subject_display(tenant, subject_type, id)
    local key = tenant .. ':' .. subject_type .. ':' .. id

    if #id ~= ID_LENGTH then
        return nil
    end

    if subject_type == 'service-account' then
        return redis.call('HGET', key, 'name')
    end

    local display = redis.call('HGET', key, 'display')

    if display == '' and subject_type == 'user' then
        local document, index = unpack(redis.call('HMGET', key, 'doc',
                                                  'index'))

        return (user_identity(document, index))
    end

    return display
end


-- role, subject type, subject and namespace, or nil
local function binding_of(tenant, id)
    local fields = redis.call('HMGET', tenant .. ':binding:' .. id,
                              unpack(BINDING_FIELDS))

    return fields[1] and fields
end


local function binding_record(tenant, id)
    local fields = binding_of(tenant, id)

    if not fields then
        return nil
    end

    local role, subject_type, subject, namespace, created = unpack(fields)

    return {
        'id', id, 'role', role,
        'subject', {
            'type', subject_type, 'id', subject,
            'display', subject_display(tenant, subject_type, subject) or '',
        },
        'namespace', namespace or '', 'created', created or '0',
    }
end


-- Those of a subject itself: "user:ID", "group:ID" or "service-account:ID"
local function bindings_of_subject(tenant, subject)
    local ids = redis.call('SMEMBERS', tenant .. ':' .. subject
                                       .. ':bindings')
    local bindings = {}

    table.sort(ids)

    for i = 1, math.min(#ids, MOST_BINDINGS) do
        bindings[#bindings + 1] = binding_record(tenant, ids[i])
    end

    return bindings
end


-- An integration may do at once what its service account may. bindings: that
-- were made or removed
local function subjects_changed(tenant, bindings)
    local known = {}

    for _, binding in ipairs(bindings) do
        local subject = binding.subject

        if binding.subject_type == 'service-account' and not known[subject]
        then
            known[subject] = true
            account_changed(tenant, subject)
        end
    end
end


-- input: id, role, subject_type, subject, namespace; at: where it stands in the
-- body, '' or "bindings[3]."; more: how many others the subject is to get
-- Answers the refusal, or nil.
local function refuse_binding(tenant, args, input, at, more)
    local namespace = input.namespace or ''
    local permissions = redis.call('HGET', tenant .. ':role:' .. input.role,
                                   'permissions')
    local own = tenant .. ':' .. input.subject_type .. ':' .. input.subject
                .. ':bindings'

    if not permissions then
        return refuse('REFUSED', at .. 'role', 'the tenant has no role of this'
                                               .. ' name: create it first')
    end

    if not subject_display(tenant, input.subject_type, input.subject) then
        return refuse('REFUSED', at .. 'subject.id', 'the tenant has nobody of'
                                 .. ' this type and id')
    end

    local refusal = refuse_grant(tenant, args, permissions, namespace,
                                 at .. 'role')

    if refusal then
        return refusal
    end

    for _, id in ipairs(redis.call('SINTER', own, tenant .. ':role:'
                                   .. input.role .. ':bindings'))
    do
        if redis.call('HGET', tenant .. ':binding:' .. id, 'namespace')
           == namespace
        then
            return refuse('EXISTS', string.match(at, '[^.]*'), 'the subject'
                          .. ' has this role in this namespace already')
        end
    end

    if redis.call('SCARD', own) + more >= MOST_BINDINGS then
        return refuse('HELD', at .. 'subject', string.format('the subject has'
                      .. ' %d bindings, which is the most: remove some first',
                      MOST_BINDINGS))
    end

    return nil
end


-- A binding as the audit trail's values have it.
local function binding_values(role, subject_type, subject, namespace)
    local type = string.gsub(subject_type, '-', '_')

    return {
        role = role, namespace = namespace,
        subject = { type = string.upper(type), id = subject },
    }
end


local function create_binding(tenant, args, input)
    local values = binding_values(input.role, input.subject_type,
                                  input.subject, input.namespace)
    local time = audit(tenant, args, 'bindings.create', input.id, '', '', nil,
                       audit_values({}, values))

    bind(tenant, input.id, input.role, input.subject_type, input.subject,
         input.namespace or '', time)
end


-- args: origin, then by name: id, role, subject_type, subject, namespace
-- Answers OK and the binding.
register_creation('binding_create', binding_record,
                  function(tenant, args, input)
    if redis.call('EXISTS', tenant .. ':tenant') == 0 then
        return refuse('MISSING', '', 'there is no such tenant')
    end

    local refusal = refuse_binding(tenant, args, input, '', 0)

    if refusal then
        return refusal
    end

    create_binding(tenant, args, input)
    subjects_changed(tenant, { input })

    return { 'OK', binding_record(tenant, input.id) }
end)


-- What was created together: a record that has all of them. It is found by
-- their ids, with single spaces.
local function bindings_record(tenant, ids)
    local results = {}

    for id in string.gmatch(ids, '%S+') do
        results[#results + 1] = binding_record(tenant, id)
    end

    return #results > 0 and { 'ids', ids, 'results', results } or nil
end


-- args: origin, then by name: bindings, a list of such as above, and ids, a
--       list of as many ids
-- All of them or none. Answers OK and a record that has them as results.
register_creation('binding_create_all', bindings_record,
                  function(tenant, args, input)
    local known, more, ids = {}, {}, {}

    if redis.call('EXISTS', tenant .. ':tenant') == 0 then
        return refuse('MISSING', '', 'there is no such tenant')
    end

    for i, binding in ipairs(input.bindings) do
        local at = string.format('bindings[%d]', i - 1)
        local same = table.concat({ binding.role, binding.subject,
                                    binding.namespace or '' }, ' ')
        local others = more[binding.subject] or 0
        local refusal = refuse_binding(tenant, args, binding, at .. '.',
                                       others)

        if known[same] then
            return refuse('EXISTS', string.match(at, '[^.]*'), 'the same'
                          .. ' binding stands further up already')
        end

        if refusal then
            return refusal
        end

        known[same] = true
        more[binding.subject] = others + 1
        binding.id = input.ids[i].id
        ids[i] = binding.id
    end

    for _, binding in ipairs(input.bindings) do
        create_binding(tenant, args, binding)
    end

    subjects_changed(tenant, input.bindings)

    return { 'OK', bindings_record(tenant, table.concat(ids, ' ')) }
end)


-- args by name: binding
register_read('binding_read', function(keys, args)
    local input = named(args, 1)
    local record = binding_record(keys[1], input.binding)

    return record and { 'OK', record }
           or refuse('MISSING', '', 'there is no such binding in the tenant')
end)


-- args: origin, then by name: binding
register('binding_delete', function(keys, args)
    local tenant, input = keys[1], named(args, FIRST_ARG)
    local fields = binding_of(tenant, input.binding)

    if not fields then
        return refuse('MISSING', '', 'there is no such binding in the tenant')
    end

    unbind(tenant, input.binding)
    audit(tenant, args, 'bindings.delete', input.binding, '', '', nil,
          audit_values(binding_values(unpack(fields)), {}))
    subjects_changed(tenant, { { subject_type = fields[2],
                                 subject = fields[3] } })

    return { 'OK' }
end)


-- Whether a binding is one of those that a list asks for.
local function binding_matches(tenant, id, input)
    local fields = binding_of(tenant, id)

    if not fields then
        return false
    end

    local role, subject_type, subject, namespace = unpack(fields)

    return (input.role or role) == role
           and (input.subject_type or subject_type) == subject_type
           and (input.subject or subject) == subject
           and (input.namespace or namespace) == namespace
end


-- The keys of the sets that have all that a list asks for; nil: there are no
-- such sets, or they have too many for one step.
local function binding_sets(tenant, input)
    local keys, size = {}, 0

    if input.subject then
        for _, subject_type in ipairs(input.subject_type
                                      and { input.subject_type }
                                      or SUBJECT_TYPES)
        do
            keys[#keys + 1] = tenant .. ':' .. subject_type .. ':'
                              .. input.subject .. ':bindings'
        end

    elseif input.role then
        keys[1] = tenant .. ':role:' .. input.role .. ':bindings'
    end

    for _, key in ipairs(keys) do
        size = size + redis.call('SCARD', key)
    end

    return #keys > 0 and size <= BINDINGS_TOGETHER and keys or nil
end


-- The page of those in some sets, all of which is looked at.
local function bindings_of_sets(tenant, input, keys)
    local found, results = {}, {}
    local count = tonumber(input.count or PAGE)
    local from = tonumber(input.cursor or 0)

    for _, id in ipairs(redis.call('SUNION', unpack(keys))) do
        if binding_matches(tenant, id, input) then
            found[#found + 1] = {
                id = id,
                place = redis.call('ZSCORE', tenant .. ':bindings', id),
            }
        end
    end

    table.sort(found, function(a, b)
        return tonumber(a.place) < tonumber(b.place)
    end)

    for _, binding in ipairs(found) do
        if tonumber(binding.place) > from then
            if #results == count then
                return { 'OK', results, input.cursor, #found .. '' }
            end

            results[#results + 1] = binding_record(tenant, binding.id)
            input.cursor = binding.place
        end
    end

    return { 'OK', results, '', #found .. '' }
end


-- args by name: role, subject, subject_type, namespace, count, cursor
register_read('binding_list', function(keys, args)
    local tenant, input = keys[1], named(args, 1)

    if redis.call('EXISTS', tenant .. ':tenant') == 0 then
        return refuse('MISSING', '', 'there is no such tenant')
    end

    local sets = binding_sets(tenant, input)

    if sets then
        return bindings_of_sets(tenant, input, sets)
    end

    local every = not (input.role or input.subject or input.subject_type
                       or input.namespace)

    return listing(tenant .. ':bindings', input, every, function(id)
        return (every or binding_matches(tenant, id, input))
               and binding_record(tenant, id) or nil
    end)
end)
