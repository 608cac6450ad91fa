// A table; on a narrow screen each row becomes a card with the columns' names
// (the style sheet's work). And its pages.

import { html } from '../html.js';
import { count, plural } from '../format.js';
import { Icon } from './icon.js';
import { Empty, Failure, Loading } from './states.js';


// columns: [{ key, label, render(row), hidden (its label), number }]; the first
// is what the row is about
export function Table({ caption, columns, rows, rowKey, busy }) {
    return html`
        <div class="table-frame" aria-busy=${busy ? 'true' : undefined}>
            <table class="table">
                <caption class="visually-hidden">${caption}</caption>
                <thead>
                    <tr>
                        ${columns.map((column) => html`
                            <th key=${column.key} scope="col"
                                class=${column.class}>
                                ${column.hidden
                                    ? html`<span class="visually-hidden">
                                        ${column.label}</span>`
                                    : column.label}
                            </th>`)}
                    </tr>
                </thead>
                <tbody>
                    ${rows.map((row) => html`
                        <tr key=${rowKey(row)}>
                            ${columns.map((column, at) => html`
                                <td key=${column.key} class=${column.class}
                                    data-label=${at === 0 || column.hidden
                                        ? undefined : column.label}>
                                    ${column.render(row)}
                                </td>`)}
                        </tr>`)}
                </tbody>
            </table>
        </div>`;
}


// A list as useList() has it: its table, or why there is none, and its pages
export function ListTable({
    list, noun, nouns = `${noun}s`, empty, filtered, ...table
}) {
    const { data, error, loading } = list;

    if (error) {
        return html`<${Failure} error=${error} retry=${list.reload} />`;
    }
    if (!data) {
        return html`<${Loading} lines=${8} label=${`Loading ${nouns}`} />`;
    }
    if (data.results.length === 0 && !list.next && !list.previous) {
        return filtered
            ? html`
                <${Empty} icon="search" title=${`No ${nouns} match`}>
                    Try fewer letters, or other filters.
                <//>`
            : empty;
    }
    return html`
        ${data.results.length > 0
            ? html`
                <${Table} rows=${data.results} busy=${loading} ...${table} />`
            : html`
                <${Empty} icon="search" title="None on this page">
                    There may be more on the next one.
                <//>`}
        <${Pager} list=${list} noun=${noun} nouns=${nouns} />`;
}


function Pager({ list, noun, nouns = `${noun}s` }) {
    const { data, page, next, previous } = list;
    const many = next || previous;
    const shown = data.results.length;
    const total = data.total !== undefined
        ? plural(data.total, noun, nouns)
        : many ? `${plural(shown, noun, nouns)} on this page`
            : plural(shown, noun, nouns);

    return html`
        <div class="pager">
            <p role="status">
                ${total}${many ? ` · page ${count(page)}` : ''}
            </p>
            ${many && html`
                <nav aria-label="Pages">
                    <button type="button" class="button small"
                        disabled=${!previous} onClick=${previous}>
                        <${Icon} name="chevron-left" size=${14} /> Previous
                    </button>
                    <button type="button" class="button small"
                        disabled=${!next} onClick=${next}>
                        Next <${Icon} name="chevron-right" size=${14} />
                    </button>
                </nav>`}
        </div>`;
}
