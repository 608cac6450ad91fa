# Tenants: pages of them, names, default roles, and their end with all that is
# in them, in which nginx or the connection to Redis may end, too.

use strict;
use warnings;

use lib 't/lib';

use Digest::SHA qw(sha256_hex);
use JSON::PP ();
use SCIM::Access;
use SCIM::Client;
use SCIM::Faults;
use SCIM::Proxy;
use SCIM::Redis;
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;
use Time::HiRes qw(sleep);

my $redis = SCIM::Redis->new;
my $proxy = SCIM::Proxy->new(redis => $redis);
my $t = SCIM::Test->new(redis => $redis, address => $proxy->address,
    workers => 2, http => 'scim_redis_timeout 10s;');
my $admin = $t->admin;

sub got {
    my ($answer) = @_;
    return join ' ', $answer->{status}, grep { defined } $answer->{json}{field};
}

# walk(QUERY): the ids that the pages show, in turn, and how many pages
sub walk {
    my ($query) = @_;
    my (@ids, $cursor);
    my $pages = 0;
    do {
        my $page = $admin->get("/tenants?$query"
            . (defined $cursor ? "&cursor=$cursor" : ''))->{json};
        push @ids, map { $_->{id} } @{ $page->{results} };
        $cursor = $page->{nextCursor};
        $pages++;
    } while (defined $cursor && $pages < 500);
    return (\@ids, $pages);
}


# --- creation, reading, changes ---

{
    my $made = $admin->post('/tenants', { id => 'acme', name => 'Acme Inc.' });
    is(got($made), 201, 'created');
    is($made->{headers}{location}, $t->nginx->base . '/api/v1/tenants/acme',
        'created: where');
    is_deeply($made->{json}{counts}, { users => 0, groups => 0,
        integrations => 0, roles => 3, bindings => 0, serviceAccounts => 0 },
        'created: what there is');
    is($made->{json}{defaultRole}, undef, 'created: no default role');

    my $etag = $admin->get('/tenants/acme')->{headers}{etag};
    my $changed = $admin->patch('/tenants/acme', { name => 'Acme' },
        { 'If-Match' => $etag });
    is(got($changed), 200, 'renamed');
    is($changed->{json}{name}, 'Acme', 'renamed: so');
    is($changed->{json}{id}, 'acme', 'renamed: its id stays');
    is(got($admin->patch('/tenants/acme', { name => 'x' },
        { 'If-Match' => $etag })), '412 If-Match', 'of another version');
    is(got($admin->delete('/tenants/acme', undef, { 'If-Match' => $etag })),
        '412 If-Match', 'deleted: of another version');
    for my $case ([ { name => '' }, 'name' ], [ { name => 7 }, 'name' ],
        [ { id => 'x' }, 'id' ], [ { defaultRole => 'nobody' },
        'defaultRole' ], [ { defaultRole => 'a b' }, 'defaultRole' ],
        [ { name => 'x' x 257 }, 'name' ])
    {
        my ($body, $field) = @$case;
        is(got($admin->patch('/tenants/acme', $body)), "400 $field",
            'refused: ' . JSON::PP->new->canonical->encode($body));
    }
    is(got($admin->patch('/tenants/nobody', { name => 'x' })), 404,
        'one that is not there');
    is(got($admin->delete('/tenants/nobody')), 404, 'deleted: not there');
    is(got($admin->delete('/tenants/acme?cascade=yes')), '400 cascade',
        'a cascade that is none');

    my %key = ('Idempotency-Key' => 'once');
    my $once = $admin->post('/tenants', { id => 'once' }, \%key);
    my $again = $admin->post('/tenants', { id => 'once' }, \%key);
    is($again->{json}{created}, $once->{json}{created}, 'created once');
    is($again->{headers}{'idempotency-replayed'}, 'true', 'and told so');
    is(got($admin->post('/tenants', { id => 'other' }, \%key)),
        '409 Idempotency-Key', 'the key of another tenant');
    is(got($admin->get('/tenants/other')), 404, 'which was not made');
    is(got($admin->delete("/tenants/$_")), 204, "$_ is deleted, as it is empty")
        for qw(acme once);
    is_deeply([ $redis->keys('scim:{acme}:*'), $redis->keys('scim:{once}:*') ],
        [], 'no key is left');
    is(got($admin->post('/tenants', { id => 'once' }, \%key)), 201,
        'one that was deleted is created again');
    $admin->delete('/tenants/once');

    %key = ('Idempotency-Key' => 'refused');
    is(got($admin->post('/tenants', { id => 'demo' }, \%key)), '409 id',
        'one that is there already');
    is(got($admin->post('/tenants', { id => 'demo-2' }, \%key)), 201,
        'a key of nothing that was created is free');
    is(got($admin->post('/tenants', { id => 'demo' }, \%key)),
        '409 Idempotency-Key', 'and taken then');
    $admin->delete('/tenants/demo-2');
}


# --- two requests with one key, at once ---

{
    # what they ask is answered, what they write waits
    $redis->command('CLIENT', 'PAUSE', 10_000, 'WRITE');
    my @children = map {
        my $id = "race-$_";
        background(sub { SCIM::Client->new(base => $admin->base,
            token => $SCIM::Test::admin_token, type => 'application/json')
            ->post('/tenants', { id => $id }, { 'Idempotency-Key' => 'race' })
            ->{status} });
    } 1 .. 4;
    sleep 0.5;
    $redis->command('CLIENT', 'UNPAUSE');
    is(join(' ', sort(map { (reap($_))[0] } @children)), '201 409 409 409',
        'one of them creates');
    my @made = grep { /^race-/ } @{ (walk('q=race-'))[0] };
    is(scalar @made, 1, 'one tenant');
    $admin->delete("/tenants/$_") for @made;
}


# --- a default role ---

{
    $t->create('acme', 'idp');
    my $scim = $t->scim($admin->get('/acme/integrations')->{json}{results}[0]
        ? $t->create('acme', 'idp-2') : undef);
    my $before = $scim->post('/Users', { userName => 'before' })->{json}{id};
    is(got($admin->post('/acme/roles', { name => 'reader',
        permissions => { FLOW => ['READ'] } })), 201, 'a role');
    my $set = $admin->patch('/tenants/acme', { defaultRole => 'reader' });
    is($set->{json}{defaultRole}, 'reader', 'the default role');
    is(got($admin->delete('/acme/roles/reader')), 409,
        'which is kept as long as it is one');

    my $calls = sub {
        return $redis->command('INFO', 'commandstats')
            =~ /cmdstat_fcall:calls=(\d+)/ ? $1 : 0;
    };
    my $asked = $calls->();
    my $user = $scim->post('/Users', { userName => 'after' })->{json}{id};
    cmp_ok($calls->() - $asked, '<=', 2, 'in one call');
    my ($binding, @more) = @{ $admin->get("/acme/bindings?subject=$user")
        ->{json}{results} };
    is($binding->{role}, 'reader', 'a new user has it');
    is($binding->{namespace}, undef, 'everywhere');
    is(scalar @more, 0, 'once');
    is(got($admin->get("/acme/bindings/$binding->{id}")), 200,
        'the binding is one like others');
    is($admin->get("/acme/bindings?subject=$before")->{json}{results}[0],
        undef, 'who was there before has not');

    my $joined = $t->scim->post('/Users', { userName => 'joined' })
        ->{json}{id};
    is($scim->post('/Users', { userName => 'joined' })->{json}{id}, $joined,
        'a person of another tenant');
    is($admin->get("/acme/bindings?subject=$joined")->{json}{results}[0]{role},
        'reader', 'has it, too');

    is(got($scim->delete("/Users/$user")), 204, 'the user goes');
    is(got($admin->get("/acme/bindings/$binding->{id}")), 404,
        'and the binding');
    is($admin->patch('/tenants/acme', { defaultRole => undef })
        ->{json}{defaultRole}, undef, 'none any more');
    is($admin->get('/acme/bindings?subject=' . $scim->post('/Users',
        { userName => 'later' })->{json}{id})->{json}{results}[0], undef,
        'nobody gets one');
    is(got($admin->delete('/acme/roles/reader')), 409,
        'those who have it keep it');
    is(got($admin->delete('/tenants/acme?cascade=true')), 204, 'all goes');
    $t->scim->delete("/Users/$joined");
}


# --- pages ---

{
    my @names = map { sprintf 'p-%03d', $_ } 1 .. 260;
    $admin->post('/tenants', { id => $_ }) for reverse @names;
    my @all = sort @names, 'demo';

    for my $count (1, 7, 50, 51, 200) {
        my ($ids, $pages) = walk("count=$count");
        is_deeply($ids, \@all, "pages of $count");
        is($pages, int(($#all + $count) / $count), "as many pages of $count");
    }
    my $page = $admin->get('/tenants')->{json};
    is(scalar @{ $page->{results} }, 50, 'fifty, if not asked otherwise');
    is($page->{total}, 261, 'how many there are');
    is_deeply((walk('q=P-00'))[0], [ @names[0 .. 8] ], 'those with a text');
    is($admin->get('/tenants?q=p-00')->{json}{total}, undef,
        'of them nobody knows how many');
    is_deeply((walk('q=p-2&count=30'))[0], [ @names[199 .. 259] ],
        'those with a text, in pages');
    is(got($admin->get("/tenants?$_")), '400 ' . (/^(\w+)/)[0], $_)
        for qw(count=0 count=201 cursor=demo cursor=~ cursor=~A~b x=1);

    $t->nginx->{http} = 'scim_redis_timeout 10s; scim_redis_max_commands 8;';
    $t->nginx->reload;
    is_deeply((walk('count=100'))[0], \@all,
        'more than there may be commands in flight');
    is_deeply((walk('count=3'))[0], \@all, 'and exactly so many');
    $t->nginx->{http} = 'scim_redis_timeout 10s;';
    $t->nginx->reload;

    # of one that is not finished the list has the name alone
    $redis->command('ZADD', 'scim:tenants', 0, 'p-000');
    is_deeply((walk('count=50'))[0], \@all, 'a name without a tenant');
    $admin->delete("/tenants/$_") for @names;
    $redis->command('ZREM', 'scim:tenants', 'p-000');
}


# --- the end ---

my $person = $t->scim->post('/Users', { userName => 'person' })->{json}{id};

# filled(ID): a tenant with something of everything
sub filled {
    my ($id) = @_;

    my $made = $t->create($id, 'idp');
    my $scim = $t->scim($made);
    my @users = map { $scim->post('/Users', { userName => "$id-$_" })
        ->{json}{id} } 1 .. 30;
    push @users, $scim->post('/Users', { userName => 'person' })->{json}{id};
    my @groups = map { $scim->post('/Groups', { displayName => "group $_",
        members => [ map { { value => $_ } } @users[0 .. 2] ] })->{json}{id} }
        1 .. 25;
    $t->create($id, 'idp-2');
    $admin->post("/$id/roles", { name => "role$_",
        permissions => { FLOW => ['READ'] } }) for 1 .. 25;
    $admin->patch("/tenants/$id", { defaultRole => 'role1' });
    my $account = $admin->post("/$id/service-accounts", { name => 'robot' },
        { 'Idempotency-Key' => 'robot' })->{json};
    my $token = $admin->post("/$id/service-accounts/$account->{id}/tokens")
        ->{json}{secretToken};
    $admin->post("/$id/bindings", { role => 'Admin', subject => {
        type => 'SERVICE_ACCOUNT', id => $account->{id} } });
    $admin->post("/$id/bindings", { role => 'role2', subject => {
        type => 'GROUP', id => $groups[0] }, namespace => 'prod' });
    $admin->post("/$id/role-rules", { role => 'role3',
        attribute => 'displayName', pattern => 'group*' });
    push @users, $scim->post('/Users', { userName => "$id-last" })->{json}{id};
    $redis->command('SET', "scim:{$id}:user:$users[3]:access", '0 kept');
    return { id => $id, users => \@users, scim => $scim,
        account => SCIM::Client->new(base => $admin->base, token => $token,
            type => 'application/json') };
}

sub gone {
    my ($what, $name) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $id = $what->{id};
    is_deeply([ $redis->keys("scim:{$id}:*") ], [], "$name: no key is left");
    is($redis->command('ZSCORE', 'scim:tenants', $id), undef,
        "$name: nor in the list");
    is(scalar(grep { defined $redis->command('HGET', "scim:user:$_",
        "tenant:$id") } @{ $what->{users} }), 0, "$name: nobody has access");
    is(scalar(grep { defined $redis->command('HGET', $_, "tenant:$id") }
        $redis->keys('scim:username:*')), 0, "$name: no claim of a name");
    is($redis->command('EXISTS', map {; "scim:user:$_" }
        @{ $what->{users} }), scalar @{ $what->{users} },
        "$name: the persons are there");
    is($what->{scim}->get('/Users')->{status}, 401, "$name: nobody gets in");
    is(got($what->{account}->get("/$id/me")), 401, "$name: no token does");
    is(got($admin->get("/tenants/$id")), 404, "$name: it is not there");
    is(got($admin->get("/$id/roles")), 404, "$name: nor is anything of it");
    is($t->scim->get("/Users/$person")->{status}, 200,
        "$name: other tenants are");
    my ($last) = grep { $_->{resource} eq $id } map { +{ @{ $_->[1] } } }
        @{ $redis->command('XREVRANGE', 'scim:audit', '+', '-') };
    is(join(' ', @{ $last // {} }{qw(actor operation address)}),
        'admin:test tenants.delete 127.0.0.1',
        "$name: it is known who deleted it");
}

# cascade(ID): the status, if there is an answer; HTTP::Tiny would ask again
sub cascade {
    my ($id) = @_;
    my $answer = wire($t->nginx->port, http("DELETE /api/v1/tenants/$id"
        . '?cascade=true', 'Authorization: Bearer '
        . $SCIM::Test::admin_token))->answer(8);
    return $answer ? $answer->{status} : 'none';
}

{
    my $what = filled('full');
    my $counts = $admin->get('/tenants/full')->{json}{counts};
    is_deeply($counts, { users => 32, groups => 25, integrations => 2,
        roles => 28, bindings => 5, serviceAccounts => 3 }, 'counted');
    my $held = $admin->delete('/tenants/full');
    is(got($held), 409, 'it is not empty');
    like($held->{json}{detail}, qr/32 users.*25 groups.*2 int.*cascade=true/,
        'which says what is in it, and what to do');
    is(got($admin->delete('/tenants/full?cascade=false')), 409, 'no cascade');
    is(got($what->{account}->get('/full/me')), 200, 'nothing was done');

    for my $case ([ 'service-accounts' => { name => 'robot' },
        'service accounts' ], [ roles => { name => 'own',
        permissions => {} }, 'roles of its own' ], [ 'role-rules' => {
        role => 'Viewer', attribute => 'displayName', pattern => '*' },
        'role rules' ])
    {
        my ($path, $body, $called) = @$case;
        $admin->post('/tenants', { id => 'little' });
        is(got($admin->post("/little/$path", $body)), 201, $called);
        my $held = $admin->delete('/tenants/little');
        is(got($held), 409, "$called: it is not empty");
        like($held->{json}{detail}, qr/^the tenant has 1 $called: /,
            "$called: which says so");
        is(got($admin->delete('/tenants/little?cascade=true')), 204,
            "$called: with all of it");
    }

    my @before = $redis->keys('scim:{demo}:*');
    is(cascade('full'), 204, 'with all that is in it');
    gone($what, 'cascade');
    is_deeply([ $redis->keys('scim:{demo}:*') ], \@before,
        "another tenant's keys are the same");

    is(got($admin->post('/tenants', { id => 'full' })), 201, 'it is made again');
    is($admin->get('/tenants/full')->{json}{counts}{users}, 0, 'and empty');
    is($admin->get('/tenants/full')->{json}{defaultRole}, undef,
        'without a default role');
    is(got($admin->delete('/tenants/full')), 204, 'and deleted');
}

for my $case ([ tenant_delete => 'lose' ], [ removal_next => 'silence' ],
    [ access_revoke => 'silence' ], [ name_release => 'lose' ],
    [ tenant_end => 'silence' ], [ tenant_end => 'lose' ])
{
    my ($command, $rule) = @$case;
    my $name = "a crash at $command, $rule";
    my $id = "crash-\L$command-$rule" =~ tr/_/-/r;
    my $what = filled($id);

    $proxy->rule($command => $rule);
    my $child = background(sub { cascade($id) });
    ok(wait_for(sub { $redis->command('HGET', "scim:{$id}:tenant",
        'deleting') || !$redis->command('EXISTS', "scim:{$id}:tenant") }, 5),
        "$name: it is closed");
    sleep 0.3;

    $t->nginx->crash;
    $proxy->clear;
    $t->nginx->start;

    isnt((reap($child))[0], 204, "$name: nobody was told that it is done");
    is($what->{scim}->get('/Users')->{status}, 401, "$name: SCIM is refused");
    is($what->{scim}->post('/Users', { userName => 'x' })->{status}, 401,
        "$name: and creates nothing");
    is(got($what->{account}->get("/$id/roles")), 401,
        "$name: a token is refused");

    if ($redis->command('EXISTS', "scim:{$id}:tenant")) {
        is(got($admin->$_("/$id/roles", $_ eq 'get' ? () : { name => 'x',
            permissions => {} })), 409, "$name: $_ is refused")
            for qw(get post);
        is(got($admin->patch("/tenants/$id", { name => 'x' })), 409,
            "$name: it can't be changed");
        is(got($admin->post('/tenants', { id => $id })), '409 id',
            "$name: nor made again");
        is(cascade($id), 204, "$name: the next time it is done");
    }
    gone($what, $name);
}

for my $case ([ removal_next => 'drop' ], [ tenant_end => 'drop' ]) {
    my ($command, $rule) = @$case;
    my $name = "Redis goes away at $command, $rule";
    my $what = filled('away');

    $proxy->rule($command => $rule);
    my $answer = $admin->delete('/tenants/away?cascade=true');
    is(got($answer), 503, "$name: 503");
    like($answer->{json}{detail}, qr/repeat the request/, "$name: what to do");
    $proxy->clear;
    ok(wait_for(sub { cascade('away') eq '204' }), "$name: the next time");
    gone($what, $name);
}


# more integrations than one call closes
{
    my $what = filled('wide');
    my $access = SCIM::Access->new($redis, 'wide');
    my @origin = ('admin:test', '', '', '', 100_000, 0, '', '');
    my $call = sub { my ($name, @args) = @_;
        return $redis->command('FCALL', $access->function($name), 1,
            'scim:{wide}', @origin, @args) };
    $redis->command('EVAL', <<'LUA', 0);
for n = 1, 1198 do
    local id = string.format('00000000-0000-4000-8000-%012d', n)
    redis.call('HSET', 'scim:{wide}:integration:' .. id, 'name', 'i' .. n,
               'enabled', '1', 'token', 'x 0', 'version', '1',
               'service_account', id)
    redis.call('ZADD', 'scim:{wide}:integrations', 100000 + n, id)
end
LUA
    my $closed = sub { return scalar grep { !$redis->command('HGET',
        "scim:{wide}:integration:$_", 'token') }
        @{ $redis->command('ZRANGE', 'scim:{wide}:integrations', 0, -1) } };
    my $users = sub { $redis->command('ZCARD', 'scim:{wide}:users') };

    $call->('tenant_delete', cascade => 1);
    is($closed->(), 500, 'many integrations: some are closed at first');
    my $next = $call->('removal_next', '', '', 8)->[1];
    is($closed->(), 1000, 'many: then others');
    is($users->(), 32, 'many: before anything is removed');
    $call->('removal_next', '', $next, 8);
    is($closed->(), 1200, 'many: then the last ones');
    cmp_ok($users->(), '<', 32, 'many: and users go');
    is(cascade('wide'), 204, 'many: all of it');
    gone($what, 'many');
}


# --- the admin token file, read again by a reload ---

{
    my $nginx = $t->nginx;
    my $other = SCIM::Client->new(base => $admin->base, token => 'another',
        type => 'application/json');
    is(got($other->get('/tenants')), 401, 'a token that is not in the file');
    $nginx->write_file('admin-tokens', 'other:' . sha256_hex('another') . "\n");
    is(got($other->get('/tenants')), 401, 'before the reload it is nothing');
    is(got($admin->get('/tenants')), 200, 'and the other one is');
    $nginx->reload;
    ok(wait_for(sub { got($other->get('/tenants')) eq '200' }),
        'after it, it is one');
    is($other->get('/demo/me')->{json}{name}, 'other', 'by its name');
    ok(wait_for(sub { got($admin->get('/tenants')) eq '401' }),
        'and the one that is no longer there is none');
}

$t->finish;
done_testing();
