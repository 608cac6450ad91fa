import { html, useState } from '../html.js';
import { useAction, useEvery, useLoad } from '../hooks.js';
import { count, sentence } from '../format.js';
import { navigate } from '../router.js';
import { useApp } from '../session.js';
import { AuditEntries } from '../components/audit-entries.js';
import { Enabled, Time } from '../components/badge.js';
import { CopyField } from '../components/copy.js';
import { FormDialog } from '../components/dialog.js';
import {
    Choice, Switch, TextField, errorOf,
} from '../components/form.js';
import { Health, Hours } from '../components/health.js';
import { Icon } from '../components/icon.js';
import { Facts, Page, Section, Tabs } from '../components/page.js';
import { Failure, Loaded, Loading, Notice } from '../components/states.js';
import { useToast } from '../components/toast.js';
import { Tokens } from '../components/tokens.js';
import { Guides } from './guides.js';


function Disable({ integration, change, onClose }) {
    return html`
        <${FormDialog} title=${`Disable ${integration.name}?`} label="Disable"
            danger onClose=${onClose} submit=${() => change(false)}>
            <p>
                From this moment on every request of the identity provider is
                refused. Nobody is added, changed or removed here until you
                enable it again.
            </p>
            <p>
                Users, groups and their access stay as they are. Who leaves the
                company meanwhile <strong>keeps</strong> access here.
            </p>
        <//>`;
}


function Edit({ integration, onDone, onClose }) {
    const { api } = useApp();
    const [name, setName] = useState(integration.name);
    const [description, setDescription] = useState(integration.description);
    const [profile, setProfile] = useState(integration.profile);

    return html`
        <${FormDialog} title="Edit the integration" label="Save"
            fields=${['name', 'description', 'profile']} onClose=${onClose}
            submit=${async () => onDone(await api.patch(
                ['integrations', integration.id], {
                    body: { name: name.trim(), description: description.trim(),
                        profile },
                    version: integration.version,
                }))}>
            ${(error) => html`
                <${TextField} label="Name" value=${name} onInput=${setName}
                    error=${errorOf(error, 'name')} autocapitalize="off"
                    hint="The endpoint stays the same." />
                <${TextField} label="Description" optional
                    value=${description} onInput=${setDescription}
                    error=${errorOf(error, 'description')} />
                <${Choice} legend="Profile" value=${profile}
                    onChange=${setProfile} options=${[
                        { value: 'lenient', label: 'Lenient',
                            hint: 'Understands the habits of real clients.' },
                        { value: 'strict', label: 'Strict',
                            hint: 'Takes exactly what the RFCs say.' },
                    ]} />`}
        <//>`;
}


function Remove({ integration, onClose }) {
    const { api, to } = useApp();
    const say = useToast();
    const [provisioned, setProvisioned] = useState('');
    const [typed, setTyped] = useState('');

    return html`
        <${FormDialog} title=${`Delete ${integration.name}?`} label="Delete"
            danger disabled=${!provisioned || typed !== integration.name}
            onClose=${onClose} submit=${async () => {
                await api.delete(['integrations', integration.id],
                    { query: { provisioned } });
                say(`The integration ${integration.name} is deleted.`);
                navigate(to('provisioning'), { replace: true });
            }}>
            <p>
                Its endpoint and tokens stop working at once, and cannot be
                brought back.
            </p>
            <${Choice} legend="The users and groups that it provisioned"
                value=${provisioned} onChange=${setProvisioned} options=${[
                    { value: 'keep', label: 'Keep them',
                        hint: 'They stay, with their access. Another '
                            + 'integration may take them over.' },
                    { value: 'remove', label: 'Remove their access',
                        danger: true,
                        hint: 'The users lose this tenant with their roles and '
                            + 'memberships, and the groups are deleted.' },
                ]} />
            <${TextField} label=${html`Type <b>${integration.name}</b> to
                confirm`} value=${typed} onInput=${setTyped}
                autocapitalize="off" />
        <//>`;
}


function Activity({ integration, state }) {
    return html`
        <${Section} title="Last 24 hours">
            <${Loaded} state=${state} lines=${3}>
                ${(activity) => html`
                    <div class="card">
                        <div class="figures">
                            <div>
                                <span class="figure">
                                    ${count(activity.requests)}</span>
                                <span class="figure-name">requests</span>
                            </div>
                            <div>
                                <span class=${activity.errors > 0
                                    ? 'figure bad' : 'figure'}>
                                    ${count(activity.errors)}</span>
                                <span class="figure-name">errors</span>
                            </div>
                            <div>
                                <span class="figure-text">
                                    <${Time} value=${activity.lastRequest} />
                                </span>
                                <span class="figure-name">last request</span>
                            </div>
                            <div>
                                <span class="figure-text">
                                    <${Time} value=${activity.lastFullSync} />
                                </span>
                                <span class="figure-name">last full sync</span>
                            </div>
                        </div>
                        <div class="chart">
                            <${Hours} hours=${activity.hours} height=${56}
                                width=${10} gap=${4} />
                            <div class="chart-axis" aria-hidden="true">
                                <span>24 hours ago</span><span>now</span>
                            </div>
                        </div>
                        <${LastError} error=${activity.lastError}
                            integration=${integration} />
                    </div>`}
            <//>
        <//>`;
}


function LastError({ error, integration }) {
    if (!error) {
        return integration.enabled ? null : html`
            <${Notice} kind="warning" title="It is disabled">
                <p>Requests of the identity provider are refused.</p>
            <//>`;
    }
    return html`
        <${Notice} kind="warning"
            title=${html`Last error: ${error.status} in
                ${' '}<code>${error.operation}</code>`}>
            <p>
                ${sentence(error.detail)} <${Time} value=${error.time} />
            </p>
        <//>`;
}


function Overview({ integration, activity, onDialog }) {
    const { can, to } = useApp();
    const editable = can('INTEGRATION', 'UPDATE');
    const { serviceAccount } = integration;

    return html`
        <${Section} title="Connection"
            actions=${editable && html`
                <button type="button" class="button"
                    onClick=${() => onDialog('edit')}>
                    <${Icon} name="pencil" /> Edit
                </button>`}>
            <div class="card">
                <${CopyField} label="Endpoint" value=${integration.endpoint} />
                <${Facts} facts=${[
                    ['Type', integration.type],
                    ['Profile', integration.profile === 'strict'
                        ? 'Strict' : 'Lenient'],
                    ['Service account', serviceAccount && html`
                        <a href=${to('service-accounts', serviceAccount.id)}>
                            ${serviceAccount.name}</a>`],
                    ['Created', html`<${Time} value=${integration.created} />`],
                ]} />
            </div>
        <//>
        <${Activity} integration=${integration} state=${activity} />
        <${Tokens} path=${['integrations', integration.id]} rotates
            editable=${editable}
            hint="Rotate to replace them without a gap." />
        ${can('INTEGRATION', 'DELETE') && html`
            <${Section} title="Delete" danger
                hint="You choose what happens to its users and groups."
                actions=${html`
                    <button type="button" class="button danger-outline"
                        onClick=${() => onDialog('remove')}>
                        <${Icon} name="trash" /> Delete integration
                    </button>`} />`}`;
}


function Control({ integration, onChange, onDialog }) {
    const { can } = useApp();
    const [enable, { busy, error }] = useAction(() => onChange(true));

    if (!can('INTEGRATION', 'UPDATE')) {
        return null;
    }
    return html`
        <div class="control">
            <span aria-hidden="true">
                ${integration.enabled ? 'Enabled' : 'Disabled'}
            </span>
            <${Switch} label="Enabled" busy=${busy}
                checked=${integration.enabled}
                onChange=${(on) => (on ? enable() : onDialog('disable'))} />
        </div>
        ${error && html`<${Failure} error=${error} />`}`;
}


export function IntegrationPage({ id, tab = 'overview' }) {
    const { api, can, to } = useApp();
    const say = useToast();
    const [dialog, setDialog] = useState(null);
    const state = useLoad((signal) =>
        api.get(['integrations', id], { signal }), [id]);
    const activity = useLoad((signal) =>
        api.get(['integrations', id, 'activity'], { signal }), [id]);
    const back = { href: to('provisioning'), label: 'Provisioning' };
    const close = () => setDialog(null);

    // what comes in shows without a reload, the first request soon
    useEvery(activity.data?.lastRequest ? 30_000 : 5_000, activity.reload);

    if (!state.data) {
        return html`
            <${Page} title="Integration" back=${back}>
                ${state.error
                    ? html`<${Failure} error=${state.error}
                        retry=${state.reload} />`
                    : html`<${Loading} />`}
            <//>`;
    }

    const integration = state.data;
    const change = async (enabled) => {
        state.setData(await api.post(['integrations', id,
            enabled ? 'enable' : 'disable']));
        close();
        say(`${integration.name} is ${enabled ? 'enabled' : 'disabled'}.`);
    };

    return html`
        <${Page} key="there" title=${integration.name} back=${back}
            lead=${integration.description}
            badge=${html`
                ${can('INTEGRATION', 'UPDATE') ? null
                    : html`<${Enabled} enabled=${integration.enabled} />`}
                ${activity.data && html`
                    <${Health} integration=${integration}
                        activity=${activity.data} />`}`}
            actions=${html`
                <${Control} integration=${integration} onChange=${change}
                    onDialog=${setDialog} />`}>
            <${Tabs} label="Integration" current=${tab} tabs=${[
                { key: 'overview', label: 'Overview',
                    href: to('provisioning', id) },
                { key: 'setup', label: 'Set-up guide',
                    href: to('provisioning', id, 'setup') },
                can('AUDIT', 'READ') && { key: 'activity', label: 'Activity',
                    href: to('provisioning', id, 'activity') },
            ].filter(Boolean)} />
            ${tab === 'setup' && html`
                <${Section} title="Set up your identity provider">
                    <${Guides} endpoint=${integration.endpoint} />
                <//>`}
            ${tab === 'activity' && html`
                <${AuditEntries} filter=${{ integration: id }} />`}
            ${tab === 'overview' && html`
                <${Overview} integration=${integration} activity=${activity}
                    onDialog=${setDialog} />`}
            ${dialog === 'disable' && html`
                <${Disable} integration=${integration} change=${change}
                    onClose=${close} />`}
            ${dialog === 'edit' && html`
                <${Edit} integration=${integration} onClose=${close}
                    onDone=${(next) => {
                        state.setData(next);
                        close();
                        say('Saved.');
                    }} />`}
            ${dialog === 'remove' && html`
                <${Remove} integration=${integration} onClose=${close} />`}
        <//>`;
}
