-- The same GET again and again: -- PAUSE
-- PAUSE: milliseconds on each connection before the next request, so that the
-- latencies are those of a server that has time.

dofile(os.getenv("BENCH_WRK") .. "/report.lua")

function init(args)
    pause = tonumber(args[1])
end

function delay()
    return pause
end
