--
-- Pages of users and groups: of all, which are a sorted set of ids by sequence,
-- or of those that an index finds. A page begins at a rank from 0 ("17") or
-- behind a record, at its place, which is written much as Redis takes it: "(42"
-- is behind the one with the sequence 42. Each function answers the ids, their
-- places, how many there are in all, and whether more follow; or nil, if it
-- can't tell.
--

-- Whether from is a record's place; and what that says.
local function place_of(from)
    if string.sub(from, 1, 1) == '(' then
        return string.sub(from, 2)
    end

    return nil
end


-- Takes one id more than a page has, to tell whether more follow.
local function page_end(ids, places, total, count)
    local more = #ids > count

    while #ids > count do
        ids[#ids] = nil
    end

    return ids, places, total, more
end


-- found: ids and scores; the scores are their places.
local function page_of_scored(found, total, count)
    local ids, places = {}, {}

    for i = 1, #found, 2 do
        ids[#ids + 1] = found[i]
        places[#places + 1] = '(' .. found[i + 1]
    end

    return page_end(ids, places, total, count)
end


local function page_of_listing(key, from, count)
    local found

    if place_of(from) then
        found = redis.call('ZRANGE', key, from, '+inf', 'BYSCORE',
                           'LIMIT', 0, count + 1, 'WITHSCORES')
    else
        found = redis.call('ZRANGE', key, from, tonumber(from) + count,
                           'WITHSCORES')
    end

    return page_of_scored(found, redis.call('ZCARD', key), count)
end


-- The place is the id here: the entry is known.
local function page_of_shared(key, entry, from, count)
    local prefix = entry .. '\0'
    local first, last = '[' .. prefix, '[' .. prefix .. '\255'
    local total = redis.call('ZLEXCOUNT', key, first, last)
    local offset, place, ids, places = from, place_of(from), {}, {}

    if place then
        first, offset = '(' .. prefix .. place, 0
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


-- range: "FROM TO", in milliseconds. The place is the time and the id, as many
-- may have been changed in one millisecond.
local function page_of_modified(key, range, from, count)
    local first, last = string.match(range, '^(%-?%d+) (%-?%d+)$')
    local total = redis.call('ZCOUNT', key, first, last)
    local place, found = place_of(from), {}

    if place then
        local time, id = string.match(place, '^(%d+):(.*)$')

        for _, other in ipairs(redis.call('ZRANGE', key, time, time,
                                          'BYSCORE'))
        do
            if other > id then
                found[#found + 1] = other
                found[#found + 1] = time
            end
        end

        first, from = '(' .. time, 0
    end

    local later = redis.call('ZRANGE', key, first, last, 'BYSCORE',
                             'LIMIT', from, count + 1, 'WITHSCORES')

    for i = 1, #later do
        found[#found + 1] = later[i]
    end

    local ids, places = {}, {}

    for i = 1, #found, 2 do
        ids[#ids + 1] = found[i]
        places[#places + 1] = '(' .. found[i + 1] .. ':' .. found[i]
    end

    return page_end(ids, places, total, count)
end


-- The users among a group's members. Where groups are among them, too, a rank
-- says nothing.
local function page_of_members(tenant, group, from, count)
    local key = tenant .. ':group:' .. group
    local members, place = key .. ':members', place_of(from)
    local nested = tonumber(redis.call('HGET', key, 'nested') or 0)
    local total = redis.call('ZCARD', members) - nested
    local found

    if nested == 0 then
        return page_of_listing(members, from, count)
    end

    if not place and from ~= '0' then
        return nil
    end

    found = redis.call('ZRANGE', members, place and from or '-inf', '+inf',
                       'BYSCORE', 'LIMIT', 0, count + nested + 1,
                       'WITHSCORES')

    local users = {}

    for i = 1, #found, 2 do
        if redis.call('EXISTS', tenant .. ':user:' .. found[i]) == 1 then
            users[#users + 1] = found[i]
            users[#users + 1] = found[i + 1]
        end
    end

    return page_of_scored(users, total, count)
end


-- The groups that a user or group is a member of, in the order of their ids,
-- which are the places.
local function page_of_memberships(tenant, id, from, count)
    local place, all = place_of(from), {}

    for _, subject in ipairs({ ':user:', ':group:' }) do
        for _, group in ipairs(redis.call('SMEMBERS', tenant .. subject .. id
                                                      .. ':groups'))
        do
            if redis.call('ZSCORE', tenant .. ':groups', group) then
                all[#all + 1] = group
            end
        end
    end

    table.sort(all)

    local ids, places = {}, {}
    local skip = place and 0 or tonumber(from)

    for i = skip + 1, #all do
        if #ids <= count and not (place and all[i] <= place) then
            ids[#ids + 1] = all[i]
            places[#places + 1] = '(' .. all[i]
        end
    end

    return page_end(ids, places, #all, count)
end


-- kind: users or groups; index: '' for all, id, or an index' name; named: an
-- operator named it
local function page_of(tenant, kind, index, value, from, count, named)
    local key = tenant .. ':' .. kind

    if index == '' then
        return page_of_listing(key, from, count)
    end

    if index == 'id' then
        local known = redis.call('ZSCORE', key, value)

        return page_of_one(known and value, from, count)
    end

    if index == 'meta.lastModified' then
        return page_of_modified(key .. ':modified', value, from, count)
    end

    if index == 'groups.value' or index == 'members.value' then
        if #value ~= ID_LENGTH then
            return {}, {}, 0, false
        end

        if index == 'groups.value' then
            return page_of_members(tenant, value, from, count)
        end

        return page_of_memberships(tenant, value, from, count)
    end

    if named and redis.call('HGET', key .. ':indexes', index) ~= 'complete'
    then
        return nil
    end

    local entry = index .. '\0' .. value
    local holder = redis.call('HGET', key .. ':index', entry)

    if holder == '' then
        return page_of_shared(key .. ':shared', entry, from, count)
    end

    return page_of_one(holder, from, count)
end


-- A page as it is answered: the total, 1 if more follow, and a record in each
-- further element, with its place as its last field; nothing, if the index
-- can't tell.
-- args: index, value, from, count, named (1 or 0)
local function page_answer(tenant, kind, args, record_of)
    local ids, places, total, more
        = page_of(tenant, kind, args[1], args[2], args[3], tonumber(args[4]),
                  args[5] == '1')

    if not ids then
        return {}
    end

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


local RECORDS = { users = ':user:', groups = ':group:' }


-- The document of a record, or nothing if another integration than this one
-- created it; nil: there is no such record.
local function document_of(key, integration)
    local document, creator = unpack(redis.call('HMGET', key, 'doc',
                                                'integration'))

    return document and (creator == integration and document or '')
end


-- args: kind, index, value, from, count (see page_of), and whose integration's
-- documents are asked for, if not all
-- Answers the total, 1 if more follow, then id, document and place of each:
-- all that most filters read. The walk stays with the index that it began
-- with, whatever has become of it.
register_read('documents', function(keys, args)
    local tenant, kind, integration = keys[1], args[1], args[6]
    local ids, places, total, more = page_of(tenant, kind, args[2], args[3],
                                             args[4], tonumber(args[5]))
    local prefix = tenant .. RECORDS[kind]
    local answer, n = { total, more and 1 or 0 }, 2

    for i, id in ipairs(ids) do
        local document = integration and document_of(prefix .. id, integration)
                         or not integration
                         and redis.call('HGET', prefix .. id, 'doc')

        if document then
            answer[n + 1], answer[n + 2], answer[n + 3]
                = id, document, places[i]
            n = n + 3
        end
    end

    return answer
end)
