package SCIM::Redis;

# A Redis of the test's own, in a directory of its own, on a unix socket and a
# free port; and just enough of a client to look at it and to set the scene.
# Dies with the test, however that ends.

use strict;
use warnings;

use File::Temp ();
use IO::Socket::INET;
use IO::Socket::UNIX;
use Time::HiRes qw(sleep time);


# free_port(): one that nobody listens on, below those that the system gives to
# connections. It may be taken by another process a moment later: who uses it
# tries again.
sub free_port {
    for (1 .. 1000) {
        my $port = 10000 + int(rand 22000);
        my $socket = IO::Socket::INET->new(
            Listen => 1, LocalAddr => '0.0.0.0', LocalPort => $port,
        ) or next;
        return $port;
    }
    die "no free port: $!";
}


# new(args => [...]): args are further settings, as on redis-server's command
# line (--maxmemory 10mb); start => 0 leaves it stopped
sub new {
    my ($class, %option) = @_;

    my $self = bless {
        dir  => File::Temp->newdir('scim-redis-XXXXXX', TMPDIR => 1),
        args => $option{args} // [],
        port => free_port(),
        owner => $$,
    }, $class;

    chmod 0755, $self->dir;
    $self->start if $option{start} // 1;
    return $self;
}


sub dir     { return "$_[0]{dir}" }
sub socket  { return $_[0]->dir . '/redis.sock' }
sub port    { return $_[0]{port} }
sub pid     { return $_[0]{pid} }
sub address { return 'unix:' . $_[0]->socket }


sub start {
    my ($self) = @_;

    for my $try (1 .. 5) {
        my $pid = fork // die "fork: $!";
        if ($pid == 0) {
            open STDOUT, '>>', $self->dir . '/redis.log';
            open STDERR, '>&', \*STDOUT;
            # not Ctrl-C's business: the test stops it
            setpgrp;
            exec qw(setpriv --pdeathsig KILL redis-server),
                '--port', $self->port, qw(--bind 127.0.0.1),
                '--unixsocket', $self->socket, qw(--unixsocketperm 777),
                '--dir', $self->dir, '--save', '', qw(--appendonly no),
                @{ $self->{args} };
            exit 127;
        }
        $self->{pid} = $pid;

        my $deadline = time + 10;
        while (time < $deadline) {
            return $self if eval { $self->client; 1 };
            last if waitpid($pid, 1) == $pid;
            sleep 0.02;
        }
        $self->stop;
        $self->{port} = free_port();
    }
    die "redis-server does not start: see " . $self->dir . "/redis.log\n";
}


sub stop {
    my ($self, $signal) = @_;

    delete $self->{connection};
    my $pid = delete $self->{pid} // return;
    kill $signal // 'TERM', $pid;
    kill CONT => $pid;
    waitpid $pid, 0;
    unlink $self->socket if $self->{dir};
}


# hang(), resume(): the process is there and answers nothing
sub hang   { kill STOP => $_[0]{pid} }
sub resume { kill CONT => $_[0]{pid} }


sub client {
    my ($self) = @_;

    return $self->{connection} if $self->{connection};

    my $socket = IO::Socket::UNIX->new(Peer => $self->socket)
        or die "no connection to redis: $!\n";
    $self->{connection} = $socket;
    if (($self->command('PING') // '') ne 'PONG') {
        delete $self->{connection};
        die "redis is not ready\n";
    }
    return $socket;
}


# command(NAME, ARGUMENT...): the reply, undef for nil, a reference for an
# array; an error reply dies
sub command {
    my ($self, @words) = @_;

    my $socket = $self->{connection} || $self->client;
    my $out = '*' . @words . "\r\n";
    for my $word (@words) {
        my $bytes = $word;
        utf8::encode($bytes) if utf8::is_utf8($bytes);
        $out .= '$' . length($bytes) . "\r\n$bytes\r\n";
    }
    local $SIG{PIPE} = 'IGNORE';
    print {$socket} $out;
    $socket->flush;

    my $reply = eval { _read_reply($socket) };
    if (my $error = $@) {
        delete $self->{connection} if $error =~ /^connection/;
        die $error;
    }
    die "redis: $$reply\n" if ref $reply eq 'SCALAR';
    return $reply;
}


sub _read_reply {
    my ($socket) = @_;

    my $line = do { local $/ = "\r\n"; readline $socket }
        // die "connection to redis lost\n";
    chomp $line;
    $line =~ s/\r$//;
    my ($type, $rest) = (substr($line, 0, 1), substr($line, 1));

    return $rest if $type eq '+' || $type eq ':';
    return \$rest if $type eq '-';

    if ($type eq '$') {
        return undef if $rest < 0;
        my $value = '';
        my $want = $rest + 2;
        while (length $value < $want) {
            read($socket, $value, $want - length $value, length $value)
                or die "connection to redis lost\n";
        }
        return substr $value, 0, $rest;
    }

    return undef if $rest < 0;
    return [ map { _read_reply($socket) } 1 .. $rest ];
}


# keys([PATTERN]): sorted
sub keys {
    my ($self, $pattern) = @_;
    my @keys = sort @{ $self->command('KEYS', $pattern // '*') };
    return @keys;
}


# hash(KEY): a hash's fields, as a hash
sub hash {
    my ($self, $key) = @_;
    return @{ $self->command('HGETALL', $key) };
}


# snapshot(): everything, for restore() to put back
sub snapshot {
    my ($self) = @_;
    return { map { $_ => $self->command('DUMP', $_) } $self->keys };
}


sub restore {
    my ($self, $snapshot) = @_;

    $self->command('FLUSHALL');
    for my $key (CORE::keys %$snapshot) {
        $self->command('RESTORE', $key, 0, $snapshot->{$key});
    }
}


sub DESTROY {
    my ($self) = @_;
    return if $self->{owner} != $$;
    local ($?, $@);
    $self->stop('KILL');
}

1;
