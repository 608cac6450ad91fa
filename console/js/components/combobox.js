// A field that finds what it names: by the pattern of an editable combobox with
// a list (WAI-ARIA).

import { html, useEffect, useId, useRef, useState } from '../html.js';
import { explain } from '../api.js';
import { useDebounced, useLoad } from '../hooks.js';
import { Icon } from './icon.js';


// SEARCH(text, signal) gives [{ value, label, hint }]; SELECTED is one of them,
// or null
export function Combobox({
    label, hint, error, placeholder, search, selected, onSelect,
    dependencies = [],
}) {
    const id = useId();
    const input = useRef(null);
    const [text, setText] = useState(selected?.label ?? '');
    const [open, setOpen] = useState(false);
    const [at, setAt] = useState(0);
    const settled = useDebounced(text);
    const searched = selected && text === selected.label ? '' : settled;
    const found = useLoad((signal) => (open
        ? search(searched, signal) : Promise.resolve([])),
    [searched, open, ...dependencies]);
    const options = open ? found.data ?? [] : [];

    useEffect(() => setAt(0), [found.data]);
    useEffect(() => {
        setText(selected?.label ?? '');
    }, [selected?.value, ...dependencies]);

    const choose = (option) => {
        onSelect(option);
        setText(option.label);
        setOpen(false);
    };

    const keys = {
        ArrowDown: () => (open
            ? setAt(Math.min(at + 1, options.length - 1)) : setOpen(true)),
        ArrowUp: () => setAt(Math.max(at - 1, 0)),
        Enter: () => options[at] && choose(options[at]),
        Escape: () => setOpen(false),
    };

    const press = (event) => {
        const act = keys[event.key];
        const wanted = event.key === 'ArrowDown' || open;
        if (act && wanted) {
            event.preventDefault();
            event.stopPropagation();
            act();
        }
    };

    return html`
        <div class="field combobox">
            <label for=${id}>${label}</label>
            <div class="combobox-input">
                <input id=${id} ref=${input} class="input" type="text"
                    role="combobox" autocomplete="off" spellcheck=${false}
                    aria-expanded=${open ? 'true' : 'false'}
                    aria-controls=${`${id}-list`} aria-autocomplete="list"
                    aria-activedescendant=${options[at]
                        ? `${id}-${at}` : undefined}
                    aria-invalid=${error ? 'true' : undefined}
                    aria-describedby=${hint ? `${id}-hint` : undefined}
                    placeholder=${placeholder} value=${text}
                    onInput=${(event) => {
                        setText(event.currentTarget.value);
                        setOpen(true);
                        if (selected) {
                            onSelect(null);
                        }
                    }}
                    onClick=${() => setOpen(true)}
                    onBlur=${() => setOpen(false)}
                    onKeyDown=${press} />
                <${Icon} name=${selected ? 'check' : 'search'} />
            </div>
            <ul class="listbox" id=${`${id}-list`} role="listbox"
                aria-label=${label} hidden=${!open || options.length === 0}>
                ${options.map((option, index) => html`
                    <li key=${option.value} id=${`${id}-${index}`}
                        role="option"
                        aria-selected=${index === at ? 'true' : 'false'}
                        onMouseDown=${(event) => event.preventDefault()}
                        onClick=${() => choose(option)}>
                        <span>${option.label}</span>
                        ${option.hint && html`<small>${option.hint}</small>`}
                    </li>`)}
            </ul>
            <p class="hint" role="status" id=${`${id}-hint`}>
                ${open && found.error ? explain(found.error).text
                    : open && found.data && !found.loading
                        && options.length === 0
                        ? 'Nothing of this name.' : hint}
            </p>
            ${error && html`<p class="field-error" role="alert">${error}</p>`}
        </div>`;
}
