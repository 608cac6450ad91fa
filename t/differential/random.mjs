// A generator of random numbers with a seed, so that each case can be had
// again (mulberry32).

export class Random {
    constructor(seed) {
        this.state = seed >>> 0;
    }

    // 0 <= x < 1
    next() {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let t = this.state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    }

    below(n) {
        return Math.floor(this.next() * n);
    }

    chance(p) {
        return this.next() < p;
    }

    pick(list) {
        return list[this.below(list.length)];
    }

    // so many different ones, in random order
    some(list, count) {
        const left = [...list];
        const some = [];
        while (some.length < count && left.length) {
            some.push(...left.splice(this.below(left.length), 1));
        }
        return some;
    }

    // the same letters, some of them in the other case
    recase(text) {
        return [...text].map(c => !this.chance(0.3) ? c
            : c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())
            .join('');
    }
}
