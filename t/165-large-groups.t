# A group whose members do not come at once is sent as they come: the same
# answer as that of a small group, whoever the client is, and cut off when its
# end cannot be had.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Faults;
use SCIM::Test;
use SCIM::Wire qw(http wire frame h2_headers);
use Socket qw(SOL_SOCKET SO_RCVBUF);
use Test::More;
use Time::HiRes qw(sleep);

use constant BATCH => 250;      # members that are read at a time

my ($slow, $h2) = map { SCIM::Redis::free_port() } 1 .. 2;
my $t = SCIM::Test->new(
    http => 'gzip_types application/scim+json; ssi_types text/plain;'
        . ' default_type text/plain;',
    server => "listen 127.0.0.1:$slow sndbuf=8k; listen 127.0.0.1:$h2 http2;"
        . ' location /ssi/ { alias $DIR/; ssi on; }'
        . ' if ($arg_slow) { set $limit_rate 400k; }');
my $scim = $t->scim;
my ($origin, $path) = $scim->base =~ m{^(https?://[^/]+)(.*)};
my @headers = ('Authorization: Bearer ' . $t->token);


# --- users and groups, with other members than users and without displays ---

my @users;
for my $part (0, 1) {
    my $answer = $scim->post('/Bulk', { Operations => [ map { {
        method => 'POST', path => '/Users', bulkId => "b$_",
        data => { userName => "user$_", ($_ % 3
            ? (displayName => "\"User\" \x{142} $_ " . 'x' x 200) : ()) },
    } } 700 * $part + 1 .. 700 * ($part + 1) ] });
    push @users, map { $_->{location} =~ m{([^/]+)$} }
        @{ $answer->{json}{Operations} };
}
is(scalar @users, 1400, 'the users are there');

my $inner = $scim->post('/Groups', { displayName => 'inner' })->{json}{id};
my @sizes = (1, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH, 1301);
my %group;

sub references {
    my ($size) = @_;
    return map { { value => $_ } } $size > 1 ? $inner : (),
        @users[0 .. $size - ($size > 1 ? 2 : 1)];
}

for my $size (@sizes) {
    my $answer = $scim->post('/Groups', { displayName => "of $size",
        externalId => $size, members => [ references($size) ] });
    is($answer->{status}, 201, "a group of $size is made");
    is(scalar @{ $answer->{json}{members} }, $size, "of $size: and answered");
    is($answer->{headers}{location}, $answer->{json}{meta}{location},
        "of $size: with where it is");
    $group{$size} = $answer->{json}{id};
}


# --- the answer ---

# as a page has it, which is not sent in pieces
sub listed {
    my ($size, $query) = @_;
    my $answer = $scim->get("/Groups?filter=displayName+eq+%22of+$size%22"
        . ($query ? "&$query" : ''));
    return $answer->{json}{Resources}[0];
}

for my $size (@sizes) {
    my $answer = $scim->get("/Groups/$group{$size}");
    is($answer->{status}, 200, "of $size: read");
    is(scalar @{ $answer->{json}{members} }, $size, "of $size: all members");
    is_deeply($answer->{json}, listed($size), "of $size: as in a page");
    is_deeply([ map { $_->{value} } @{ $answer->{json}{members} } ],
        [ map { $_->{value} } references($size) ], "of $size: in order");
    is($answer->{headers}{etag}, $answer->{json}{meta}{version},
        "of $size: its version");
    is($answer->{headers}{'content-location'},
        $answer->{json}{meta}{location}, "of $size: its location");
    is($answer->{headers}{'content-type'}, 'application/scim+json',
        "of $size: its type");
    is(exists $answer->{headers}{'content-length'} ? 1 : 0,
        $size < BATCH ? 1 : 0, "of $size: a length, if it is known");

    for my $query (
        'attributes=displayName,members', 'attributes=members.value',
        'attributes=members.display,members.type,meta', 'attributes=members',
        'excludedAttributes=externalId,meta,schemas,displayName',
        'excludedAttributes=members.display', 'excludedAttributes=members',
        'attributes=displayName',
    ) {
        is_deeply($scim->get("/Groups/$group{$size}?$query")->{json},
            listed($size, $query), "of $size: $query");
    }
}

my $id = $group{1301};
my $whole = $scim->get("/Groups/$id");
my $etag = $whole->{headers}{etag};

my $answer = $scim->request('HEAD', "/Groups/$id");
is($answer->{status}, 200, 'HEAD');
is($answer->{headers}{etag}, $etag, 'HEAD: the version');

is($scim->get("/Groups/$id", undef, { 'If-None-Match' => $etag })->{status},
    304, 'If-None-Match of this version');
is($scim->get("/Groups/$id", undef, { 'If-Match' => $etag })->{status}, 200,
    'If-Match of this version');
$answer = $scim->get("/Groups/$id", undef, { 'If-Match' => 'W/"1"' });
is($answer->{status}, 412, 'If-Match of another one');
is($answer->{json}{status}, '412', 'If-Match of another one: an error');
is($scim->get("/Groups/$id")->{status}, 200, 'the connection goes on');

# changes that answer with all of it
my $new = { displayName => 'of 1301', externalId => 'new',
    members => [ references(1301) ] };
$answer = $scim->put("/Groups/$id", $new);
is($answer->{status}, 200, 'PUT');
is(scalar @{ $answer->{json}{members} }, 1301, 'PUT: all members');
is($answer->{json}{externalId}, 'new', 'PUT: as it is now');
$answer = $scim->patch("/Groups/$id?attributes=members.value", { Operations => [
    { op => 'remove', path => qq{members[value eq "$users[1200]"]} } ] });
is($answer->{status}, 200, 'PATCH that names what it wants to see');
is(scalar @{ $answer->{json}{members} }, 1300, 'PATCH: all members');
$answer = $scim->post('/Bulk', { Operations => [ { method => 'PUT',
    path => "/Groups/$id", data => $new } ] });
is($answer->{json}{Operations}[0]{status}, '200', 'PUT in a bulk request');
$whole = $scim->get("/Groups/$id")->{json};


# --- pages of groups ---

# more than a page gives members of at first
for my $n (1 .. 12) {
    is($scim->post('/Groups', { displayName => "more $n", members => [
        map { { value => $_ } } @users[$n .. $n + 239] ] })->{status}, 201,
        "another group of 240, $n");
}
$scim->post('/Groups', { displayName => 'none' });

my @all = map { $scim->get("/Groups/$_->{id}")->{json} } @{ $scim->get(
    '/Groups?excludedAttributes=members')->{json}{Resources} };
is(scalar @all, 20, 'all groups');

sub page {
    my ($place, $expected, $total, $name) = @_;
    my $answer = $scim->get($place);
    is($answer->{status}, 200, "$name: 200");
    is_deeply($answer->{json}{Resources}, $expected, "$name: each as alone");
    is($answer->{json}{itemsPerPage}, scalar @$expected, "$name: how many");
    is($answer->{json}{totalResults}, $total, "$name: how many in all");
    return $answer;
}

page('/Groups', \@all, 20, 'a page');
page('/Groups?startIndex=4&count=5', [ @all[3 .. 7] ], 20, 'a part');
page('/Groups?sortBy=displayName&filter=displayName+sw+%22more%22&count=7',
    [ (sort { $a->{displayName} cmp $b->{displayName} }
        grep { $_->{displayName} =~ /^more/ } @all)[0 .. 6] ], 12, 'sorted');
page('/Groups?filter=displayName+co+%22o%22',
    [ grep { $_->{displayName} =~ /o/ } @all ], 19, 'a filter');
page('/Groups?filter=meta.resourceType+eq+%22Group%22+and+externalId+pr',
    [ grep { $_->{externalId} } @all ], 6, 'a filter that reads more');
my @of_user = grep { grep { $_->{value} eq $users[100] }
    @{ $_->{members} } } @all;
page("/Groups?filter=members.value+sw+%22$users[100]%22", \@of_user, 17,
    'a filter of members');
page("/Groups?filter=members.value+eq+%22$users[100]%22",
    [ sort { $a->{id} cmp $b->{id} } @of_user ], 17, 'the index of members');
page('/?filter=displayName+co+%22more%22',
    [ grep { $_->{displayName} =~ /more/ } @all ], 12, 'a root query');

my @walked;
my $cursor = '';
while (defined $cursor && @walked < 30) {
    my $answer = $scim->get("/Groups?count=3&cursor=$cursor");
    is($answer->{json}{totalResults}, 20, 'by cursor: how many in all');
    push @walked, @{ $answer->{json}{Resources} };
    $cursor = $answer->{json}{nextCursor};
}
is_deeply(\@walked, \@all, 'by cursor');

is_deeply($scim->post('/Groups/.search', { attributes => ['members.value'] })
    ->{json}{Resources},
    [ map { $scim->get("/Groups/$_->{id}?attributes=members.value")->{json} }
        @all ], 'as a message, and less of each');
is($scim->request('HEAD', '/Groups')->{status}, 200, 'HEAD of a page');


# --- clients ---

# body(BYTES): of an answer whose connection has been closed; undef: cut off
sub body {
    my ($bytes) = @_;
    my ($head, $body) = split /\r\n\r\n/, $bytes, 2;
    return $body if ($head // '') !~ /^Transfer-Encoding: chunked/mi;
    my $whole = '';
    while ($body =~ s/^([0-9a-f]+)\r\n//) {
        my $length = hex $1;
        return $whole if $length == 0 && $body eq "\r\n";
        return if length $body < $length + 2;
        $whole .= substr $body, 0, $length + 2, '';
        substr $whole, -2, 2, '';
    }
    return;
}

sub all_of {
    my ($wire, $pause) = @_;
    while ($wire->more(20)) {
        sleep $pause if $pause;
    }
    return $wire->{in};
}

my $json = JSON::PP->new->utf8;

sub is_whole {
    my ($body, $name) = @_;
    $body =~ s{http://localhost/}{$origin/}g if defined $body;
    is_deeply(scalar eval { $json->decode($body // '') }, $whole, $name);
}

my $close = 'Connection: close';
is_whole(body(all_of(wire($t->nginx->port,
    http("GET $path/Groups/$id", @headers, $close)))), 'in chunks');
is_whole(body(all_of(wire($t->nginx->port, join "\r\n",
    "GET $path/Groups/$id HTTP/1.0", 'Host: localhost',
    @headers, '', ''))), 'HTTP/1.0');

my $wire = wire($slow, http("GET $path/Groups/$id", @headers, $close),
    Sockopts => [ [ SOL_SOCKET(), SO_RCVBUF(), 8192 ] ]);
sleep 0.3;
for my $n (1 .. 20) {
    is($scim->get("/Users/$users[$n]")->{status}, 200,
        "others are answered while a client is slow, $n");
}
is_whole(body(all_of($wire, 0.002)), 'a slow client gets it all');

is_whole(body(all_of(wire($t->nginx->port,
    http("GET $path/Groups/$id?slow=1", @headers, $close)))), 'limit_rate');

# an answer to the first, then the second on the same connection
my $twice = all_of(wire($t->nginx->port,
    http("GET $path/Groups/$id", @headers)
    . http("GET $path/Users/$users[0]", @headers, $close)));
like($twice, qr/\r\n0\r\n\r\nHTTP\/1\.1 200 OK.*"user1"/s, 'pipelined');

# HTTP/2: its flow control stops after 65,535 bytes
$wire = wire($h2, $SCIM::Wire::h2_preface . h2_headers(1, 1,
    GET => "$path/Groups/$id", authorization => 'Bearer ' . $t->token));
is($wire->h2_status(1), 200, 'HTTP/2');
my $h2_body = '';
while (my $frame = $wire->h2_frame(10)) {
    next if $frame->{stream} != 1 || $frame->{type} != 0;
    $h2_body .= $frame->{payload};
    last if $frame->{flags} & 1;
    $wire->send(frame(8, 0, $_, pack 'N', length $frame->{payload} || 1))
        for 0, 1;
}
is(scalar @{ (eval { $json->decode($h2_body) } // {})->{members} // [] }, 1301,
    'HTTP/2: with each member');

# within another answer, where it is made as a whole
for my $what ("Groups/$id", 'Groups') {
    $t->nginx->write_file('page.txt',
        "<!--#include virtual=\"$path/$what\" -->");
    my $body = body(all_of(wire($t->nginx->port,
        http('GET /ssi/page.txt', @headers, $close))));
    is_whole($what eq 'Groups'
        ? $json->encode((grep { $_->{id} eq $id }
            @{ $json->decode($body)->{Resources} })[0]) : $body,
        "in a subrequest: $what");
}

# those that leave in the middle
my ($worker) = $t->nginx->workers;
for my $n (1 .. 10) {
    my $leaver = wire($slow, http("GET $path/Groups/$id", @headers),
        Sockopts => [ [ SOL_SOCKET(), SO_RCVBUF(), 4096 ] ]);
    $leaver->more(5);
    $leaver->close;
    wire($t->nginx->port, http("GET $path/Groups/$id", @headers))->close;
}
is($scim->get("/Groups/$id")->{status}, 200, 'clients that leave: it works');
is(($t->nginx->workers)[0], $worker, 'clients that leave: the same worker');


# --- members that leave while it is sent, and Redis that does ---

$wire = wire($slow, http("GET $path/Groups/$id", @headers, $close),
    Sockopts => [ [ SOL_SOCKET(), SO_RCVBUF(), 4096 ] ]);
$wire->more(5);
$t->redis->command('DEL', map { "scim:{demo}:user:$_" } @users[700 .. 1299]);
my $left = scalar eval { $json->decode(body(all_of($wire))) };
is(ref $left, 'HASH', 'members leave meanwhile: still JSON');
cmp_ok(scalar @{ $left->{members} // [] }, '<', 1301,
    'members leave meanwhile: some are gone');

my @wires = map {
    wire($slow, http("GET $path/$_", @headers),
        Sockopts => [ [ SOL_SOCKET(), SO_RCVBUF(), 4096 ] ]);
} "Groups/$group{500}", 'Groups';
$_->more(5) for @wires;
$t->redis->stop;
for my $n (0, 1) {
    my $half = all_of($wires[$n]);
    like($half, qr/^HTTP\/1\.1 200 OK/,
        "Redis leaves: the answer had begun, $n");
    is(body($half), undef, "Redis leaves: and has no end, $n");
    unlike($half, qr/HTTP\/1\.1 503/, "Redis leaves: no second answer, $n");
}
is(scalar(() = $t->nginx->error_log =~ /\[error\].*an answer was cut off/g),
    2, 'Redis leaves: which is logged');

$t->finish;
done_testing();
