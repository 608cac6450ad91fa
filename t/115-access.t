# Effective permissions: what a user may do, where each of it comes from, why
# something is allowed or what is missing; at once after each change over SCIM,
# and at the same cost in a large tenant as in a small one.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Access;
use SCIM::Test;
use Test::More;

my $t = SCIM::Test->new;
my ($scim, $admin, $redis) = ($t->scim, $t->admin, $t->redis);

sub made {
    my ($client, $path, $body) = @_;
    my $answer = $client->post($path, $body);
    die "$path: $answer->{body}\n" if $answer->{status} != 201;
    return $answer->{json}{id};
}

sub user  { return made($scim, '/Users', { userName => @_ }) }
sub group {
    my ($name, @members) = @_;
    return made($scim, '/Groups', { displayName => $name,
        externalId => "E-$name", members => [ map { { value => $_ } }
        @members ] });
}
sub bind_role {
    my ($role, $type, $id, $namespace) = @_;
    return made($admin, '/demo/bindings', { role => $role,
        subject => { type => $type, id => $id }, namespace => $namespace });
}
sub rule {
    my ($role, $attribute, $pattern, $namespace) = @_;
    return made($admin, '/demo/role-rules', { role => $role,
        attribute => $attribute, pattern => $pattern,
        namespace => $namespace });
}
sub change {
    my ($path, @operation) = @_;
    my $answer = $scim->patch($path, { Operations => [ {@operation} ] });
    die "$path: $answer->{body}\n" if $answer->{status} !~ /^20[04]$/;
}

# access(USER): the answer
sub access {
    my ($id) = @_;
    my $answer = $admin->get("/demo/tenant-access/$id");
    die "access: $answer->{body}\n" if $answer->{status} != 200;
    return $answer->{json};
}

# roles_of(USER): "role origin group namespace, ..."
sub roles_of {
    return join ', ', map { join ' ', $_->{role}, $_->{origin},
        $_->{group} ? $_->{group}{display} : '-', $_->{namespace} // '*' }
        @{ access(@_)->{roles} };
}

# check(USER, "FLOW:READ", [NAMESPACE]): the answer
sub check {
    my ($id, $permission, $namespace) = @_;
    my ($resource, $action) = split /:/, $permission;
    my $answer = $admin->get("/demo/check?user=$id&permission=$resource"
        . "&action=$action" . (defined $namespace ? "&namespace=$namespace"
                                                   : ''));
    die "check: $answer->{body}\n" if $answer->{status} != 200;
    return $answer->{json};
}

sub allowed {
    my $answer = check(@_);
    return $answer->{allowed} ? 'yes' : "no $answer->{missing}";
}


for my $role ([ editor => { FLOW => [qw(EXECUTE READ)], LOG => ['READ'] } ],
    [ reader => { FLOW => ['READ'] } ], [ nothing => {} ])
{
    $admin->post('/demo/roles', { name => $role->[0],
        permissions => $role->[1] });
}

my $jane = user('Jane', displayName => 'Jane Doe');
my $joe = user('joe');


# --- nothing, and one's own ---

is_deeply(access($jane), {
    user => { id => $jane, userName => 'Jane', active => JSON::PP::true },
    groups => [], roles => [], permissions => [],
    truncated => JSON::PP::false,
}, 'nothing');
my $answer = check($jane, 'FLOW:READ');
is_deeply($answer, { allowed => JSON::PP::false, role => undef,
    binding => undef, rule => undef, group => undef, namespace => undef,
    via => [], missing => 'FLOW:READ', truncated => JSON::PP::false,
    reason => 'The user has no role here, neither by a binding nor through a'
        . ' group.' }, 'nothing is permitted, and why');

my $own = bind_role(editor => USER => $jane, 'prod');
is_deeply(access($jane)->{roles}, [ {
    role => 'editor', origin => 'BINDING', source => $own, group => undef,
    namespace => 'prod', permissions => { FLOW => [qw(EXECUTE READ)],
        LOG => ['READ'] },
} ], 'a binding of its own');

$answer = check($jane, 'FLOW:EXECUTE', 'prod.engineering');
is_deeply($answer, { allowed => JSON::PP::true, role => 'editor',
    binding => $own, rule => undef, group => undef, namespace => 'prod',
    via => [], missing => undef, truncated => JSON::PP::false,
    reason => 'The role editor permits FLOW:EXECUTE, and the user has it in'
        . ' prod, which covers prod.engineering, by a binding of its own.',
}, 'allowed, and why');
is(allowed($jane, 'FLOW:READ', 'prod'), 'yes', 'a namespace');
is(allowed($jane, 'FLOW:READ', 'prod.a.b'), 'yes', 'what lies in it');
is(allowed($jane, 'FLOW:READ', 'production'), 'no FLOW:READ',
    'not what begins like it');
is(allowed($jane, 'FLOW:READ', 'pro'), 'no FLOW:READ', 'nor what it begins');
is(allowed($jane, 'FLOW:READ'), 'no FLOW:READ', 'nor everywhere');
is(allowed($jane, 'FLOW:REA', 'prod'), 'no FLOW:REA', 'half a word');
is(check($jane, 'FLOW:READ')->{reason}, 'The role editor permits FLOW:READ,'
    . ' but the user has it in prod, by a binding of its own, and not'
    . ' everywhere.', 'why not everywhere');
is(check($jane, 'FLOW:DELETE', 'prod')->{reason}, 'None of the user\'s roles'
    . ' permits FLOW:DELETE: editor.', 'why not at all');


# --- through groups ---

my $devs = group('Devs', $jane);
my $staff = group('Staff', $devs, $joe);
my $all = group('All', $staff);
my $through = bind_role(reader => GROUP => $all);

$answer = access($jane);
my %group = map { $_->{display} => $_ } @{ $answer->{groups} };
is_deeply(\%group, {
    Devs => { id => $devs, display => 'Devs', direct => JSON::PP::true,
        via => [] },
    Staff => { id => $staff, display => 'Staff', direct => JSON::PP::false,
        via => [$devs] },
    All => { id => $all, display => 'All', direct => JSON::PP::false,
        via => [ $devs, $staff ] },
}, 'groups in groups, and the way to them');
is(roles_of($jane), 'editor BINDING - prod, reader GROUP All *',
    'roles and where they come from');
is_deeply($answer->{permissions}, [
    { namespace => undef, permissions => { FLOW => ['READ'] } },
    { namespace => 'prod', permissions => { FLOW => [qw(EXECUTE READ)],
        LOG => ['READ'] } },
], 'the sum by namespace');

$answer = check($jane, 'FLOW:READ');
is($answer->{reason}, 'The role reader permits FLOW:READ, and the user has it'
    . ' everywhere, as a member of the group "All" through "Devs", "Staff",'
    . ' which it is bound to.', 'allowed through a group in a group');
is_deeply([ @$answer{qw(binding role via)} ],
    [ $through, 'reader', [ $devs, $staff ] ], 'the way to it');
is_deeply($answer->{group}, { id => $all, display => 'All' }, 'and the group');
is(check($jane, 'FLOW:READ', 'prod')->{binding}, $own,
    'one\'s own is named first');
is(check($joe, 'FLOW:READ')->{reason}, 'The role reader permits FLOW:READ, and'
    . ' the user has it everywhere, as a member of the group "All" through'
    . ' "Staff", which it is bound to.', 'from the middle');

# the last one becomes a member of the first one
change("/Groups/$devs", op => 'add', path => 'members',
    value => [ { value => $all } ]);
%group = map { $_->{display} => $_ } @{ access($jane)->{groups} };
is_deeply([ map { scalar @{ $group{$_}{via} } } qw(Devs Staff All) ],
    [ 0, 1, 2 ], 'in a circle: each once');
%group = map { $_->{display} => $_ } @{ access($joe)->{groups} };
is_deeply([ map { scalar @{ $group{$_}{via} } } qw(Staff All Devs) ],
    [ 0, 1, 2 ], 'in a circle, from the middle');
is(allowed($joe, 'FLOW:READ', 'x'), 'yes', 'in a circle: allowed');

change("/Groups/$staff", op => 'remove', path => "members[value eq \"$joe\"]");
is(roles_of($joe), '', 'who leaves a group loses its roles');
$scim->delete("/Groups/$staff");
is(roles_of($jane), 'editor BINDING - prod', 'and with a group all behind it');
$scim->delete("/Groups/$all");
is($admin->get("/demo/bindings/$through")->{status}, 404,
    'a group\'s bindings go with it');


# --- by rules ---

my $rule = rule(reader => displayName => 'team-*', 'test');
my $external = rule(editor => externalId => 'e-CLOUD*', 'a.b');
is(roles_of($joe), '', 'a rule that nobody matches');
my $team = group('TEAM-Red', $joe);
is(roles_of($joe), 'reader RULE TEAM-Red test', 'a group is created');
$answer = check($joe, 'FLOW:READ', 'test');
is($answer->{reason}, 'The role reader permits FLOW:READ, and the user has it'
    . ' in test, as a member of the group "TEAM-Red", which a rule gives it'
    . ' to.', 'allowed by a rule');
is_deeply([ @$answer{qw(binding rule)} ], [ undef, $rule ], 'which one');
change("/Groups/$team", op => 'replace', path => 'displayName',
    value => 'Blue');
is(roles_of($joe), '', 'it is renamed');
change("/Groups/$team", op => 'replace', path => 'displayName',
    value => 'team-blue');
is(roles_of($joe), 'reader RULE team-blue test', 'and again');
change("/Groups/$team", op => 'replace', path => 'externalId',
    value => 'E-Cloud7');
is(roles_of($joe), 'editor RULE team-blue a.b, reader RULE team-blue test',
    'it gets an externalId');
my $outer = group('outer', $team);
is($admin->delete("/demo/role-rules/$rule")->{status}, 204, 'a rule goes');
is(roles_of($joe), 'editor RULE team-blue a.b', 'and what it gave');
$rule = rule(reader => displayName => "OUT?R");
is(roles_of($joe), 'editor RULE team-blue a.b, reader RULE outer *',
    'a rule for a group that the user is in through another');
$scim->delete("/Groups/$team");
is(roles_of($joe), '', 'a group is removed');

my $doctors = group("\x{c4}rzte", $joe);
rule(reader => displayName => "\x{e4}RZ*", 'umlaut');
is(roles_of($joe), "reader RULE \x{c4}rzte umlaut", 'without case, in any'
    . ' script');
$scim->delete("/Groups/$doctors");

# one that several of a user's groups match is shown with each of them, and
# decides through the nearest
my $sally = user('sally');
my @ring = group('ring 0', $sally);
push @ring, group("ring $_", $ring[-1]) for 1 .. 3;
my $rings = rule(reader => displayName => '*ring*', 'rings');
is_deeply([ map { $_->{group}{id} } @{ access($sally)->{roles} } ],
    [ sort @ring ], 'of each group that it matches');
is(check($sally, 'FLOW:READ', 'rings')->{group}{id}, $ring[0],
    'the nearest one decides');
change("/Groups/$ring[0]", op => 'replace', path => 'displayName',
    value => 'other');
is(check($sally, 'FLOW:READ', 'rings')->{group}{id}, $ring[1],
    'the next one, when that is called otherwise');
is(scalar @{ access($sally)->{roles} }, 3, 'and it is shown no more');
$admin->delete("/demo/role-rules/$rings");


# --- roles, and people who are not ---

is(allowed($jane, 'LOG:READ', 'prod'), 'yes', 'a permission');
$admin->patch('/demo/roles/editor', { permissions => { FLOW => ['READ'] } });
is(allowed($jane, 'LOG:READ', 'prod'), 'no LOG:READ', 'a role has it no more');
bind_role(nothing => USER => $jane);
is_deeply(access($jane)->{permissions}[0],
    { namespace => undef, permissions => {} }, 'a role that permits nothing');

change("/Users/$jane", op => 'replace', path => 'active', value => \0);
$answer = access($jane);
is($answer->{user}{active}, JSON::PP::false, 'an inactive user');
is_deeply([ @$answer{qw(roles permissions)} ], [ [], [] ], 'has none');
is_deeply([ map { $_->{display} } @{ $answer->{groups} } ], ['Devs'],
    'but is in its groups');
is(check($jane, 'FLOW:READ', 'prod')->{reason},
    'The user is inactive, and who is has no permission.', 'and that is why');
change("/Users/$jane", op => 'replace', path => 'active', value => \1);
is(allowed($jane, 'FLOW:READ', 'prod'), 'yes', 'active again');

$t->create('acme', 'okta');
my $nobody = '00000000-0000-4000-8000-000000000000';
for my $case (
    [ "/demo/tenant-access/$nobody", 404 ],
    [ '/demo/tenant-access/jane', 404 ],
    [ "/demo/tenant-access/$devs", 404 ],
    [ "/acme/tenant-access/$jane", 404 ],
    [ "/demo/tenant-access/$jane?x=1", 400, 'x' ],
    [ "/demo/check?user=$nobody&permission=A&action=B", 404, 'user' ],
    [ "/acme/check?user=$jane&permission=A&action=B", 404, 'user' ],
    [ '/demo/check?user=jane&permission=A&action=B', 400, 'user' ],
    [ '/demo/check?permission=A&action=B', 400, 'user' ],
    [ "/demo/check?user=$jane&action=B", 400, 'permission' ],
    [ "/demo/check?user=$jane&permission=A", 400, 'action' ],
    [ "/demo/check?user=$jane&permission=a&action=B", 400, 'permission' ],
    [ "/demo/check?user=$jane&permission=A:B&action=B", 400, 'permission' ],
    [ "/demo/check?user=$jane&permission=A&action=B&namespace=.", 400,
        'namespace' ],
) {
    my ($path, $status, $field) = @$case;
    $answer = $admin->get($path);
    is($answer->{status}, $status, "GET $path");
    is($answer->{json}{field}, $field, "GET $path: the field");
}


# --- the nearest namespace ---

my $ann = user('ann');
bind_role(reader => USER => $ann, $_) for qw(stage prod.eu.a prod.us);
is(check($ann, 'FLOW:READ', $_->[0])->{namespace}, $_->[1],
    "the nearest of $_->[0]")
    for [ 'prod.eu.b', 'prod.eu.a' ], [ 'prod.us2', 'prod.us' ],
        [ 'stages', 'stage' ];


# --- sentences ---

my $eve = user('eve');
my @chain = group('x' x 99 . "\x{e4}" x 20, $eve);
push @chain, group("c$_", $chain[-1]) for 1 .. 25;
bind_role(reader => GROUP => $chain[-1]);
like(check($eve, 'FLOW:READ')->{reason},
    qr/the group "c25" through "x{99}\.\.\.", "c1", "c2", "c3", "c4" and 20/,
    'long ways and long names are cut');
is(scalar @{ check($eve, 'FLOW:READ')->{via} }, 25, 'but not the ids');
$answer = access($eve);
ok($answer->{truncated}, 'what is shown of many groups is cut, and it says so');
is(scalar @{ $answer->{groups}[-1]{via} }, 20, 'twenty on a way');

for my $n (1 .. 7) {
    $admin->post('/demo/roles', { name => "r$n", permissions => {} });
    bind_role("r$n" => USER => $joe);
}
like(check($joe, 'FLOW:READ')->{reason}, qr/: r1, r2, r3, r4, r5 and 2 more/,
    'many roles');


# --- limits ---

my $crowd = user('crowd');
$redis->command('EVAL', <<'END', 0, $crowd);
for n = 1, 1100 do
    local id = string.format('00000000-0000-4000-a000-%012d', n)
    local key = 'scim:{demo}:group:' .. id
    redis.call('HSET', key, 'display', 'g' .. n, 'state', '1 0 0 1',
               'doc', '{}', 'index', 'displayName\0g' .. n)
    redis.call('SADD', 'scim:{demo}:user:' .. ARGV[1] .. ':groups', id)
end
END
$answer = access($crowd);
is(scalar @{ $answer->{groups} }, 1000, 'a thousand groups count');
ok($answer->{truncated}, 'and it says so');
$answer = check($crowd, 'FLOW:READ');
ok($answer->{truncated}, 'of a check, too');
like($answer->{reason}, qr/Not all was looked at/, 'in words');

$_ = rule(reader => displayName => $_, 'many') for my @two = ('g*', '*g*');
$answer = access($crowd);
is(scalar @{ $answer->{roles} }, 1000, 'a thousand roles are shown');
my %shown;
$shown{ $_->{source} }++ for @{ $answer->{roles} };
is(join(' ', values %shown), '1000', 'of one rule');
$admin->delete("/demo/role-rules/$_") for @two;


# --- the same cost in a large tenant ---

# cost(): commands that Redis runs for both questions about jane
sub cost {
    $redis->command('CONFIG', 'RESETSTAT');
    access($jane);
    check($jane, 'FLOW:READ', 'prod');
    my %calls = $redis->command('INFO', 'commandstats')
        =~ /cmdstat_([\w|]+):calls=(\d+)/g;
    delete @calls{qw(config|resetstat info time)};
    return \%calls;
}

# what the integration did before has been written down by then
sleep 2;
access($jane);
my $small = cost();
cmp_ok($small->{hmget}, '>', 1, 'cost is counted');
$redis->command('EVAL', <<'END', 0);
local tenant = 'scim:{demo}:'
local function id_of(kind, n)
    return string.format('00000000-0000-4000-%s-%012d', kind, n)
end
for n = 1, 50000 do
    local id = id_of('b000', n)
    redis.call('HSET', tenant .. 'user:' .. id, 'display', '', 'state',
               '1 0 0 1', 'doc', '{"userName":"u' .. n .. '"}',
               'index', 'userName\0u' .. n)
    redis.call('ZADD', tenant .. 'users', 1000000 + n, id)
    redis.call('SADD', tenant .. 'user:' .. id .. ':groups',
               id_of('c000', n % 5000))
end
for n = 0, 4999 do
    local id = id_of('c000', n)
    local key = tenant .. 'group:' .. id
    redis.call('HSET', key, 'display', 'many' .. n, 'state', '1 0 0 1',
               'doc', '{}', 'index', 'displayName\0many' .. n)
    redis.call('ZADD', tenant .. 'groups', 1100000 + n, id)
    for i = 1, 10 do
        redis.call('ZADD', key .. ':members', i, id_of('b000', n * 10 + i))
    end
    local binding = id_of('d000', n)
    redis.call('HSET', tenant .. 'binding:' .. binding, 'role', 'reader',
               'subject_type', 'group', 'subject', id, 'namespace', '',
               'created', 1)
    redis.call('ZADD', tenant .. 'bindings', 1200000 + n, binding)
    redis.call('SADD', key .. ':bindings', binding)
    redis.call('SADD', tenant .. 'role:reader:bindings', binding)
end
END
is_deeply(cost(), $small, 'fifty thousand users and five thousand groups: not'
    . ' a command more');
is(roles_of('00000000-0000-4000-b000-000000000007'),
    'reader GROUP many7 *', 'and one of them is seen');

$t->finish;
done_testing();
