--
-- Persons as administrators of all tenants see them. They lie in slots of
-- their own, and these functions look at several.
--

local persons = {}


-- What the tenants that a person is in, or the last one, called it.
function persons.name(key, id, tenants)
    for _, tenant in ipairs(tenants) do
        local document, index
            = unpack(redis.call('HMGET', 'scim:{' .. tenant .. '}:user:' .. id,
                                'doc', 'index'))

        if document then
            return (user_identity(document, index))
        end
    end

    return redis.call('HGET', key, 'userName') or ''
end


-- nil: there is no such person.
function persons.record(id)
    local key = PERSON .. id
    local created = redis.call('HGET', key, 'created')

    if not created then
        return nil
    end

    local tenants, records = tenants_of(key), {}

    for i, tenant in ipairs(tenants) do
        records[i] = { 'id', tenant, 'since', (access_of(key, tenant)) }
    end

    return { 'id', id, 'userName', persons.name(key, id, tenants),
             'created', created, 'tenants', records }, #tenants
end


-- Whether a person with so many tenants is meant. orphaned: '1', '0' or nil
function persons.meant(orphaned, tenants)
    return orphaned == nil or (orphaned == '1') == (tenants == 0)
end


-- args by name: name (a prepared userName), orphaned, count, cursor
register_read('person_list', function(keys, args)
    local input = named(args, 1)

    local function show(id)
        local record, tenants = persons.record(id)

        return record and persons.meant(input.orphaned, tenants) and record
               or nil
    end

    if input.name then
        local id = redis.call('HGET', 'scim:username:' .. input.name, 'id')
        local record = id and show(id)

        return { 'OK', { record or nil }, '', record and '1' or '0' }
    end

    return listing(input.orphaned == '1' and ORPHANS or PERSONS, input,
                   input.orphaned ~= '0', show)
end)


-- args by name: user
register_read('person_read', function(keys, args)
    local record = persons.record(named(args, 1).user)

    return record and { 'OK', record }
           or refuse('MISSING', '', 'there is no such user')
end)


-- The names that the person holds are free, unless a tenant uses them.
-- writes: scim:username:NAME
function persons.release_names(key, id)
    for _, field in ipairs(redis.call('HKEYS', key)) do
        local name = string.match(field, '^name:(.*)$')
        local name_key = name and 'scim:username:' .. name

        if name and redis.call('HGET', name_key, 'id') == id
           and redis.call('HLEN', name_key) == 1
        then
            redis.call('DEL', name_key)
        end
    end
end


-- args: origin, then by name: user
-- writes: scim:user:U, scim:username:NAME, scim:users, scim:users:orphaned,
--         scim:audit
register('person_delete', function(keys, args)
    local id = named(args, FIRST_ARG).user
    local key = PERSON .. id

    if redis.call('EXISTS', key) == 0 then
        return refuse('MISSING', '', 'there is no such user')
    end

    local tenants = tenants_of(key)

    if #tenants > 0 then
        return refuse('HELD', '', string.format('the user has access to %d'
                      .. ' tenants: end it in each of them first', #tenants))
    end

    persons.release_names(key, id)
    redis.call('DEL', key)
    redis.call('ZREM', PERSONS, id)
    redis.call('ZREM', ORPHANS, id)
    audit('scim', args, 'persons.delete', id, '', '')

    return { 'OK' }
end)
