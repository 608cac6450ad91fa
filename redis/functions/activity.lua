--
-- What an integration does, for who looks after it: nginx's workers count, and
-- write about once a second what there is, not with each request.
--

local ACTIVITY_HOURS = 24
local HOUR = 3600000                -- milliseconds

local ACTIVITY_FIELDS = {
    'last_request', 'last_full_sync', 'last_error_time', 'last_error_status',
    'last_error_operation', 'last_error_detail',
}


-- The hours go round: the place of one is that of the one a day before it.
local function activity_place(hour)
    return 'hour:' .. hour % ACTIVITY_HOURS
end


-- hour, requests, errors; nil: nothing yet
local function activity_hour(text)
    local hour, requests, errors = string.match(text or '',
                                                '^(%d+) (%d+) (%d+)$')

    return tonumber(hour), tonumber(requests), tonumber(errors)
end


-- The time that was so many milliseconds ago, unless a later one is known.
local function activity_time(time, ago, known)
    local at = time - (tonumber(ago) or time)

    if at > (tonumber(known) or 0) then
        return string.format('%d', at)
    end

    return nil
end


-- args: integration id, how many requests and errors of them, how long ago the
-- last request, the last error and the last full sync were ('' : there was
-- none), and of the error status, operation and detail.
-- Several nginxes may write: the latest error is kept.
-- writes: scim:{T}:integration:ID:activity
register('activity_write', function(keys, args)
    local id, requests, errors, request, failure, sync, status, operation,
          detail = unpack(args)
    local integration = keys[1] .. ':integration:' .. id
    local key = integration .. ':activity'

    if redis.call('EXISTS', integration) == 0 then
        return { 'MISSING' }
    end

    local time = tonumber(now())
    local hour = math.floor(time / HOUR)
    local last_request, last_error, last_sync, text = unpack(redis.call(
        'HMGET', key, 'last_request', 'last_error_time', 'last_full_sync',
        activity_place(hour)))
    local known, known_requests, known_errors = activity_hour(text)

    if known ~= hour then
        known_requests, known_errors = 0, 0
    end

    local fields = {
        activity_place(hour),
        string.format('%d %d %d', hour, known_requests + requests,
                      known_errors + errors),
    }

    local function set(name, value)
        fields[#fields + 1] = name
        fields[#fields + 1] = value
    end

    request = activity_time(time, request, last_request)
    failure = activity_time(time, failure, last_error)
    sync = activity_time(time, sync, last_sync)

    if request then
        set('last_request', request)
    end

    if failure then
        set('last_error_time', failure)
        set('last_error_status', status)
        set('last_error_operation', operation)
        set('last_error_detail', detail)
    end

    if sync then
        set('last_full_sync', sync)
    end

    redis.call('HSET', key, unpack(fields))

    return { 'OK' }
end)


-- args by name: integration
-- Answers a record: last_request and last_full_sync ('' : never), last_error
-- (time, status, operation, detail; empty: never), how many requests and errors
-- there were in the last day, and its hours, the oldest first: hour (its
-- beginning), requests, errors; those without a request are not there.
register_read('activity_read', function(keys, args)
    local input = named(args, 1)
    local integration = keys[1] .. ':integration:' .. (input.integration or '')
    local key = integration .. ':activity'

    if redis.call('EXISTS', integration) == 0 then
        return refuse('MISSING', '', 'there is no such integration in the'
                                     .. ' tenant')
    end

    local values = redis.call('HMGET', key, unpack(ACTIVITY_FIELDS))
    local record = {
        'last_request', values[1] or '', 'last_full_sync', values[2] or '',
        'last_error', values[3] and { 'time', values[3], 'status', values[4],
                                      'operation', values[5],
                                      'detail', values[6] } or {},
    }

    local current = math.floor(tonumber(now()) / HOUR)
    local places, hours = {}, {}
    local requests, errors = 0, 0

    for hour = current - ACTIVITY_HOURS + 1, current do
        places[#places + 1] = activity_place(hour)
    end

    values = redis.call('HMGET', key, unpack(places))

    for i, text in ipairs(values) do
        local hour, n, failed = activity_hour(text)

        if hour == current - ACTIVITY_HOURS + i then
            hours[#hours + 1] = {
                'hour', string.format('%d', hour * HOUR),
                'requests', tostring(n), 'errors', tostring(failed),
            }
            requests = requests + n
            errors = errors + failed
        end
    end

    for name, value in pairs({ requests = requests, errors = errors }) do
        record[#record + 1] = name
        record[#record + 1] = tostring(value)
    end

    record[#record + 1] = 'hours'
    record[#record + 1] = hours

    return { 'OK', record }
end)
