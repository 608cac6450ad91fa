// For each operation that needs more than its path, a request that is right.

let number = 0;


function fresh(word) {
    number += 1;
    return `${word}-${number}`;
}


const REQUESTS = {
    createTenant: () => ({ body: { id: fresh('tenant'), name: 'Another' } }),
    updateTenant: () => ({ body: { name: fresh('Renamed') } }),
    deleteTenant: () => ({ query: { cascade: 'true' } }),

    createIntegration: () => ({ body: { name: fresh('idp'),
        description: 'Another', type: 'SCIM 2.0', profile: 'strict' } }),
    updateIntegration: () => ({ body: { name: fresh('idp'),
        description: 'Changed', profile: 'strict' } }),
    deleteIntegration: () => ({ query: { provisioned: 'keep' } }),
    rotateIntegrationToken: () => ({ body: { overlap: 60 + number++ } }),
    createIntegrationToken: () => ({ body: { expires: tomorrow() } }),

    updateUser: () => ({ body: { active: true }, query: { force: 'true' } }),
    deleteUser: () => ({ query: { force: 'true' } }),
    deleteGroup: () => ({ query: { force: 'true' } }),

    createRole: () => ({ body: { name: fresh('Role'), description: 'Another',
        permissions: { FLOW: ['READ', 'EXECUTE'] } } }),
    updateRole: () => ({ body: { description: fresh('Changed'),
        permissions: { FLOW: ['READ'] } } }),

    createBinding: (scene) => ({ body: newBinding(scene) }),
    createBindings: (scene) => ({ body: {
        bindings: [newBinding(scene), newBinding(scene)] } }),
    createRoleRule: (scene) => ({ body: { attribute: 'externalId',
        pattern: `${fresh('team')}*`, role: scene.role,
        namespace: 'prod' } }),

    checkPermission: (scene) => ({ query: { user: scene.user,
        permission: 'FLOW', action: 'READ', namespace: 'prod' } }),

    createServiceAccount: () => ({ body: { name: fresh('robot'),
        description: 'Another' } }),
    updateServiceAccount: () => ({ body: { name: fresh('robot'),
        description: 'Changed' } }),
    createServiceAccountToken: () => ({ body: { expires: tomorrow() } }),
};


export function tomorrow() {
    return new Date(Date.now() + 86_400_000).toISOString();
}


function newBinding(scene) {
    return { role: scene.role, subject: { type: 'USER', id: scene.user },
             namespace: fresh('space') };
}


// valid(ID, SCENE): { query, body } as there are, each time another
export function valid(id, scene) {
    return REQUESTS[id]?.(scene) ?? {};
}
