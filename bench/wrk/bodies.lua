-- Request bodies made from a template.

local bodies = {}

function bodies.read(path)
    local file = assert(io.open(path))
    local text = file:read("*a")
    file:close()
    return text
end

-- A function that returns `template` with each @N@ replaced by `prefix` and
-- the next number, filled up with noughts to 12 digits.
function bodies.numbered(template, prefix)
    local parts = {}

    for part in (template .. "@N@"):gmatch("(.-)@N@") do
        parts[#parts + 1] = part
    end

    local form = "%s%0" .. (12 - #prefix) .. "d"
    local count = 0

    return function()
        count = count + 1
        return table.concat(parts, form:format(prefix, count))
    end
end

-- A list of the lines of a file.
function bodies.lines(path)
    local lines = {}

    for line in io.lines(path) do
        lines[#lines + 1] = line
    end

    return lines
end

return bodies
