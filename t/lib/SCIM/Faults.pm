package SCIM::Faults;

# What the suites about faults ask and assert alike.

use strict;
use warnings;

use Test::More;
use Time::HiRes qw(sleep time);

use SCIM::Client;

use Exporter qw(import);
our @EXPORT = qw(wait_for unavailable nginx_fds redis_clients client
                 before_fault logged recovered background reap);


# wait_for(CODE, [SECONDS]): what it returns at last; false: not in time
sub wait_for {
    my ($condition, $seconds) = @_;

    my $deadline = time + ($seconds // 20);
    while (1) {
        my $value = $condition->();
        return $value if $value || time > $deadline;
        sleep 0.02;
    }
}


# unavailable(ANSWER, NAME): a 503 as clients of SCIM understand it; one test
sub unavailable {
    my ($answer, $name) = @_;

    my @wrong;
    push @wrong, "status $answer->{status} $answer->{body}"
        if $answer->{status} != 503;
    push @wrong, 'Retry-After ' . ($answer->{headers}{'retry-after'} // '-')
        if ($answer->{headers}{'retry-after'} // '') !~ /^[1-9]\d*$/;
    push @wrong, 'Content-Type'
        if ($answer->{headers}{'content-type'} // '')
            !~ m{^application/scim\+json};
    push @wrong, "body $answer->{body}"
        if ($answer->{json}{status} // '') ne '503'
            || $answer->{json}{schemas}[0]
                ne 'urn:ietf:params:scim:api:messages:2.0:Error'
            || !length($answer->{json}{detail} // '');
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is(join('; ', @wrong), '', "$name: 503 as a SCIM error");
}


sub nginx_fds {
    my ($pid) = @_;
    my @fds = glob "/proc/$pid/fd/*";
    return scalar @fds;
}


# connections of nginx that Redis has
sub redis_clients {
    my ($redis) = @_;
    return scalar grep { /\bname=nginx-scim\b/ }
        split /\n/, $redis->command('CLIENT', 'LIST');
}


# client(SCIM::Test, ...): one that opens a connection for each request
sub client {
    my ($t, %option) = @_;
    return $t->scim(undef, keep_alive => 0, %option);
}


# before_fault(SCIM::Test): what must be the same after it
sub before_fault {
    my ($t) = @_;

    my ($worker) = $t->nginx->workers;
    wait_for(sub { client($t)->get('/Users?count=1')->{status} == 200 });
    # the connection of that request is gone when there are as many twice
    my $fds = -1;
    wait_for(sub {
        my $last = $fds;
        sleep 0.03;
        $fds = nginx_fds($worker);
        return $fds == $last;
    });
    return {
        t => $t, worker => $worker, fds => $fds,
        offset => length $t->nginx->error_log,
    };
}


# logged(BEFORE, PATTERN, NAME): in what the log got since; two tests
sub logged {
    my ($before, $pattern, $name) = @_;

    my $t = $before->{t};
    my $new = sub { substr $t->nginx->error_log, $before->{offset} };
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    ok(wait_for(sub { $new->() =~ $pattern }, 5), "$name: the log says why")
        or diag("not $pattern in:\n" . $new->());
    my $token = $t->token;
    unlike($new->(), qr/\Q$token\E|jane|secret/,
        "$name: the log names nobody");
}


# recovered(BEFORE, NAME); four tests
sub recovered {
    my ($before, $name) = @_;

    my ($t, $worker) = @$before{qw(t worker)};
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    ok(wait_for(sub { client($t)->get('/Users?count=1')->{status} =~ /^20/ }),
        "$name: works again");
    is(join(' ', $t->nginx->workers), $worker, "$name: the same worker");
    ok(wait_for(sub { nginx_fds($worker) == $before->{fds} }, 10),
        "$name: as many open files as before")
        or diag(nginx_fds($worker) . " now, $before->{fds} before");
    ok(wait_for(sub { redis_clients($t->redis) == 1 }, 10),
        "$name: one connection to Redis");
}


# background(CODE): runs it in a child; what reap() gets is what it returns, a
# list of words
sub background {
    my ($code) = @_;

    pipe my $read, my $write or die "pipe: $!";
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        close $read;
        my @words = eval { $code->() };
        @words = ("died: $@") if $@;
        print {$write} join("\0", @words);
        close $write;
        # no destructors: what there is belongs to the parent
        require POSIX;
        POSIX::_exit(0);
    }
    close $write;
    return { pid => $pid, out => $read };
}


sub reap {
    my ($child) = @_;

    local $/;
    my $text = readline $child->{out};
    waitpid $child->{pid}, 0;
    return split /\0/, $text // '';
}

1;
