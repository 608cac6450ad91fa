# An integration's tokens: several at a time, rotation with an overlap that
# really ends, when each was last used; and the end of an integration, with what
# it provisioned, in which nginx or the connection to Redis may end, too.

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use SCIM::Faults;
use SCIM::Proxy;
use SCIM::Redis;
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;
use Time::HiRes qw(sleep time);

my $redis = SCIM::Redis->new;
my $proxy = SCIM::Proxy->new(redis => $redis);
my $t = SCIM::Test->new(redis => $redis, address => $proxy->address,
    workers => 2, http => 'scim_redis_timeout 10s;');
my $admin = $t->admin;
my $number = 0;


# integration(): a new one: its path in the management API, and a client
sub integration {
    my $made = $t->create('demo', 'idp-' . ++$number);
    return ("/demo/integrations/$made->{id}", client_of($made), $made);
}

# client_of(INTEGRATION, [SECRET])
sub client_of {
    my ($made, $secret) = @_;
    return $t->scim({ %$made, $secret ? (secretToken => $secret) : () });
}

sub status { return $_[0]->get('/Users?count=1')->{status} }

sub tokens {
    my ($path) = @_;
    return @{ $admin->get("$path/tokens")->{json}{results} };
}

# calls(COMMAND): how often Redis was given it
sub calls {
    my ($command) = @_;
    return $redis->command('INFO', 'commandstats')
        =~ /cmdstat_$command:calls=(\d+)/ ? $1 : 0;
}

sub field {
    my ($made, $name) = @_;
    return $redis->command('HGET', "scim:{demo}:integration:$made->{id}",
        $name);
}


# --- rotation ---

{
    my ($path, $old, $made) = integration();
    my $before = $admin->get($path);
    my $answer = $admin->post("$path/rotate", { overlap => 2 });
    my $began = time;

    is($answer->{status}, 201, 'rotated');
    like($answer->{json}{secretToken}, qr/^scim_.{200}$/, 'a secret, once');
    is($answer->{json}{expires}, undef, 'it never ends');
    is($answer->{headers}{location}, $t->nginx->base
        . "/api/v1$path/tokens/$answer->{json}{id}", 'where it is');

    my $after = $admin->get($path);
    is($after->{json}{tokenPrefix}, substr($answer->{json}{secretToken}, 0,
        12), 'the integration shows the newest prefix');
    isnt($after->{headers}{etag}, $before->{headers}{etag},
        'it has another version');

    my $new = client_of($made, $answer->{json}{secretToken});
    is(status($_), 200, 'in the overlap both work') for $old, $new;
    is($old->post('/Users', { userName => "overlap$_" })->{status}, 201,
        'the old one creates, too') for 1 .. 2;

    my @shown = tokens($path);
    is(scalar @shown, 2, 'two tokens');
    is($shown[1]{prefix}, $answer->{json}{prefix}, 'the newest is the last');
    like($shown[0]{expires}, qr/^20/, 'the old one ends');
    ok(!exists $_->{secretToken} && !exists $_->{hash}, 'no secret')
        for @shown;

    my $cursor = $old->get('/Users?cursor&count=1')->{json}{nextCursor};

    ok(wait_for(sub { status($old) == 401 }, 10), 'it has ended');
    cmp_ok(time - $began, '>', 1.5, 'not before its time');
    is($old->post('/Users', { userName => 'late' })->{status}, 401,
        'it creates nothing');
    is(status($new), 200, 'the new one works');
    is($new->get("/Users?count=1&cursor=$cursor")->{status}, 400,
        'a cursor of the old one is none of the new one');

    $admin->post("$path/tokens");
    is(scalar(tokens($path)), 2,
        'one that has ended goes when others are written');
}

{
    my ($path, $old, $made) = integration();
    my $new = client_of($made,
        $admin->post("$path/rotate", { overlap => 0 })->{json}{secretToken});
    is(status($old), 401, 'no overlap: the old one has ended');
    is(status($new), 200, 'no overlap: the new one works');
    is(scalar(tokens($path)), 1, 'no overlap: there is one');

    my $again = $admin->post("$path/rotate");
    is($again->{status}, 201, 'no body is as good as an empty one');
    my ($first) = tokens($path);
    like($first->{expires}, qr/^20/, 'a day is the default');
    is(status($new), 200, 'a day: it works');

    my $ends = $first->{expires};
    $admin->post("$path/rotate", { overlap => 2_592_000 });
    is((tokens($path))[0]{expires}, $ends, 'no later than it would anyway');
    $admin->post("$path/rotate", { overlap => 60 });
    isnt((tokens($path))[0]{expires}, $ends, 'but earlier');

    for my $case ([ -1, 'overlap' ], [ 2_592_001, 'overlap' ],
        [ '"1"', 'overlap' ], [ 1.5, 'overlap' ])
    {
        my ($value, $field) = @$case;
        my $bad = $admin->post("$path/rotate", "{\"overlap\":$value}");
        is("$bad->{status} $bad->{json}{field}", "400 $field",
            "an overlap of $value");
    }
    is($admin->post("$path/rotate", {}, { 'If-Match' => 'W/"1"' })->{status},
        412, 'rotated by somebody else meanwhile');
    is($admin->get("$path/rotate")->{status}, 405, 'rotation is a POST');
}


# --- several ---

{
    my ($path, $first, $made) = integration();
    my @secrets = map { $admin->post("$path/tokens")->{json}{secretToken} }
        2 .. 10;
    is(scalar(grep { status(client_of($made, $_)) == 200 } @secrets), 9,
        'each of ten tokens works');
    is(status($first), 200, 'the first, too');

    my $full = $admin->post("$path/tokens");
    is($full->{status}, 409, 'ten are the most');
    is($admin->post("$path/rotate")->{status}, 409,
        'no rotation with an overlap then');

    my @shown = tokens($path);
    is($admin->delete("$path/tokens/$shown[0]{id}")->{status}, 204, 'revoked');
    is(status($first), 401, 'revoked: at once');
    is(status(client_of($made, $secrets[0])), 200, 'the others work');
    is($admin->delete("$path/tokens/$shown[0]{id}")->{status}, 404,
        'revoked: once');

    my ($other) = integration();
    is($admin->delete("$other/tokens/$shown[1]{id}")->{status}, 404,
        "another integration's is not there");
    is(status(client_of($made, $secrets[0])), 200, 'and goes on');

    $admin->delete("$path/tokens/$_->{id}") for @shown[1 .. 9];
    is($admin->get($path)->{json}{tokenPrefix}, undef, 'none is left');
    is(status(client_of($made, $_)), 401, 'none works')
        for $secrets[0], $secrets[8];
    my $again = $admin->post("$path/tokens")->{json}{secretToken};
    is(status(client_of($made, $again)), 200, 'until there is one again');
}


# --- when each was last used ---

{
    my ($path, $old, $made) = integration();
    my $new = client_of($made,
        $admin->post("$path/rotate", {})->{json}{secretToken});
    is_deeply([ map { $_->{lastUsed} } tokens($path) ], [ undef, undef ],
        'neither was used');

    # a worker remembers one a second
    ok(wait_for(sub { status($new); sleep 0.2; (tokens($path))[1]{lastUsed} }),
        'the new one was used');
    is((tokens($path))[0]{lastUsed}, undef, 'the old one was not');
    ok(wait_for(sub { status($old); sleep 0.2; (tokens($path))[0]{lastUsed} }),
        'now it was, though the integration was a moment ago');
    like($admin->get($path)->{json}{lastUsed}, qr/^20/,
        'the integration shows the last of them');

    my $calls = calls('fcall');
    status($_) for ($old, $new) x 20;
    cmp_ok(calls('fcall') - $calls, '<', 10, 'not with each request');
}


# --- disabled, and deleted under a request ---

{
    my ($path, $client, $made) = integration();
    $admin->post("$path/disable");
    is($client->get('/Users')->{status}, 503, 'disabled');
    $admin->post("$path/rotate", { overlap => 0 });
    is($client->get('/Users')->{status}, 401,
        'disabled, and of a token that has ended');
    is($admin->post("$path/enable")->{status}, 200, 'enabled again');
}

for my $case ([ Users => { userName => 'slow-user' } ],
    [ Groups => { displayName => 'slow-group' } ])
{
    my ($where, $what) = @$case;
    my ($path, $client, $made) = integration();
    my $body = JSON::PP->new->encode($what);
    my $wire = wire($t->nginx->port);
    my $asked = calls('hmget');
    my ($target) = $client->base =~ m{^https?://[^/]+(.*)};
    $wire->send(http("POST $target/$where",
        "Authorization: Bearer $made->{secretToken}",
        'Content-Type: application/scim+json',
        'Content-Length: ' . length $body));
    # it has been authorized, and its body is awaited
    ok(wait_for(sub { calls('hmget') > $asked }, 5), "$where: let in");
    sleep 0.1;
    is($admin->delete("$path?provisioned=remove")->{status}, 204,
        "$where: the integration is deleted meanwhile");
    $wire->send($body);
    my $answer = $wire->answer;
    is($answer->{status}, 401, "$where: nothing is created any more");
    is($admin->get("/demo/\L$where\E?q=slow")->{json}{results}[0], undef,
        "$where: there is none");
}


# --- the choice, and keep ---

{
    my ($path, $client, $made) = integration();
    my $jane = $client->post('/Users', { userName => 'kept' })->{json}{id};
    for my $case ([ '', 'provisioned' ], [ '?provisioned=', 'provisioned' ],
        [ '?provisioned=all', 'provisioned' ],
        [ '?provisioned=keep&x=1', 'x' ])
    {
        my ($query, $field) = @$case;
        my $bad = $admin->delete("$path$query");
        is("$bad->{status} $bad->{json}{field}", "400 $field",
            "deleted with \"$query\"");
    }
    is(status($client), 200, 'nothing was done');
    is($admin->delete("$path?provisioned=keep", undef,
        { 'If-Match' => 'W/"1"' })->{status}, 412, 'of another version');

    is($admin->delete("$path?provisioned=keep")->{status}, 204, 'keep');
    is(status($client), 401, 'keep: its token is worth nothing');
    my $shown = $admin->get("/demo/users/$jane")->{json};
    is($shown->{userName}, 'kept', 'keep: the user is there');
    is($shown->{integration}, undef, "keep: and nobody's");
    is($admin->get("/demo/service-accounts/$made->{serviceAccount}{id}")
        ->{status}, 404, 'keep: the service account is not');
    is_deeply([ grep { /\Q$made->{id}/ } $redis->keys('scim:{demo}:*') ], [],
        'keep: no key is left');
}


# --- remove ---

my ($others_path, $others) = integration();
my $staying = $others->post('/Users', { userName => 'staying' })->{json}{id};
my $club = $others->post('/Groups', { displayName => 'club',
    members => [ { value => $staying } ] })->{json}{id};

# provisioned(USERS, GROUPS): an integration with these; every other user is in
# a group that stays
sub provisioned {
    my ($users, $groups) = @_;

    my ($path, $client, $made) = integration();
    my @users = map { $client->post('/Users', {
        userName => "u-$number-$_" })->{json}{id} } 1 .. $users;
    my @groups = map { $client->post('/Groups', {
        displayName => "g-$number-$_", members => [ { value => $users[0] },
            { value => $staying } ] })->{json}{id} } 1 .. $groups;
    $others->patch("/Groups/$club", { Operations => [ { op => 'add',
        path => 'members', value => [ map { { value => $users[2 * $_] } }
        0 .. $#users / 2 ] } ] });
    return { path => $path, client => $client, made => $made,
        users => \@users, groups => \@groups };
}

sub exists_any {
    my (@keys) = @_;
    return @keys ? $redis->command('EXISTS', @keys) : 0;
}

# removed(WHAT, NAME): that nothing of it is left, and all else is
sub removed {
    my ($what, $name) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my ($users, $groups) = @$what{qw(users groups)};
    is(exists_any(map {; "scim:{demo}:user:$_", "scim:{demo}:user:$_:groups" }
        @$users), 0, "$name: no user");
    is(exists_any(map {; "scim:{demo}:group:$_" } @$groups), 0,
        "$name: no group");
    is(scalar(grep { $redis->command('HGET', "scim:user:$_", 'tenant:demo') }
        @$users), 0, "$name: nobody has access");
    is(exists_any(map {; "scim:user:$_" } @$users), scalar @$users,
        "$name: the persons are there");
    my %claims = map { $_ => 1 } grep { $redis->command('HGET', $_,
        'tenant:demo') } $redis->keys('scim:username:u-*');
    is(join(' ', sort keys %claims), '', "$name: no claim of a name");
    is(exists_any('scim:{demo}:removed'), 0, "$name: nothing is left to do");
    is_deeply([ grep { /\Q$what->{made}{id}/ } $redis->keys('scim:{demo}:*') ],
        [], "$name: no key of the integration");
    is_deeply([ map { $_->{value} } @{ $others->get("/Groups/$club")
        ->{json}{members} } ], [ $staying ], "$name: who stays is there");
    is($redis->command('HGET', "scim:user:$staying", 'tenant:demo') ? 1 : 0, 1,
        "$name: and has access");
}

# remove_once(WHAT): the status, if there is an answer; HTTP::Tiny would ask
# again
sub remove_once {
    my ($what) = @_;
    my $answer = wire($t->nginx->port, http("DELETE /api/v1$what->{path}"
        . '?provisioned=remove', 'Authorization: Bearer '
        . $SCIM::Test::admin_token))->answer(8);
    return $answer ? $answer->{status} : 'none';
}

# and then nginx is there again
sub crash {
    $t->nginx->crash;
    $proxy->clear;
    $t->nginx->start;
}

{
    my $what = provisioned(45, 3);
    is($admin->delete("$what->{path}?provisioned=remove")->{status}, 204,
        'remove');
    removed($what, 'remove');
    is($admin->delete("$what->{path}?provisioned=remove")->{status}, 404,
        'remove: once');

    my $again = $others->post('/Users', { userName => "u-$number-1" });
    is($again->{status}, 201, 'a person comes back');
    is($again->{json}{id}, $what->{users}[0], 'and is the same');
    $others->delete("/Users/$again->{json}{id}");
}

# crashes: at which command, and whether Redis does it
for my $case ([ removal_next => 'silence' ], [ removal_next => 'lose' ],
    [ name_release => 'silence' ], [ access_revoke => 'silence' ],
    [ integration_end => 'silence' ], [ integration_end => 'lose' ],
    [ integration_delete => 'lose' ])
{
    my ($command, $rule) = @$case;
    my $name = "a crash at $command, $rule";
    my $what = provisioned(25, 2);

    $proxy->rule($command => $rule);
    my $child = background(sub { remove_once($what) });
    my $closed = wait_for(sub { field($what->{made}, 'deleting')
        || $command =~ /_end/ && !field($what->{made}, 'name') }, 5);
    ok($closed, "$name: it is closed");
    sleep 0.2;
    crash();
    isnt((reap($child))[0], 204, "$name: nobody was told that it is done");
    is($what->{client}->get('/Users')->{status}, 401,
        "$name: nobody gets in");

    if (field($what->{made}, 'name')) {
        my $path = $what->{path};
        is($admin->patch($path, { description => 'x' })->{status}, 409,
            "$name: nothing of it is changed");
        is($admin->post("$path/$_")->{status}, 409, "$name: $_")
            for qw(enable rotate tokens);
        is($admin->get($path)->{json}{enabled}, JSON::PP::false,
            "$name: it is shown");
        is($admin->delete("$path?provisioned=remove")->{status}, 204,
            "$name: the next time it is done");
    }
    removed($what, $name);
}

# Redis goes away: the answer is a 503 that says what to do
for my $case ([ removal_next => 'drop' ], [ access_revoke => 'drop' ],
    [ name_release => 'lose' ], [ integration_end => 'drop' ])
{
    my ($command, $rule) = @$case;
    my $name = "Redis goes away at $command, $rule";
    my $what = provisioned(5, 1);

    $proxy->rule($command => $rule);
    my $answer = $admin->delete("$what->{path}?provisioned=remove");
    is($answer->{status}, 503, "$name: 503");
    like($answer->{json}{detail}, qr/repeat the request/, "$name: what to do");
    $proxy->clear;
    ok(wait_for(sub { $admin->delete("$what->{path}?provisioned=remove")
        ->{status} == 204 }), "$name: the next time it is done");
    removed($what, $name);
}

# two at once
{
    my $what = provisioned(60, 3);
    my @children = map { background(sub { remove_once($what) }) } 1 .. 3;
    my @statuses = map { (reap($_))[0] } @children;
    is(scalar(grep { !/^(204|404)$/ } @statuses), 0, 'three at once')
        or diag("@statuses");
    removed($what, 'three at once');
}

# few commands may be in flight
{
    $t->nginx->{http} .= ' scim_redis_max_commands 4;';
    $t->nginx->reload;
    my $what = provisioned(7, 2);
    is($admin->delete("$what->{path}?provisioned=remove")->{status}, 204,
        'few commands in flight: done');
    removed($what, 'few commands in flight');
}

$t->finish;
done_testing();
