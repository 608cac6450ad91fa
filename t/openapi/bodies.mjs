// Bodies that are wrong, each in one way, made from what the document says of
// the body that is right.

const WORD = 'nonsense';


// the member's name in a problem's field
function join(where, name) {
    return where ? `${where}.${name}` : name;
}


function types(schema) {
    return [schema.type ?? []].flat();
}


// The schema's branches but null, and whether null is one.
function branches(document, schema) {
    const whole = document.schema(schema);
    const all = (whole.oneOf ?? [whole]).map((s) => document.schema(s));
    return {
        nullable: all.some((s) => types(s).includes('null')),
        schema: all.find((s) => !(s.type === 'null')),
    };
}


function ofOtherTypes(schema) {
    const values = { string: 'text', number: 17, boolean: true, array: [],
                     object: {} };
    const own = types(schema).map((t) => t === 'integer' ? 'number' : t);
    return Object.keys(values).filter((type) => !own.includes(type))
        .map((type) => [`${type}`, values[type]]);
}


function longest(schema) {
    const counted = /\{0,(\d+)\}/.exec(schema.pattern ?? '');
    return schema.maxLength ?? (counted ? Number(counted[1]) + 2 : 64);
}


function wrongStrings(schema) {
    const cases = [['too long', 'a'.repeat(longest(schema) + 1)]];
    const plain = schema.pattern?.includes('\\u0000');
    if (schema.enum || (schema.pattern && !plain) || schema.format) {
        cases.push(['not such a value', 'No such: value!']);
    }
    if (schema.enum || (schema.pattern && !plain) || schema.format
        || schema.minLength)
    {
        cases.push(['empty', '']);
    }
    if (schema.pattern?.startsWith('^[a-z0-9]([')) {
        cases.push(['a hyphen first', '-a'], ['capitals', 'A'],
                   ['a slash', 'a/b'], ['a colon', 'a:b'], ['a brace', 'a}']);
    }
    if (plain) {
        cases.push(['a line feed', 'a\nb'], ['a delete', 'a\u007f']);
    }
    if (schema.format === 'date-time') {
        cases.push(['the past', '2001-01-01T00:00:00Z'],
                   ['no zone', '2101-01-01T00:00:00'],
                   ['no such day', '2101-02-30T00:00:00Z']);
    }
    return cases;
}


function wrongNumbers(schema) {
    return [
        ['a fraction', 1.5],
        ...schema.minimum === undefined ? []
            : [['too small', schema.minimum - 1]],
        ...schema.maximum === undefined ? []
            : [['too large', schema.maximum + 1]],
        ['huge', 1e300],
    ];
}


// wrong(DOCUMENT, SCHEMA, VALUE): from a value that is right, a list of
// { name, value, field }: what is wrong, the value with it, the field to name
export function wrong(document, schema, value, where = '') {
    const { nullable, schema: own } = branches(document, schema);
    const here = (name, other) => ({ name: `${where || 'body'}: ${name}`,
                                     value: other, field: where });
    const cases = ofOtherTypes(own).map(([name, other]) =>
        here(`is of type ${name}`, other));

    if (!nullable) {
        cases.push(here('is null', null));
    }
    if (types(own).includes('string')) {
        cases.push(...wrongStrings(own).map((c) => here(...c)));
    }
    if (types(own).includes('integer')) {
        cases.push(...wrongNumbers(own).map((c) => here(...c)));
    }
    if (types(own).includes('array')) {
        cases.push(...wrongArrays(document, own, value, where));
    }
    if (types(own).includes('object')) {
        cases.push(...own.properties
            ? wrongMembers(document, own, value, where)
            : wrongMaps(own, value, where));
    }
    return cases;
}


function wrongArrays(document, schema, value, where) {
    const cases = [];
    if (schema.minItems) {
        cases.push({ name: `${where}: is empty`, value: [], field: where });
    }
    if (schema.maxItems) {
        cases.push({ name: `${where}: has too many`, field: where,
                     value: Array(schema.maxItems + 1).fill(value[0]) });
    }
    const last = value.length - 1;
    cases.push(...wrong(document, schema.items, value[last],
                        `${where}[${last}]`)
        .map((c) => ({ ...c, value: value.with(last, c.value) })));
    return cases;
}


function wrongMembers(document, schema, value, where) {
    const cases = [{ name: `${where || 'body'}: an unknown member`,
                     value: { ...value, [WORD]: 1 },
                     field: join(where, WORD) }];

    for (const name of schema.required ?? []) {
        const { [name]: _, ...rest } = value;
        cases.push({ name: `${where || 'body'}: no ${name}`, value: rest,
                     field: join(where, name) });
    }
    for (const [name, member] of Object.entries(schema.properties)) {
        if (name in value) {
            cases.push(...wrong(document, member, value[name],
                                join(where, name))
                .map((c) => ({ ...c,
                               value: { ...value, [name]: c.value } })));
        }
    }
    return cases;
}


// resources and actions
function wrongMaps(schema, value, where) {
    const one = (name, other, key) => ({ name: `${where}: ${name}`,
        value: other, field: join(where, key) });
    const bad = (name, key) => ({ name: `${where}: ${name}`, field: where,
                                  value: { [key]: ['READ'] } });
    return [
        bad('a resource in lower case', 'flow'),
        bad('a resource with a blank', 'A B'),
        bad('a resource with a colon', 'A:B'),
        bad('a resource that is empty', ''),
        bad('a resource that is too long', 'A'.repeat(65)),
        { name: `${where}: too many resources`, field: where,
          value: Object.fromEntries(Array.from({ length: 101 },
              (_, i) => [`A${i}`, ['READ']])) },
        one('no actions', { ...value, A: [] }, 'A'),
        one('actions of no array', { ...value, A: 'READ' }, 'A'),
        one('actions that are null', { ...value, A: null }, 'A'),
        one('an action that is a number', { ...value, A: [1] }, 'A'),
        one('an action in lower case', { ...value, A: ['read'] }, 'A'),
        one('an action that is empty', { ...value, A: [''] }, 'A'),
        one('an action with a blank', { ...value, A: ['READ WRITE'] }, 'A'),
        one('an action that is too long',
            { ...value, A: ['R'.repeat(65)] }, 'A'),
        one('too many actions', { ...value, A: Array.from({ length: 51 },
            (_, i) => `A${i}`) }, 'A'),
    ];
}


// What is no value at all, or not the one that a parser makes of it:
// { name, text, field }; field undefined: none can be named
export function broken(value) {
    const text = JSON.stringify(value);
    const inner = text.slice(1, -1);
    const [first] = Object.keys(value);
    const nest = (depth) => '['.repeat(depth) + ']'.repeat(depth);

    return [
        { name: 'no JSON', text: `${text.slice(0, -1)}` },
        { name: 'more behind it', text: `${text}{}` },
        { name: 'an array', text: `[${text}]` },
        { name: 'a string', text: '"text"' },
        { name: 'null', text: 'null' },
        { name: 'no UTF-8', text: Buffer.concat([
            Buffer.from('{"nonsense":"'), Buffer.from([0xc3, 0x28]),
            Buffer.from('"}')]) },
        { name: 'a lone surrogate', text: '{"nonsense":"\\ud800"}' },
        { name: 'nested too deep',
          text: `{${inner},"nonsense":${nest(1000)}}` },
        { name: 'a NUL in a name', text: `{${inner},"a\\u0000b":1}` },
        ...first ? [
            { name: 'a member twice',
              text: `{${JSON.stringify(first)}:`
                  + `${JSON.stringify(value[first])},${inner}}` },
            { name: 'a NUL in a value',
              text: `{"nonsense":"a\\u0000b"}` }] : [],
    ];
}
