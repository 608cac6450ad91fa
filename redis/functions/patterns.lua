--
-- Patterns of rules: "*" is any text, "?" any one character. Of many patterns
-- those that match a text are found by what it begins or ends with, and only
-- the few that begin and end with a star are all tried. Between two stars the
-- first place is as good as any later one, so the time is bounded by the
-- lengths, whatever the pattern.
--

local patterns = {}

patterns.CHARACTER = '[\1-\127\194-\244][\128-\191]*'
patterns.LONGEST_TEXT = 1024        -- bytes; what is longer matches none
patterns.MOST_WORK = 20000000       -- bytes of texts and patterns, of a set


-- Text between stars, as string.find takes it, and whether that is plain;
-- first and last: what holds it in place, '^', '$' or ''.
function patterns.piece(text, first, last)
    if first == '' and last == '' and not string.find(text, '?', 1, true) then
        return { text = text, plain = true }
    end

    text = string.gsub(text, '[^%w%?]', '%%%0')
    text = string.gsub(text, '%?', patterns.CHARACTER)

    return { text = first .. text .. last, plain = false }
end


-- The pieces in the order in which they are looked for.
function patterns.pieces(pattern)
    local texts, pieces = {}, {}

    for text in string.gmatch(pattern .. '*', '([^*]*)%*') do
        texts[#texts + 1] = text
    end

    for i, text in ipairs(texts) do
        if text ~= '' or #texts == 1 then
            pieces[#pieces + 1] = patterns.piece(text, i == 1 and '^' or '',
                                                 i == #texts and '$' or '')
        end
    end

    return pieces
end


-- one: as patterns.add makes it; found: nothing is left to be tried. Its pieces
-- are made when they are first needed. When a set has taken too much work, what
-- has to be tried matches no more, and the set is cut.
function patterns.matches(set, one, text)
    local at, find = 1, string.find

    if one.found then
        return true
    end

    if not one.pieces then
        local _, count = string.gsub(string.match(one.pattern, '%*.*') or '',
                                     '%?', '')

        one.pieces = patterns.pieces(one.pattern)
        one.weight = count + 1
    end

    set.work = set.work + (#text + #one.pattern) * one.weight

    if set.work > patterns.MOST_WORK then
        set.cut = true
        return false
    end

    for i = 1, #one.pieces do
        local piece = one.pieces[i]
        local first, last = find(text, piece.text, at, piece.plain)

        if not first then
            return false
        end

        at = last + 1
    end

    return true
end


-- A set of patterns, by how what matches them begins, or else ends.
function patterns.set()
    return { heads = { lengths = {} }, tails = { lengths = {} }, others = {},
             work = 0 }
end


-- texts: heads or tails, by their lengths
function patterns.put(texts, text, one)
    local known = texts[#text]

    if not known then
        known = {}
        texts[#text] = known
        table.insert(texts.lengths, #text)
    end

    known[text] = known[text] or {}
    table.insert(known[text], one)
end


-- meant: what the pattern stands for
function patterns.add(set, pattern, meant)
    local one = { pattern = pattern, meant = meant, found = false }
    local wild = string.find(pattern, '[%*%?]')

    if wild ~= 1 or pattern == '*' then
        one.found = wild == #pattern and string.sub(pattern, wild) == '*'
        patterns.put(set.heads, string.sub(pattern, 1, (wild or 0) - 1), one)
        return
    end

    local tail = string.match(pattern, '[^%*%?]*$')

    if tail ~= '' then
        one.found = #tail == #pattern - 1 and string.sub(pattern, 1, 1) == '*'
        patterns.put(set.tails, tail, one)

    else
        table.insert(set.others, one)
    end
end


-- Calls matched with what each pattern stands for that matches a text; wanted
-- tells of which this is asked.
function patterns.match(set, text, wanted, matched)
    local length = #text

    local function try(found)
        for _, one in ipairs(found or {}) do
            if wanted(one.meant) and patterns.matches(set, one, text) then
                matched(one.meant)
            end
        end
    end

    if length > patterns.LONGEST_TEXT then
        return
    end

    for _, n in ipairs(set.heads.lengths) do
        try(n <= length and set.heads[n][string.sub(text, 1, n)])
    end

    for _, n in ipairs(set.tails.lengths) do
        try(n <= length and set.tails[n][string.sub(text, length - n + 1)])
    end

    try(set.others)
end
