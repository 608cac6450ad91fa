package SCIM::Proxy;

# Stands between nginx and a Redis, and lets each command through, or not, as
# it is told: for faults at a certain command of a certain request.
#
#     my $proxy = SCIM::Proxy->new(redis => $redis);
#     my $t = SCIM::Test->new(redis => $redis, address => $proxy->address);
#     $proxy->rule(user_create => 'drop');
#     ...
#     $proxy->clear;
#
# A rule is for a command by its name (HMGET) or for a function by its own
# (user_create), for "*" or for "accept", and holds until the next. What it
# does with the command:
#
#     drop             closes the connection, Redis never hears of it
#     lose             lets Redis do it, then closes instead of answering
#     silence          never answers on this connection again
#     reply TEXT       answers so (\r and \n as such), Redis never hears of it
#     more TEXT        answers as Redis does, and then so
#     half             half of the answer, and then nothing
#     cut              half of the answer, then closes
#     bytes            the answer, byte by byte

use strict;
use warnings;

use File::Temp ();
use IO::Select;
use IO::Socket::UNIX;
use POSIX ();
use Time::HiRes qw(sleep);


sub new {
    my ($class, %option) = @_;

    my $dir = File::Temp->newdir('scim-proxy-XXXXXX', TMPDIR => 1);
    chmod 0755, "$dir";
    my $self = bless {
        dir => $dir, redis => $option{redis}->socket, owner => $$,
    }, $class;

    $self->clear;
    my $listener = IO::Socket::UNIX->new(Local => "$dir/sock", Listen => 511)
        or die "cannot listen: $!";
    chmod 0777, "$dir/sock";

    pipe my $read, my $write or die "pipe: $!";
    $self->{pid} = fork // die "fork: $!";
    if ($self->{pid} == 0) {
        setpgrp;
        @SIG{qw(INT TERM HUP)} = ('DEFAULT') x 3;
        $SIG{PIPE} = 'IGNORE';
        CORE::close $write;
        eval { $self->_run($listener, $read) };
        print STDERR "proxy: $@" if $@;
        POSIX::_exit(0);
    }
    CORE::close $read;
    $self->{life} = $write;           # it ends when this is closed
    return $self;
}


sub address { return 'unix:' . $_[0]{dir} . '/sock' }
sub clear   { return $_[0]->rule(none => 'pass') }


sub rule {
    my ($self, %rules) = @_;

    my $file = "$self->{dir}/rules";
    open my $out, '>', "$file.new" or die "$file: $!";
    print {$out} "$_ $rules{$_}\n" for sort keys %rules;
    CORE::close $out;
    rename "$file.new", $file or die "$file: $!";
    unlink "$self->{dir}/log";
}


# hang_up(): closes all connections, and lets everything through
sub hang_up {
    my ($self) = @_;
    $self->clear;
    kill USR1 => $self->{pid};
}


# commands(): what came since the last rule
sub commands {
    my ($self) = @_;
    open my $in, '<', "$self->{dir}/log" or return;
    chomp(my @lines = <$in>);
    return @lines;
}


sub _rule {
    my ($self, $name) = @_;

    open my $in, '<', "$self->{dir}/rules" or return 'pass';
    my %rules = map { /^(\S+) (.*)/ } <$in>;
    my $rule = $rules{$name}
        // ($name eq 'accept' ? undef : $rules{'*'}) // 'pass';
    $rule =~ s/\\r/\r/g;
    $rule =~ s/\\n/\n/g;
    return $rule;
}


sub _run {
    my ($self, $listener, $life) = @_;

    my $select = IO::Select->new($listener, $life);
    my (%client, $hang_up);
    local $SIG{USR1} = sub { $hang_up = 1 };

    while (1) {
        if ($hang_up) {
            $select->remove($_->{socket}), CORE::close $_->{socket}
                for values %client;
            (%client, $hang_up) = ();
        }
        for my $handle ($select->can_read) {
            return if $handle == $life;
            if ($handle == $listener) {
                my $socket = $listener->accept or next;
                if ($self->_rule('accept') eq 'drop') {
                    CORE::close $socket;
                    next;
                }
                $client{$socket} = { socket => $socket, in => '' };
                $select->add($socket);
                next;
            }

            my $client = $client{$handle};
            my $alive = sysread $handle, $client->{in}, 65536,
                length $client->{in};
            while ($alive && length(my $command = _message(\$client->{in}))) {
                $alive = $self->_command($client, $command);
            }
            if (!$alive) {
                $select->remove($handle);
                CORE::close $handle;
                delete $client{$handle};
            }
        }
    }
}


# false: the connection is to be closed
sub _command {
    my ($self, $client, $command) = @_;

    my ($name, $function) = $command =~ /\A\*\d+\r\n\$\d+\r\n(\S+)\r\n
                                         (?:\$\d+\r\n(\S+)\r\n)?/x;
    $name = $1 if $name =~ /^FCALL/ && $function =~ /^scim_(.*)_[^_]+$/;
    open my $log, '>>', "$self->{dir}/log";
    print {$log} "$name\n";
    CORE::close $log;

    my ($do, $text) = split / /, $self->_rule($name), 2;

    return 1 if $client->{silent};
    return 0 if $do eq 'drop';
    return $client->{silent} = 1 if $do eq 'silence';
    return _put($client->{socket}, $text) if $do eq 'reply';

    my $answer = $self->_ask($client, $command) // return 0;
    return 0 if $do eq 'lose';
    return _put($client->{socket}, $answer) if $do eq 'pass';
    return _put($client->{socket}, $answer . $text) if $do eq 'more';

    if ($do eq 'bytes') {
        for my $byte (split //, $answer) {
            _put($client->{socket}, $byte);
            sleep 0.0001;
        }
        return 1;
    }

    # half, cut
    _put($client->{socket}, substr $answer, 0, length($answer) / 2);
    $client->{silent} = 1;
    return $do eq 'half';
}


sub _ask {
    my ($self, $client, $command) = @_;

    $client->{redis} //= IO::Socket::UNIX->new(Peer => $self->{redis})
        // return undef;
    _put($client->{redis}, $command) or return undef;
    $client->{answer} //= '';
    while (1) {
        my $answer = _message(\$client->{answer});
        return $answer if length $answer;
        sysread $client->{redis}, $client->{answer}, 65536,
            length $client->{answer} or return undef;
    }
}


sub _put {
    my ($socket, $bytes) = @_;

    for (my $sent = 0; $sent < length $bytes; ) {
        my $n = syswrite $socket, $bytes, length($bytes) - $sent, $sent;
        return 0 if !defined $n;
        $sent += $n;
    }
    return 1;
}


# takes the first whole command or reply off the text; '': there is none
sub _message {
    my ($text) = @_;

    my $at = _end($text, 0);
    return $at ? substr $$text, 0, $at, '' : '';
}


sub _end {
    my ($text, $at) = @_;

    my $line = index $$text, "\r\n", $at;
    return 0 if $line < 0;
    my $type = substr $$text, $at, 1;
    my $number = substr $$text, $at + 1, $line - $at - 1;
    $at = $line + 2;
    if ($type eq '$') {
        $at += $number + 2 if $number >= 0;
        return $at <= length $$text ? $at : 0;
    }
    if ($type eq '*') {
        for (1 .. $number) {
            $at = _end($text, $at) or return 0;
        }
    }
    return $at;
}


sub DESTROY {
    my ($self) = @_;
    return if $self->{owner} != $$ || !$self->{pid};
    local ($?, $@, $!);
    CORE::close $self->{life};
    kill TERM => $self->{pid};
    waitpid $self->{pid}, 0;
}

1;
