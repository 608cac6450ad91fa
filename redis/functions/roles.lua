--
-- Roles: a name, and what it permits. Some are the product's own, and can't be
-- changed.
--

local ROLE_FIELDS = {
    'permissions', 'description', 'managed', 'created', 'modified', 'version',
}

local CHANGEABLE_FIELDS = { 'description', 'permissions' }

-- In a conflict, so many of those who stand in the way are named.
local NAMED_HOLDERS = 10


local SCIM_PROVISIONER = 'SCIMProvisioner'

local MANAGED_ROLES = {
    {
        name = SCIM_PROVISIONER,
        description = 'What a provisioning integration may do.',

        -- No USERS:DELETE: a SCIM DELETE takes away a tenant's access, which
        -- is BINDINGS:DELETE; the person remains.
        permissions = 'BINDINGS:CREATE BINDINGS:DELETE BINDINGS:READ '
           .. 'BINDINGS:UPDATE GROUPS:CREATE GROUPS:DELETE GROUPS:READ '
           .. 'GROUPS:UPDATE USERS:CREATE USERS:READ USERS:UPDATE',
    },
    {
        name = 'Admin',
        description = 'Everything in the administration of this tenant.',
        permissions = 'AUDIT:READ BINDING:CREATE BINDING:DELETE BINDING:READ '
           .. 'BINDING:UPDATE GROUP:CREATE GROUP:DELETE GROUP:READ '
           .. 'GROUP:UPDATE INTEGRATION:CREATE INTEGRATION:DELETE '
           .. 'INTEGRATION:READ INTEGRATION:UPDATE ROLE:CREATE '
           .. 'ROLE:DELETE ROLE:READ ROLE:UPDATE SERVICE_ACCOUNT:CREATE '
           .. 'SERVICE_ACCOUNT:DELETE SERVICE_ACCOUNT:READ '
           .. 'SERVICE_ACCOUNT:UPDATE USER:CREATE USER:DELETE USER:READ '
           .. 'USER:UPDATE',
    },
    {
        name = 'Viewer',
        description = 'All of the administration of this tenant, to look at.',
        permissions = 'AUDIT:READ BINDING:READ GROUP:READ INTEGRATION:READ '
           .. 'ROLE:READ SERVICE_ACCOUNT:READ USER:READ',
    },
}


-- writes: scim:{T}:role:NAME, scim:{T}:roles
local function store_role(tenant, role, time)
    redis.call('HSET', tenant .. ':role:' .. role.name,
               'name', role.name, 'description', role.description,
               'permissions', role.permissions,
               'managed', role.managed or '0',
               'created', time, 'modified', time,
               'version', next_sequence(tenant))
    redis.call('ZADD', tenant .. ':roles', next_sequence(tenant), role.name)
end


-- The managed roles, as this library has them. writes: the same
local function ensure_managed_roles(tenant, time)
    for _, role in ipairs(MANAGED_ROLES) do
        local key = tenant .. ':role:' .. role.name
        local permissions, managed
            = unpack(redis.call('HMGET', key, 'permissions', 'managed'))

        if not permissions then
            store_role(tenant, {
                name = role.name, description = role.description,
                permissions = role.permissions, managed = '1',
            }, time)

        elseif permissions ~= role.permissions or managed ~= '1' then
            redis.call('HSET', key, 'permissions', role.permissions,
                       'managed', '1', 'version', next_sequence(tenant))
        end
    end
end


local function role_record(tenant, name)
    return record_of(tenant .. ':role:' .. name, 'name', name, ROLE_FIELDS)
end


-- Who has a role: "3 bindings (2 groups, 1 user) and 1 rule"
local function role_holders(tenant, name)
    local key, holders = tenant .. ':role:' .. name, {}

    for _, id in ipairs(redis.call('SRANDMEMBER', key .. ':bindings',
                                   NAMED_HOLDERS))
    do
        local subject_type, subject
            = unpack(redis.call('HMGET', tenant .. ':binding:' .. id,
                                'subject_type', 'subject'))

        holders[#holders + 1] = { 'id', id, 'subject',
                                  { 'type', subject_type, 'id', subject } }
    end

    return holders, redis.call('SCARD', key .. ':bindings'),
           redis.call('SCARD', key .. ':rules')
end


-- args: origin, then by name: name, description, permissions
-- Answers OK and the role.
register_creation('role_create', role_record, function(tenant, args, input)
    if redis.call('EXISTS', tenant .. ':tenant') == 0 then
        return refuse('MISSING', '', 'there is no such tenant')
    end

    if redis.call('EXISTS', tenant .. ':role:' .. input.name) == 1 then
        return refuse('EXISTS', 'name', 'the tenant has a role of this name'
                                        .. ' already')
    end

    local refusal = refuse_grant(tenant, args, input.permissions, '',
                                 'permissions')

    if refusal then
        return refusal
    end

    store_role(tenant, {
        name = input.name, description = input.description or '',
        permissions = input.permissions,
    }, now())
    audit(tenant, args, 'roles.create', input.name, '', '', nil,
          audit_values({}, { permissions = input.permissions }))

    return { 'OK', role_record(tenant, input.name) }
end)


-- Answers the role's version, or nil and a refusal: it can't be changed.
local function changeable_role(tenant, input)
    local version, managed
        = unpack(redis.call('HMGET', tenant .. ':role:' .. input.role,
                            'version', 'managed'))

    if not managed then
        return nil, refuse('MISSING', '', 'there is no such role in the'
                                          .. ' tenant')
    end

    if managed == '1' then
        return nil, refuse('HELD', '', 'this role is a part of the product:'
                                       .. ' make one of your own')
    end

    if not version_allowed(input.expected or '', version) then
        return nil, refuse_stale()
    end

    return version
end


-- What rests on a role's permissions follows. Users that have it may be a
-- hundred thousand; integrations are few, so it is these that are looked at.
-- key: the role's. writes: scim:{T}:integration:I
local function role_changed(tenant, key)
    changed(tenant)

    for _, id in ipairs(redis.call('ZRANGE', tenant .. ':integrations', 0, -1))
    do
        local account = redis.call('HGET', tenant .. ':integration:' .. id,
                                   'service_account')

        if account
           and #redis.call('SINTER', tenant .. ':service-account:' .. account
                                     .. ':bindings', key .. ':bindings') > 0
        then
            account_changed(tenant, account)
        end
    end
end


-- Those of the permissions that the role of this key lacks: to leave it what it
-- has, or to take some of it away, gives nobody anything.
local function added_permissions(key, permissions)
    local known, added = redis.call('HGET', key, 'permissions'), {}

    for permission in string.gmatch(permissions, '%S+') do
        if not permissions_have(known, permission) then
            added[#added + 1] = permission
        end
    end

    return table.concat(added, ' ')
end


-- args: origin, then by name: role, description, permissions, expected
register('role_update', function(keys, args)
    local tenant, input = keys[1], named(args, FIRST_ARG)
    local version, refusal = changeable_role(tenant, input)
    local key = tenant .. ':role:' .. input.role

    refusal = refusal
              or refuse_grant(tenant, args,
                              added_permissions(key, input.permissions or ''),
                              '', 'permissions')

    if refusal then
        return refusal
    end

    if not differs(key, input, CHANGEABLE_FIELDS) then
        return { 'OK', role_record(tenant, input.role) }
    end

    local next_version = next_sequence(tenant)
    local before = redis.call('HGET', key, 'permissions')
    local time = audit(tenant, args, 'roles.update', input.role, version,
                       next_version, nil, audit_values({
                           permissions = before,
                       }, { permissions = input.permissions or before }))

    for _, field in ipairs(CHANGEABLE_FIELDS) do
        if input[field] then
            redis.call('HSET', key, field, input[field])
        end
    end

    redis.call('HSET', key, 'modified', time, 'version', next_version)

    if input.permissions then
        role_changed(tenant, key)
    end

    return { 'OK', role_record(tenant, input.role) }
end)


-- args: origin, then by name: role, expected
-- HELD with up to ten of those who have it behind the detail.
register('role_delete', function(keys, args)
    local tenant, input = keys[1], named(args, FIRST_ARG)
    local version, refusal = changeable_role(tenant, input)

    if refusal then
        return refusal
    end

    local holders, bindings, rules = role_holders(tenant, input.role)

    if bindings + rules > 0 then
        return { 'HELD', '', string.format('the role is bound: remove it from'
                 .. ' bindings (%d) and rules (%d) first', bindings, rules),
                 holders }
    end

    if redis.call('HGET', tenant .. ':tenant', 'default_role') == input.role
    then
        return refuse('HELD', '', 'the role is what users of this tenant get:'
                                  .. ' change its defaultRole first')
    end

    local key = tenant .. ':role:' .. input.role

    audit(tenant, args, 'roles.delete', input.role, version, '', nil,
          audit_values({
              permissions = redis.call('HGET', key, 'permissions'),
          }, {}))
    redis.call('DEL', key)
    redis.call('ZREM', tenant .. ':roles', input.role)

    return { 'OK' }
end)


-- args by name: role
register_read('role_read', function(keys, args)
    local input = named(args, 1)
    local record = role_record(keys[1], input.role)

    return record and { 'OK', record }
           or refuse('MISSING', '', 'there is no such role in the tenant')
end)


-- args by name: q, count, cursor
register_read('role_list', function(keys, args)
    local tenant, input = keys[1], named(args, 1)

    if redis.call('EXISTS', tenant .. ':tenant') == 0 then
        return refuse('MISSING', '', 'there is no such tenant')
    end

    return listing(tenant .. ':roles', input, not input.q, function(name)
        local record = role_record(tenant, name)

        return record and matches_text(input.q, name, record[6]) and record
               or nil
    end)
end)
