# What administrators change, in the audit trail: by what it says it can be told
# afterwards who gave whom which role, which token was made and revoked, and what
# a role permitted. No secret is in it.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Test;
use Test::More;

my $t = SCIM::Test->new(workers => 1);
my ($scim, $admin) = ($t->scim, $t->admin);
my $integration = "/demo/integrations/$t->{integration}{id}";

my $user = $scim->post('/Users', { userName => 'jane' })->{json}{id};
my $group = $scim->post('/Groups', { displayName => 'Devs' })->{json}{id};

# entries(QUERY): what was done; what is refused comes when it comes
sub entries {
    my ($query) = @_;
    return grep { $_->{outcome} eq 'success' }
        @{ $admin->get('/demo/audit?' . ($query // ''))->{json}{results} };
}

# newest(OPERATION, VALUES, WHAT)
sub newest {
    my ($operation, $values, $what) = @_;
    my ($entry) = entries();
    is($entry->{operation}, $operation, "$what: $operation");
    is_deeply($entry->{values}, $values, "$what: the values");
    return $entry;
}

sub ok_then {
    my ($answer) = @_;
    like($answer->{status}, qr/^20[014]$/, 'done') or diag($answer->{body});
    return $answer->{json};
}


# --- roles ---

ok_then($admin->post('/demo/roles', { name => 'ops',
    permissions => { FLOW => [qw(READ EXECUTE)], LOG => ['READ'] } }));
newest('roles.create', { permissions =>
    { after => 'FLOW:EXECUTE FLOW:READ LOG:READ' } }, 'a role');
ok_then($admin->patch('/demo/roles/ops',
    { permissions => { FLOW => ['READ'] } }));
newest('roles.update', { permissions => {
    before => 'FLOW:EXECUTE FLOW:READ LOG:READ', after => 'FLOW:READ' } },
    'a role that loses some');
ok_then($admin->patch('/demo/roles/ops', { description => 'private' }));
newest('roles.update', undef, 'a description');
ok_then($admin->patch('/demo/roles/ops', { permissions => {} }));
newest('roles.update', { permissions => { before => 'FLOW:READ' } },
    'a role that loses all');
ok_then($admin->delete('/demo/roles/ops'));
newest('roles.delete', undef, 'a role that permits nothing');
ok_then($admin->post('/demo/roles', { name => 'ops', permissions => {
    map { ("R$_" . 'X' x 60 => ['READ']) } 1 .. 80 } }));
newest('roles.create', undef, 'more than an entry has room for');


# --- bindings and rules ---

for my $case ([ USER => $user, 'prod' ], [ GROUP => $group, undef ],
    [ SERVICE_ACCOUNT => $t->{integration}{serviceAccount}{id}, 'a.b' ])
{
    my ($type, $id, $namespace) = @$case;
    my $binding = ok_then($admin->post('/demo/bindings', { role => 'Viewer',
        subject => { type => $type, id => $id }, namespace => $namespace }));
    my %values = (role => 'Viewer', subject => { type => $type, id => $id },
        $namespace ? (namespace => $namespace) : ());
    my $entry = newest('bindings.create',
        { map { ($_ => { after => $values{$_} }) } keys %values }, $type);
    is($entry->{resource}, $binding->{id}, "$type: of which binding");
    ok_then($admin->delete("/demo/bindings/$binding->{id}"));
    newest('bindings.delete',
        { map { ($_ => { before => $values{$_} }) } keys %values }, $type);
}

ok_then($admin->post('/demo/bindings/bulk', { bindings => [
    map { { role => 'Viewer', subject => { type => 'USER', id => $user },
        namespace => $_ } } qw(one two) ] }));
is_deeply([ map { $_->{values}{namespace}{after} } (entries())[ 1, 0 ] ],
    [qw(one two)], 'many at once: each');

is(join(' ', map { $_->{operation} } entries("user=$user")),
    'bindings.create bindings.create bindings.delete bindings.create'
    . ' users.create', 'a user: with its bindings');
is(join(' ', map { $_->{operation} } entries("group=$group")),
    'bindings.delete bindings.create groups.create',
    'a group: with its bindings');
is(join(' ', map { $_->{operation} } entries("user=$user&operation=users")),
    'users.create', 'a user: without them');

my $rule = ok_then($admin->post('/demo/role-rules', { role => 'Viewer',
    attribute => 'displayName', pattern => 'Dev*', namespace => 'prod' }));
my %rule = (role => 'Viewer', attribute => 'displayName', pattern => 'Dev*',
    namespace => 'prod');
newest('rules.create', { map { ($_ => { after => $rule{$_} }) } keys %rule },
    'a rule');
ok_then($admin->delete("/demo/role-rules/$rule->{id}"));
newest('rules.delete', { map { ($_ => { before => $rule{$_} }) } keys %rule },
    'a rule');


# --- integrations, service accounts and their tokens ---

my $made = ok_then($admin->post('/demo/integrations', { name => 'okta' }));
newest('integrations.create', { name => { after => 'okta' },
    tokenPrefix => { after => $made->{tokenPrefix} } }, 'an integration');
my $path = "/demo/integrations/$made->{id}";
ok_then($admin->patch($path, { name => 'entra', profile => 'strict' }));
newest('integrations.update', { name => { before => 'okta',
    after => 'entra' }, profile => { before => 'lenient',
    after => 'strict' } }, 'an integration');
ok_then($admin->patch($path, { description => 'private' }));
newest('integrations.update', undef, 'a description');
my $token = ok_then($admin->post("$path/rotate", { overlap => 60 }));
newest('integrations.rotate', { tokenPrefix => { after => $token->{prefix} },
    overlap => { after => 60 } }, 'a rotation');
ok_then($admin->delete("$path?provisioned=keep"));
newest('integrations.delete', { name => { before => 'entra' },
    provisioned => { after => 'keep' } }, 'an integration');

my $account = ok_then($admin->post('/demo/service-accounts',
    { name => 'robot', description => 'private' }));
newest('service-accounts.create', { name => { after => 'robot' } },
    'a service account');
my @paths = ("/demo/service-accounts/$account->{id}", $integration);
for my $owner (@paths) {
    my $token = ok_then($admin->post("$owner/tokens"));
    my $entry = newest('tokens.create',
        { tokenPrefix => { after => $token->{prefix} } }, 'a token');
    is($entry->{resource}, $owner =~ s{.*/}{}r, 'a token: whose');
    ok_then($admin->delete("$owner/tokens/$token->{id}"));
    newest('tokens.delete', { tokenPrefix => { before => $token->{prefix} } },
        'a token');
}
ok_then($admin->patch($paths[0], { name => 'machine' }));
newest('service-accounts.update', { name => { before => 'robot',
    after => 'machine' } }, 'a service account');
ok_then($admin->delete($paths[0]));
newest('service-accounts.delete', { name => { before => 'machine' } },
    'a service account');


# --- the tenant ---

ok_then($admin->patch('/tenants/demo', { defaultRole => 'Viewer' }));
newest('tenants.update', { defaultRole => { after => 'Viewer' } },
    'a default role');
ok_then($admin->patch('/tenants/demo', { name => 'Demo' }));
newest('tenants.update', undef, 'a name');
ok_then($admin->patch('/tenants/demo', { defaultRole => undef }));
newest('tenants.update', { defaultRole => { before => 'Viewer' } },
    'no default role');



# --- what changes nothing ---

for my $path ('/demo/roles/ops', $integration, '/tenants/demo',
    '/demo/service-accounts/' . ok_then($admin->post(
        '/demo/service-accounts', { name => 'calm' }))->{id})
{
    my ($newest) = entries();
    my $before = $admin->get($path)->{json};
    delete $before->{bindings};
    my %same = map { exists $before->{$_} && $_ ne 'id'
        && !($_ eq 'name' && $path =~ /roles/)
        ? ($_ => $before->{$_}) : () }
        qw(name description profile permissions defaultRole);
    for my $body ({}, \%same) {
        my $answer = $admin->patch($path, $body);
        is($answer->{status}, 200, "$path: nothing to do");
        is_deeply($answer->{json}, $before, "$path: as it was, and its version");
    }
    is((entries())[0]{id}, $newest->{id}, "$path: no entry");
    is($admin->patch($path, {}, { 'If-Match' => 'W/"0"' })->{status}, 412,
        "$path: but another version is told");
}

my $raw = join "\n", map { @{ $_->[1] } } @{ $t->redis->command('XRANGE',
    'scim:{demo}:audit', '-', '+') };
unlike($raw, qr/private|scim_[\w-]{8}/, 'no secret and no free text');

$t->finish;
done_testing();
