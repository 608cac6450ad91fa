// Numbers, times and words as people read them.

const numbers = new Intl.NumberFormat('en');
const dates = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const exact = new Intl.DateTimeFormat('en', {
    dateStyle: 'full', timeStyle: 'long',
});
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

const steps = [
    ['second', 60], ['minute', 60], ['hour', 24], ['day', 7],
];


export function count(value) {
    return numbers.format(value);
}


// plural(2, "user"): "2 users"
export function plural(value, one, many = `${one}s`) {
    return `${count(value)} ${value === 1 ? one : many}`;
}


export function exactDate(value) {
    return exact.format(new Date(value));
}


// ago("2026-..."): "3 minutes ago", "in 2 days"; further away than a week it is
// the date
export function ago(value) {
    let distance = (new Date(value) - Date.now()) / 1000;
    if (Math.abs(distance) < 10) {
        return 'just now';
    }
    for (const [unit, size] of steps) {
        if (Math.abs(distance) < size) {
            return relative.format(Math.round(distance), unit);
        }
        distance /= size;
    }
    return dates.format(new Date(value));
}


export function initials(name) {
    const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    const first = [...(words[0] ?? '?')][0];
    const second = words.length > 1 ? [...words[1]][0] : '';
    return (first + second).toUpperCase();
}


// the name that a person goes by
export function personName(user) {
    return user.displayName?.trim() || user.userName;
}


const things = {
    users: 'User', groups: 'Group', integrations: 'Integration',
    roles: 'Role', bindings: 'Binding', tenants: 'Tenant', tokens: 'Token',
    rules: 'Role rule', 'service-accounts': 'Service account',
    persons: 'Person', me: 'Own user',
};

const deeds = {
    create: 'created', replace: 'replaced', patch: 'changed',
    update: 'changed', delete: 'deleted', enable: 'enabled',
    disable: 'disabled', rotate: 'token rotated',
};


// "groups.patch": "Group changed"; of what was not done, "Group patch"
export function deed(operation, done) {
    const [thing, act = ''] = operation.split(/\.(.*)/s);
    const name = things[thing] ?? thing;
    return `${name} ${done ? deeds[act] ?? act : act}`.trim();
}


// "no such user": "No such user."; "userName" begins as it is
export function sentence(text) {
    const trimmed = text.trim();
    const upper = /^[a-z]+[A-Z]/.test(trimmed) ? trimmed
        : trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
    return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}
