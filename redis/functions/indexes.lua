--
-- What users and groups are found under. An index of a unique value is a hash,
-- value -> id; any other is a sorted set whose members, "value NUL id", all
-- have the score 0 and are found by their beginning. One more sorted set has
-- the ids by the time of their last change.
--

local UNIQUE_INDEX = { users = 'userName', groups = 'displayName' }


-- An index as the arguments of a write give it from first on: how many names;
-- then, for each, the name, how many values, the values. Answers a table of
-- arrays by name, and where the arguments go on.
local function index_of(args, first)
    local index, i = {}, first + 1

    for _ = 1, tonumber(args[first]) do
        local name, values = args[i], {}

        for k = 1, tonumber(args[i + 1]) do
            values[k] = args[i + 1 + k]
        end

        index[name] = values
        i = i + 2 + #values
    end

    return index, i
end


-- Whether another one than id has the value that only one may have.
local function index_conflict(tenant, kind, index, id)
    local name = UNIQUE_INDEX[kind]
    local holder = redis.call('HGET', tenant .. ':' .. kind .. ':' .. name,
                              index[name][1])

    return holder and holder ~= id
end


-- Indexes that an operator names are not kept by every nginx. One that writes
-- without them ends their being complete, until they are built again.
-- writes: scim:{T}:KIND:indexes
local function index_uncovered(tenant, kind, index)
    local key = tenant .. ':' .. kind .. ':indexes'

    for _, name in ipairs(redis.call('HKEYS', key)) do
        if not index[name] then
            redis.call('HDEL', key, name)
        end
    end
end


local function index_put(key, unique, value, id)
    if unique then
        redis.call('HSET', key, value, id)
    else
        redis.call('ZADD', key, 0, value .. '\0' .. id)
    end
end


local function index_drop(key, unique, value, id)
    if unique then
        redis.call('HDEL', key, value)
    else
        redis.call('ZREM', key, value .. '\0' .. id)
    end
end


-- Moves id from the values of before to those of after.
-- writes: scim:{T}:KIND:NAME for each name
local function index_move(tenant, kind, id, before, after)
    for name, values in pairs(before) do
        local key = tenant .. ':' .. kind .. ':' .. name

        for _, value in ipairs(values) do
            if not contains(after[name] or {}, value) then
                index_drop(key, name == UNIQUE_INDEX[kind], value, id)
            end
        end
    end

    for name, values in pairs(after) do
        local key = tenant .. ':' .. kind .. ':' .. name

        for _, value in ipairs(values) do
            index_put(key, name == UNIQUE_INDEX[kind], value, id)
        end
    end
end


-- writes: scim:{T}:KIND:modified
local function list_modified(tenant, kind, id, time)
    redis.call('ZADD', tenant .. ':' .. kind .. ':modified', time, id)
end


-- What a resource is found under once its document has been written.
-- writes: the same, and those of index_move() and index_uncovered()
local function index_written(tenant, kind, id, time, before, after)
    index_uncovered(tenant, kind, after)
    index_move(tenant, kind, id, before, after)
    list_modified(tenant, kind, id, time)
end


-- A resource that is gone is found no more.
-- writes: the same, and scim:{T}:KIND
local function index_removed(tenant, kind, id, before)
    index_move(tenant, kind, id, before, {})
    redis.call('ZREM', tenant .. ':' .. kind .. ':modified', id)
    redis.call('ZREM', tenant .. ':' .. kind, id)
end


--
-- Building an index that an operator named, of what was written without it: a
-- worker begins, gives the values some records at a time, and ends. The nonce
-- is gone when another one took over, or when a write did without the index.
--

local BUILD_PATIENCE = 60000        -- milliseconds from one step to the next


local function index_being_built(key, name, nonce)
    local state = redis.call('HGET', key, name)

    return state and string.sub(state, 1, #nonce + 1) == nonce .. ' '
end


-- args: kind, name, nonce. Answers OK; EXISTS: it is complete; HELD: another
-- worker is building it. writes: scim:{T}:KIND:indexes
register('index_begin', function(keys, args)
    local key = keys[1] .. ':' .. args[1] .. ':indexes'
    local name, nonce = args[2], args[3]
    local state, time = redis.call('HGET', key, name), now()
    local since = state and string.match(state, ' (%d+)$')

    if state == 'complete' then
        return { 'EXISTS' }
    end

    if since and time - since < BUILD_PATIENCE then
        return { 'HELD' }
    end

    redis.call('HSET', key, name, nonce .. ' ' .. time)

    return { 'OK' }
end)


-- args: kind, name, nonce; then, of each record, id, number of values, values
-- Answers OK, or MOVED: the nonce is gone. One that was written meanwhile has
-- its values already. writes: scim:{T}:KIND:indexes, scim:{T}:KIND:NAME, the
-- records
register('index_fill', function(keys, args)
    local tenant, kind, name, nonce = keys[1], args[1], args[2], args[3]
    local listing = tenant .. ':' .. kind
    local record = tenant .. ':' .. string.sub(kind, 1, -2) .. ':'

    if not index_being_built(listing .. ':indexes', name, nonce) then
        return { 'MOVED' }
    end

    redis.call('HSET', listing .. ':indexes', name, nonce .. ' ' .. now())

    local i = 4

    while i <= #args do
        local id, count, values = args[i], tonumber(args[i + 1]), {}
        local text = redis.call('HGET', record .. id, 'index')
        local index = text and cjson.decode(text)

        for k = 1, count do
            values[k] = args[i + 1 + k]
        end

        if index and not index[name] then
            index[name] = values
            redis.call('HSET', record .. id, 'index', cjson.encode(index))

            for _, value in ipairs(values) do
                index_put(listing .. ':' .. name, false, value, id)
            end
        end

        i = i + 2 + count
    end

    return { 'OK' }
end)


-- args: kind, name, nonce. Answers OK or MOVED.
register('index_end', function(keys, args)
    local key = keys[1] .. ':' .. args[1] .. ':indexes'

    if not index_being_built(key, args[2], args[3]) then
        return { 'MOVED' }
    end

    redis.call('HSET', key, args[2], 'complete')

    return { 'OK' }
end)
