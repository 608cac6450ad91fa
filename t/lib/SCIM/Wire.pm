package SCIM::Wire;

# HTTP as bytes, for what a well-behaved client does not send: requests in one
# piece or in several, cut off, one after another on a connection; and frames
# of HTTP/2.

use strict;
use warnings;

use IO::Select;
use IO::Socket::IP;
use JSON::PP ();
use Socket qw(SOCK_STREAM);
use Time::HiRes qw(time);

use Exporter qw(import);
our @EXPORT_OK = qw(http wire frame h2_headers);

my $json = JSON::PP->new->utf8;


# http(LINE, HEADER..., [\BODY]): the bytes of a request; a body gets its length
sub http {
    my ($line, @headers) = @_;

    my $body = ref $headers[-1] ? ${ pop @headers } : undef;
    push @headers, 'Content-Length: ' . length $body if defined $body;
    return join("\r\n", "$line HTTP/1.1", 'Host: localhost', @headers, '', '')
        . ($body // '');
}


# wire(PORT, [BYTES]): a connection, and what was sent on it
sub wire {
    my ($port, $bytes, %option) = @_;

    my $socket = IO::Socket::IP->new(
        Type => SOCK_STREAM, PeerHost => '127.0.0.1', PeerPort => $port,
        %option,
    ) or die "no connection to port $port: $!\n";
    my $self = bless { socket => $socket, in => '' }, __PACKAGE__;
    $self->send($bytes) if defined $bytes;
    return $self;
}


sub socket { return $_[0]{socket} }

# plain(): answers without their JSON, where there are many
sub plain { $_[0]{plain} = 1; return $_[0] }


# send(BYTES): true, unless the server has closed the connection
sub send {
    my ($self, $bytes) = @_;

    local $SIG{PIPE} = 'IGNORE';
    my $sent = 0;
    while ($sent < length $bytes) {
        my $n = syswrite $self->{socket}, $bytes, length($bytes) - $sent, $sent;
        return 0 if !defined $n;
        $sent += $n;
    }
    return 1;
}


sub finish_sending { shutdown $_[0]{socket}, 1 }
sub close { close $_[0]{socket} }


# more([SECONDS]): reads what there is; false at the end or after the time
sub more {
    my ($self, $seconds) = @_;

    return 0 if !IO::Select->new($self->{socket})->can_read($seconds // 20);
    my $n = sysread $self->{socket}, $self->{in}, 65536, length $self->{in};
    return $n ? 1 : 0;
}


# answer([SECONDS, HEAD]): the next answer: status, head, body, json; undef: none
# came, or the connection was closed. HEAD: it is one to a HEAD request.
sub answer {
    my ($self, $seconds, $to_head) = @_;

    my $deadline = time + ($seconds // 20);
    until ($self->{in} =~ /\r\n\r\n/) {
        $self->more($deadline - time) or return;
    }

    my ($head) = $self->{in} =~ /\A(.*?\r\n)\r\n/s;
    my ($status) = $head =~ m{\AHTTP/1\.[01] (\d+)}
        or return { status => 0, head => $head, body => '' };
    my ($length) = $head =~ /^Content-Length: (\d+)/mi;
    $length = 0 if !defined $length || $to_head;
    my $begin = length($head) + 2;
    while (length $self->{in} < $begin + $length) {
        $self->more($deadline - time) or return;
    }
    my $body = substr $self->{in}, $begin, $length;
    substr $self->{in}, 0, $begin + $length, '';
    return {
        status => $status, head => $head, body => $body,
        $self->{plain} ? () : (json => scalar eval { $json->decode($body) }),
    };
}


# answers([SECONDS]): all, until the connection is closed
sub answers {
    my ($self, $seconds) = @_;

    my @answers;
    while (my $answer = $self->answer($seconds)) {
        push @answers, $answer;
    }
    return @answers;
}


#
# HTTP/2 (RFC 9113): frames, and headers as literals that no table keeps
# (RFC 7541, section 6.2.2), so that no state is needed.
#

our $h2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" . frame(4, 0, 0, '');


# frame(TYPE, FLAGS, STREAM, PAYLOAD)
sub frame {
    my ($type, $flags, $stream, $payload) = @_;
    return substr(pack('N', length $payload), 1)
        . pack('CCN', $type, $flags, $stream) . $payload;
}


sub _h2_string {
    my ($string) = @_;
    my $length = length $string;

    return chr($length) . $string if $length < 127;
    my $bytes = chr 127;
    for ($length -= 127; $length >= 128; $length >>= 7) {
        $bytes .= chr(128 | $length & 127);
    }
    return $bytes . chr($length) . $string;
}


# h2_headers(STREAM, END, METHOD, PATH, NAME => VALUE, ...): END: no body
sub h2_headers {
    my ($stream, $end, $method, $path, @headers) = @_;

    my @all = (':method' => $method, ':scheme' => 'http', ':path' => $path,
        ':authority' => 'localhost', @headers);
    my $block = '';
    while (my ($name, $value) = splice @all, 0, 2) {
        $block .= "\0" . _h2_string($name) . _h2_string($value);
    }
    return frame(1, 4 | ($end ? 1 : 0), $stream, $block);
}


# h2_frame(): the next frame that came: type, flags, stream, payload
sub h2_frame {
    my ($self, $seconds) = @_;

    my $deadline = time + ($seconds // 20);
    while (length $self->{in} < 9
        || length $self->{in} < 9 + unpack('N', "\0" . substr $self->{in}, 0, 3))
    {
        $self->more($deadline - time) or return;
    }
    my $length = unpack 'N', "\0" . substr $self->{in}, 0, 3;
    my ($type, $flags, $stream) = unpack 'CCN', substr $self->{in}, 3, 6;
    my $payload = substr $self->{in}, 9, $length;
    substr $self->{in}, 0, 9 + $length, '';
    return { type => $type, flags => $flags, stream => $stream,
        payload => $payload };
}


# h2_status(STREAM): of its answer, or "reset"; nginx says the usual ones by
# their number in the static table, others in three digits
sub h2_status {
    my ($self, $stream, $seconds) = @_;

    my %indexed = (0x88 => 200, 0x89 => 204, 0x8a => 206, 0x8b => 304,
        0x8c => 400, 0x8d => 404, 0x8e => 500);
    my $deadline = time + ($seconds // 20);
    while (my $frame = $self->h2_frame($deadline - time)) {
        next if $frame->{stream} != $stream;
        return 'reset' if $frame->{type} == 3;
        next if $frame->{type} != 1;
        my $block = $frame->{payload};
        # the table's size comes first, once
        $block =~ s/\A[\x20-\x3f]//;
        return $indexed{ord $block} // substr $block, 2, 3;
    }
    return;
}

1;
