# Memberships that change many at a time: both sides of each are what the
# requests say, whatever these name twice or in vain, a request that is refused
# changes nothing, and Redis is not asked one by one what one command tells.

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use SCIM::Faults;
use SCIM::Proxy;
use SCIM::Redis;
use SCIM::Test;
use Test::More;

my $redis = SCIM::Redis->new;
my $proxy = SCIM::Proxy->new(redis => $redis);
my $t = SCIM::Test->new(redis => $redis, address => $proxy->address);
my $scim = $t->scim;
my $nobody = '00000000-0000-4000-8000-000000000000';

my @users;
for my $part (0 .. 2) {
    my $answer = $scim->post('/Bulk', { Operations => [ map { {
        method => 'POST', path => '/Users', bulkId => "b$_",
        data => { userName => "user$_" },
    } } 700 * $part + 1 .. 700 * ($part + 1) ] });
    push @users, map { $_->{location} =~ m{([^/]+)$} }
        @{ $answer->{json}{Operations} };
}
is(scalar @users, 2100, 'the users are there');
my @groups = map { $scim->post('/Groups', { displayName => "inner $_" })
    ->{json}{id} } 1 .. 3;

sub references { return [ map { { value => $_ } } @_ ] }

sub key { return "scim:{demo}:group:$_[0]" }

# members_of(GROUP): as Redis has them, in the order of their joining
sub members_of {
    return $redis->command('ZRANGE', key($_[0]) . ':members', 0, -1);
}

# named_by(GROUP, ID): as what a member knows the group
sub named_by {
    my ($group, $id) = @_;
    return join ' ', grep { $redis->command('SISMEMBER',
        "scim:{demo}:$_:$id:groups", $group) } 'user', 'group';
}

sub nested { return $redis->command('HGET', key($_[0]), 'nested') // 0 }


# --- what the requests say ---

my $seed = $ENV{SCIM_SEED} // 1;

sub pick {
    $seed = ($seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return int($seed / 65_536) % $_[0];
}

my $group = $scim->post('/Groups', { displayName => 'random' })->{json}{id};
my @candidates = (@users[0 .. 7], @groups);
my %is_group = map { $_ => 1 } @groups;
my @members;

# the members after one operation
sub after {
    my ($op, $ids, @before) = @_;

    my %named = map { $_ => 1 } @$ids;
    return grep { !$named{$_} } @before if $op eq 'remove';
    @before = grep { $named{$_} } @before if $op eq 'replace';
    my %there = map { $_ => 1 } @before;
    return @before, grep { !$there{$_}++ } @$ids;
}

for my $round (1 .. 60) {
    my @operations = map { {
        op => ('add', 'remove', 'replace')[pick(3)],
        path => 'members',
        value => references(map { $candidates[pick(scalar @candidates)] }
            0 .. pick(6)),
    } } 0 .. pick(3);
    my $refused = pick(6) == 0;
    push @operations, { op => 'add', path => 'members',
        value => references($users[9], $nobody) } if $refused;

    my $answer;
    if (pick(3) == 0) {
        @operations = { %{ $operations[-1] }, op => 'replace' };
        $answer = $scim->put("/Groups/$group", { displayName => 'random',
            members => $operations[0]{value} });
    } else {
        $answer = $scim->patch("/Groups/$group",
            { Operations => \@operations });
    }

    my $what = "round $round: " . join ', ', map { $_->{op} } @operations;
    like($answer->{status}, $refused ? qr/^400$/ : qr/^20[04]$/, $what);
    if (!$refused) {
        @members = after($_->{op}, [ map { $_->{value} } @{ $_->{value} } ],
            @members) for @operations;
    }

    # where one is that leaves and joins again depends on how requests are sent
    my @found = @{ members_of($group) };
    my $order = @operations > 1 ? sub { sort @_ } : sub { @_ };
    is(join(' ', $order->(@found)), join(' ', $order->(@members)),
        "$what: the members");
    @members = @found;
    my %member = map { $_ => 1 } @members;
    is(join(',', map { named_by($group, $_) } @candidates),
        join(',', map { !$member{$_} ? '' : $is_group{$_} ? 'group' : 'user' }
            @candidates), "$what: and they know");
    is(nested($group), scalar(grep { $is_group{$_} } @members),
        "$what: groups among them");
}


# --- many ---

# calls(CODE): how often each command has run; the answer
sub calls {
    my ($code) = @_;

    $redis->command('CONFIG', 'RESETSTAT');
    my $answer = $code->();
    my %calls = $redis->command('INFO', 'commandstats')
        =~ /cmdstat_(\w+):calls=(\d+)/g;
    return \%calls, $answer;
}

# at_most(CALLS, NAME, %MOST)
sub at_most {
    my ($calls, $name, %most) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    cmp_ok($calls->{$_} // 0, '<=', $most{$_}, "$name: $_")
        for sort keys %most;
}

my @all = (@users, $groups[0]);
my ($calls, $answer) = calls(sub { $scim->post('/Groups',
    { displayName => 'many', members => references(@all, @users[0 .. 9]) }) });
is($answer->{status}, 201, 'a group of many is made');
my $many = $answer->{json}{id};
is(join(' ', @{ members_of($many) }), join(' ', @all), 'of many: in order');
is(join(' ', map { named_by($many, $_) } @all[0, 1000, 2099, 2100]),
    'user user user group', 'of many: and they know');
is(nested($many), 1, 'of many: one is a group');
at_most($calls, 'of many', sadd => 2115, zadd => 10, incr => 10, incrby => 3,
    hdel => 3);

my $last = $redis->command('ZSCORE', key($many) . ':members', $all[-1]);
cmp_ok($redis->command('GET', 'scim:{demo}:sequence'), '>=', $last,
    'of many: no place comes again');

($calls, $answer) = calls(sub { $scim->put("/Groups/$many",
    { displayName => 'many', members => references(@all) }) });
is($answer->{status}, 200, 'the same once more');
at_most($calls, 'the same', sadd => 0, srem => 0, exists => 3, zadd => 3);

my @without = grep { $_ ne $users[1500] } @all;
($calls, $answer) = calls(sub { $scim->put("/Groups/$many",
    { displayName => 'many', members => references(@without) }) });
is(scalar @{ members_of($many) }, 2100, 'one less');
is(named_by($many, $users[1500]), '', 'one less: and it knows');
at_most($calls, 'one less', sadd => 0, srem => 1, exists => 3, zadd => 3);

($calls, $answer) = calls(sub { $scim->patch("/Groups/$many", { Operations => [
    { op => 'add', path => 'members', value => references(@users) } ] }) });
is(join(' ', @{ members_of($many) }), join(' ', @without, $users[1500]),
    'all of them are added: one joins');
is(named_by($many, $users[1500]), 'user', 'one joins: and it knows');
at_most($calls, 'one joins', exists => 6, zadd => 6, incr => 10);

my @bad = (@users[0 .. 1499], $nobody, @users[1500 .. 2099]);
$answer = $scim->put("/Groups/$many", { displayName => 'many',
    members => references(reverse @bad) });
is($answer->{status}, 400, 'one is nobody');
like($answer->{json}{detail}, qr/ 601 /, 'one is nobody: it says where');
is(scalar @{ members_of($many) }, 2101, 'one is nobody: nothing is changed');
$answer = $scim->post('/Groups', { displayName => 'new',
    members => references(@bad) });
is($answer->{status}, 400, 'a new one with somebody who is nobody');
like($answer->{json}{detail}, qr/ 1501 /, 'a new one: it says where');
is($scim->get('/Groups?filter=displayName+eq+%22new%22')->{json}{totalResults},
    0, 'a new one: there is none');

($calls, $answer) = calls(sub { $scim->put("/Groups/$many",
    { displayName => 'many', members => [] }) });
is(scalar @{ members_of($many) }, 0, 'none is left');
is(join('', map { named_by($many, $_) } @all), '', 'none: and they know');
is(nested($many), 0, 'none: no group either');
at_most($calls, 'none', zrem => 3, srem => 2103, exists => 3);


# --- a user in many groups ---

my $jane = $scim->post('/Users', { userName => 'jane' })->{json}{id};
my @in = map { $scim->post('/Groups', { displayName => "of jane $_",
    members => references($jane) })->{json}{id} } 1 .. 40;
my %version = map { $_ => $scim->get("/Groups/$_")->{headers}{etag} } @in;
($calls, $answer) = calls(sub { $scim->delete("/Users/$jane") });
is($answer->{status}, 204, 'who is in many groups is deleted');
is(join('', map { @{ members_of($_) } } @in), '', 'and in none any more');
my %new = map { $_ => $scim->get("/Groups/$_")->{headers}{etag} } @in;
is(scalar(grep { $new{$_} eq $version{$_} } @in), 0, 'they have changed');
my %different = reverse %new;
is(scalar(keys %different), 40, 'and each has a version of its own');
at_most($calls, 'deleted', zadd => 5, incr => 5, incrby => 1);


# --- a page of users in the same groups ---

my @shared = map { $scim->post('/Groups', { displayName => "shared $_",
    members => references(@users[0 .. 99]) })->{json}{id} } 1 .. 5;
$scim->delete("/Groups/$group");
($calls, $answer) = calls(sub { $scim->get('/Users?count=100') });
is(scalar(grep { $_->{groups} && @{ $_->{groups} } == 5 }
    @{ $answer->{json}{Resources} }), 100, 'a page: each is in all of them');
is_deeply([ sort map { "$_->{value} $_->{display}" }
    @{ $answer->{json}{Resources}[7]{groups} } ],
    [ sort map { "$shared[$_ - 1] shared $_" } 1 .. 5 ],
    'a page: with their names');
at_most($calls, 'a page', hget => 20);


# --- done, but too late for the answer ---

# in_vain(FUNCTION, CODE, NAME): Redis does it, and its answer does not come
sub in_vain {
    my ($function, $code, $name) = @_;

    $proxy->rule($function => 'half');
    my $answer = $code->();
    $proxy->clear;
    unavailable($answer, "$name, too late");
    unlike($answer->{json}{detail}, qr/nothing was changed/,
        "$name, too late: and does not say that nothing was changed");
    ok(wait_for(sub { $scim->get('/Users?count=1')->{status} == 200 }),
        "$name: Redis answers again");
}

my @some = @users[0 .. 499];
my $late = sub { $scim->post('/Groups', { displayName => 'late',
    externalId => 'late', members => references(@some) }) };
my $found = sub { $scim->get('/Groups?filter=displayName+eq+%22late%22')
    ->{json}{Resources}[0] };
in_vain(group_create => $late, 'POST');
ok(wait_for($found), 'POST: it is done all the same');
$answer = $late->();
is($answer->{status}, 409, 'POST once more: it is there');
is($answer->{json}{scimType}, 'uniqueness', 'POST once more: which says so');
$late = $found->()->{id};
is(join(' ', map { $_->{value} } @{ $found->()->{members} }),
    join(' ', @some), 'POST: who looks for it finds all of it');

my $put = sub { $scim->put("/Groups/$late", { displayName => 'late',
    members => references(@users[10 .. 509]) }) };
my $changed = sub { join(' ', @{ members_of($late) })
    eq join(' ', @users[10 .. 509]) };
in_vain(group_update => $put, 'PUT');
ok(wait_for($changed), 'PUT: it is done all the same');
is($put->()->{status}, 200, 'PUT once more');
ok($changed->(), 'PUT once more: the same');

my $patch = sub { $scim->patch("/Groups/$late", { Operations => [
    { op => 'remove', path => "members[value eq \"$users[10]\"]" },
    { op => 'add', path => 'members', value => references($users[0]) } ] }) };
$changed = sub { join(' ', @{ members_of($late) })
    eq join(' ', @users[11 .. 509, 0]) };
in_vain(group_update => $patch, 'PATCH');
ok(wait_for($changed), 'PATCH: it is done all the same');
like($patch->()->{status}, qr/^20[04]$/, 'PATCH once more');
ok($changed->(), 'PATCH once more: the same');

$t->finish;
done_testing();
