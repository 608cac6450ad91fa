// How an integration does: a word, and its last day hour by hour.

import { html } from '../html.js';
import { plural } from '../format.js';
import { Badge } from './badge.js';


// health(INTEGRATION, ACTIVITY): { kind, text }. One request in twenty that
// fails, of more than a few, is more than the odd name that is taken already.
export function health(integration, activity) {
    if (!integration.enabled) {
        return { kind: 'neutral', text: 'Refusing requests' };
    }
    if (!activity.lastRequest) {
        return { kind: 'info', text: 'Waiting for the first request' };
    }
    if (activity.requests === 0) {
        return { kind: 'neutral', text: 'Quiet for a day' };
    }
    if (activity.errors === 0) {
        return { kind: 'success', text: 'Healthy' };
    }
    if (activity.errors < 3 || activity.errors * 20 < activity.requests) {
        return { kind: 'warning', text: plural(activity.errors, 'error') };
    }
    return { kind: 'danger', text: plural(activity.errors, 'error') };
}


export function Health({ integration, activity }) {
    const { kind, text } = health(integration, activity);
    return html`<${Badge} kind=${kind} dot>${text}<//>`;
}


const HOUR = 3_600_000;


// day(HOURS): 24 of them, also those in which nothing was; by the server's
// clock where that is ahead
function day(hours) {
    const known = new Map(hours.map((hour) =>
        [Math.floor(Date.parse(hour.hour) / HOUR), hour]));
    const last = Math.max(Math.floor(Date.now() / HOUR), ...known.keys());

    return Array.from({ length: 24 }, (_, at) => {
        const number = last - 23 + at;
        return known.get(number)
            ?? { hour: String(number), requests: 0, errors: 0 };
    });
}


// The bars are for the eye; the numbers stand beside them.
export function Hours({ hours: known, height = 28, width = 4, gap = 2 }) {
    const hours = day(known);
    const most = Math.max(1, ...hours.map((hour) => hour.requests));
    const size = (value) => (value === 0 ? 0
        : Math.max(2, Math.round(value / most * height)));

    return html`
        <svg class="hours" aria-hidden="true" height=${height}
            viewBox=${`0 0 ${hours.length * (width + gap) - gap} ${height}`}
            preserveAspectRatio="none">
            ${hours.map((hour, at) => {
                const x = at * (width + gap);
                const all = size(hour.requests);
                const bad = size(hour.errors);
                return html`
                    <g key=${hour.hour}>
                        <rect class="hour-none" x=${x} y=${height - 1}
                            width=${width} height="1" />
                        <rect class="hour-good" x=${x} y=${height - all}
                            width=${width} height=${all} />
                        <rect class="hour-bad" x=${x} y=${height - bad}
                            width=${width} height=${bad} />
                    </g>`;
            })}
        </svg>`;
}
