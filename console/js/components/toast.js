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
    const [toasts, setToasts] = useState([]);
    const last = useRef(0);

    const say = useCallback((text) => {
        const id = last.current += 1;
        setToasts((shown) => [...shown.slice(-2), { id, text }]);
        setTimeout(() => {
            setToasts((shown) => shown.filter((toast) => toast.id !== id));
        }, 6000);
    }, []);

    return html`
        <${Toasts.Provider} value=${say}>
            ${children}
            <div class="toasts" role="status" aria-live="polite">
                ${toasts.map((toast) => html`
                    <div class="toast" key=${toast.id}>
                        <${Icon} name="circle-check" /> ${toast.text}
                    </div>`)}
            </div>
        <//>`;
}
