# What belongs to a request lives as long as it: in the log phase, behind
# filters that are slow or end it, in subrequests and internal redirects, and
# for requests that follow it on the same connection.

use strict;
use warnings;

use lib 't/lib';

use POSIX ();
use Socket qw(SOL_SOCKET SO_RCVBUF);
use Test::More;
use Time::HiRes qw(sleep time);

use SCIM::Test;
use SCIM::Wire qw(http wire);

# where nginx can send little that is not taken
my $slow = SCIM::Redis::free_port();

my $t = SCIM::Test->new(
    http => <<'END_HTTP',
    log_format lifetime '$request_method $status tenant=$scim_tenant '
                    'integration=$scim_integration operation=$scim_operation '
                    'resource=$scim_resource_id error=$scim_error '
                    'time=$scim_redis_time';
    access_log $DIR/logs/lifetime.log lifetime;
    keepalive_requests 100000;
END_HTTP
    server => <<"END_SERVER" . <<'END_SERVER',
    listen 127.0.0.1:$slow sndbuf=16k;
    lingering_timeout 500ms;
END_SERVER
    location /guarded/ {
        set $ask $arg_path;
        auth_request /ask;
        empty_gif;
    }
    location = /ask {
        internal;
        rewrite ^ $ask break;
        scim;
    }
END_SERVER
);
my $scim = $t->scim;
my $path = $scim->base =~ s{^https?://[^/]+}{}r;


sub scim_log {
    my ($pattern) = @_;

    my $file = $t->nginx->dir . '/logs/lifetime.log';
    my $deadline = time + 5;
    my @lines;
    do {
        open my $in, '<', $file or die "$file: $!";
        @lines = grep { /$pattern/ } <$in>;
        close $in;
        sleep 0.02 if !@lines;
    } until @lines || time > $deadline;
    return $lines[-1] // '';
}


# --- the log phase: it comes after a request's replies of Redis are freed ---

my $jane = $scim->post('/Users', { userName => 'jane' });
is($jane->{status}, 201, 'a user is created');
my $id = $jane->{json}{id};
like(scim_log('^POST 201 .*users.create'),
    qr/tenant=demo integration=\Q$t->{integration}{id}\E .*resource=\Q$id\E /,
    'the log names what was created');

$t->create('another-tenant', 'authentik');
is($t->admin->get('/tenants')->{json}{total}, 2, 'two tenants are listed');
like(scim_log('^GET 200 .*tenants.list'), qr/tenant=- /,
    'the log of a list of tenants names none');



# --- a client that takes nothing for a while: the answers wait for it ---

# pipeline(REQUEST, COUNT): how many answers come to so many at once, when none
# is read before nginx can send no more
sub pipeline {
    my ($request, $count) = @_;

    my $wire = wire($slow, undef,
        Sockopts => [[SOL_SOCKET, SO_RCVBUF, 32768]]);
    my $writer = fork // die "fork: $!";
    if ($writer == 0) {
        $wire->send($request x $count);
        POSIX::_exit(0);
    }

    sleep 0.3;
    my $answers = 0;
    my $head = $request =~ /^HEAD/;
    $answers++ while $answers < $count && $wire->answer(10, $head);
    kill KILL => $writer;
    waitpid $writer, 0;
    return $answers;
}

my $token = 'Authorization: Bearer ' . $t->token;
my $many = 3000;
for my $case (
    ['OPTIONS', "OPTIONS $path/Users"],
    ['HEAD without a token', "HEAD $path/Users"],
    ['GET without a token', "GET $path/Users"],
    ['HEAD', "HEAD $path/Users/$id", $token],
    ['GET', "GET $path/Users/$id", $token],
    ['DELETE', "DELETE $path/Groups/none", $token],
) {
    my ($name, @request) = @$case;
    is(pipeline(http(@request), $many), $many, "$many $name in one go");
}


# --- the body of a request that is refused, and the request behind it ---

sub answers {
    my ($bytes) = @_;
    return wire($t->nginx->port, $bytes)->answers;
}

my $body = '{"userName":"' . 'x' x 50_000 . '"}';
my $next = http("GET $path/ServiceProviderConfig", $token,
    'Connection: close');
for my $case (
    ['a wrong token', 401, "POST $path/Users"],
    ['no such endpoint', 404, "POST $path/Nothing", $token],
    ['a wrong method', 405, "PUT $path/Users", $token],
    ['a wrong type', 415, "POST $path/Users", $token,
        'Content-Type: text/plain'],
    ['a GET with a body', 200, "GET $path/Users/$id", $token],
    ['an admin endpoint', 401, 'POST /api/v1/tenants'],
) {
    my ($name, $status, $line, @headers) = @$case;

    for my $encoding ('Content-Length: ' . length $body,
        'Transfer-Encoding: chunked')
    {
        my $sent = $encoding =~ /chunked/
            ? sprintf("%x\r\n%s\r\n0\r\n\r\n", length $body, $body) : $body;
        my @answers = answers(http($line, @headers, $encoding) . $sent . $next);
        is(join(' ', map { $_->{status} } @answers), "$status 200",
            "$name, $encoding: then the next request");
    }
    my @answers = answers(http($line, @headers, 'Transfer-Encoding: chunked')
        . "zz\r\n");
    is(scalar @answers, 1, "$name, a broken body: one answer");
    like($answers[0]{body}, qr/^\{.*\}$/s, "$name, a broken body: in JSON");
}

# a client that waits to be told to go on is told no
my @answers = answers(http("POST $path/Users", 'Expect: 100-continue',
    'Content-Length: 100000', 'Connection: close'));
is(join(' ', map { $_->{status} } @answers), '401',
    'Expect: a refused request is not told to continue');


# --- nginx's own filters ---

my $etag = $jane->{headers}{etag};
for my $case (
    ['If-None-Match with its version', 304, { 'if-none-match' => $etag }],
    ['If-None-Match with another', 200, { 'if-none-match' => 'W/"0"' }],
    ['If-Match with its version', 200, { 'if-match' => $etag }],
    ['If-Match with another', 412, { 'if-match' => 'W/"0"' }],
    ['If-Match with one of several', 200,
        { 'if-match' => "W/\"0\", $etag" }],
    ['If-Unmodified-Since, where there is no date', 200,
        { 'if-unmodified-since' => 'Mon, 01 Jan 2001 00:00:00 GMT' }],
    ['Range', 200, { range => 'bytes=0-9' }],
) {
    my ($name, $status, $headers) = @$case;
    my $answer = $scim->get("/Users/$id", undef, $headers);
    is($answer->{status}, $status, "GET, $name: $status");
    is($answer->{json}{status}, $status, "$name: a SCIM error")
        if $status == 412;
}


@answers = answers(http("GET $path/Users/$id", $token, 'If-Match: W/"0"')
    . http("GET $path/Users", $token, 'If-Match: W/"0"')
    . http("GET $path/Users/$id", $token, 'Connection: close'));
is(join(' ', map { $_->{status} } @answers), '412 200 200',
    'If-Match: the connection stays');


# --- subrequests ---

for my $case (
    ['a request that is allowed', 200, "$path/Users/$id", $t->token],
    ['a wrong token', 401, "$path/Users/$id", 'wrong'],
    ['a missing user', 500, "$path/Users/none", $t->token],
) {
    my ($name, $status, $ask, $bearer) = @$case;
    for my $try (1 .. 3) {
        my $answer = SCIM::Client->new(base => $t->nginx->base,
            token => $bearer)->get("/guarded/?path=$ask");
        is($answer->{status}, $status, "auth_request, $name: $status");
    }
}


# --- names that are no text ---

@answers = answers(join "\r\n", "GET $path/Users/$id HTTP/1.1",
    "Host: \xff\xfe", $token, 'Connection: close', '', '');
is($answers[0]{status}, 400, 'a Host that is no text');
@answers = answers(join "\r\n", "GET $path/Users/$id?attributes=userName "
    . 'HTTP/1.1', "Host: \xff\xfe", $token, 'Connection: close', '', '');
is($answers[0]{status}, 400, 'a Host that is no text, attributes');

$t->finish;
done_testing();
