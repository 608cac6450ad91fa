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
-- Pages. A page begins at a rank from 0 ("17") or behind a record, at its
-- place, which is written as Redis takes it: "(42" is behind the one with the
-- sequence 42. Each function answers the ids, their places, how many there are
-- in all, and whether more follow.
--

-- Takes one id more than a page has, to tell whether more follow.
local function page_end(ids, places, total, count)
    local more = #ids > count

    if more then
        ids[#ids] = nil
    end

    return ids, places, total, more
end


local function page_of_listing(key, from, count)
    local total = redis.call('ZCARD', key)
    local found, ids, places = {}, {}, {}

    if string.sub(from, 1, 1) == '(' then
        found = redis.call('ZRANGE', key, from, '+inf', 'BYSCORE',
                           'LIMIT', 0, count + 1, 'WITHSCORES')
    else
        found = redis.call('ZRANGE', key, from, tonumber(from) + count,
                           'WITHSCORES')
    end

    for i = 1, #found, 2 do
        ids[#ids + 1] = found[i]
        places[#places + 1] = '(' .. found[i + 1]
    end

    return page_end(ids, places, total, count)
end


-- A place is "(ID" here: the value is known.
local function page_of_index(key, value, from, count)
    local prefix = value .. '\0'
    local first, last = '[' .. prefix, '[' .. prefix .. '\255'
    local total = redis.call('ZLEXCOUNT', key, first, last)
    local offset, ids, places = from, {}, {}

    if string.sub(from, 1, 1) == '(' then
        first, offset = '(' .. prefix .. string.sub(from, 2), 0
    end

    for i, member in ipairs(redis.call('ZRANGE', key, first, last, 'BYLEX',
                                       'LIMIT', offset, count + 1))
    do
        ids[i] = string.sub(member, #prefix + 1)
        places[i] = '(' .. ids[i]
    end

    return page_end(ids, places, total, count)
end


-- One at most, as a page.
local function page_of_one(id, from, count)
    if not id then
        return {}, {}, 0, false
    end

    if from ~= '0' or count == 0 then
        return {}, {}, 1, false
    end

    return { id }, { '(' }, 1, false
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


-- A page as it is answered: the total, 1 if more follow, and a record in each
-- further element, with its place as its last field.
local function page_answer(tenant, kind, args, record_of)
    local ids, places, total, more = page_of(tenant, kind, args[1], args[2],
                                             args[3], tonumber(args[4]))
    local answer = { total, more and 1 or 0 }

    for i, id in ipairs(ids) do
        local record = record_of(id)

        if record then
            record[#record + 1] = places[i]
            answer[#answer + 1] = record
        end
    end

    return answer
end
