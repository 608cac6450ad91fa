# Connections: what stands between the requests on one of them, and clients
# that leave early.

use strict;
use warnings;

use lib 't/lib';

use IO::Socket::INET;
use SCIM::Faults;
use SCIM::Test;
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SCIM::Test->new(server => 'location = /static { return 200 "{}"; }');
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

# nor is any other that is refused by its header
for my $case (
    [ 404, 'POST /Nonsense', '' ],
    [ 405, 'PUT /Users', '' ],
    [ 413, 'POST /Users', "Content-Length: 17000000\r\n" ],
    [ 415, 'POST /Users', "Content-Type: text/plain\r\n" ],
    [ 415, 'POST /Users', "Content-Encoding: gzip\r\n" ],
) {
    my ($status, $line, $more) = @$case;
    $socket = connection();
    $more .= "Content-Length: 100\r\n" if $more !~ /Content-Length/;
    print {$socket} message($line, undef,
        "Expect: 100-continue\r\n$more$close");
    $socket->flush;
    is(statuses(receive($socket, qr/\}$/)), $status,
        "Expect, refused with $status: the body is not asked for");
}

# who says so and sends it at once, or has none, is not asked either
is(statuses(exchange(message('POST /Users', '{"userName":"unasked"}',
    "Expect: 100-continue\r\n$close"))) =~ s/^100 //r, '201',
    'Expect, with the body: created');
is(statuses(exchange(message('GET /Users?count=0', undef,
    "Expect: 100-continue\r\n$close"))) =~ s/^100 //r, '200',
    'Expect, on a read');
is(statuses(exchange(message('POST /Users HTTP/1.0', '{"userName":"old"}',
    "Expect: 100-continue\r\n"))), '201', 'Expect, in HTTP/1.0');
$t->scim->delete('/Users/' . $_->{id})
    for @{ $t->scim->get('/Users?filter=userName+ne+%22expected%22')
        ->{json}{Resources} };


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


# --- a new connection for each request ---

# milliseconds that half of so many requests take less than
sub median {
    my ($number, $request) = @_;
    my (@times, %seen);
    for (1 .. $number) {
        my $begin = time;
        $seen{ statuses(exchange($request)) }++;
        push @times, (time - $begin) * 1000;
    }
    is(join(' ', %seen), "200 $number", "$number requests, each served");
    return (sort { $a <=> $b } @times)[$number / 2];
}

my $other = $t->scim->post('/Users', { userName => 'other' })->{json}{id};

my ($worker) = $t->nginx->workers;
my $files = nginx_fds($worker);
my $connects = sub { ($t->redis->command('INFO', 'stats')
    =~ /^total_connections_received:(\d+)/m)[0] };
my $had = $connects->();
my $static = median(200, "GET /static HTTP/1.1\r\nHost: x\r\n$close\r\n");
my $read = median(200, message("GET /Users/$other", undef, $close));
my $write = median(200, message("PUT /Users/$other",
    '{"userName":"other"}', $close));
note(sprintf 'medians: %.2f ms static, %.2f ms a read, %.2f ms a write',
    $static, $read, $write);
# a new connection to Redis or a delayed acknowledgement would be far slower
cmp_ok($read, '<', 5 * $static + 5, 'a read on a new connection is fast (#207)');
cmp_ok($write, '<', 5 * $static + 5, 'so is a write (#207)');
is($connects->(), $had, 'the connection to Redis is kept (#207)');
ok(wait_for(sub { nginx_fds($worker) <= $files }),
    'and no file is left open (#207)');


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
