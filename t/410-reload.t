# nginx is reloaded, upgraded, stopped and killed while requests are on their
# way: a reload fails none of them, and nothing is left behind.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Faults;
use SCIM::Nginx;
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;
use Time::HiRes qw(sleep time);

# a binary is upgraded by its path
if (SCIM::Nginx::binary() !~ m{/}) {
    ($ENV{SCIM_NGINX}) = grep { -x } map { "$_/nginx" } split /:/, $ENV{PATH};
}

my $redis = SCIM::Redis->new;
my $t = SCIM::Test->new(redis => $redis, workers => 2,
    main => 'worker_shutdown_timeout 20s;',
    http => 'scim_redis_timeout 10s; lingering_timeout 300ms;');
my $nginx = $t->nginx;
my $path = $t->scim->base =~ s{^https?://[^/]+}{}r;
my @headers = ('Authorization: Bearer ' . $t->token,
    'Content-Type: application/scim+json');
my $id = $t->scim->post('/Users', { userName => 'jane' })->{json}{id};
my $group = $t->scim->post('/Groups', { displayName => 'all' })->{json}{id};


# every kind of worker: what runs with this master's pid as its parent
sub all_workers {
    my ($master) = @_;
    open my $in, '<', "/proc/$master/task/$master/children" or return;
    return split ' ', <$in> // '';
}

sub settled {
    my ($name) = @_;

    ok(wait_for(sub { all_workers($nginx->pid) == 2 }),
        "$name: two workers remain");
    ok(wait_for(sub { client($t)->get('/Users')->{status} == 200 }),
        "$name: works");
    ok(wait_for(sub { redis_clients($redis) <= 2 }),
        "$name: at most a connection to Redis for each");
}


# in_flight(): requests of each kind that wait for a Redis that is asked to
# wait; they are there when nginx has read them
my $created = 0;

sub in_flight {
    my @requests = (
        [200, http("GET $path/Users/$id", @headers)],
        [200, http("HEAD $path/Users/$id", @headers)],
        [200, http("GET $path/Groups", @headers)],
        [201, http("POST $path/Users", @headers,
            \('{"userName":"in-flight-' . ++$created . '"}'))],
        [200, http("PUT $path/Users/$id", @headers,
            \('{"userName":"jane","displayName":"' . $created . '"}'))],
        [204, http("PATCH $path/Groups/$group", @headers,
            \('{"Operations":[{"op":"add","path":"members","value":'
                . '[{"value":"' . $id . '"}]}]}'))],
        [404, http("DELETE $path/Users/none", @headers)],
    );
    return map {
        my ($status, $bytes) = @$_;
        { status => $status, head => $bytes =~ /^HEAD/ ? 1 : 0,
          wire => wire($nginx->port, $bytes) }
    } @requests;
}

sub statuses {
    return join ' ', map {
        my $answer = $_->{wire}->answer(20, $_->{head});
        $answer ? $answer->{status} : 'closed'
    } @_;
}

sub expected { return join ' ', map { $_->{status} } @_ }


# --- a reload with requests in flight ---

for my $try (1 .. 3) {
    wait_for(sub { all_workers($nginx->pid) == 2 });
    my @old = $nginx->workers;
    $redis->command('CLIENT', 'PAUSE', 700);
    my @flight = in_flight();
    # a body of which half is there
    my $body = '{"userName":"half-' . $try . '"}';
    my $slow = wire($nginx->port,
        http("POST $path/Users", @headers, \$body) =~ s/.{10}\z//sr);
    sleep 0.15;
    $nginx->reload;
    is(scalar(grep { my $pid = $_; !grep { $_ == $pid } $nginx->workers } @old),
        2, "reload $try: other workers");
    is(statuses(@flight), expected(@flight),
        "reload $try: what was in flight is answered");
    $slow->send(substr $body, -10);
    is(($slow->answer // {})->{status}, 201,
        "reload $try: and what was being sent");
    ok(wait_for(sub { !grep { !SCIM::Nginx::has_ended($_) } @old }),
        "reload $try: the old workers leave");
    settled("reload $try");
}


# --- a storm of reloads under clients ---

{
    my @children = map {
        my $child = $_;
        background(sub {
            my %status;
            my $end = time + 4;
            for (my $i = 0; time < $end; $i++) {
                my $scim = client($t);
                my $answer = $i % 4 == 0
                    ? $scim->post('/Users', { userName => "storm-$child-$i" })
                    : $i % 4 == 1 ? $scim->patch("/Groups/$group",
                        { Operations => [{ op => 'add', path => 'members',
                            value => [{ value => $id }] }] })
                    : $scim->get("/Users/$id");
                $status{ $answer->{status} }++;
            }
            return map { "$_:$status{$_}" } sort keys %status;
        });
    } 1 .. 4;
    for (1 .. 15) {
        kill HUP => $nginx->pid;
        sleep 0.25;
    }
    my @seen = map { reap($_) } @children;
    is(join(' ', grep { !/^20[014]:/ } @seen), '',
        'a storm of reloads: none fails') or diag("@seen");
    settled('a storm of reloads');
}


# --- a reload that changes something, and one that cannot ---

{
    my $other = SCIM::Redis->new;
    $other->restore($redis->snapshot);
    $redis->command('CLIENT', 'PAUSE', 500);
    my @flight = in_flight();
    sleep 0.15;
    $nginx->{address} = $other->address;
    $nginx->reload;
    is(client($t)->post('/Users', { userName => 'elsewhere' })->{status}, 201,
        'another Redis: new requests go there');
    is(statuses(@flight), expected(@flight),
        'another Redis: what was in flight is answered by the old one');
    $nginx->{address} = $redis->address;
    $nginx->reload;
    is(client($t)->get('/Users?filter=userName+eq+%22elsewhere%22')
        ->{json}{totalResults}, 0, 'another Redis: and back');

    my $text = $nginx->{http};
    $nginx->{http} = 'scim_redis_timeout never;';
    my @old = $nginx->workers;
    $nginx->write_configuration;
    kill HUP => $nginx->pid;
    ok($nginx->wait_log(qr/\[emerg\].*invalid value/),
        'a configuration that is wrong: is refused');
    $nginx->{http} = $text;
    $nginx->write_configuration;
    is(client($t)->get('/Users')->{status}, 200,
        'a configuration that is wrong: the one before works on');
    is("@{[$nginx->workers]}", "@old",
        'a configuration that is wrong: in the same workers');
    settled('another Redis');
}


# --- logs are opened anew ---

{
    my $log = $nginx->dir . '/logs/error.log';
    rename $log, "$log.1";
    kill USR1 => $nginx->pid;
    ok(wait_for(sub { -e $log }), 'USR1: a new log');
    client($t)->get('/Users', undef, { authorization => 'Bearer wrong' });
    ok(wait_for(sub { $nginx->error_log =~ /401/ }),
        'USR1: that is written to');
    open my $old, '<', "$log.1" or die;
    local $/;
    unlike(<$old>, qr/\[alert\]|\[crit\]/, 'USR1: no alerts in the old one');
}


# --- a worker is killed ---

{
    my ($worker) = $nginx->workers;
    kill KILL => $worker;
    ok(wait_for(sub {
        $nginx->workers == 2 && SCIM::Nginx::has_ended($worker) }),
        'kill -9 of a worker: there is another');
    ok(wait_for(sub { client($t)->get('/Users')->{status} == 200 }),
        'kill -9 of a worker: works');
    settled('kill -9 of a worker');
}


# --- the binary is replaced ---

{
    my $old = $nginx->pid;
    my @children = map {
        background(sub {
            my %status;
            my $end = time + 3;
            while (time < $end) {
                $status{ client($t)->get("/Users/$id")->{status} }++;
            }
            return map { "$_:$status{$_}" } sort keys %status;
        });
    } 1 .. 2;
    kill USR2 => $old;
    ok(wait_for(sub { my $pid = $nginx->pid;
        $pid && $pid != $old && all_workers($pid) == 2 }),
        'USR2: a new master and its workers');
    $redis->command('CLIENT', 'PAUSE', 400);
    my @flight = in_flight();
    sleep 0.1;
    kill QUIT => $old;
    is(statuses(@flight), expected(@flight),
        'USR2: what was in flight is answered');
    ok(wait_for(sub { SCIM::Nginx::has_ended($old) }),
        'USR2: the old master leaves');
    my @seen = map { reap($_) } @children;
    is(join(' ', grep { !/^200:/ } @seen), '', 'USR2: no request fails')
        or diag("@seen");
    settled('USR2');
}


# --- stopped with requests in flight ---

{
    my $pid = $nginx->pid;
    $redis->command('CLIENT', 'PAUSE', 500);
    my @flight = in_flight();
    sleep 0.15;
    kill QUIT => $pid;
    is(statuses(@flight), expected(@flight),
        'QUIT: what was in flight is answered');
    ok(wait_for(sub { SCIM::Nginx::has_ended($pid) }),
        'QUIT: and then nginx ends');
    is(redis_clients($redis), 0, 'QUIT: no connection is left');
    $nginx->start;
}

{
    my $pid = $nginx->pid;
    $redis->command('CLIENT', 'PAUSE', 3000);
    my @flight = in_flight();
    sleep 0.15;
    kill TERM => $pid;
    is(statuses(@flight), join(' ', ('closed') x @flight),
        'TERM: what was in flight is cut off');
    ok(wait_for(sub { SCIM::Nginx::has_ended($pid) }), 'TERM: and nginx ends');
    $redis->command('CLIENT', 'UNPAUSE');
    ok(wait_for(sub { redis_clients($redis) == 0 }),
        'TERM: no connection is left');
    $nginx->start;
    settled('TERM');
}


# --- the time for a shutdown is over, and Redis hangs ---

for my $how (['a reload', 'HUP'], ['a stop', 'QUIT']) {
    my ($name, $signal) = @$how;

    $nginx->{main} = 'worker_shutdown_timeout 500ms;';
    $nginx->{http} = 'scim_redis_timeout 60s; scim_redis_connect_timeout 60s; '
        . 'lingering_timeout 300ms;';
    $nginx->pid ? $nginx->reload : $nginx->start;
    ok(wait_for(sub { client($t)->get('/Users')->{status} == 200 }),
        "$name, Redis hangs: works before");

    my $master = $nginx->pid;
    my @old = $nginx->workers;
    $redis->hang;
    my @flight = in_flight();
    sleep 0.15;
    kill $signal => $master;
    ok(wait_for(sub { !grep { !SCIM::Nginx::has_ended($_) } @old }),
        "$name, Redis hangs: the workers leave when their time is over");
    like(statuses(@flight), qr/\A(?:(?:503|closed) ?)+\z/,
        "$name, Redis hangs: requests get 503, or are cut off");
    ok(wait_for(sub { SCIM::Nginx::has_ended($master) }),
        "$name, Redis hangs: nginx ends")
        if $signal eq 'QUIT';
    $redis->resume;
    wait_for(sub { redis_clients($redis) == 0 });
}
$nginx->start;
settled('after all that');

$t->finish(except => qr/worker process \d+ exited on signal 9/);
done_testing();
