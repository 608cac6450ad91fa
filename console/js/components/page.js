// The frame of a page: its way back, its name, what can be done. The name gets
// the focus when the page comes, so that a screen reader says where one is.

import { html, useEffect, useRef } from '../html.js';
import { Icon } from './icon.js';


export function Page({
    title, name = title, back, lead, badge, actions, children,
}) {
    const heading = useRef(null);

    useEffect(() => {
        document.title = `${name} – SCIM console`;
    }, [name]);

    useEffect(() => {
        heading.current.focus({ preventScroll: true });
        scrollTo(0, 0);
    }, []);

    return html`
        <div class="page">
            ${back && html`
                <a class="back" href=${back.href}>
                    <${Icon} name="arrow-left" size=${14} /> ${back.label}
                </a>`}
            <header class="page-header">
                <div class="page-title">
                    <h1 ref=${heading} tabindex="-1">${title}</h1>
                    ${badge}
                </div>
                ${actions && html`<div class="page-actions">${actions}</div>`}
            </header>
            ${lead && html`<p class="lead">${lead}</p>`}
            ${children}
        </div>`;
}


export function Section({ title, hint, actions, children, danger, id }) {
    return html`
        <section class=${danger ? 'section danger-zone' : 'section'} id=${id}>
            <header class="section-header">
                <div>
                    <h2>${title}</h2>
                    ${hint && html`<p class="section-hint">${hint}</p>`}
                </div>
                ${actions && html`
                    <div class="section-actions">${actions}</div>`}
            </header>
            ${children}
        </section>`;
}


// Tabs that are pages of their own: links, so that each has an address
export function Tabs({ label, tabs, current }) {
    return html`
        <nav class="tabs" aria-label=${label}>
            ${tabs.map((tab) => html`
                <a key=${tab.key} href=${tab.href}
                    aria-current=${tab.key === current ? 'page' : undefined}>
                    ${tab.label}
                </a>`)}
        </nav>`;
}


export function Facts({ facts }) {
    return html`
        <dl class="facts">
            ${facts.filter(Boolean).map(([name, value]) => html`
                <div key=${name}>
                    <dt>${name}</dt>
                    <dd>${value ?? html`<span class="muted">–</span>`}</dd>
                </div>`)}
        </dl>`;
}
