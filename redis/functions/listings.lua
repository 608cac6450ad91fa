--
-- How users and groups are listed and found. A listing is a sorted set of ids
-- by sequence. An index of a unique value is a hash, value -> id; any other is
-- a sorted set whose members, "value NUL id", all have the score 0 and are
-- found by their beginning.
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


--
-- Pages. A page begins at a rank from 0 ("17") or behind another page, at its
-- place, which is written as Redis takes it: "(42" is behind the one with the
-- sequence 42. Each answers the ids, how many there are in all, and the place
-- behind the page, '' if nothing follows.
--

local function page_of_listing(key, from, count)
    local total = redis.call('ZCARD', key)
    local ids = {}

    if string.sub(from, 1, 1) == '(' then
        ids = redis.call('ZRANGE', key, from, '+inf', 'BYSCORE',
                         'LIMIT', 0, count)
    elseif count > 0 then
        ids = redis.call('ZRANGE', key, from, tonumber(from) + count - 1)
    end

    local last = ids[count]

    return ids, total, last and '(' .. redis.call('ZSCORE', key, last) or ''
end


local function page_of_index(key, value, from, count)
    local first, last = '[' .. value .. '\0', '[' .. value .. '\0\255'
    local total = redis.call('ZLEXCOUNT', key, first, last)
    local offset = 0

    if string.sub(from, 1, 1) == '(' then
        first = from
    else
        offset = from
    end

    local members = redis.call('ZRANGE', key, first, last, 'BYLEX',
                               'LIMIT', offset, count)
    local ids = {}

    for i, member in ipairs(members) do
        ids[i] = string.sub(member, #value + 2)
    end

    return ids, total, members[count] and '(' .. members[count] or ''
end


-- One at most, as a page.
local function page_of_one(id, from, count)
    if not id then
        return {}, 0, ''
    end

    return from == '0' and count > 0 and { id } or {}, 1, ''
end


-- kind: users or groups; index: '' for all, id, or an index' name
local function page_of(tenant, kind, index, value, from, count)
    local key = tenant .. ':' .. kind

    if index == '' then
        return page_of_listing(key, from, count)
    end

    if index == 'id' then
        local known = redis.call('ZSCORE', key, value)

        return page_of_one(known and value, from, count)
    end

    key = key .. ':' .. index

    if index == UNIQUE_INDEX[kind] then
        return page_of_one(redis.call('HGET', key, value), from, count)
    end

    return page_of_index(key, value, from, count)
end
