package SCIM::Client;

# An HTTP client that speaks JSON and bearer tokens, for tests.

use strict;
use warnings;

use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP ();
use Socket ();

my $json = JSON::PP->new->utf8->canonical->allow_nonref;


# new(base => URL, token => ..., type => 'application/scim+json')
sub new {
    my ($class, %option) = @_;

    return bless {
        type => 'application/scim+json',
        timeout => 20,
        %option,
        http => SCIM::Client::HTTP->new(
            agent => 'test', timeout => $option{timeout} // 20,
            keep_alive => $option{keep_alive} // 1, max_redirect => 0,
        ),
    }, $class;
}


sub base { return $_[0]{base} }


# request(METHOD, PATH, BODY, HEADERS): BODY a structure (sent as JSON) or a
# string (as it is); the answer has status, headers (lower case), body, json
sub request {
    my ($self, $method, $path, $body, $headers) = @_;

    my %headers = (
        accept => $self->{type},
        'content-type' => $self->{type},
        (defined $self->{token}
            ? (authorization => "Bearer $self->{token}") : ()),
        map { lc($_) => $headers->{$_} } keys %{ $headers // {} },
    );
    delete $headers{$_} for grep { !defined $headers{$_} } keys %headers;

    my $url = $path =~ m{^https?://} ? $path : $self->{base} . $path;
    my $answer = $self->{http}->request($method, $url, {
        headers => \%headers,
        (defined $body
            ? (content => ref $body ? $json->encode($body) : $body) : ()),
    });

    return {
        status => $answer->{status},
        headers => $answer->{headers},
        body => $answer->{content} // '',
        json => scalar eval { $json->decode($answer->{content}) },
    };
}


sub get    { my $self = shift; return $self->request(GET => @_) }
sub post   { my $self = shift; return $self->request(POST => @_) }
sub put    { my $self = shift; return $self->request(PUT => @_) }
sub patch  { my $self = shift; return $self->request(PATCH => @_) }
sub delete { my $self = shift; return $self->request(DELETE => @_) }


# raw(PORT, BYTES): what comes back until the server closes
sub raw {
    my ($port, $bytes) = @_;

    my $socket = IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 5,
    ) or return '';
    local $SIG{PIPE} = 'IGNORE';
    local $SIG{ALRM} = sub { die "timeout\n" };
    print {$socket} $bytes;
    $socket->flush;
    my $answer = '';
    eval {
        alarm 10;
        local $/;
        $answer = <$socket> // '';
        alarm 0;
    };
    alarm 0;
    return $answer;
}


# Header and body are written one after the other: without this, the body waits
# for the header's acknowledgement, 40 ms.
package SCIM::Client::HTTP;

our @ISA = ('HTTP::Tiny');

sub _open_handle {
    my ($self, @request) = @_;

    my $handle = $self->SUPER::_open_handle(@request);
    setsockopt $handle->{fh}, Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1;
    return $handle;
}

1;
