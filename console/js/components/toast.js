// What was done, said at the edge of the page and to screen readers, and gone
// after a while.

import {
    createContext, html, useCallback, useContext, useRef, useState,
} from '../html.js';
import { Icon } from './icon.js';

const Toasts = createContext(() => {});


// const say = useToast(); say("The role was attached.")
export function useToast() {
    return useContext(Toasts);
}


export function ToastProvider({ children }) {
    const [toast, setToast] = useState(null);
    const last = useRef(0);

    const say = useCallback((text) => {
        const id = last.current += 1;
        setToast({ id, text });
        setTimeout(() => {
            setToast((shown) => (shown?.id === id ? null : shown));
        }, 6000);
    }, []);

    return html`
        <${Toasts.Provider} value=${say}>
            ${children}
            <div class="toasts" role="status" aria-live="polite">
                ${toast && html`
                    <div class="toast" key=${toast.id}>
                        <${Icon} name="circle-check" /> ${toast.text}
                    </div>`}
            </div>
        <//>`;
}
