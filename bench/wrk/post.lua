-- POSTs of users that differ: -- TEMPLATE PREFIX
-- TEMPLATE is a file with a user in it, @N@ where the number goes.  A number
-- is PREFIX (4 digits, another one in each run), the thread and a counter:
-- 12 digits, so that all bodies are of one length.

dofile(os.getenv("BENCH_WRK") .. "/report.lua")
local bodies = dofile(os.getenv("BENCH_WRK") .. "/bodies.lua")

local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

function init(args)
    wrk.method = "POST"
    make = bodies.numbered(bodies.read(args[1]), args[2] .. number)
end

function request()
    return wrk.format(nil, nil, nil, make())
end
