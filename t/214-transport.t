# The same answers however they travel: HTTP/1.0, 1.1 and 2, with and without
# their bodies, compressed, in chunks; and each path and method, tidy or not.

use strict;
use warnings;

use lib 't/lib';

use Compress::Zlib ();
use JSON::PP ();
use SCIM::Test;
use SCIM::Wire qw(http wire frame h2_headers);
use Test::More;

my $h2 = SCIM::Redis::free_port();
my $t = SCIM::Test->new(http => 'scim_me $http_x_me;'
    . ' gzip on; gzip_types application/scim+json; gzip_min_length 1;'
    . ' gzip_vary on;',
    server => "listen 127.0.0.1:$h2 http2;");
my $port = $t->nginx->port;
my $scim = $t->scim;
my $path = $scim->base =~ s{^https?://[^/]+}{}r;
my $bearer = 'Authorization: Bearer ' . $t->token;
my $type = 'Content-Type: application/scim+json';
my $core = 'urn:ietf:params:scim:schemas:core:2.0';

my %user = (userName => 'jane', displayName => "J\x{e4}ne",
    emails => [ { value => 'jane@example.com', type => 'work' } ]);
my $jane = $scim->post('/Users', \%user)->{json}{id};
my $devs = $scim->post('/Groups', { displayName => 'devs',
    members => [ { value => $jane } ] })->{json}{id};


# asked(REQUEST, HEAD): its answer, with its headers by their names in lower
# case, on a connection of its own
sub asked {
    my ($request, $head) = @_;

    my $wire = wire($port, $request);
    my $answer = $wire->answer(20, $head) or die "no answer: $request\n";
    $wire->close;
    $answer->{headers} = { map { /^([^:]+): (.*)\r$/ ? (lc $1, $2) : () }
        split /\n/, $answer->{head} };
    return $answer;
}


# --- HEAD, OPTIONS and all other methods, at each path ---

my %paths = (
    '' => 'GET, HEAD, OPTIONS',
    '/Users' => 'GET, HEAD, POST, OPTIONS',
    "/Users/$jane" => 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS',
    '/Users/.search' => 'POST, OPTIONS',
    '/Groups' => 'GET, HEAD, POST, OPTIONS',
    "/Groups/$devs" => 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS',
    '/Groups/.search' => 'POST, OPTIONS',
    '/.search' => 'POST, OPTIONS',
    '/Bulk' => 'POST, OPTIONS',
    '/Me' => 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS',
    '/ServiceProviderConfig' => 'GET, HEAD, OPTIONS',
    '/ResourceTypes' => 'GET, HEAD, OPTIONS',
    '/ResourceTypes/User' => 'GET, HEAD, OPTIONS',
    '/Schemas' => 'GET, HEAD, OPTIONS',
    "/Schemas/$core:User" => 'GET, HEAD, OPTIONS',
);

for my $where (sort keys %paths) {
    my $allow = $paths{$where};
    my %allowed = map { $_ => 1 } split /, /, $allow;
    my $name = $where eq '' ? 'the base' : $where;

    my $answer = asked(http("OPTIONS $path$where"));
    is("$answer->{status} $answer->{headers}{allow}", "204 $allow",
        "$name: OPTIONS, without a token (#59)");
    is($answer->{body}, '', "$name: OPTIONS: no body");

    for my $method (qw(GET HEAD POST PUT PATCH DELETE PROPFIND LOCK MOVE)) {
        next if $allowed{$method};
        $answer = asked(http("$method $path$where", $bearer, $type, \'{}'),
            $method eq 'HEAD');
        is($answer->{status}, 405, "$name: $method: 405 (#53, #59)");
        is($answer->{headers}{allow}, $allow, "$name: $method: Allow (#59)");
        is($answer->{json}{status}, '405', "$name: $method: as SCIM has it")
            if $method ne 'HEAD';
    }

    next if !$allowed{GET};
    my @request = ($bearer, $type, 'X-Me: jane');
    for my $query ('', '?filter=(', '?attributes=id') {
        my $get = asked(http("GET $path$where$query", @request));
        my $head = asked(http("HEAD $path$where$query", @request), 1);
        delete $_->{headers}{date} for $get, $head;
        is($head->{status}, $get->{status},
            "$name$query: HEAD: $get->{status} (#59)");
        is_deeply($head->{headers}, $get->{headers},
            "$name$query: HEAD: the headers of GET (#59)");
        is($get->{headers}{'content-length'}, length $get->{body},
            "$name$query: as long as is said");
    }

    my $plain = asked(http("GET $path$where", @request));
    for my $untidy ("$where/", $where =~ s{/}{//}gr, "/./$where",
        "/x/..$where", $where =~ s/([A-Z])/sprintf '%%%x', ord $1/ger,
        "$where?", "$where///?&&")
    {
        $answer = asked(http("GET $path$untidy", @request));
        is("$answer->{status} $answer->{body}",
            "$plain->{status} $plain->{body}", "GET $untidy: the same (#206)");
        ok(!exists $answer->{headers}{location}
            || $where eq '/Me', "GET $untidy: no redirect (#206)");
    }
}

is(asked(http('OPTIONS *'))->{json}{status}, '400',
    'OPTIONS of the server: an error, as SCIM has it');
is(asked(http("OPTIONS $path/Nonsense"))->{status}, 404,
    'OPTIONS of nothing: 404');


# --- writes at paths that are not tidy ---

{
    my $untidy = $path =~ s{/}{//}gr;
    my $answer = asked(http("POST $untidy//Users//", $bearer, $type,
        \'{"userName":"untidy"}'));
    is($answer->{status}, 201, 'a creation, many slashes (#206)');
    my $id = $answer->{json}{id};
    is($answer->{headers}{location}, "http://localhost$path/Users/$id",
        'its location is tidy (#62)');
    is($answer->{headers}{'content-location'}, $answer->{headers}{location},
        'so is its Content-Location (#18, #204)');
    is($answer->{json}{meta}{location}, $answer->{headers}{location},
        'and in the body (#62)');
    is(asked(http("PUT $untidy/Users/$id/", $bearer, $type,
        \'{"userName":"untidier"}'))->{json}{userName}, 'untidier',
        'a PUT, many slashes');
    is(asked(http("PATCH $untidy/Users//$id", $bearer, $type,
        \'{"Operations":[{"op":"add","value":{"title":"x"}}]}'))
        ->{json}{title}, 'x', 'a PATCH, many slashes');
    is(asked(http("POST $untidy/Users/.search/", $bearer, $type,
        \'{"filter":"title eq \"x\""}'))->{json}{totalResults}, 1,
        'a search, many slashes');
    is(asked(http("DELETE $untidy/Users/$id//", $bearer))->{status}, 204,
        'a removal, many slashes');
}


# --- where an answer is about one resource, it says which ---

for my $case (
    [ GET => "/Users/$jane" ], [ GET => "/Groups/$devs" ],
    [ GET => "/Users/$jane?attributes=id" ],
    [ PUT => "/Users/$jane", \%user ],
    [ PUT => "/Groups/$devs", { displayName => 'devs' } ],
    [ PATCH => "/Users/$jane", { Operations => [
        { op => 'add', value => { title => 'x' } } ] } ],
    [ PATCH => "/Groups/$devs?attributes=id", { Operations => [
        { op => 'add', value => { displayName => 'ops' } } ] } ],
    [ GET => '/ResourceTypes/User' ], [ GET => "/Schemas/$core:User" ],
    [ GET => '/ServiceProviderConfig' ],
) {
    my ($method, $where, $body) = @$case;
    my $answer = $scim->request($method, $where, $body);
    my $url = $scim->base . $where =~ s/\?.*//r;
    is($answer->{headers}{'content-location'}, $url,
        "$method $where: Content-Location (#204)");
    ok(!exists $answer->{headers}{location},
        "$method $where: nothing is elsewhere");
    is($answer->{json}{meta}{location}, $url,
        "$method $where: meta.location is the same (#18)")
        if exists $answer->{json}{meta};
}


# --- decoded once ---

{
    my $name = 'a%20b+c%2Bd&e=f';
    is($scim->post('/Users', { userName => $name })->{status}, 201,
        'a name with escapes in it');
    my $escaped = $name =~ s/([^a-z])/sprintf '%%%02X', ord $1/ger;
    is($scim->get("/Users?filter=userName+eq+%22$escaped%22")
        ->{json}{totalResults}, 1, 'found, escaped once');
    my $twice = $escaped =~ s/%/%25/gr;
    is($scim->get("/Users?filter=userName+eq+%22$twice%22")
        ->{json}{totalResults}, 0, 'not found, escaped twice');
    is($scim->get("/Users?filter=userName+eq+%22$name%22")->{status}, 400,
        'and not as it is: & ends the filter');
    is($scim->get('/Users/' . $jane =~ s/-/%2D/gr)->{json}{userName}, 'jane',
        'an id, escaped once');
    is($scim->get('/Users/' . $jane =~ s/-/%252D/gr)->{status}, 404,
        'not an id, escaped twice');
    is($scim->get("/Users/$jane+")->{status}, 404,
        'a plus is a plus in a path');
}


# --- versions of HTTP ---

for my $version ('1.0', '1.1') {
    my $of = sub { $_[0] =~ s{ HTTP/1\.1\r\n}{ HTTP/$version\r\n}r };
    my $answer = asked($of->(http("GET $path/Users/$jane", $bearer)));
    is($answer->{json}{id}, $jane, "HTTP/$version: a read");
    $answer = asked($of->(http("POST $path/Users", $bearer, $type,
        \qq({"userName":"http$version"}))));
    is($answer->{status}, 201, "HTTP/$version: a creation");
    my $id = $answer->{json}{id};
    is(asked($of->(http("PUT $path/Users/$id", $bearer, $type,
        \qq({"userName":"http-$version"}))))->{status}, 200,
        "HTTP/$version: a PUT");
    is(asked($of->(http("PATCH $path/Groups/$devs", $bearer, $type,
        \'{"Operations":[{"op":"remove","path":"externalId"}]}')))->{status},
        204, "HTTP/$version: a PATCH");
    is(asked($of->(http("GET $path/Users/$id", $bearer,
        'If-None-Match: *')), 1)->{status}, 304, "HTTP/$version: 304");
    is(asked($of->(http("DELETE $path/Users/$id", $bearer)))->{status}, 204,
        "HTTP/$version: a removal");
    is(asked($of->(http("GET $path/Users/$id", $bearer)))->{json}{status},
        '404', "HTTP/$version: an error");
}

my @h2 = (authorization => 'Bearer ' . $t->token,
    'content-type' => 'application/scim+json');

# h2(METHOD, PATH, BODY, HEADER => VALUE, ...): the status; BODY is an array of
# what the data frames have
sub h2 {
    my ($method, $where, $body, @headers) = @_;
    my @frames = map { frame(0, 0, 1, $_) } @{ $body // [] };
    push @frames, frame(0, 1, 1, '') if $body;
    my $wire = wire($h2, $SCIM::Wire::h2_preface . join '',
        h2_headers(1, !$body, $method => "$path$where", @h2, @headers),
        @frames);
    my $status = $wire->h2_status(1);
    $wire->close;
    return $status;
}

is(h2(GET => "/Users/$jane"), 200, 'HTTP/2: a read');
is(h2(HEAD => "/Users/$jane"), 200, 'HTTP/2: HEAD');
is(h2(OPTIONS => '/Users'), 204, 'HTTP/2: OPTIONS');
is(h2(POST => '/Users', [ '{"user', 'Name":"h', '2"}' ]), 201,
    'HTTP/2: a creation, in pieces, of no length');
is(h2(POST => '/Users', [ '{"userName":"h2"}' ], 'content-length' => 17),
    409, 'HTTP/2: once more, with its length');
is(h2(POST => '/Users', []), 400, 'HTTP/2: an empty body');
is(h2(POST => '/Users', [ ('{"userName":"' . 'x' x 10_000), 'x"}' ]), 201,
    'HTTP/2: a larger body');
is(h2(PUT => "/Users/$jane", [ '{"userName":"jane"}' ], 'if-match' => '"0"'),
    412, 'HTTP/2: another version');
is(h2(PATCH => "/Groups/$devs", [ '{"Operations":[{"op":"remove",'
    . '"path":"externalId"}]}' ]), 204, 'HTTP/2: a PATCH');
is(h2(GET => "/Users/$jane", undef, 'if-none-match' => '*'), 304,
    'HTTP/2: 304');
is(h2(POST => '/Users', [ 'x' ], 'content-length' => 17_000_000), 413,
    'HTTP/2: too large');
is(h2(PUT => '/Users', [ '{}' ]), 405, 'HTTP/2: another method');
is(h2(GET => '/Users?filter=(' ), 400, 'HTTP/2: an error');
is(h2(DELETE => "/Groups/$devs"), 204, 'HTTP/2: a removal');

# the whole answer, by another client
sub curl {
    my ($where, @options) = @_;
    my $command = join ' ', 'curl -s -i', map { "'$_'" } @options,
        '-H', $bearer, '-H', 'Host: localhost',
        "http://127.0.0.1:$h2$path$where";
    my ($head, $body) = split /\r\n\r\n/, `$command`, 2;
    my %headers = map { /^([^:]+): (.*)$/ ? (lc $1, $2) : () }
        split /\r\n/, $head;
    delete $headers{date};
    delete $headers{connection};
    return ($head =~ m{^HTTP/\S+ (\d+)}, \%headers, $body);
}

for my $where ("/Users/$jane", '/Users', '/Users/none', '/Schemas',
    '/Users?filter=(')
{
    my ($status, $headers, $body) = curl($where, '--http2-prior-knowledge');
    my $plain = asked(http("GET $path$where", $bearer));
    delete @{ $plain->{headers} }{qw(date connection)};
    is($status, $plain->{status}, "HTTP/2, $where: $status");
    is($body, $plain->{body}, "HTTP/2, $where: the body of HTTP/1.1");
    is_deeply($headers, $plain->{headers},
        "HTTP/2, $where: the headers of HTTP/1.1");
}


# --- chunks ---

sub chunked {
    my ($chunks) = @_;
    return asked(http("POST $path/Users", $bearer, $type,
        'Transfer-Encoding: chunked') . $chunks);
}

is(chunked("1;name=\"v\"\r\n{\r\n14\r\n\"userName\":\"chunks\"}\r\n"
    . "0\r\nX-Trailer: x\r\n\r\n")->{json}{userName}, 'chunks',
    'chunks with extensions, and a trailer');
is(chunked("0\r\n\r\n")->{status}, 400, 'no chunk');
is(chunked("0000002\r\n{}\r\n000\r\n\r\n")->{json}{scimType}, 'invalidValue',
    'chunks with zeros');
is(chunked("-1\r\n{}\r\n0\r\n\r\n")->{status}, 400, 'no number');


# --- compressed ---

my @gzip = 'Accept-Encoding: gzip';
my $plain = asked(http("GET $path/Users/$jane", $bearer));
my $tag = $plain->{headers}{etag};


# unzipped(REQUEST): the headers of its answer, and its body as it was before
# it was compressed and came in chunks
sub unzipped {
    my ($request) = @_;
    my $wire = wire($port,
        $request =~ s/\r\n\r\n/\r\nConnection: close\r\n\r\n/r);
    1 while $wire->more(20);
    my ($head, $body) = $wire->{in} =~ /\A(.*?\r\n)\r\n(.*)\z/s;
    my %headers = map { /^([^:]+): (.*)\r$/ ? (lc $1, $2) : () }
        split /\n/, $head;
    if (($headers{'transfer-encoding'} // '') eq 'chunked') {
        my $whole = '';
        while ($body =~ s/\A([0-9a-f]+)\r\n//) {
            $whole .= substr $body, 0, hex $1, '';
            substr $body, 0, 2, '';
        }
        $body = $whole;
    }
    $body = Compress::Zlib::memGunzip($body)
        if ($headers{'content-encoding'} // '') eq 'gzip';
    return (\%headers, $body);
}

my ($headers, $body) = unzipped(http("GET $path/Users/$jane", $bearer, @gzip));
is($headers->{'content-encoding'}, 'gzip', 'gzip: as it was asked for');
is($headers->{'content-type'}, 'application/scim+json', 'gzip: the type');
is($headers->{vary}, 'Accept-Encoding', 'gzip: it varies');
is($body, $plain->{body}, 'gzip: the same JSON');
is($headers->{etag}, $tag, 'gzip: the same version (#145)');
like($headers->{etag}, qr{^W/"}, 'gzip: a weak one (#19)');

($headers, $body) = unzipped(http("GET $path/Users?filter=(", $bearer, @gzip));
is(JSON::PP::decode_json($body)->{status}, '400', 'gzip: an error');
($headers, $body) = unzipped(http("GET $path/Users", $bearer, @gzip));
is($body, asked(http("GET $path/Users", $bearer))->{body}, 'gzip: a list');

# what a compressed answer is tagged with is good for all that a tag is for
for my $condition (map { "If-None-Match: $_" }
    $tag, "W/\"0\", $tag", '*', $tag =~ s{^W/}{}r)
{
    for my $encoding ([], \@gzip) {
        my $answer = asked(http("GET $path/Users/$jane", $bearer, $condition,
            @$encoding), 1);
        is($answer->{status}, 304, "gzip: $condition: 304 (#146)");
        is($answer->{headers}{etag}, $tag, 'with the version');
        ok(!exists $answer->{headers}{'content-encoding'}, 'and no coding');
    }
}
for my $case ([ PUT => '{"userName":"jane","title":"1"}', 200 ],
    [ PATCH => '{"Operations":[{"op":"add","value":{"title":"2"}}]}', 200 ],
    [ DELETE => undef, 204 ])
{
    my ($method, $content, $status) = @$case;
    my ($before) = unzipped(http("GET $path/Users/$jane", $bearer, @gzip));
    my @content = defined $content ? ($type, \$content) : ();
    unzipped(http("$method $path/Users/$jane", $bearer, @gzip,
        'If-Match: W/"0"', @content));
    is($scim->get("/Users/$jane")->{headers}{etag}, $before->{etag},
        "gzip: $method, another version: nothing is done (#147)");
    my $wire = wire($port, http("$method $path/Users/$jane", $bearer, @gzip,
        "If-Match: $before->{etag}", @content));
    $wire->more(20);
    like($wire->{in}, qr{^HTTP/1\.1 $status }, "gzip: $method, If-Match with "
        . "the tag of a compressed answer: $status (#147)");
    $wire->close;
}

$t->finish;
done_testing();
