--
-- Secret tokens: of integrations, for SCIM, and of service accounts, for the
-- management API. Of each its SHA-256 is kept. An owner is named as its key is,
-- "integration:ID" or "service-account:ID". Tokens that have expired are worth
-- nothing, and go when others of the same owner are written.
--

local tokens = {}

tokens.FIELDS = { 'prefix', 'created', 'expires', 'last_used' }
tokens.MOST = 10                    -- of one owner


-- expires: milliseconds since the epoch, 0: never
function tokens.expired(expires)
    return expires ~= '0' and tonumber(expires) <= tonumber(now())
end


function tokens.record(tenant, id)
    return record_of(tenant .. ':token:' .. id, 'id', id, tokens.FIELDS)
end


-- writes: scim:{T}:token:ID, OWNER:tokens, scim:{T}:token-hashes
function tokens.drop(tenant, owner, id)
    local key = tenant .. ':token:' .. id

    redis.call('HDEL', tenant .. ':token-hashes',
               redis.call('HGET', key, 'hash') or '')
    redis.call('DEL', key)
    redis.call('ZREM', tenant .. ':' .. owner .. ':tokens', id)
end


function tokens.drop_all(tenant, owner)
    for _, id in ipairs(redis.call('ZRANGE', tenant .. ':' .. owner
                                             .. ':tokens', 0, -1))
    do
        tokens.drop(tenant, owner, id)
    end
end


-- To be called when an owner's tokens have been written: takes the expired ones
-- out, and says in the integration's hash which there are, as authentication
-- reads them: "HASH EXPIRES HASH EXPIRES ...", and when each was last used.
-- writes: the same, scim:{T}:integration:I
function tokens.written(tenant, owner)
    local key, hashes, used, newest = tenant .. ':' .. owner, {}, {}, ''

    for _, id in ipairs(redis.call('ZRANGE', key .. ':tokens', 0, -1)) do
        local hash, expires, last_used, prefix
            = unpack(redis.call('HMGET', tenant .. ':token:' .. id, 'hash',
                                'expires', 'last_used', 'prefix'))

        if tokens.expired(expires) then
            tokens.drop(tenant, owner, id)

        else
            hashes[#hashes + 1] = hash .. ' ' .. expires
            used[#used + 1] = last_used
            newest = prefix
        end
    end

    if string.find(owner, '^integration:') then
        redis.call('HSET', key, 'token', table.concat(hashes, ' '),
                   'token_prefix', newest,
                   'tokens_used', table.concat(used, ' '))
    end
end


-- token: id, hash (SHA-256), prefix, expires
-- writes: the same
function tokens.add(tenant, owner, token, time)
    redis.call('HSET', tenant .. ':token:' .. token.id, 'hash', token.hash,
               'prefix', token.prefix, 'owner', owner, 'created', time,
               'expires', token.expires, 'last_used', '0')
    redis.call('ZADD', tenant .. ':' .. owner .. ':tokens',
               next_sequence(tenant), token.id)

    if not string.find(owner, '^integration:') then
        redis.call('HSET', tenant .. ':token-hashes', token.hash, token.id)
    end

    tokens.written(tenant, owner)
end


-- When a token of this SHA-256 was last used, by what an integration's hash
-- says; nil: it has no such token, or it has expired.
function tokens.last_use(hashes, used, token)
    local known = string.gmatch(used or '', '%d+')

    for hash, expires in string.gmatch(hashes or '', '(%x+) (%d+)') do
        local last_used = known() or '0'

        if hash == token and not tokens.expired(expires) then
            return last_used
        end
    end

    return nil
end


-- Whose tokens the arguments mean (integration or account).
-- Answers the owner and its version, or nil and a refusal.
function tokens.owner(tenant, input)
    local owner = input.integration and 'integration:' .. input.integration
                  or 'service-account:' .. input.account
    local version, deleting
        = unpack(redis.call('HMGET', tenant .. ':' .. owner, 'version',
                            'deleting'))

    if not version then
        return nil, refuse('MISSING', '', input.integration
                           and 'there is no such integration in the tenant'
                           or 'there is no such service account in the'
                              .. ' tenant')
    end

    if deleting then
        return nil, refuse('HELD', '', 'the integration is being deleted:'
                                       .. ' repeat that to finish it')
    end

    return owner, version
end


-- Nobody makes a token of a service account that may do more than they.
function tokens.refuse(tenant, args, owner)
    if string.find(owner, '^integration:') then
        return nil
    end

    for _, found in ipairs(subject_grants(tenant, owner, {})) do
        local refusal = refuse_grant(tenant, args, found.permissions,
                                     found.namespace, '')

        if refusal then
            return refusal
        end
    end

    return nil
end


-- What is written of an owner besides its tokens. values: as audit_values makes
-- them. writes: the owner, audit
function tokens.owner_written(tenant, args, operation, owner, version, values)
    local next_version = next_sequence(tenant)
    local time = audit(tenant, args, operation, string.match(owner, ':(.*)$'),
                       version, next_version, nil, values)

    redis.call('HSET', tenant .. ':' .. owner, 'modified', time,
               'version', next_version)

    return time
end


function tokens.full(tenant, owner)
    if redis.call('ZCARD', tenant .. ':' .. owner .. ':tokens') < tokens.MOST
    then
        return nil
    end

    return refuse('HELD', '', string.format('there are %d tokens, which is the'
                  .. ' most: delete one first', tokens.MOST))
end


-- args: origin, then by name: integration or account, id, hash, prefix, expires
-- Answers OK and the token.
register_creation('token_create', tokens.record, function(tenant, args, input)
    local owner, version = tokens.owner(tenant, input)

    if not owner then
        return version
    end

    local expires = input.expires or ''

    expires = expires ~= '' and expires or '0'

    if tokens.expired(expires) then
        return refuse('REFUSED', 'expires', 'a token must expire in the'
                                            .. ' future, or never')
    end

    tokens.written(tenant, owner)

    local refusal = tokens.refuse(tenant, args, owner)
                    or tokens.full(tenant, owner)

    if refusal then
        return refusal
    end

    local time = tokens.owner_written(tenant, args, 'tokens.create', owner,
                                     version, audit_values({}, {
                                         tokenPrefix = input.prefix,
                                     }))

    tokens.add(tenant, owner, { id = input.id, hash = input.hash,
                               prefix = input.prefix, expires = expires },
              time)

    return { 'OK', tokens.record(tenant, input.id) }
end)


-- args: origin, then by name: integration, id, hash, prefix, overlap, expected
-- A token more; the others end after overlap seconds at the latest.
-- Answers OK and the token.
register_creation('token_rotate', tokens.record, function(tenant, args, input)
    local owner, version = tokens.owner(tenant, input)

    if not owner then
        return version
    end

    if not version_allowed(input.expected or '', version) then
        return refuse_stale()
    end

    tokens.written(tenant, owner)

    local refusal = input.overlap ~= '0' and tokens.full(tenant, owner)

    if refusal then
        return refusal
    end

    local time = tokens.owner_written(tenant, args, 'integrations.rotate',
                                     owner, version, audit_values({}, {
                                         tokenPrefix = input.prefix,
                                         overlap = tonumber(input.overlap),
                                     }))
    local last = tonumber(time) + tonumber(input.overlap) * 1000

    for _, id in ipairs(redis.call('ZRANGE', tenant .. ':' .. owner
                                             .. ':tokens', 0, -1))
    do
        local key = tenant .. ':token:' .. id
        local expires = tonumber(redis.call('HGET', key, 'expires'))

        if input.overlap == '0' then
            tokens.drop(tenant, owner, id)

        elseif expires == 0 or expires > last then
            redis.call('HSET', key, 'expires', string.format('%d', last))
        end
    end

    tokens.add(tenant, owner, { id = input.id, hash = input.hash,
                               prefix = input.prefix, expires = '0' }, time)

    return { 'OK', tokens.record(tenant, input.id) }
end)


-- args: origin, then by name: integration or account, token
register('token_delete', function(keys, args)
    local tenant, input = keys[1], named(args, FIRST_ARG)
    local owner, version = tokens.owner(tenant, input)

    if not owner then
        return version
    end

    if not redis.call('ZSCORE', tenant .. ':' .. owner .. ':tokens',
                      input.token)
    then
        return refuse('MISSING', '', 'there is no such token')
    end

    tokens.owner_written(tenant, args, 'tokens.delete', owner, version,
                         audit_values({
                             tokenPrefix = redis.call('HGET', tenant
                                               .. ':token:' .. input.token,
                                               'prefix'),
                         }, {}))
    tokens.drop(tenant, owner, input.token)
    tokens.written(tenant, owner)

    return { 'OK' }
end)


-- args by name: integration or account, count, cursor
register_read('token_list', function(keys, args)
    local tenant, input = keys[1], named(args, 1)
    local owner, refusal = tokens.owner(tenant, input)

    if not owner then
        return refusal
    end

    return listing(tenant .. ':' .. owner .. ':tokens', input, true,
                   function(id)
        return tokens.record(tenant, id)
    end)
end)


-- args: token id. Remembers, without an audit entry, that it was used.
register('token_touch', function(keys, args)
    local key = keys[1] .. ':token:' .. args[1]

    if redis.call('EXISTS', key) == 1 then
        redis.call('HSET', key, 'last_used', now())
    end

    return { 'OK' }
end)
