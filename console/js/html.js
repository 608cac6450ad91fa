// What every page and component is written with: Preact, and its templates in
// plain JavaScript (htm), so that nothing has to be built.

import { h } from '../vendor/preact.js';
import htm from '../vendor/htm.js';

export const html = htm.bind(h);

export { Fragment, createContext, render } from '../vendor/preact.js';
export {
    useCallback, useContext, useEffect, useErrorBoundary, useId,
    useLayoutEffect, useMemo, useReducer, useRef, useState,
} from '../vendor/preact-hooks.js';
