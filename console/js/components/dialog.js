// Dialogs are the browser's own: it keeps the focus within, closes them with
// Escape and gives the focus back.

import { html, useId, useLayoutEffect, useRef, useState } from '../html.js';
import { useAction } from '../hooks.js';
import { FormError } from './form.js';
import { Icon } from './icon.js';
import { useToast } from './toast.js';


// What gets the focus: the first field, or else the first answer. (Where one
// has a finger, a field would bring the keyboard, over what one came to see.)
const first = matchMedia('(pointer: fine)').matches
    ? '.dialog-body :is(input, select):not([readonly]), .dialog-footer button'
    : '.dialog-footer button';


export function Dialog({ title, onClose, wide, children }) {
    const dialog = useRef(null);
    const id = useId();

    useLayoutEffect(() => {
        const element = dialog.current;
        element.showModal();
        element.querySelector(first)?.focus();
        return () => element.close();
    }, []);

    // a click on what is behind it
    const outside = (event) => {
        if (event.target === dialog.current) {
            onClose();
        }
    };

    return html`
        <dialog ref=${dialog} class=${wide ? 'dialog wide' : 'dialog'}
            aria-labelledby=${id} onMouseDown=${outside}
            onCancel=${(event) => {
                event.preventDefault();
                onClose();
            }}>
            <div class="dialog-box">
                <div class="dialog-header">
                    <h2 id=${id}>${title}</h2>
                    <button type="button" class="button icon-only ghost"
                        aria-label="Close" onClick=${onClose}>
                        <${Icon} name="x" />
                    </button>
                </div>
                ${children}
            </div>
        </dialog>`;
}


// A form in a dialog. SUBMIT may throw: what it throws is shown, at its field
// if the form has one of that name ("fields").
export function FormDialog({
    title, label, danger, wide, fields = [], disabled, submit, onClose,
    children,
}) {
    const [run, { busy, error }] = useAction(submit);

    const send = (event) => {
        event.preventDefault();
        run();
    };

    return html`
        <${Dialog} title=${title} wide=${wide} onClose=${onClose}>
            <form onSubmit=${send} novalidate>
                <div class="dialog-body">
                    ${typeof children === 'function'
                        ? children(error) : children}
                    <${FormError} error=${error} fields=${fields} />
                </div>
                <div class="dialog-footer">
                    <button type="button" class="button" onClick=${onClose}>
                        Cancel
                    </button>
                    <button type="submit" disabled=${disabled}
                        class=${danger ? 'button danger' : 'button primary'}
                        aria-disabled=${busy || undefined}>
                        ${busy ? 'One moment…' : label}
                    </button>
                </div>
            </form>
        <//>`;
}


// useListDialog(LIST): what is to be done with the list's records, in dialogs.
// One is open or none: "dialog" is what open() was given. done(TEXT) is for the
// end of it: the list is loaded again, and TEXT is said.
export function useListDialog(list) {
    const say = useToast();
    const [dialog, open] = useState(null);
    const close = () => open(null);
    const done = (text) => () => {
        close();
        list.reload();
        say(text);
    };
    return { dialog, open, close, done };
}
