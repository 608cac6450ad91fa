# Nobody is let through by what was true before a change that has been answered:
# with an answer of Redis under way meanwhile, and under load.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Client;
use SCIM::Faults;
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SCIM::Test->new(workers => 2, server => <<'END');
    keepalive_requests 1000000;
    add_header X-Cache $scim_access_cache always;
    add_header X-Pid $pid always;
    location = /user {
        scim_access_cache zone=access:1m;
        scim_access tenant=demo user=$http_x_user;
        empty_gif;
    }
END
my $redis = $t->redis;
my $port = $t->nginx->port;
my $id = $t->scim->post('/Users', { userName => 'jane' })->{json}{id};
my ($scim_path) = $t->scim->base =~ m{^https?://[^/]+(.*)};
my $request = http('GET /user', 'X-User: jane');


sub patch {
    my ($active) = @_;
    return http("PATCH $scim_path/Users/$id",
        'Authorization: Bearer ' . $t->token,
        'Content-Type: application/scim+json',
        \('{"Operations":[{"op":"replace","path":"active","value":'
            . ($active ? 'true' : 'false') . '}]}'));
}

# answer(WIRE, [BYTES]): "200 HIT"
sub answer {
    my ($wire, $bytes) = @_;
    $wire->send($bytes // $request);
    my $answer = $wire->plain->answer(10) // return 'closed';
    my ($cached) = $answer->{head} =~ /^X-Cache: (\w+)/m;
    return join ' ', $answer->{status}, $cached // ();
}

# a connection to each worker, by its pid
sub wires {
    my %wire;
    for (1 .. 1000) {
        last if keys %wire == 2;
        my $wire = wire($port, $request)->plain;
        my ($pid) = $wire->answer->{head} =~ /^X-Pid: (\d+)/m;
        $wire{$pid} //= $wire;
    }
    return %wire;
}

sub kept {
    my ($wire) = @_;
    return wait_for(sub { answer($wire) eq '200 HIT' }, 10);
}


# --- an answer of Redis that is under way while somebody changes ---

my %wire = wires();
is(scalar(keys %wire), 2, 'both workers');

# what is in the cache takes no connection to Redis, a write does
is(answer($_, patch(1)), 200, 'connected') for values %wire;

for my $round (1 .. 4) {
    my ($slow, $other) = sort { $a <=> $b } keys %wire;
    ($slow, $other) = ($other, $slow) if $round % 2;

    ok(kept($wire{$slow}), "under way $round: kept");
    answer($wire{$other}, patch($_)) for 0, 1;     # drops it
    $redis->command('CLIENT', 'PAUSE', 500);
    $wire{$slow}->send($request);
    sleep 0.2;                             # the worker has asked
    kill STOP => $slow;
    $redis->command('PING');               # after the pause
    sleep 0.1;                             # Redis has answered
    is(answer($wire{$other}, patch(0)), 200, "under way $round: deactivated");
    is(answer($wire{$other}), '403 MISS', "under way $round: refused");
    kill CONT => $slow;
    like($wire{$slow}->answer(10)->{head}, qr/ 200 .*X-Cache: MISS/s,
        "under way $round: who asked before is let in");
    like(answer($wire{$_}), qr/^403/, "under way $round: and nobody after")
        for $slow, $other;
    answer($wire{$other}, patch(1));
}


# --- under load ---

{
    my @readers = map {
        background(sub {
            my %seen;
            my $end = time + 6;
            while (time < $end) {
                my $wire = wire($port);
                $seen{ answer($wire) }++ for 1 .. 100;
                $wire->close;
            }
            return map { "$_=$seen{$_}" } sort keys %seen;
        });
    } 1 .. 4;

    my $writer = wire($port)->plain;
    my ($rounds, $wrong, $end) = (0, 0, time + 5);
    while (time < $end) {
        $rounds++;
        for my $active (0, 1) {
            answer($writer, patch($active)) eq '200' or die 'patch';
            my $expected = $active ? 200 : 403;
            for my $wire (values %wire) {
                $wrong++ if answer($wire) !~ /^$expected/;
            }
        }
    }
    is($wrong, 0, "under load, $rounds rounds: no answer from before");

    my %seen;
    for my $reader (@readers) {
        for (reap($reader)) {
            my ($what, $n) = split /=/;
            $seen{$what} += $n // 1;
        }
    }
    is(join(' ', grep { !/^(200|403) (HIT|MISS|BYPASS)$/ } sort keys %seen),
        '', 'under load: no other answers');
    cmp_ok($seen{'200 HIT'} // 0, '>', 0, 'under load: the cache is used');
    cmp_ok($seen{'403 HIT'} // 0, '>', 0, 'under load: for refusals, too');
    note(join ', ', map { "$_: $seen{$_}" } sort keys %seen);
}

$t->finish;
done_testing();
