--
-- Rules: who is in a group that a pattern matches has a role. They are looked
-- at when access is (see access.lua), so they hold for groups of any time.
--

local RULE_FIELDS = { 'role', 'attribute', 'pattern', 'namespace', 'created' }


local function rule_record(tenant, id)
    return record_of(tenant .. ':rule:' .. id, 'id', id, RULE_FIELDS)
end


-- Answers the refusal, or nil. input: attribute, pattern, role, namespace
local function refuse_rule(tenant, args, input)
    local namespace = input.namespace or ''
    local key = tenant .. ':role:' .. input.role
    local permissions = redis.call('HGET', key, 'permissions')

    if not permissions then
        return refuse('REFUSED', 'role', 'the tenant has no role of this name:'
                                         .. ' create it first')
    end

    local refusal = refuse_grant(tenant, args, permissions, namespace, 'role')

    if refusal then
        return refusal
    end

    for _, id in ipairs(redis.call('SMEMBERS', key .. ':rules')) do
        local attribute, pattern, place
            = unpack(redis.call('HMGET', tenant .. ':rule:' .. id,
                                'attribute', 'pattern', 'namespace'))

        if attribute == input.attribute and pattern == input.pattern
           and place == namespace
        then
            return refuse('EXISTS', '', 'the tenant has this rule already')
        end
    end

    if redis.call('ZCARD', tenant .. ':rules') >= MOST_RULES then
        return refuse('HELD', '', string.format('the tenant has %d rules,'
                      .. ' which is the most: remove some first', MOST_RULES))
    end

    return nil
end


-- A rule as the audit trail's values have it.
local function rule_values(rule)
    return {
        role = rule.role, attribute = rule.attribute, pattern = rule.pattern,
        namespace = rule.namespace,
    }
end


-- args: origin, then by name: id, attribute, pattern, folded (the pattern as it
--       is compared), role, namespace
-- writes: scim:{T}:rule:ID, scim:{T}:rules, scim:{T}:role:R:rules, audit
-- Answers OK and the rule.
register_creation('rule_create', rule_record, function(tenant, args, input)
    if redis.call('EXISTS', tenant .. ':tenant') == 0 then
        return refuse('MISSING', '', 'there is no such tenant')
    end

    local refusal = refuse_rule(tenant, args, input)

    if refusal then
        return refusal
    end

    local time = audit(tenant, args, 'rules.create', input.id, '', '', nil,
                       audit_values({}, rule_values(input)))

    redis.call('HSET', tenant .. ':rule:' .. input.id,
               'attribute', input.attribute, 'pattern', input.pattern,
               'folded', input.folded, 'role', input.role,
               'namespace', input.namespace or '', 'created', time)
    redis.call('ZADD', tenant .. ':rules', next_sequence(tenant), input.id)
    redis.call('SADD', tenant .. ':role:' .. input.role .. ':rules', input.id)
    changed(tenant)

    return { 'OK', rule_record(tenant, input.id) }
end)


-- args: origin, then by name: rule. writes: the same
register('rule_delete', function(keys, args)
    local tenant, input = keys[1], named(args, FIRST_ARG)
    local key = tenant .. ':rule:' .. input.rule
    local role, attribute, pattern, namespace
        = unpack(redis.call('HMGET', key, 'role', 'attribute', 'pattern',
                            'namespace'))

    if not role then
        return refuse('MISSING', '', 'there is no such rule in the tenant')
    end

    redis.call('DEL', key)
    redis.call('ZREM', tenant .. ':rules', input.rule)
    redis.call('SREM', tenant .. ':role:' .. role .. ':rules', input.rule)
    changed(tenant)
    audit(tenant, args, 'rules.delete', input.rule, '', '', nil,
          audit_values(rule_values({
              role = role, attribute = attribute, pattern = pattern,
              namespace = namespace,
          }), {}))

    return { 'OK' }
end)


-- args by name: rule
register_read('rule_read', function(keys, args)
    local input = named(args, 1)
    local record = rule_record(keys[1], input.rule)

    return record and { 'OK', record }
           or refuse('MISSING', '', 'there is no such rule in the tenant')
end)


-- args by name: count, cursor
register_read('rule_list', function(keys, args)
    local tenant = keys[1]

    if redis.call('EXISTS', tenant .. ':tenant') == 0 then
        return refuse('MISSING', '', 'there is no such tenant')
    end

    return listing(tenant .. ':rules', named(args, 1), true, function(id)
        return rule_record(tenant, id)
    end)
end)
