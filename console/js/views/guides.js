// How each identity provider is told, with this integration's own values.

import { html, useId, useRef, useState } from '../html.js';
import { CopyField } from '../components/copy.js';
import { Notice } from '../components/states.js';


function Endpoint({ label, endpoint }) {
    return html`<${CopyField} label=${label} value=${endpoint} />`;
}


// Later than at its creation nobody knows the token any more.
function Token({ label, token }) {
    return token
        ? html`<${CopyField} label=${label} value=${token} secret />`
        : html`
            <p class="hint">
                <strong>${label}</strong>: the secret token. It was shown when
                it was made and cannot be shown again; if nobody kept it, rotate
                it to get another one.
            </p>`;
}


// To a container, "localhost" is the container.
function Containers({ endpoint }) {
    const target = new URL(endpoint);
    if (!['localhost', '127.0.0.1', '[::1]'].includes(target.hostname)) {
        return null;
    }
    target.hostname = 'host.docker.internal';
    return html`
        <${Notice} title="authentik in containers on this machine">
            <p>
                Inside a container this address is the container itself. Use
                this one instead, and let the server listen on all addresses:
            </p>
            <${CopyField} label="URL from inside a container"
                value=${target.href} />
        <//>`;
}


// Identity providers in the cloud reach what is public and encrypted.
function Cloud({ endpoint, name }) {
    const target = new URL(endpoint);
    if (target.protocol === 'https:') {
        return null;
    }
    return html`
        <${Notice} kind="warning" title="This address is not encrypted">
            <p>
                ${name} connects over https only, to a name that is known in
                public DNS. Put TLS in front, then use that address with the
                same path.
            </p>
        <//>`;
}


function Authentik({ endpoint, token }) {
    return html`
        <ol class="steps">
            <li>
                <p>
                    In the admin interface open <b>Applications › Providers</b>,
                    choose <b>Create</b> and then <b>SCIM Provider</b>. Fill in:
                </p>
                <${Endpoint} label="URL" endpoint=${endpoint} />
                <${Token} label="Token" token=${token} />
                <p>
                    Leave <b>SCIM Compatibility Mode</b> at <b>Default</b>, and
                    the property mappings as they are.
                </p>
                <${Containers} endpoint=${endpoint} />
            </li>
            <li>
                <p>
                    Choose who is sent: under <b>User filtering</b>, and with
                    the groups of the provider.
                </p>
            </li>
            <li>
                <p>
                    Open <b>Applications › Applications</b>, edit the
                    application, and add the provider to
                    ${' '}<b>Backchannel Providers</b>.
                </p>
            </li>
            <li>
                <p>
                    On the provider’s page choose <b>Run sync again</b>. Users
                    and groups are here within seconds; later changes arrive as
                    they are made.
                </p>
            </li>
        </ol>`;
}


function Okta({ endpoint, token }) {
    return html`
        <${Cloud} endpoint=${endpoint} name="Okta" />
        <ol class="steps">
            <li>
                <p>
                    In the Admin Console open the application (for one that only
                    provisions, add <b>SCIM 2.0 Test App (Header Auth)</b> from
                    the catalog), and enable SCIM provisioning under
                    ${' '}<b>General</b>.
                </p>
            </li>
            <li>
                <p>
                    Under <b>Provisioning › Integration</b> choose <b>Edit</b>
                    ${' '}and fill in:
                </p>
                <${Endpoint} label="SCIM connector base URL"
                    endpoint=${endpoint} />
                <${CopyField} label="Unique identifier field for users"
                    value="userName" />
                <p>
                    Select <b>Push New Users</b>, <b>Push Profile Updates</b>
                    ${' '}and <b>Push Groups</b>. The authentication mode is
                    ${' '}<b>HTTP Header</b>:
                </p>
                <${Token} label="Authorization: Bearer" token=${token} />
            </li>
            <li>
                <p>
                    Choose <b>Test Connector Configuration</b>, then
                    ${' '}<b>Save</b>.
                </p>
            </li>
            <li>
                <p>
                    Under <b>Provisioning › To App</b> enable <b>Create</b>,
                    ${' '}<b>Update</b> and <b>Deactivate Users</b>. Assign
                    people, and choose groups under <b>Push Groups</b>.
                </p>
            </li>
        </ol>`;
}


function Entra({ endpoint, token }) {
    return html`
        <${Cloud} endpoint=${endpoint} name="Entra ID" />
        <ol class="steps">
            <li>
                <p>
                    In the Entra admin center open
                    ${' '}<b>Enterprise applications</b> and the application (or
                    ${' '}<b>New application › Create your own</b>, not in the
                    gallery).
                </p>
            </li>
            <li>
                <p>
                    Under <b>Provisioning</b> choose the mode <b>Automatic</b>
                    ${' '}and fill in the admin credentials:
                </p>
                <${Endpoint} label="Tenant URL" endpoint=${endpoint} />
                <${Token} label="Secret token" token=${token} />
            </li>
            <li>
                <p>
                    Choose <b>Test Connection</b>, then <b>Save</b>. The default
                    mappings work as they are.
                </p>
            </li>
            <li>
                <p>
                    Assign users and groups, and set the provisioning status to
                    ${' '}<b>On</b>. The first cycle starts within minutes;
                    later ones come every 40 minutes.
                </p>
            </li>
        </ol>`;
}


function Keycloak({ endpoint, token }) {
    return html`
        <ol class="steps">
            <li>
                <p>
                    Keycloak sends SCIM with an extension: install a SCIM client
                    plug-in into <code>providers/</code> and restart Keycloak.
                </p>
            </li>
            <li>
                <p>
                    In the realm open <b>User federation</b>, add the provider
                    ${' '}<b>scim</b>, and fill in:
                </p>
                <${Endpoint} label="SCIM 2.0 endpoint" endpoint=${endpoint} />
                <${CopyField} label="Content type"
                    value="application/scim+json" />
                <p>The authentication mode is <b>BEARER</b>:</p>
                <${Token} label="Auth token" token=${token} />
                <p>
                    Enable the propagation of users and of groups.
                </p>
            </li>
            <li>
                <p>
                    Under <b>Realm settings › Events</b> add <b>scim</b> to the
                    event listeners, so that changes arrive as they are made.
                </p>
            </li>
            <li>
                <p>
                    Back on the federation’s page, choose <b>Sync all users</b>
                    ${' '}for those who are there already.
                </p>
            </li>
        </ol>`;
}


function Other({ endpoint, token }) {
    return html`
        <p>
            Any SCIM 2.0 client takes the same two values. Requests go to
            ${' '}<code>/Users</code> and <code>/Groups</code> below the
            endpoint.
        </p>
        <${Endpoint} label="Base URL" endpoint=${endpoint} />
        <${Token} label="Bearer token" token=${token} />`;
}


const guides = [
    ['authentik', Authentik],
    ['Okta', Okta],
    ['Entra ID', Entra],
    ['Keycloak', Keycloak],
    ['Other', Other],
];


export function Guides({ endpoint, token }) {
    const id = useId();
    const [at, setAt] = useState(0);
    const list = useRef(null);
    const [, Guide] = guides[at];

    const press = (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step) {
            event.preventDefault();
            const next = (at + step + guides.length) % guides.length;
            setAt(next);
            list.current.children[next].focus();
        }
    };

    return html`
        <div class="guides">
            <div class="segments" role="tablist" ref=${list}
                aria-label="Identity provider" onKeyDown=${press}>
                ${guides.map(([name], index) => html`
                    <button key=${name} type="button" role="tab"
                        id=${`${id}-${index}`} aria-controls=${`${id}-panel`}
                        aria-selected=${index === at ? 'true' : 'false'}
                        tabindex=${index === at ? 0 : -1}
                        onClick=${() => setAt(index)}>
                        ${name}
                    </button>`)}
            </div>
            <div class="guide" role="tabpanel" id=${`${id}-panel`} key=${at}
                tabindex="0" aria-labelledby=${`${id}-${at}`}>
                <${Guide} endpoint=${endpoint} token=${token} />
            </div>
        </div>`;
}
