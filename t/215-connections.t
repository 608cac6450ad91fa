# Connections: what stands between the requests on one of them, and clients
# that leave early.

use strict;
use warnings;

use lib 't/lib';

use IO::Socket::INET;
use SCIM::Test;
use Test::More;
use Time::HiRes qw(sleep);

my $t = SCIM::Test->new;
my $path = $t->endpoint =~ s{^https?://[^/]+}{}r;
my $headers = "Host: localhost\r\nAuthorization: Bearer " . $t->token . "\r\n";


# a request as bytes; more: headers besides
sub message {
    my ($line, $body, $more) = @_;

    my ($method, $where, $version) = split / /, $line;
    return "$method $path$where " . ($version // 'HTTP/1.1') . "\r\n"
        . $headers . ($more // '')
        . (defined $body ? 'Content-Length: ' . length($body) . "\r\n" : '')
        . "\r\n" . ($body // '');
}


sub connection {
    return IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $t->nginx->port,
    ) || die "no connection: $!";
}


# what comes until it looks like this, or the server closes, or 10 s are over
sub receive {
    my ($socket, $until) = @_;

    my $got = '';
    local $SIG{ALRM} = sub { die "timeout\n" };
    eval {
        alarm 10;
        while (!defined $until || $got !~ $until) {
            last if !sysread $socket, $got, 65536, length $got;
        }
    };
    alarm 0;
    return $got;
}


sub statuses {
    my ($text) = @_;
    return join ' ', $text =~ m{HTTP/1\.1 (\d+) }g;
}


# all of the requests at once on one connection, the last one closes it
sub exchange {
    my (@messages) = @_;

    my $socket = connection();
    print {$socket} @messages;
    $socket->flush;
    return receive($socket);
}

my $close = "Connection: close\r\n";


# --- Expect ---

my $socket = connection();
my $body = '{"userName":"expected"}';
print {$socket} message('POST /Users', undef,
    "Expect: 100-continue\r\nContent-Length: " . length($body) . "\r\n$close");
$socket->flush;
like(receive($socket, qr/\r\n\r\n/), qr{^HTTP/1\.1 100 },
    'Expect: the body may come');
print {$socket} $body;
$socket->flush;
my $answer = receive($socket);
is(statuses($answer), '201', 'Expect: created');

my $unknown = $headers;
$headers = "Host: localhost\r\n";
$socket = connection();
print {$socket} message('POST /Users', undef,
    "Expect: 100-continue\r\nContent-Length: 1000000\r\n$close");
$socket->flush;
is(statuses(receive($socket, qr/\}$/)), '401',
    'Expect, without a token: the body is not asked for');
$headers = $unknown;


# --- one after another ---

my $jane = $t->scim->post('/Users', { userName => 'jane' })->{json}{id};

is(statuses(exchange(
    message("DELETE /Users/$jane"), message("DELETE /Users/$jane"),
    message('OPTIONS /Users'), message('POST /Users', '{"userName":"a"}'),
    message('HEAD /Users'), message('GET /Users?count=0', undef, $close),
)), '204 404 204 201 200 200', 'pipelined: each has its answer, in order');

# what a body looks like must not matter
my $smuggled = message('DELETE /Users/x');
my @bad = (
    [ 401, "POST $path/Users HTTP/1.1\r\nHost: x\r\nContent-Length: "
        . length($smuggled) . "\r\n\r\n$smuggled" ],
    [ 404, message('POST /Nonsense', $smuggled) ],
    [ 405, message('PUT /Users', $smuggled) ],
    [ 404, message('DELETE /Users/x', $smuggled) ],
    [ 415, message('POST /Users', $smuggled, "Content-Type: text/plain\r\n") ],
    [ 400, message('POST /Users', $smuggled) ],
    [ 200, message('GET /Users', $smuggled) ],
    [ 400, message('GET /Users?filter=x', $smuggled) ],
);
for my $bad (@bad) {
    my ($status, $request) = @$bad;
    my ($line) = $request =~ /^(\S+ \S+)/;
    is(statuses(exchange($request,
        message('GET /Groups?count=0', undef, $close))),
        "$status 200", "a body after an error is no request: $status");
}


# --- other ways ---

like(exchange("GET http://localhost$path/Users?count=0 HTTP/1.1\r\n"
    . "$headers$close\r\n"), qr/"totalResults":2/, 'an absolute URI');

like(exchange(message('GET /Users?count=0 HTTP/1.0')), qr/"totalResults":2/,
    'HTTP/1.0: answered, and closed');

like(exchange(message('GET /Users?count=0 HTTP/1.0', undef,
    "Connection: keep-alive\r\n")
    . message('GET /Users?count=0 HTTP/1.0')), qr/totalResults.*totalResults/s,
    'HTTP/1.0 with keep-alive');

$socket = connection();
for my $byte (split //, message('POST /Users', '{"userName":"slow"}', $close)) {
    syswrite $socket, $byte;
}
is(statuses(receive($socket)), '201', 'byte by byte');


# --- clients that leave ---

$socket = connection();
print {$socket} substr message('POST /Users', '{"userName":"gone"}'), 0, -5;
$socket->flush;
close $socket;

for (1 .. 20) {
    $socket = connection();
    print {$socket} message('GET /Users'), message('GET /Groups');
    $socket->flush;
    close $socket;
}

$socket = connection();
print {$socket} message('POST /Users', '{"userName":"left"}');
$socket->flush;
close $socket;

# a write that was sent whole is carried through
for (1 .. 100) {
    $answer = $t->scim->get('/Users?filter=userName+eq+%22left%22');
    last if $answer->{json}{totalResults};
    sleep 0.05;
}
is($answer->{json}{totalResults}, 1, 'a client that left: its write is done');
is($t->scim->get('/Users?filter=userName+eq+%22gone%22')
    ->{json}{totalResults}, 0, 'half a body: nothing is done');

$t->finish;
undef $t;
done_testing();
