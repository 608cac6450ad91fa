# How an nginx hears of what others change, and what it does when it does not
# hear: two nginxes on one Redis, the connection that listens cut, Redis
# hanging and restarted, the worker that listens killed, stopped and quitting.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Client;
use SCIM::Faults;
use SCIM::Test;
use Test::More;
use Time::HiRes qw(sleep time);

my $server = <<'END';
    add_header X-Cache $scim_access_cache always;
    location = /user {
        scim_access_cache zone=access:1m;
        scim_access tenant=demo user=$http_x_user;
        empty_gif;
    }
END

my $redis = SCIM::Redis->new;
my $t = SCIM::Test->new(redis => $redis, workers => 2, server => $server);
my $far = SCIM::Test->new(redis => $redis, workers => 2, server => $server,
    provision => 0);
my $scim = $t->scim;


sub user {
    my ($name) = @_;
    my $answer = $scim->post('/Users', { userName => $name });
    die "user $name: $answer->{body}\n" if $answer->{status} != 201;
    return $answer->{json}{id};
}

sub active {
    my ($id, $active) = @_;
    my $answer = $scim->patch("/Users/$id", { Operations => [{
        op => 'replace', path => 'active', value => $active ? \1 : \0 }] });
    die "user: $answer->{body}\n" if $answer->{status} != 200;
}

# seen(SCIM::Test, USER): "200 HIT", over a new connection
sub seen {
    my ($test, $user) = @_;
    my $answer = SCIM::Client->new(base => $test->nginx->base, keep_alive => 0)
        ->get('/user', undef, { 'X-User' => $user // 'jane' });
    return join ' ', $answer->{status}, $answer->{headers}{'x-cache'} // ();
}

sub kept {
    my ($test, $name, $seconds) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return ok(wait_for(sub {
        !grep { seen($test) ne '200 HIT' } 1 .. 4
    }, $seconds // 10), "$name: kept") || diag(seen($test));
}

sub listeners {
    return grep { /\bname=nginx-scim-listener\b/ }
        split /\n/, $redis->command('CLIENT', 'LIST');
}

# the worker at the other end of the only connection that listens
sub listener {
    my ($test) = @_;

    my %inode;
    open my $in, '<', '/proc/net/unix' or die;
    while (<$in>) {
        my @word = split;
        $inode{ $word[6] } = 1;
    }
    # of a worker that does not listen there is one connection at most
    my ($most, $found) = 0;
    for my $pid ($test->nginx->workers) {
        my $n = grep { (readlink // '') =~ /^socket:\[(\d+)\]/ && $inode{$1} }
            glob "/proc/$pid/fd/*";
        ($most, $found) = ($n, $pid) if $n > $most;
    }
    return $found;
}


my $jane = user('jane');
user('joe');

is(seen($t), '200 BYPASS', 'nobody listens yet');
kept($t, 'here');
kept($far, 'there');
is(scalar(listeners()), 2, 'one connection that listens for each nginx');


# --- what one changes, the other one knows of ---

{
    my @delays;
    for my $i (1 .. 20) {
        kept($far, "round $i") if $i < 3;
        wait_for(sub { seen($far) eq '200 HIT' });
        active($jane, 0);
        my $begin = time;
        is(seen($t), '403 MISS', 'here: at once') if $i < 3;
        wait_for(sub { seen($far) =~ /^403/ }, 5);
        push @delays, time - $begin;
        active($jane, 1);
        wait_for(sub { seen($far) =~ /^200/ }, 5);
    }
    my ($median) = (sort { $a <=> $b } @delays)[10];
    cmp_ok($median, '<', 0.1, 'there: within milliseconds')
        or diag("@delays");
}

for my $change (
    [ 'a user deleted' => sub {
        $scim->delete("/Users/$jane");
    }, sub { user('jane') } ],
    [ 'a user renamed' => sub {
        $scim->put("/Users/$jane", { userName => 'janet' });
    }, sub { $scim->put("/Users/$jane", { userName => 'jane' }) } ],
) {
    my ($name, $do, $undo) = @$change;
    kept($far, $name);
    $do->();
    ok(wait_for(sub { seen($far) =~ /^403/ }, 2), "$name: refused there");
    $undo->();
    ok(wait_for(sub { seen($far) =~ /^200/ }, 2), "$name: let in there again");
}


# --- the connection that listens is cut ---

kept($_, 'before it is cut') for $t, $far;
$redis->command('CLIENT', 'KILL', 'TYPE', 'pubsub');
ok(wait_for(sub { listeners() < 2 || seen($far) =~ /BYPASS|MISS/ }, 5),
    'cut: nothing is used');
kept($_, 'cut: back, all of it anew') for $t, $far;
is(scalar(listeners()), 2, 'cut: both listen again');

# changed where nobody listens: nothing from before is used afterwards
{
    my $wrong = 0;
    for my $i (1 .. 20) {
        kept($far, 'cut') if $i == 1;
        wait_for(sub { seen($far) eq '200 HIT' });
        $redis->command('CLIENT', 'KILL', 'TYPE', 'pubsub');
        active($jane, 0);
        sleep 0.02;
        for (1 .. 5) {
            $wrong++ if seen($far) =~ /^200/;
        }
        active($jane, 1);
        wait_for(sub { seen($far) =~ /^200/ });
    }
    is($wrong, 0, 'cut and changed at the same time: none is let through');
}

# a message that cannot be read
kept($far, 'before what is no message');
$redis->command('PUBLISH', 'scim:changed', $_) for 'demo', 'demo x y', ' ',
    "\0\xff", 'x' x 100_000;
ok(wait_for(sub { seen($far) eq '200 MISS' }, 2),
    'what is no message: all is dropped');
kept($far, 'after what is no message');
$redis->command('PUBLISH', 'scim:changed', $_) for '', 'other *',
    'other u ' . ('x' x 36), 'demo u', 'demo u ';
sleep 0.2;
is(seen($far), '200 HIT', 'about others, or nobody: nothing is dropped');
$redis->command('PUBLISH', 'scim:changed', "demo u x $jane");
ok(wait_for(sub { seen($far) eq '200 MISS' }, 2),
    'the second one of several');
kept($far, 'several');
$redis->command('PUBLISH', 'scim:changed', 'demo *');
ok(wait_for(sub { seen($far) eq '200 MISS' }, 2), 'all of a tenant');


# --- Redis hangs ---

{
    kept($_, 'before Redis hangs') for $t, $far;
    $redis->hang;
    my $begin = time;
    ok(wait_for(sub { seen($far) !~ /HIT/ }, 10), 'hanging: nothing is used');
    my $time = time - $begin;
    cmp_ok($time, '<', 4.5, 'hanging: found out in time');
    like(seen($far), qr/^503/, 'hanging: closed');
    $redis->resume;
    kept($_, 'hanging: back') for $t, $far;
    is(scalar(listeners()), 2, 'hanging: both listen again');
}


# --- Redis is restarted ---

{
    my $keep = $redis->snapshot;
    kept($_, 'before Redis is restarted') for $t, $far;
    $redis->stop('KILL');
    ok(wait_for(sub { seen($far) =~ /^503/ }, 5), 'gone: closed');
    $redis->start;
    $redis->restore($keep);
    kept($_, 'restarted: back') for $t, $far;
    is(scalar(listeners()), 2, 'restarted: both listen again');
}


# --- the worker that listens is gone ---

for my $signal (qw(KILL TERM)) {
    kept($far, "before SIG$signal");
    my $worker = listener($far);
    kill $signal => $worker;
    ok(wait_for(sub { !kill(0, $worker) }, 5), "SIG$signal: gone");
    like(seen($far), qr/^200 (BYPASS|MISS)$/, "SIG$signal: nothing is used");
    kept($far, "SIG$signal: another worker listens");
    isnt(listener($far), $worker, "SIG$signal: not that one");
    active($jane, 0);
    ok(wait_for(sub { seen($far) =~ /^403/ }, 2), "SIG$signal: it hears");
    active($jane, 1);
    ok(wait_for(sub { $far->nginx->workers == 2 }), "SIG$signal: two again");
    ok(wait_for(sub { listeners() == 2 }), "SIG$signal: one connection each");
}

# it stands still: the others find out in two seconds, and one takes over
{
    kept($far, 'before SIGSTOP');
    my $worker = listener($far);
    kill STOP => $worker;
    my $one = SCIM::Client->new(base => $far->nginx->base, timeout => 1,
        keep_alive => 0);
    my $look = sub {
        my $answer = $one->get('/user', undef, { 'X-User' => 'jane' });
        return "$answer->{status} " . ($answer->{headers}{'x-cache'} // '');
    };
    ok(wait_for(sub { $look->() =~ /BYPASS/ }, 20),
        'SIGSTOP: nothing is used');
    ok(wait_for(sub { $look->() =~ /HIT/ }, 20), 'SIGSTOP: another listens');
    kill CONT => $worker;
    kept($far, 'SIGCONT');
    ok(wait_for(sub { listeners() == 2 }, 10),
        'SIGCONT: who was slow listens no longer')
        or diag(join "\n", listeners());
    active($jane, 0);
    ok(wait_for(sub { seen($far) =~ /^403/ }, 2), 'SIGCONT: it is heard');
    active($jane, 1);
}

$far->nginx->finish(except => qr/worker process \d+ exited on signal 9/);
is(scalar(listeners()), 1, 'who ends listens no longer');
$t->nginx->finish;
is(scalar(listeners()), 0, 'nobody listens');


# --- a user that may not ---

for my $case (
    [ '&scim:changed', '+publish', '+subscribe', '+ping' ],
    [ '+publish', '+subscribe', '+ping' ],
    [ '&scim:changed', '+subscribe', '+ping' ],
    [ '&scim:changed', '+publish', '+ping' ],
    [ '&scim:changed', '+publish', '+subscribe' ],
) {
    my $name = 'a user with ' . join ' ', @$case;
    open my $readme, '<', 'redis/README.md' or die "redis/README.md: $!";
    my ($rule) = do { local $/; <$readme> } =~ /^(user nginx on .*?)^```/ms;
    $redis->command('ACL', 'SETUSER', 'nginx', 'reset', 'on', '>secret',
        '~scim:*', @$case, map { "+$_" } $rule =~ /\+(\S+)/g);
    my $limited = SCIM::Test->new(redis => $redis, server => $server,
        tenant => 'acl-' . $redis->command('INCR', 'tenants'),
        before => sub { $_[0]->write_file('password', "secret\n") },
        http => 'scim_redis_user nginx; '
            . 'scim_redis_password_file $DIR/password;');
    is(client($limited)->post('/Users', { userName => 'x' })->{status}, 201,
        "$name: writes");

    if (@$case == 4) {
        kept($limited, $name);
        unlike($limited->nginx->error_log, qr/\[error\]/, "$name: no error");
    } else {
        wait_for(sub { seen($limited); sleep 0.05;
            $limited->nginx->error_log =~ /refuses the channel/ }, 5);
        like($limited->nginx->error_log,
            qr/\[error\].*refuses the channel.*&scim:changed/,
            "$name: the log says what is missing");
        is(seen($limited), '200 BYPASS', "$name: nothing is kept");
        unlike($limited->nginx->error_log, qr/secret/, "$name: no secret");
    }
    $limited->nginx->finish;
}

done_testing();
