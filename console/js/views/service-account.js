import { html, useState } from '../html.js';
import { useLoad } from '../hooks.js';
import { navigate } from '../router.js';
import { useApp } from '../session.js';
import { Time } from '../components/badge.js';
import { BindingList } from '../components/binding-list.js';
import { FormDialog } from '../components/dialog.js';
import { TextField, errorOf } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { Facts, Page } from '../components/page.js';
import { Failure, Loading, Notice } from '../components/states.js';
import { useToast } from '../components/toast.js';
import { Tokens } from '../components/tokens.js';


function Edit({ account, onDone, onClose }) {
    const { api } = useApp();
    const [name, setName] = useState(account.name);
    const [description, setDescription] = useState(account.description);

    return html`
        <${FormDialog} title="Edit the service account" label="Save"
            fields=${['name', 'description']} onClose=${onClose}
            submit=${async () => {
                await api.patch(['service-accounts', account.id], {
                    body: { name: name.trim(),
                        description: description.trim() },
                    version: account.version,
                });
                onDone();
            }}>
            ${(error) => html`
                <${TextField} label="Name" value=${name} onInput=${setName}
                    error=${errorOf(error, 'name')} autocapitalize="off" />
                <${TextField} label="Description" optional value=${description}
                    onInput=${setDescription}
                    error=${errorOf(error, 'description')} />`}
        <//>`;
}


function Remove({ account, onClose }) {
    const { api, to } = useApp();
    const say = useToast();

    return html`
        <${FormDialog} title=${`Delete ${account.name}?`} danger
            label="Delete service account" onClose=${onClose}
            submit=${async () => {
                await api.delete(['service-accounts', account.id],
                    { version: account.version });
                say(`The service account ${account.name} is deleted.`);
                navigate(to('service-accounts'), { replace: true });
            }}>
            <p>
                Its tokens are refused from this moment on, and its roles are
                taken away. This cannot be undone.
            </p>
        <//>`;
}


export function ServiceAccountPage({ id }) {
    const { api, can, to } = useApp();
    const say = useToast();
    const [dialog, setDialog] = useState(null);
    const state = useLoad((signal) =>
        api.get(['service-accounts', id], { signal }), [id]);
    const back = { href: to('service-accounts'), label: 'Service accounts' };
    const close = () => setDialog(null);

    if (!state.data) {
        return html`
            <${Page} title="Service account" back=${back}>
                ${state.error
                    ? html`<${Failure} error=${state.error}
                        retry=${state.reload} />`
                    : html`<${Loading} />`}
            <//>`;
    }

    const account = state.data;
    const { integration } = account;

    return html`
        <${Page} key="there" title=${account.name} back=${back}
            lead=${account.description}
            actions=${html`
                ${can('SERVICE_ACCOUNT', 'UPDATE') && html`
                    <button type="button" class="button"
                        onClick=${() => setDialog('edit')}>
                        <${Icon} name="pencil" /> Edit
                    </button>`}
                ${can('SERVICE_ACCOUNT', 'DELETE') && !integration && html`
                    <button type="button" class="button danger-outline"
                        onClick=${() => setDialog('remove')}>
                        <${Icon} name="trash" /> Delete
                    </button>`}`}>
            <${Facts} facts=${[
                ['id', html`<code>${account.id}</code>`],
                ['Created', html`<${Time} value=${account.created} />`],
                ['Changed', html`<${Time} value=${account.modified} />`],
            ]} />
            ${integration && html`
                <${Notice} title="It belongs to an integration">
                    <p>
                        <a href=${to('provisioning',
                            integration.id ?? integration)}>
                            ${integration.name ?? 'The integration'}</a>
                        ${' '}acts with it, and its tokens are there. It is
                        deleted with the integration.
                    </p>
                <//>`}
            <${BindingList} title="Roles"
                hint="What it may do, with any of its tokens."
                bindings=${account.bindings} onChange=${state.reload}
                subject=${{
                    type: 'SERVICE_ACCOUNT', id, display: account.name,
                }} />
            ${!integration && html`
                <${Tokens} path=${['service-accounts', id]}
                    editable=${can('SERVICE_ACCOUNT', 'UPDATE')} />`}
            ${dialog === 'edit' && html`
                <${Edit} account=${account} onClose=${close} onDone=${() => {
                    close();
                    state.reload();
                    say('Saved.');
                }} />`}
            ${dialog === 'remove' && html`
                <${Remove} account=${account} onClose=${close} />`}
        <//>`;
}
