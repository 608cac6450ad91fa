# Redis absent, killed, restarted, emptied, hanging, full, read-only: each time
# 503 as a SCIM error and a log line with the reason and no person in it, and
# when Redis is well again so is everything, in the same worker with as many
# files open as before. What a real Redis does not do is in 405.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Faults;
use SCIM::Test;
use Test::More;
use Time::HiRes qw(sleep time);

my $patience = 'scim_redis_timeout 400ms; scim_redis_connect_timeout 400ms;';

my @requests = (
    ['a read', sub { $_[0]->get("/Users/$_[1]") }],
    ['a list', sub { $_[0]->get('/Users?filter=userName+eq+%22jane%22') }],
    ['a creation', sub { $_[0]->post('/Users', { userName => 'jane 2' }) }],
    ['a replacement', sub { $_[0]->put("/Users/$_[1]",
        { userName => 'jane', displayName => 'Jane' . rand }) }],
    ['a removal', sub { $_[0]->delete("/Groups/$_[1]") }],
    ['discovery', sub { $_[0]->get('/ServiceProviderConfig') }],
);


# all_unavailable(T, ID, NAME): whatever is asked
sub all_unavailable {
    my ($t, $id, $name) = @_;

    for my $request (@requests) {
        my ($what, $do) = @$request;
        unavailable($do->(client($t), $id), "$name, $what");
    }
    my $answer = $t->admin->get('/tenants');
    is($answer->{status}, 503, "$name, the management API: 503");
    like($answer->{headers}{'content-type'}, qr{^application/problem\+json},
        "$name, the management API: in its own form");
    like($answer->{headers}{'retry-after'}, qr/^[1-9]\d*$/,
        "$name, the management API: Retry-After");
}


# --- absent at the start ---

{
    my $redis = SCIM::Redis->new(start => 0);
    my $t = SCIM::Test->new(redis => $redis, provision => 0,
        http => $patience);
    my $answer = $t->admin->get('/tenants');
    is($answer->{status}, 503, 'absent at the start: 503');
    ok($t->nginx->wait_log(
        qr/\[error\].*scim redis: connection to unix:.* failed/),
        'absent at the start: the log says why');

    $redis->start;
    ok(wait_for(sub { $t->admin->get('/tenants')->{status} == 200 }),
        'appears later: works');
    $t->{integration} = $t->create('demo', 'authentik');
    is($t->scim->post('/Users', { userName => 'jane' })->{status}, 201,
        'appears later: writes');
    is(redis_clients($redis), 1, 'appears later: one connection');
    $t->finish;
}


my $redis = SCIM::Redis->new(
    args => [qw(--appendonly yes --appendfsync always)]);
my $t = SCIM::Test->new(redis => $redis, http => $patience);
my $id = $t->scim->post('/Users', { userName => 'jane' })->{json}{id};
my $group = $t->scim->post('/Groups', { displayName => 'all' })->{json}{id};
my $before;


# --- gone ---

$before = before_fault($t);
$redis->stop('KILL');
all_unavailable($t, $id, 'killed');
logged($before, qr/\[error\].*failed: .*[1-9]\d* ms/, 'killed');
$redis->start;
recovered($before, 'restarted with its data');
is($t->scim->get("/Users/$id")->{json}{userName}, 'jane',
    'restarted with its data: they are there');


# --- gone in the middle of many requests: each gets an answer that is true ---

$before = before_fault($t);
{
    my @children = map {
        my $child = $_;
        background(sub {
            my $scim = $t->scim(undef, keep_alive => 1);
            my (%status, @created);
            my $end = time + 2.5;
            for (my $i = 0; time < $end; $i++) {
                my $name = "load-$child-$i";
                my $answer = $i % 3
                    ? $scim->get("/Users/$id")
                    : $scim->post('/Users', { userName => $name });
                $status{ $answer->{status} }++;
                push @created, $answer->{json}{id} if $answer->{status} == 201;
                sleep 0.02 if $answer->{status} == 503;
            }
            return (join(' ', sort keys %status), @created);
        });
    } 1 .. 6;
    for (1 .. 2) {
        sleep 0.6;
        $redis->stop('KILL');
        sleep 0.3;
        $redis->start;
    }
    my (%seen, @created);
    for my $child (@children) {
        my ($statuses, @ids) = reap($child);
        $seen{$_} = 1 for split / /, $statuses;
        push @created, @ids;
    }
    is(join(' ', sort keys %seen), '200 201 503',
        'killed twice under load: served or told to come again');
    recovered($before, 'killed twice under load');
    my $scim = $t->scim;
    ok(scalar(@created), 'killed twice under load: creates users');
    is(scalar(grep { $scim->get("/Users/$_")->{status} != 200 } @created), 0,
        'killed twice under load: all of them are there');
}


# --- the functions are gone ---

$before = before_fault($t);
$redis->command('FUNCTION', 'FLUSH');
$redis->command('SCRIPT', 'FLUSH');
is($t->scim->get('/Users')->{status}, 200, 'FUNCTION FLUSH: a read');
$redis->command('FUNCTION', 'FLUSH');
is($t->scim->patch("/Groups/$group", { Operations => [{ op => 'add',
    path => 'members', value => [{ value => $id }] }] })->{status}, 204,
    'FUNCTION FLUSH: a write');
recovered($before, 'FUNCTION FLUSH');
{
    my @children = map {
        background(sub { map { client($t)->get("/Groups/$group")->{status} }
            1 .. 20 });
    } 1 .. 4;
    for (1 .. 5) {
        $redis->command('FUNCTION', 'FLUSH');
        sleep 0.05;
    }
    # a command is sent again once: 503 is for one that was flushed twice
    my @seen = map { reap($_) } @children;
    is(scalar(grep { !/^(200|503)$/ } @seen), 0,
        'FUNCTION FLUSH under load: served, or told to come again');
    cmp_ok(scalar(grep { $_ == 200 } @seen), '>', 60,
        'FUNCTION FLUSH under load: nearly all are served');
}


# --- there, and answers nothing ---

$before = before_fault($t);
$redis->hang;
unavailable(client($t)->get("/Users/$id"), 'hanging, the first');
logged($before, qr/\[error\].*no reply from redis in time/, 'hanging');
all_unavailable($t, $id, 'hanging');
$redis->resume;
recovered($before, 'hanging');

$before = before_fault($t);
$redis->command('CLIENT', 'PAUSE', 1500, 'ALL');
unavailable(client($t)->get("/Users/$id"), 'CLIENT PAUSE');
recovered($before, 'CLIENT PAUSE');

$before = before_fault($t);
$redis->command('CLIENT', 'PAUSE', 1500, 'WRITE');
is(client($t)->get("/Users/$id")->{status}, 200,
    'CLIENT PAUSE WRITE: a read is served');
unavailable(client($t)->post('/Users', { userName => 'jane 3' }),
    'CLIENT PAUSE WRITE: a write');
$redis->command('CLIENT', 'UNPAUSE');
recovered($before, 'CLIENT PAUSE WRITE');

$before = before_fault($t);
$redis->command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
is(client($t)->get("/Users/$id")->{status}, 200,
    'a connection closed while idle: nobody is told');
recovered($before, 'a connection closed while idle');


# --- full ---

$before = before_fault($t);
$redis->command('CONFIG', 'SET', 'maxmemory', 1);
unavailable(client($t)->post('/Users', { userName => 'jane 4' }),
    'out of memory, a creation');
unavailable(client($t)->put("/Users/$id",
    { userName => 'jane', displayName => 'J' }), 'out of memory, a change');
is(client($t)->get("/Users/$id")->{status}, 200, 'out of memory: a read');
logged($before, qr/\[error\].*out of memory \(OOM.*maxmemory/,
    'out of memory');
$redis->command('CONFIG', 'SET', 'maxmemory', 0);
is(client($t)->post('/Users', { userName => 'jane 4' })->{status}, 201,
    'memory again: a creation');
recovered($before, 'memory again');


# --- a replica that only reads ---

{
    my $master = SCIM::Redis->new;
    $master->restore($redis->snapshot);
    my $replica = SCIM::Redis->new(
        args => ['--replicaof', '127.0.0.1 ' . $master->port]);
    ok(wait_for(sub { $replica->command('INFO', 'replication')
        =~ /master_link_status:up/ }), 'a replica has its data');

    my $r = SCIM::Test->new(redis => $replica, provision => 0,
        http => $patience);
    $r->{integration} = $t->{integration};
    unavailable(client($r)->post('/Users', { userName => 'jane 5' }),
        'a read-only replica, a creation');
    my ($worker) = $r->nginx->workers;
    ok($r->nginx->wait_log(qr/\[error\].*read-only replica \(READONLY/),
        'a read-only replica: the log says so');
    is(client($r)->get('/ServiceProviderConfig')->{status}, 200,
        'a read-only replica: discovery');

    $replica->command('REPLICAOF', 'NO', 'ONE');
    ok(wait_for(sub { client($r)->post('/Users',
        { userName => 'jane 5' })->{status} == 201 }),
        'the replica becomes a master: writes');
    is(($r->nginx->workers)[0], $worker,
        'the replica becomes a master: the same worker');
    $r->finish;
}


# --- its data are gone ---

$before = before_fault($t);
$redis->stop('KILL');
unlink glob $redis->dir . '/appendonlydir/*';
$redis->start;
ok(wait_for(sub { client($t)->get("/Users/$id")->{status} == 401 }),
    'restarted empty: the integration is not known');
$t->{integration} = $t->create('demo', 'authentik');
is(client($t)->get("/Users/$id")->{status}, 404,
    'restarted empty: begins anew');
is(client($t)->post('/Users', { userName => 'jane' })->{status}, 201,
    'restarted empty: writes');
recovered($before, 'restarted empty');

$t->finish;
done_testing();
