-- What every script ends with: the figures as one line of name=value pairs,
-- which driver/wrk.py reads.

function done(summary, latency)
    local errors = summary.errors
    local broken = errors.connect + errors.read + errors.write
                   + errors.timeout

    io.write(string.format(
        "FIGURES requests=%d microseconds=%d bytes=%d refused=%d broken=%d "
        .. "p50=%d p99=%d\n",
        summary.requests, summary.duration, summary.bytes, errors.status,
        broken, latency:percentile(50), latency:percentile(99)))
end
