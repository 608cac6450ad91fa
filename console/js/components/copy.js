// Something to be copied, as it is.

import { html, useEffect, useId, useRef, useState } from '../html.js';
import { Icon } from './icon.js';


// The clipboard is there where the page came encrypted or from this machine;
// elsewhere, what is selected can be copied.
async function copy(text, input) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        input.select();
        return document.execCommand('copy');
    }
}


export function CopyField({ label, value, hint, secret }) {
    const id = useId();
    const input = useRef(null);
    const timer = useRef(0);
    const [copied, setCopied] = useState('');

    useEffect(() => () => clearTimeout(timer.current), []);

    const run = async () => {
        const done = await copy(value, input.current);
        setCopied(done ? 'Copied' : 'Select it and copy it by hand');
        clearTimeout(timer.current);
        timer.current = setTimeout(() => setCopied(''), 2500);
    };

    return html`
        <div class="field copy-field">
            <label for=${id}>${label}</label>
            <div class="input-group">
                <input id=${id} ref=${input} class="input mono" readonly
                    value=${value} data-secret=${secret ? '' : undefined}
                    aria-describedby=${hint ? `${id}-hint` : undefined}
                    onFocus=${(event) => event.currentTarget.select()} />
                <button type="button" class="button" onClick=${run}
                    aria-label=${`Copy: ${label}`}>
                    <${Icon} name=${copied === 'Copied' ? 'check' : 'copy'} />
                    <span aria-hidden="true">
                        ${copied === 'Copied' ? 'Copied' : 'Copy'}
                    </span>
                </button>
            </div>
            <span class="visually-hidden" role="status">${copied}</span>
            ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
        </div>`;
}
