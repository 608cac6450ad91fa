// An identity provider, as authentik is one.

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';


export class Provider {
    constructor(endpoint, token) {
        this.endpoint = endpoint;
        this.token = token;
    }

    // the status, and the body as JSON
    async send(method, path, body) {
        const answer = await fetch(this.endpoint + path, {
            method,
            headers: {
                'Authorization': `Bearer ${this.token}`,
                'Accept': 'application/scim+json',
                'Content-Type': 'application/scim+json',
            },
            body: body && JSON.stringify(body),
        });
        const text = await answer.text();
        return { status: answer.status, json: text ? JSON.parse(text) : null };
    }

    async must(status, method, path, body) {
        const answer = await this.send(method, path, body);
        if (answer.status !== status) {
            throw new Error(`${method} ${path}: ${answer.status} ${
                JSON.stringify(answer.json)}`);
        }
        return answer.json;
    }

    user(userName, displayName, more = {}) {
        const [givenName, familyName = ''] = displayName.split(' ');
        return this.must(201, 'POST', '/Users', {
            schemas: [`${CORE}User`], userName, displayName, active: true,
            externalId: `${userName}-external`,
            name: { formatted: displayName, givenName, familyName },
            emails: [{ value: `${userName}@example.com`, type: 'other',
                primary: true }],
            ...more,
        });
    }

    // as authentik has it: the group, and one operation for each member
    async group(displayName, members) {
        const group = await this.must(201, 'POST', '/Groups', {
            schemas: [`${CORE}Group`], displayName,
            externalId: `${displayName}-external`,
        });
        if (members.length > 0) {
            await this.members(group, members.map(({ id }) => id));
        }
        return group;
    }

    async members(group, ids) {
        const answer = await this.send('PATCH', `/Groups/${group.id}`, {
            schemas: [PATCH],
            Operations: ids.map((id) => ({
                op: 'add', path: 'members', value: [{ value: id }],
            })),
        });
        if (answer.status >= 300) {
            throw new Error(`members: ${answer.status}`);
        }
    }

    // the whole of a first synchronisation: { users, groups } by their names
    async sync() {
        await this.must(200, 'GET', '/ServiceProviderConfig');
        await this.must(200, 'GET', '/Users');
        const jane = await this.user('jane', 'Jane Doe', {
            title: 'Engineer',
            phoneNumbers: [{ value: '+48 22 555 01 23', type: 'work' }],
        });
        const lukasz = await this.user('lukasz', 'Łukasz Nowak');
        const zoe = await this.user('zoe', 'Zoë Keller', { active: false });
        const engineering = await this.group('Engineering', [jane, lukasz]);
        const sales = await this.group('Sales EMEA', [zoe]);
        const everybody = await this.group('Everybody', [lukasz, zoe]);
        return { jane, lukasz, zoe, engineering, sales, everybody };
    }
}
