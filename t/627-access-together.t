# Requests that come at the same time: whose they are is asked for together, and
# each gets its own answer. A turn of nginx' event loop with many of them is had
# by stopping the worker while they are sent.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Access;
use SCIM::Client;
use SCIM::Faults;
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;
use Time::HiRes qw(sleep);

my $t = SCIM::Test->new(http => 'scim_redis_timeout 1s;', server => <<'END');
    keepalive_requests 1000000;
    location = /gate {
        add_header X-Id $scim_user_id always;
        scim_access tenant=$http_x_tenant user=$http_x_user;
        empty_gif;
    }
    location = /either {
        add_header X-Id $scim_user_id always;
        scim_access tenant=acme user=$http_x_user;
        scim_access tenant=demo user=$http_x_user by=id;
        scim_access tenant=demo user=$http_x_user by=email;
        empty_gif;
    }
    location = /authz {
        scim_authz tenant=$http_x_tenant user=$http_x_user;
    }
END

my $redis = $t->redis;
my $access = SCIM::Access->new($redis, 'demo');
my $acme = $t->scim($t->create('acme', 'authentik'));
my ($worker) = $t->nginx->workers;

sub user {
    my ($scim, $name, %more) = @_;
    my $answer = $scim->post('/Users', { userName => $name,
        emails => [ { value => "$name\@example.com" } ], %more });
    die "user $name: $answer->{body}\n" if $answer->{status} != 201;
    return $answer->{json}{id};
}

my %id = map { $_ => user($t->scim, $_) } map { "user$_" } 1 .. 50;
my %foreign = map { $_ => user($acme, $_) } map { "user$_" } 1 .. 10;
user($t->scim, 'late', active => \0);

my @wires = map { wire($t->nginx->port) } 1 .. 200;

# at_once(REQUEST...): "STATUS ID" of each
sub at_once {
    my (@requests) = @_;

    # connections that nginx has accepted
    for my $wire (@wires[0 .. $#requests]) {
        $wire->send(http('GET /gate'));
        $wire->answer;
    }

    kill STOP => $worker;
    $wires[$_]->send($requests[$_]) for 0 .. $#requests;
    kill CONT => $worker;

    return map {
        my $answer = $wires[$_]->plain->answer(10);
        my ($id) = $answer->{head} =~ /^X-(?:Id|Scim-User-Id): (\S+)/mi;
        join ' ', $answer->{status}, $id // ();
    } 0 .. $#requests;
}

sub request {
    my ($user, $tenant, $path) = @_;
    return http('GET ' . ($path // '/gate'), "X-User: $user",
        'X-Tenant: ' . ($tenant // 'demo'));
}

# how often Redis was asked while CODE ran
sub asked {
    my ($code) = @_;
    $redis->command('CONFIG', 'RESETSTAT');
    $code->();
    my ($calls) = $redis->command('INFO', 'commandstats')
        =~ /cmdstat_fcall_ro:calls=(\d+)/;
    return $calls // 0;
}


# --- the function ---

is_deeply([ map { $_->{id} // $_->{word} } $access->read_all(
        [ userName => 'user1' ], [ id => $id{user2} ], [ userName => 'no' ],
        [ 'emails.value' => 'user3@example.com' ], [ userName => 'user1' ],
        [ id => 'x' ]) ],
    [ @id{qw(user1 user2)}, 'MISSING', @id{qw(user3 user1)}, 'MISSING' ],
    'of several, in their order');
$access->keep(userName => 'user2');
is_deeply([ map { $_->{kept} } $access->read_all([ userName => 'user1' ],
    [ userName => 'user2' ], [ userName => 'user3' ]) ], [ 0, 1, 0 ],
    'some are kept, others are not');

my @broken = ("scim:{demo}:user:$id{user4}:groups", 'x');
$redis->command('SET', @broken);
is_deeply([ map { $_->{id} // $_->{word} } $access->read_all(
        [ userName => 'user4' ], [ userName => 'user5' ]) ],
    [ 'FAILED', $id{user5} ], 'one that makes no sense harms no other');


# --- at once ---

my @answers;
my @names = map { "user$_" } 5 .. 50;
for my $time ('at first', 'again') {
    my $calls = asked(sub { @answers = at_once(map { request($_) } @names) });
    is_deeply(\@answers, [ map { "200 $id{$_}" } @names ],
        "$time: each is himself");
    cmp_ok($calls, '<', 10, "$time: they were asked for together");
}

ok(wait_for(sub {
    at_once(map { request($_) } @names);
    return !grep { !$_->{kept} }
        $access->read_all(map { [ userName => $_ ] } @names);
}), 'what is asked for together is kept together');

my @mixed = ('late', 'nobody', "user1\x{ff}", 'user7', 'x' x 2000, 'user8',
    '');
is_deeply([ at_once(map { request($_) } @mixed) ], [ 403, 403, 403,
    "200 $id{user7}", 403, "200 $id{user8}", 401 ],
    'who may not pass is between those who may');

my $calls = asked(sub {
    @answers = at_once(map { request('user9') } 1 .. 200) });
is_deeply(\@answers, [ ("200 $id{user9}") x 200 ], 'one, many times');
cmp_ok($calls, '<', 10, 'one, many times: asked for once');

is_deeply([ at_once(map { (request($_), request($_, 'acme')) }
    @names[1 .. 5]) ],
    [ map { ("200 $id{$_}", "200 $foreign{$_}") } @names[1 .. 5] ],
    'tenants are told apart');
is_deeply([ at_once(map { (request('user6', "none$_"), request('user6')) }
    1 .. 20) ], [ (403, "200 $id{user6}") x 20 ], 'many tenants');
is_deeply([ at_once(map { request($_, undef, '/either') } 'user6',
        $id{user7}, 'user8@example.com', 'user11') ],
    [ "200 $foreign{user6}", "200 $id{user7}", "200 $id{user8}", 403 ],
    'several lines: each is asked for');
is_deeply([ at_once(map { request($_, undef, '/authz') } 'user6', 'late',
        'user7') ], [ "204 $id{user6}", 403, "204 $id{user7}" ],
    'scim_authz');

is_deeply([ at_once(map { request($_) } 'user7', 'user4', 'user8') ],
    [ "200 $id{user7}", 503, "200 $id{user8}" ],
    'one whose record makes no sense harms no other');
$redis->command('DEL', $broken[0]);
is_deeply([ at_once(request('user4')) ], [ "200 $id{user4}" ],
    'it makes sense again');


# --- clients that go away ---

# leave(N, REQUEST...): the first N do not wait for their answers
sub leave {
    my ($n, @requests) = @_;

    my @gone = map { wire($t->nginx->port, http('GET /gate')) } 1 .. $n;
    $_->answer for @gone;
    $redis->command('CLIENT', 'PAUSE', 300);
    kill STOP => $worker;
    $gone[$_]->send($requests[$_]) for 0 .. $n - 1;
    kill CONT => $worker;
    sleep 0.1;
    $_->close for @gone;
    return at_once(@requests[$n .. $#requests]);
}

for my $n (1, 20) {
    is_deeply([ leave($n, map { request($_) } ('user5') x $n, 'user5',
        'user6') ], [ "200 $id{user5}", "200 $id{user6}" ],
        "$n go away, others stay");
}

# before it was asked for: the connection is closed in the same turn
for my $wire (map { wire($t->nginx->port, http('GET /gate')) } 1 .. 20) {
    $wire->answer;
    kill STOP => $worker;
    $wire->send(request('user5'));
    $wire->close;
    kill CONT => $worker;
}
is_deeply([ at_once(request('user5')) ], [ "200 $id{user5}" ],
    'they go away at once');


# --- a Redis that does not answer ---

$redis->hang;
is_deeply([ at_once(map { request($_) } @names) ], [ (503) x @names ],
    'Redis hangs: nobody passes');
is_deeply([ at_once(map { request($_) } @names) ], [ (503) x @names ],
    'Redis hangs: nobody passes, at once');
$redis->resume;
ok(wait_for(sub { (at_once(request('user5')))[0] =~ /^200/ }),
    'Redis goes on');
is_deeply([ at_once(map { request($_) } @names) ],
    [ map { "200 $id{$_}" } @names ], 'Redis goes on: everybody passes');
is(join(' ', $t->nginx->workers), $worker, 'the same worker');

$t->finish;
done_testing();
