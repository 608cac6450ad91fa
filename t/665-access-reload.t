# The cache over reloads: what is kept stays, requests fail at none of them, the
# workers on their way out drop what changes, and a zone may get another size; a
# single process.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Client;
use SCIM::Faults;
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;
use Time::HiRes qw(sleep time);

my $redis = SCIM::Redis->new;

sub server {
    my ($size) = @_;
    return <<"END";
    keepalive_requests 1000000;
    add_header X-Cache \$scim_access_cache always;
    location = /user {
        scim_access_cache zone=access:$size valid=1h;
        scim_access tenant=demo user=\$http_x_user;
        empty_gif;
    }
    location = /slow {
        scim_access_cache zone=access;
        scim_access tenant=demo user=\$http_x_user;
        limit_rate 40;
        alias \$DIR/slow;
    }
END
}

my $t = SCIM::Test->new(redis => $redis, workers => 2,
    main => 'worker_shutdown_timeout 20s;', server => server('1m'),
    before => sub { $_[0]->write_file('slow', 'x' x 100) });
my $scim = $t->scim;
my $nginx = $t->nginx;
my $id = $scim->post('/Users', { userName => 'jane' })->{json}{id};
$scim->post('/Users', { userName => 'joe' });
my $request = http('GET /user', 'X-User: jane');


sub active {
    my ($active) = @_;
    my $answer = client($t)->patch("/Users/$id", { Operations => [{
        op => 'replace', path => 'active', value => $active ? \1 : \0 }] });
    die "user: $answer->{status} $answer->{body}\n"
        if $answer->{status} != 200;
}

sub seen {
    my ($user, $on) = @_;
    my $answer = SCIM::Client->new(base => ($on // $t)->nginx->base,
        keep_alive => 0)->get('/user', undef, { 'X-User' => $user // 'jane' });
    return join ' ', $answer->{status}, $answer->{headers}{'x-cache'} // ();
}

sub kept {
    my ($name, $on) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return ok(wait_for(sub {
        !grep { seen('jane', $on) ne '200 HIT' } 1 .. 4
    }, 10), "$name: kept") || diag(seen('jane', $on));
}

sub listeners {
    return scalar grep { /\bname=nginx-scim-listener\b/ }
        split /\n/, $redis->command('CLIENT', 'LIST');
}


# --- one reload ---

kept('before a reload');
my $listening = listeners();
is($listening, 1, 'before a reload: one listens');
$nginx->reload;
ok(wait_for(sub { seen() =~ /HIT/ }, 5), 'a reload: used again');
kept('a reload');
ok(wait_for(sub { listeners() == 1 }), 'a reload: one listens');
active(0);
is(seen(), '403 MISS', 'a reload: dropped');
active(1);


# --- a worker on its way out ---

{
    kept('before a long answer');
    my $wire = wire($nginx->port, http('GET /slow', 'X-User: jane'));
    sleep 0.1;
    $nginx->reload;
    kept('beside a worker that quits');
    active(0);
    is(seen(), '403 MISS', 'beside a worker that quits: dropped');
    active(1);
    is($wire->answer(10)->{status}, 200, 'the long answer is sent to its end');
    ok(wait_for(sub { listeners() == 1 }), 'one listens');
}


# --- a storm of reloads, under load ---

{
    my @readers = map {
        my $user = $_;
        background(sub {
            my %seen;
            my $end = time + 5;
            while (time < $end) {
                $seen{ seen($user) }++;
            }
            return map { "$_=$seen{$_}" } sort keys %seen;
        });
    } qw(jane jane joe);

    my ($wrong, $rounds, $end, $reload) = (0, 0, time + 4.5, 0);
    while (time < $end) {
        $rounds++;
        for my $active (0, 1) {
            active($active);
            my $expected = $active ? 200 : 403;
            $wrong += grep { seen() !~ /^$expected/ } 1 .. 2;
        }
        if (time > $reload) {
            kill HUP => $nginx->pid;
            $reload = time + 0.3;
        }
    }
    is($wrong, 0, "a storm of reloads, $rounds rounds: "
        . 'no answer from before a change');

    my %seen;
    for my $reader (@readers) {
        for (reap($reader)) {
            my ($what, $n) = split /=/;
            $seen{$what} += $n // 1;
        }
    }
    is(join(' ', grep { !/^(200|403) (HIT|MISS|BYPASS)$/ } sort keys %seen),
        '', 'a storm of reloads: no other answers');
    note(join ', ', map { "$_: $seen{$_}" } sort keys %seen);
    ok(wait_for(sub { $nginx->workers == 2 }), 'a storm of reloads: two workers');
    kept('a storm of reloads');
    ok(wait_for(sub { listeners() == 1 }), 'a storm of reloads: one listens');
}


# --- another size ---

$nginx->{server} = server('2m');
$nginx->reload;
kept('another size');
active(0);
is(seen(), '403 MISS', 'another size: dropped');
active(1);
ok(wait_for(sub { listeners() == 1 }), 'another size: one listens');
$nginx->finish;
is(listeners(), 0, 'nobody listens');


# --- a single process ---

{
    my $one = SCIM::Test->new(redis => $redis, server => server('1m'),
        provision => 0, main => 'master_process off;',
        before => sub { $_[0]->write_file('slow', 'x') });
    kept('a single process', $one);
    is(listeners(), 1, 'a single process: it listens');
    my $other = SCIM::Test->new(redis => $redis, server => server('1m'),
        provision => 0,
        before => sub { $_[0]->write_file('slow', 'x') });
    my $path = $t->scim->base =~ s{^https?://[^/]+}{}r;
    my $far = SCIM::Client->new(base => $other->nginx->base . $path,
        token => $t->token);
    for my $active (0, 1) {
        $far->patch("/Users/$id", { Operations => [{ op => 'replace',
            path => 'active', value => $active ? \1 : \0 }] });
        my $expected = $active ? 200 : 403;
        ok(wait_for(sub { seen('jane', $one) =~ /^$expected/ }, 2),
            "a single process: it hears ($expected)");
    }
    $other->nginx->finish;
    $one->nginx->finish;
    ok(wait_for(sub { listeners() == 0 }), 'a single process: nobody listens');
}

done_testing();
