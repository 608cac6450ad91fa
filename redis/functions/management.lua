--
-- What the functions of the management API share. They get their arguments by
-- name, and answer records: a name, a value, a name, ... A refusal is a word
-- (MISSING, EXISTS, HELD, STALE, DENIED, REFUSED), the name of the argument at
-- fault as clients know it ('' if none), and what is wrong and what to do,
-- which never repeats what was sent.
--

local PAGE = 50                     -- records in a page, unless it says so
local PAGE_WALK = 1000              -- records looked at for one page
local IDEMPOTENCY_SECONDS = 86400


-- Arguments from first on: name, value, ...; "+" and a list's name begins the
-- next record of that list, "-" ends the last one.
local function named(args, first)
    local input = {}
    local record = input

    for i = first, #args, 2 do
        local name, value = args[i], args[i + 1]

        if name == '+' then
            record = {}
            input[value] = input[value] or {}
            table.insert(input[value], record)

        elseif name == '-' then
            record = input

        else
            record[name] = value
        end
    end

    return input
end


local function refuse(word, field, detail)
    return { word, field, detail }
end


local function refuse_stale()
    return refuse('STALE', 'If-Match', 'somebody else changed it meanwhile:'
                                       .. ' read it again')
end


-- The fields of a hash as a record that begins with its id; nil: there is none.
-- The first field is one that each has.
local function record_of(key, id_name, id, fields)
    local values = redis.call('HMGET', key, unpack(fields))

    if not values[1] then
        return nil
    end

    local record = { id_name, id }

    for i, field in ipairs(fields) do
        record[#record + 1] = field
        record[#record + 1] = values[i] or ''
    end

    return record
end


-- Whether a change says of one of the fields something else than the hash has:
-- what changes nothing is not written, and leaves the version as it is.
local function differs(key, input, fields)
    local values = redis.call('HMGET', key, unpack(fields))

    for i, field in ipairs(fields) do
        if input[field] and input[field] ~= (values[i] or '') then
            return true
        end
    end

    return false
end


-- A page of a sorted set of ids by sequence. show answers a record; nil: it is
-- not meant. The walk ends early if it finds few.
-- every: all of them are meant, so their number is known.
local function listing(key, input, every, show)
    local count = tonumber(input.count or PAGE)
    local from = input.cursor and '(' .. input.cursor or '-inf'
    local found = redis.call('ZRANGE', key, from, '+inf', 'BYSCORE', 'LIMIT',
                             0, every and count + 1 or PAGE_WALK,
                             'WITHSCORES')
    local results, place = {}, ''

    for i = 1, #found, 2 do
        if #results == count then
            return { 'OK', results, place, every and redis.call('ZCARD', key)
                                                 .. '' or '' }
        end

        results[#results + 1] = show(found[i])
        place = found[i + 1]
    end

    if every or #found < 2 * PAGE_WALK then
        place = ''
    end

    return { 'OK', results, place, every and redis.call('ZCARD', key) .. ''
                                         or '' }
end


-- Whether q, if there is one, is part of a text, without ASCII's case.
local function matches_text(q, ...)
    if not q then
        return true
    end

    for _, text in ipairs({ ... }) do
        if text and string.find(string.lower(text), string.lower(q), 1, true)
        then
            return true
        end
    end

    return false
end


-- A function that creates: create(tenant, args, input) answers a refusal, or OK
-- and a record, whose first value is what read(tenant, it) finds it by. With an
-- Idempotency-Key it is done once; who asks again gets what was created, and
-- the word REPLAYED behind it.
-- writes: scim:{T}:idempotency:KEY, scim:{T}:idempotencies
local function register_creation(name, read, create)
    register(name, function(keys, args)
        local tenant, input = keys[1], named(args, FIRST_ARG)
        local key = input.idempotency and tenant .. ':idempotency:'
                                          .. input.idempotency
        local known = key and redis.call('GET', key)

        if known then
            local request, id = string.match(known, '^(%x+) (.*)$')
            local record = request == input.request and read(tenant, id)

            if record then
                return { 'OK', record, 'REPLAYED' }
            end

            return refuse('HELD', 'Idempotency-Key',
                          request == input.request
                          and 'what was created with this key has been removed'
                          or 'this key came with another request before')
        end

        local answer = create(tenant, args, input)

        if key and answer[1] == 'OK' then
            local list, time = tenant .. ':idempotencies', now()

            redis.call('SET', key, input.request .. ' ' .. answer[2][2],
                       'EX', IDEMPOTENCY_SECONDS)

            -- those of a tenant, to go with it

            redis.call('ZADD', list, time, input.idempotency)
            redis.call('ZREMRANGEBYSCORE', list, '-inf',
                       string.format('%d', time - IDEMPOTENCY_SECONDS * 1000))
        end

        return answer
    end)
end


--
-- Nobody grants what they do not have: a service account gives the permissions
-- that it has itself, in the namespaces that it has them in.
--

-- Answers nil, or the first of the permissions that the actor may not give.
local function not_grantable(tenant, args, permissions, namespace)
    local account = string.match(args[1], '^service%-account:(.*)$')

    if not account then
        return nil
    end

    -- what it has does not change before all that is asked for was looked at

    args.grants = args.grants
                  or subject_grants(tenant, 'service-account:' .. account, {})

    for permission in string.gmatch(permissions, '%S+') do
        if #grants_permitting(args.grants, permission, namespace) == 0 then
            return permission
        end
    end

    return nil
end


-- The refusal, or nil.
local function refuse_grant(tenant, args, permissions, namespace, field)
    local permission = not_grantable(tenant, args, permissions, namespace)

    return permission
           and refuse('DENIED', field, 'nobody may grant a permission that'
                                       .. ' they do not have there themselves: '
                                       .. permission)
           or nil
end


-- What a service account may do in the whole tenant, as a role has it.
local function account_permissions(tenant, account)
    local words, known = {}, {}
    local grants = subject_grants(tenant, 'service-account:' .. account, {})

    for _, grant in ipairs(grants) do
        for word in string.gmatch(grant.namespace == '' and grant.permissions
                                  or '', '%S+')
        do
            if not known[word] then
                known[word] = true
                words[#words + 1] = word
            end
        end
    end

    table.sort(words)

    return table.concat(words, ' ')
end


-- An integration's hash has what its service account may do, for authentication
-- in one read. To be called when that may have changed.
-- writes: scim:{T}:integration:I
local function account_changed(tenant, account)
    local integration = redis.call('HGET', tenant .. ':service-account:'
                                           .. account, 'integration')

    if integration and integration ~= '' then
        redis.call('HSET', tenant .. ':integration:' .. integration,
                   'permissions', account_permissions(tenant, account))
    end
end


-- args: the SHA-256 of a token
-- Answers OK, the service account's id, name and permissions, the token's id,
-- and when it was last used; MISSING: there is none, or it has expired.
register_read('account_read', function(keys, args)
    local tenant = keys[1]
    local token = redis.call('HGET', tenant .. ':token-hashes', args[1])

    if not token or redis.call('HGET', tenant .. ':tenant', 'deleting') then
        return { 'MISSING' }
    end

    local owner, expires, last_used
        = unpack(redis.call('HMGET', tenant .. ':token:' .. token, 'owner',
                            'expires', 'last_used'))
    local account = string.match(owner or '', '^service%-account:(.*)$')

    if not account
       or expires ~= '0' and tonumber(expires) <= tonumber(now())
    then
        return { 'MISSING' }
    end

    return { 'OK', account,
             redis.call('HGET', tenant .. ':service-account:' .. account,
                        'name') or '',
             account_permissions(tenant, account), token, last_used or '0' }
end)
