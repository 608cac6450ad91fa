# What Redis keeps of users' access, so that it need not put it together for each
# request: it is what it would say anyway, after any change.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Access;
use SCIM::Client;
use SCIM::Faults;
use SCIM::Test;
use Test::More;

my $t = SCIM::Test->new(http => 'scim_redis_timeout 1s;', server => <<'END');
    location = /gate {
        scim_access tenant=demo user=$http_x_user group=$http_x_group;
        empty_gif;
    }
    location = /any {
        scim_access tenant=demo user=$http_x_user;
        empty_gif;
    }
END
my $scim = $t->scim;
my $redis = $t->redis;
my $access = SCIM::Access->new($redis, 'demo');
my $client = SCIM::Client->new(base => $t->nginx->base);

sub made {
    my ($what, $answer) = @_;
    die "$what: $answer->{status} $answer->{body}\n"
        if $answer->{status} !~ /^20/;
    return $answer->{json};
}

sub user { return made(user => $scim->post('/Users', { userName => $_[0],
    emails => [ { value => "$_[0]\@example.com" } ] }))->{id} }

sub group { return made(group => $scim->post('/Groups', {
    displayName => $_[0] }))->{id} }

sub administer {
    my ($method, $path, $body) = @_;
    my $json = made("$method $path",
        $t->admin->request($method, "/demo$path", $body));
    return $json ? $json->{id} // $json->{name} : undef;
}

sub patch {
    my ($path, $op, $where, $value) = @_;
    made($path, $scim->patch($path, { Operations => [ { op => $op,
        path => $where, defined $value ? (value => $value) : () } ] }));
}

my ($jane, $joe) = (user('jane'), user('joe'));
my ($devs, $staff) = (group('Devs'), group('Staff'));
administer(POST => '/roles', { name => 'Editor',
    permissions => { FLOW => [ 'READ' ] } });


# --- kept, and the same ---

my $first = $access->read(id => $jane);
is($first->{kept}, 0, 'at first: put together');
is($access->keep(userName => 'jane'), 'OK', 'it is kept');
my $kept = $access->read(userName => 'jane');
is($kept->{kept}, 1, 'then: read');
is_deeply({ %$kept, kept => 0 }, $first, 'and the same');
is($access->read(id => $jane)->{kept}, 0, 'not by what nobody asks');
is($access->read(id => $joe)->{kept}, 0, 'another one is not');
is($access->keep(id => '00000000-0000-4000-8000-000000000000'), 'MISSING',
    'nobody is not kept');
$access->keep(userName => 'jane') for 1 .. 3;
is($redis->command('HGET', 'scim:{demo}:access', $jane), "userName\0jane\n",
    'kept again: once');

# nginx has it kept behind the first request
my $get = sub { my ($path, $user, $group) = @_;
    return $client->get($path, undef, { 'X-User' => $user,
        $group ? ('X-Group' => $group) : () })->{status} };
is($get->('/any', 'joe'), 200, 'nginx asks');
ok(wait_for(sub { $access->read(userName => 'joe')->{kept} }),
    'nginx has it kept');


# --- dropped by whatever changes it ---

# changes(NAME, CODE, [OTHERS]): what is kept before and is not afterwards;
# OTHERS: of the other one, too
sub changes {
    my ($name, $code, $others) = @_;

    my @ways = ([ userName => 'jane' ],
        [ 'emails.value' => 'jane@example.com' ]);
    $access->keep(@$_) for @ways, [ id => $jane ], [ id => $joe ];
    my $result = $code->();
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(scalar(grep { $_->{kept} } $access->read_all(@ways)), 0,
        "$name: by no name");
    my $read = $access->read(id => $jane);
    is($read->{kept} // 0, 0, "$name: put together again");
    is($access->read(id => $joe)->{kept}, $others ? 0 : 1,
        "$name: others " . ($others ? 'as well' : 'are not concerned'));
    return $result;
}

changes('a member joins', sub { patch("/Groups/$devs", add => 'members',
    [ { value => $jane } ]) });
changes('a member leaves', sub { patch("/Groups/$devs",
    remove => "members[value eq \"$jane\"]") });
changes('members are replaced', sub { made(put => $scim->put("/Groups/$devs",
    { displayName => 'Devs', members => [ { value => $jane } ] })) });
changes('a group joins', sub { patch("/Groups/$staff", add => 'members',
    [ { value => $devs } ]) }, 1);
changes('a group is renamed', sub { patch("/Groups/$staff",
    replace => 'displayName', 'Crew') }, 1);
changes('a group has another externalId', sub { patch("/Groups/$staff",
    replace => 'externalId', 'crew') }, 1);
my $own = changes('a role for the user', sub { administer(POST => '/bindings',
    { role => 'Editor', subject => { type => 'USER', id => $jane } }) });
changes('it is taken away', sub { administer(DELETE => "/bindings/$own") });
my $of_group = changes('a role for the group', sub {
    administer(POST => '/bindings', { role => 'Editor',
        subject => { type => 'GROUP', id => $staff } }) }, 1);
changes('the role permits more', sub { administer(PATCH => '/roles/Editor',
    { permissions => { FLOW => [ 'READ', 'EXECUTE' ] } }) }, 1);
changes('the group loses it', sub {
    administer(DELETE => "/bindings/$of_group") }, 1);
my $rule = changes('a rule', sub { administer(POST => '/role-rules',
    { role => 'Editor', attribute => 'displayName', pattern => 'c*' }) }, 1);
is_deeply($access->read(id => $jane)->{grants}, [ 'Editor ' ],
    'a rule: it holds');
changes('the group is called otherwise', sub { patch("/Groups/$staff",
    replace => 'displayName', 'Staff') }, 1);
is_deeply($access->read(id => $jane)->{grants}, [],
    'the group is called otherwise: it does not hold');
my $external = changes('a rule for an externalId', sub {
    administer(POST => '/role-rules', { role => 'Editor',
        attribute => 'externalId', pattern => 'CR?W' }) }, 1);
is_deeply($access->read(id => $jane)->{grants}, [ 'Editor ' ],
    'a rule for an externalId: it holds');
changes('the group has another externalId', sub { patch("/Groups/$staff",
    replace => 'externalId', 'other') }, 1);
is_deeply($access->read(id => $jane)->{grants}, [],
    'the group has another externalId: it does not hold');
administer(DELETE => "/role-rules/$external");
changes('the group is called as before', sub { patch("/Groups/$staff",
    replace => 'displayName', 'Crew') }, 1);
is_deeply($access->read(id => $jane)->{grants}, [ 'Editor ' ],
    'the group is called as before: the first rule holds');
changes('the rule is gone', sub { administer(DELETE => "/role-rules/$rule") },
    1);
changes('the group within leaves', sub { patch("/Groups/$staff",
    remove => "members[value eq \"$devs\"]") }, 1);
patch("/Groups/$staff", add => 'members', [ { value => $devs } ]);
changes('a group is deleted', sub {
    made(delete => $scim->delete("/Groups/$staff")) }, 1);
changes('inactive', sub { patch("/Users/$jane", replace => 'active', \0) });
changes('active', sub { patch("/Users/$jane", replace => 'active', \1) });
$access->keep('emails.value' => 'jane@example.com');
my $twin = made(user => $scim->post('/Users', { userName => 'twin',
    emails => [ { value => 'jane@example.com' } ] }))->{id};
is($access->read('emails.value' => 'jane@example.com')->{word}, 'SEVERAL',
    'another one with the address: nobody is meant');
made(delete => $scim->delete("/Users/$twin"));
is($access->read('emails.value' => 'jane@example.com')->{id}, $jane,
    'another one with the address is gone');
changes('another address', sub { patch("/Users/$jane", replace => 'emails',
    [ { value => 'other@example.com' } ]) });
changes('another name', sub { patch("/Users/$jane", replace => 'userName',
    'janet') });
is($access->read(userName => 'janet')->{name}, 'janet',
    'another name: it is told');
is($access->read(userName => 'jane')->{word}, 'MISSING',
    'another name: the old one is nobody');
changes('deleted', sub { made(delete => $scim->delete("/Users/$jane")) });
is($access->read(id => $jane)->{word}, 'MISSING', 'deleted: nobody');
is($redis->command('HGET', 'scim:{demo}:access', $jane), undef,
    'deleted: nothing is kept');

# many at once
my @many = map { user("many$_") } 1 .. 150;
$access->keep(id => $_) for @many;
patch("/Groups/$devs", add => 'members', [ map { { value => $_ } } @many ]);
is(scalar(grep { $access->read(id => $_)->{kept} } @many), 0,
    'many join: of none');
is($get->('/gate', 'many7', 'Devs'), 200, 'many join: they are in it');


# a tenant that goes
my $acme = $t->scim($t->create('acme', 'authentik'));
my $mallory = made(user => $acme->post('/Users', { userName => 'mallory' }))
    ->{id};
my $other = SCIM::Access->new($redis, 'acme');
$other->keep(id => $mallory);
is($other->read(id => $mallory)->{kept}, 1, 'another tenant: it is kept');
made(delete => $t->admin->delete('/tenants/acme?cascade=true'));
is($other->read(id => $mallory)->{word}, 'MISSING',
    'another tenant is deleted: nobody');
is($redis->command('EXISTS', 'scim:{acme}:access'), 0,
    'another tenant is deleted: nothing is kept');
is($access->read(userName => 'many7')->{word} // 'there', 'there',
    'another tenant is deleted: this one is not concerned');


# --- what is kept, but makes no sense ---

my @key = ('scim:{demo}:access', "userName\0joe");
$access->keep(userName => 'joe');
my $bytes = $redis->command('HGET', @key);
my ($worker) = $t->nginx->workers;
my @bad = ('', 'x', "\0" x 31, "\xff" x 32, "\xff" x 400, "\0" x 32,
    substr($bytes, 0, -1), "${bytes}x");
for my $place (0 .. length($bytes) / 4 - 1) {
    for my $wrong (0, 1, 31, 33, length $bytes, 0x7fffffff, 0xffffffff) {
        my $text = $bytes;
        substr $text, 4 * $place, 4, pack 'V', $wrong;
        push @bad, $text;
    }
}
my %seen;
for my $text (@bad) {
    $redis->command('HSET', @key, $text);
    $seen{ $get->('/gate', 'joe', 'Devs') }++;
}
is(join(' ', grep { !/^(403|503)$/ } keys %seen), '',
    'bytes that make no sense: nobody passes');
cmp_ok($seen{503}, '>', 50, 'bytes that make no sense: they are seen');
is(join(' ', $t->nginx->workers), $worker, 'the same worker');


# --- no more than so many ---

$access->changed;
$redis->command('EVAL', <<'END', 0);
for n = 1, 199998 do
    redis.call('HSET', 'scim:{demo}:access', 'x' .. n, 'x')
end
END
$access->keep(id => $joe);
is($redis->command('HLEN', $key[0]), 200_000, 'a hundred thousand are kept');
$access->keep(id => $many[0]);
is($redis->command('HLEN', $key[0]), 2, 'then it begins anew');


# --- a Redis that cannot write ---

$redis->command('HDEL', @key);
$redis->command('CONFIG', 'SET', 'maxmemory', 1);
is($get->('/any', 'joe'), 200, 'Redis is full: people pass');
my $refused = sub { scalar(() = $t->nginx->error_log =~ /access_keep/g) };
ok(wait_for($refused), 'Redis is full: the log says so');
my $said = $refused->();
is($get->('/any', 'joe'), 200, 'Redis is full: again') for 1 .. 20;
is($refused->(), $said, 'Redis is full: it is said once');
$redis->command('CONFIG', 'SET', 'maxmemory', 0);

$t->finish;
done_testing();
