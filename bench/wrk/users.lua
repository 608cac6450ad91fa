-- The same GET again and again, by one user after the other: -- NAMES
-- NAMES is a file with a userName in each line.

dofile(os.getenv("BENCH_WRK") .. "/report.lua")
local bodies = dofile(os.getenv("BENCH_WRK") .. "/bodies.lua")

function init(args)
    requests, count = {}, 0

    for _, name in ipairs(bodies.lines(args[1])) do
        wrk.headers["X-User"] = name
        requests[#requests + 1] = wrk.format()
    end
end

function request()
    count = count + 1

    return requests[count % #requests + 1]
end
