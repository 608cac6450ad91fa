-- The soak's mixture: -- USERS GROUP IDS ADD REMOVE TEMPLATE PREFIX
-- of ten requests seven GETs of users by id, one filter, one POST of a new
-- user, one PATCH that adds a member to a group or takes one away.
-- USERS and GROUP are the paths of the users and of the group.

dofile(os.getenv("BENCH_WRK") .. "/report.lua")
local bodies = dofile(os.getenv("BENCH_WRK") .. "/bodies.lua")

local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

local function fill(template, id)
    return (template:gsub("@ID@", id))
end

function init(args)
    local add, remove = bodies.read(args[4]), bodies.read(args[5])

    users = args[1]
    group = args[2]
    make = bodies.numbered(bodies.read(args[6]), args[7] .. number)
    gets, adds, removes, count = {}, {}, {}, 0

    for n, id in ipairs(bodies.lines(args[3])) do
        gets[n] = wrk.format("GET", users .. "/" .. id)
        adds[n] = wrk.format("PATCH", group, nil, fill(add, id))
        removes[n] = wrk.format("PATCH", group, nil, fill(remove, id))
    end

    filter = wrk.format("GET", users .. "?filter=userName+eq+%22nobody%22")
end

function request()
    local turn = math.floor(count / 10)
    local kind = count % 10

    count = count + 1

    if kind < 7 then
        return gets[count % #gets + 1]
    end

    if kind == 7 then
        return filter
    end

    if kind == 8 then
        return wrk.format("POST", users, nil, make())
    end

    local place = math.floor(turn / 2) % #adds + 1
    return turn % 2 == 0 and adds[place] or removes[place]
end
