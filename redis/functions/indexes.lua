--
-- What users and groups are found under: a hash, "name NUL value" -> id, or
-- nothing where several have the value: these are in a sorted set, whose
-- members, "name NUL value NUL id", all have the score 0 and are found by their
-- beginning. One more sorted set has the ids by the time of their last change.
--

local PIECE = 1000                  -- of a long list; Lua's stack is bounded


-- Calls work with where each piece of a list begins and ends.
local function in_pieces(list, work)
    for first = 1, #list, PIECE do
        work(first, math.min(first + PIECE - 1, #list))
    end
end


-- What a record is found under, as the arguments of a write give it from first
-- on: how many entries, then each, "name NUL value"; the first is that of the
-- unique value. Behind them are the names of those indexes that not every nginx
-- keeps, and this one does. Answers them, and where the arguments go on.
local function index_of(args, first)
    local index, count = {}, tonumber(args[first])

    for i = 1, count do
        index[i] = args[first + i]
    end

    index.covered = args[first + count + 1]

    return index, first + count + 2
end


-- The same as it is kept with the record.
local function index_pack(index)
    return table.concat(index, '\0')
end


local function index_unpack(text)
    local index = {}

    for entry in string.gmatch(text, '[^%z]+%z[^%z]*') do
        index[#index + 1] = entry
    end

    return index
end


local function value_of(entry)
    return string.match(entry, '%z(.*)$')
end


-- For each entry the id of who has it, '' if several do, false if nobody.
local function index_holders(tenant, kind, index)
    local key, holders = tenant .. ':' .. kind .. ':index', {}

    in_pieces(index, function(first, last)
        local piece = redis.call('HMGET', key, unpack(index, first, last))

        for i = 1, #piece do
            holders[first + i - 1] = piece[i]
        end
    end)

    return holders
end


-- Whether another one than id has the value that only one may have.
local function index_conflict(holders, id)
    return holders[1] and holders[1] ~= id
end


-- Who is found alone under an entry that is or was that of several: the only
-- one who is left of them; nil: there are more, or none.
local function index_left(key, entry)
    local prefix = entry .. '\0'
    local left = redis.call('ZRANGE', key .. ':shared', '[' .. prefix,
                            '[' .. prefix .. '\255', 'BYLEX', 'LIMIT', 0, 2)

    return #left == 1 and string.sub(left[1], #prefix + 1) or nil
end


-- What users are known by, beside their names, to who asks for their access.
local function index_identifies(kind, entry)
    return kind == 'users' and (string.find(entry, '^externalId%z') ~= nil
                                or string.find(entry, '^emails%.value%z')
                                   ~= nil)
end


-- An entry that others have, too; who was found alone under it no longer is.
-- writes: scim:{T}:KIND:index, scim:{T}:KIND:shared
local function index_share(tenant, kind, entry, id, holder)
    local key = tenant .. ':' .. kind

    if index_identifies(kind, entry) then
        local alone = holder ~= '' and holder or index_left(key, entry)

        if alone then
            changed(tenant, { alone })
        end
    end

    if holder ~= '' then
        redis.call('ZADD', key .. ':shared', '0', entry .. '\0' .. holder)
        redis.call('HSET', key .. ':index', entry, '')
    end

    redis.call('ZADD', key .. ':shared', '0', entry .. '\0' .. id)
end


-- writes: the same
local function index_put(tenant, kind, id, index, holders)
    local key, free = tenant .. ':' .. kind, {}

    for i, entry in ipairs(index) do
        if not holders[i] then
            free[#free + 1] = entry
            free[#free + 1] = id

        elseif holders[i] ~= id then
            index_share(tenant, kind, entry, id, holders[i])
        end
    end

    in_pieces(free, function(first, last)
        redis.call('HSET', key .. ':index', unpack(free, first, last))
    end)
end


-- writes: the same
local function index_drop(key, entry, id)
    local holder = redis.call('HGET', key .. ':index', entry)

    if holder == '' then
        local prefix = entry .. '\0'

        redis.call('ZREM', key .. ':shared', prefix .. id)

        if redis.call('ZLEXCOUNT', key .. ':shared', '[' .. prefix,
                      '[' .. prefix .. '\255') == 0
        then
            holder = id
        end
    end

    if holder == id then
        redis.call('HDEL', key .. ':index', entry)
    end
end


-- Takes id away from the entries of before that are not among those of after.
-- writes: the same
local function index_leave(tenant, kind, id, before, after)
    local kept = {}

    for _, entry in ipairs(after) do
        kept[entry] = true
    end

    for _, entry in ipairs(before) do
        if not kept[entry] then
            index_drop(tenant .. ':' .. kind, entry, id)
        end
    end
end


-- Indexes that an operator names are not kept by every nginx. One that writes
-- without them ends their being complete, until they are built again.
-- writes: scim:{T}:KIND:indexes
local function index_uncovered(tenant, kind, index)
    local key = tenant .. ':' .. kind .. ':indexes'

    for _, name in ipairs(redis.call('HKEYS', key)) do
        if not string.find(' ' .. index.covered .. ' ', ' ' .. name .. ' ', 1,
                           true)
        then
            redis.call('HDEL', key, name)
        end
    end
end


-- writes: scim:{T}:KIND:modified
local function list_modified(tenant, kind, ids, time)
    in_pieces(ids, function(first, last)
        local listed = {}

        for i = first, last do
            listed[#listed + 1] = time
            listed[#listed + 1] = ids[i]
        end

        redis.call('ZADD', tenant .. ':' .. kind .. ':modified',
                   unpack(listed))
    end)
end


-- What a record is found under once its document has been written; holders:
-- those of after.
-- writes: what the functions above write
local function index_written(tenant, kind, id, time, before, after, holders)
    index_uncovered(tenant, kind, after)
    index_leave(tenant, kind, id, before, after)
    index_put(tenant, kind, id, after, holders)
    list_modified(tenant, kind, { id }, time)
end


-- A record that is gone is found no more.
-- writes: the same, and scim:{T}:KIND
local function index_removed(tenant, kind, id, before)
    index_leave(tenant, kind, id, before, {})
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


-- Adds the entries that a record has not. state: the one that its document had
-- when the values were taken; another document has been written with the index.
local function index_add(tenant, kind, id, state, name, values)
    local key = tenant .. ':' .. string.sub(kind, 1, -2) .. ':' .. id
    local packed, now_state = unpack(redis.call('HMGET', key, 'index',
                                                'state'))
    local version, _, _, doc_version = state_of(now_state)

    if state ~= (kind == 'groups' and doc_version or version) then
        return
    end

    local index, known, added = index_unpack(packed), {}, {}

    for _, entry in ipairs(index) do
        known[entry] = true
    end

    for _, value in ipairs(values) do
        local entry = name .. '\0' .. value

        if not known[entry] then
            added[#added + 1] = entry
            index[#index + 1] = entry
        end
    end

    if #added > 0 then
        index_put(tenant, kind, id, added,
                  index_holders(tenant, kind, added))
        redis.call('HSET', key, 'index', index_pack(index))
    end
end


-- args: kind, name, nonce; then, of each record, id, the version at which its
-- document was written, number of values, values
-- Answers OK, or MOVED: the nonce is gone. writes: scim:{T}:KIND:indexes,
-- scim:{T}:KIND:index, scim:{T}:KIND:shared, the records
register('index_fill', function(keys, args)
    local tenant, kind, name, nonce = keys[1], args[1], args[2], args[3]
    local key = tenant .. ':' .. kind .. ':indexes'

    if not index_being_built(key, name, nonce) then
        return { 'MOVED' }
    end

    redis.call('HSET', key, name, nonce .. ' ' .. now())

    local i = 4

    while i <= #args do
        local values = {}

        for k = 1, tonumber(args[i + 2]) do
            values[k] = args[i + 2 + k]
        end

        index_add(tenant, kind, args[i], args[i + 1], name, values)
        i = i + 3 + #values
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
