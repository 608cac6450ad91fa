-- PATCHes of one group's members: -- IDS ADD REMOVE
-- IDS is a file with a user's id in each line, ADD and REMOVE are files with
-- the bodies, @ID@ where the id goes.  Each second request takes away whom
-- an earlier one added, LAG additions ago, so that the group stays as large
-- as it is but for LAG members a thread.  Each thread has ids of its own.

dofile(os.getenv("BENCH_WRK") .. "/report.lua")
local bodies = dofile(os.getenv("BENCH_WRK") .. "/bodies.lua")

local LAG = 8
local THREADS_AT_MOST = 8
local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

local function fill(template, id)
    return (template:gsub("@ID@", id))
end

function init(args)
    local add, remove = bodies.read(args[2]), bodies.read(args[3])

    wrk.method = "PATCH"
    adds, removes, count = {}, {}, 0

    for n, id in ipairs(bodies.lines(args[1])) do
        if n % THREADS_AT_MOST == number then
            adds[#adds + 1] = wrk.format(nil, nil, nil, fill(add, id))
            removes[#removes + 1] = wrk.format(nil, nil, nil,
                                               fill(remove, id))
        end
    end

    assert(#adds > LAG, "too few ids")
end

function request()
    local turn = math.floor(count / 2)
    local adding = count % 2 == 0

    count = count + 1

    if adding then
        return adds[turn % #adds + 1]
    end

    return removes[(turn - LAG) % #removes + 1]
end
