# Any bytes on any location: an answer, or nginx closes the connection; never a
# crash, never a hang, never an error of the server's. Bounded, and the same
# each time; SCIM_SEED=N tries others.

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use SCIM::Bytes;
use SCIM::Faults;
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;
use Time::HiRes qw(sleep);

my $json = JSON::PP->new->utf8->canonical;

my $t = SCIM::Test->new(http => <<'END_HTTP');
    client_header_timeout 300ms;
    client_body_timeout 300ms;
    lingering_timeout 100ms;
    lingering_time 200ms;
    keepalive_timeout 300ms;
END_HTTP
my $port = $t->nginx->port;
my $scim = client($t);
my $path = $scim->base =~ s{^https?://[^/]+}{}r;
my $bearer = 'Authorization: Bearer ' . $t->token;
my $admin = "Authorization: Bearer $SCIM::Test::admin_token";
my $type = 'Content-Type: application/scim+json';
my $id = $scim->post('/Users', { userName => 'jane' })->{json}{id};
my $group = $scim->post('/Groups', { displayName => 'all' })->{json}{id};
my $enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
my $bytes = SCIM::Bytes->new(words => [ $id, $group ]);
sleep 0.5;                          # until connections kept alive are gone
my $before = before_fault($t);


# all_at_once(REQUEST...): each one's first answer, or undef if nginx closed
# the connection without; dies if it did neither
sub all_at_once {
    my (@requests) = @_;

    my @answers;
    while (my @some = splice @requests, 0, 40) {
        my @wires = map { wire($port, $_) } @some;
        for my $wire (@wires) {
            my $answer = $wire->answer(20);
            die "neither answered nor closed\n"
                if !$answer && $wire->more(0.1);
            push @answers, $answer;
            $wire->close;
        }
    }
    return @answers;
}


# checked(NAME, ALLOWED, REQUEST...): statuses that match, and JSON
sub checked {
    my ($name, $allowed, @requests) = @_;

    my (@wrong, %seen);
    my @answers = eval { all_at_once(@requests) };
    is($@, '', "$name: each is answered, or the connection closed");
    for my $i (0 .. $#answers) {
        my $answer = $answers[$i];
        my $status = $answer ? $answer->{status} : 'closed';
        $seen{$status}++;
        my $fine = $status =~ $allowed
            && (!$answer || !length $answer->{body}
                || ref $answer->{json} eq 'HASH');
        push @wrong, "$status to $requests[$i]\n" . ($answer
            ? $answer->{body} : '') if !$fine;
    }
    is(scalar @wrong, 0, "$name: with a status that is right, in JSON ("
        . scalar(@answers) . ')')
        or diag(map { s/[^\n -~]/sprintf '\x%02x', ord $&/ger . "\n---\n" }
            @wrong[0 .. ($#wrong > 3 ? 3 : $#wrong)]);
    note(join ' ', map { "$_:$seen{$_}" } sort keys %seen);
    recovered($before, $name);
}


# --- messages ---

my @user = ({
    schemas => ['urn:ietf:params:scim:schemas:core:2.0:User', $enterprise],
    userName => 'bytes', externalId => 'e1', active => JSON::PP::true,
    name => { givenName => 'B', familyName => 'Y' }, displayName => "B\x{fc}",
    emails => [{ value => 'b@example.com', type => 'work',
        primary => JSON::PP::true }],
    $enterprise => { department => 'D', manager => { value => $id } },
});
my @user_patch = map { { schemas =>
    ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations => $_ } } (
    [{ op => 'replace', path => 'active', value => JSON::PP::false }],
    [{ op => 'add', value => { displayName => 'x', title => 'y' } }],
    [{ op => 'replace', path => 'emails[type eq "work"].value',
        value => 'x@example.com' },
     { op => 'remove', path => 'emails[value sw "x" and primary eq true]' }],
    [{ op => 'Replace', path => "$enterprise:department", value => 'E' }],
);
my @group = ({ schemas => ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName => 'bytes', externalId => 'g1', members => [
        { value => $id, display => 'x', type => 'User' }] });
my @group_patch = map { { Operations => $_ } } (
    [{ op => 'add', path => 'members', value => [{ value => $id }] }],
    [{ op => 'remove', path => "members[value eq \"$id\"]" }],
    [{ op => 'replace', value => { id => $group, displayName => 'z' } }],
);
my @search = ({ schemas =>
    ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
    filter => 'userName sw "j"', attributes => ['userName'], startIndex => 1,
    count => 2 });

my @bulk = ({ schemas => ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    failOnErrors => 2, Operations => [
        { method => 'POST', path => '/Groups', bulkId => 'g', data => {
            displayName => 'bulk', members => [{ value => 'bulkId:u' }] } },
        { method => 'POST', path => '/Users', bulkId => 'u', data => {
            userName => 'bulk' } },
        { method => 'PATCH', path => "/Users/$id", version => 'W/"1"',
            data => $user_patch[0] },
        { method => 'DELETE', path => '/Groups/bulkId:g' } ] });

my @places = (
    ["POST $path/Bulk", $bearer, \@bulk],
    ["POST $path/Users", $bearer, \@user],
    ["PUT $path/Users/$id", $bearer, \@user],
    ["PATCH $path/Users/$id", $bearer, \@user_patch],
    ["POST $path/Groups", $bearer, \@group],
    ["PUT $path/Groups/$group", $bearer, \@group],
    ["PATCH $path/Groups/$group", $bearer, \@group_patch],
    ["POST $path/Users/.search", $bearer, \@search],
    ["POST $path/.search", $bearer, \@search],
    ['POST /api/v1/tenants', $admin, [{ id => 'bytes', name => 'Bytes' }]],
    ['POST /api/v1/demo/integrations', $admin, [{ name => 'bytes',
        description => 'd', type => 'SCIM 2.0', profile => 'strict' }]],
);

for my $place (@places) {
    my ($line, $token, $messages) = @$place;
    checked("$line, bodies", qr/^(20[014]|4\d\d)$/, map {
        my $message = $messages->[$_ % @$messages];
        http($line, $token, $type, \$bytes->mutate($json->encode($message)))
    } 1 .. 200);
}


# --- queries ---

my @queries = (
    'filter=userName eq "jane"', 'filter=emails[type eq "work" and value co "x"]',
    'filter=not (active eq true) or externalId pr&startIndex=2&count=3',
    'attributes=userName,emails.value&filter=id eq "' . $id . '"',
    'excludedAttributes=members,groups&sortBy=userName&sortOrder=descending',
    'cursor&count=2', 'startIndex=-1&count=99999999999',
    "filter=$enterprise:department sw \"D\"",
    'filter=meta.lastModified gt "2011-05-13T04:42:34Z"',
);
my $escape = sub { $_[0] =~ s/([^A-Za-z0-9=&._~-])/sprintf '%%%02x', ord $1/ger };

for my $endpoint ('Users', "Users/$id", 'Groups', "Groups/$group", '', 'Me',
    'ServiceProviderConfig', 'ResourceTypes', 'Schemas')
{
    checked("GET /$endpoint, queries", qr/^(20[04]|30[48]|4\d\d|501)$/, map {
        http("GET $path/$endpoint?"
            . $escape->($bytes->mutate($queries[$_ % @queries])), $bearer)
    } 1 .. 100);
}


# --- cursors: of a list, made worse, and any bytes ---

my $cursor = $scim->get('/?cursor&count=1')->{json}{nextCursor};
checked('cursors', qr/^(200|400|414)$/, map {
    my $bad = $_ % 4 ? $bytes->mutate($cursor) : $bytes->bytes(100);
    $_ % 2 ? http("GET $path/?count=1&cursor=" . $escape->($bad), $bearer)
        : http("POST $path/.search", $bearer, $type, \$json->encode(
            { count => 1, cursor => $bad }));
} 1 .. 300);


# --- versions ---

my @tags = ('W/"1"', '"1", W/"2"', '*', 'W/"' . 9 x 30 . '"', '"1' x 50);
for my $header ('If-Match', 'If-None-Match') {
    checked("$header", qr/^(closed|20[04]|304|400|404|412)$/, map {
        my $tag = $bytes->mutate($tags[$_ % @tags]) =~ tr/\0\r\n//dr;
        (http("GET $path/Users/$id", $bearer, "$header: $tag"),
         http("PUT $path/Users/$id", $bearer, $type, "$header: $tag",
             \'{"userName":"jane"}'),
         http("PATCH $path/Groups/$group", $bearer, $type, "$header: $tag",
             \$json->encode($group_patch[0])),
         http("DELETE $path/Groups/none", $bearer, "$header: $tag"));
    } 1 .. 60);
}


# --- paths: tenants, integrations, endpoints, ids ---

my @paths = ("$path/Users/$id", "$path/Groups/$group", "$path/Users/.search",
    "$path/Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
    "$path/ResourceTypes/User", $path, "$path/Me",
    '/api/v1/tenants/demo', '/api/v1/demo/integrations');
my $segment = sub {
    $_[0] =~ s/([^A-Za-z0-9\/:._~-])/sprintf '%%%02x', ord $1/ger
};
for my $method (qw(GET PUT PATCH DELETE OPTIONS)) {
    checked("$method, paths", qr/^(closed|20[04]|400|401|404|405|412|414|501)$/,
        map {
            my $bad = $_ % 5 ? $bytes->mutate($paths[$_ % @paths])
                : "$path/" . $bytes->bytes(60);
            http("$method /" . $segment->($bad) =~ s{^/+}{}r, $bearer, $type,
                'If-Match: "0"', $method =~ /^P/ ? \'{}' : ());
        } 1 .. 80);
}


# --- other headers that are looked at ---

my @headers = ('Authorization: Bearer ' . $t->token, "Accept: */*;q=0.5, a/b",
    'Content-Type: application/scim+json; charset=utf-8',
    'Content-Encoding: identity', 'Expect: 100-continue', 'Host: localhost:80',
    'If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT', 'Range: bytes=0-1',
    'Accept-Encoding: gzip;q=1.0, *;q=0', 'X-HTTP-Method-Override: DELETE',
    'Transfer-Encoding: chunked', 'Connection: keep-alive', 'Cookie: a=b');
checked('headers', qr/^(closed|100|200|201|304|4\d\d|501)$/, map {
    my ($name, $value) = split /: /, $headers[$_ % @headers], 2;
    my $bad = "$name: " . $bytes->mutate($value) =~ tr/\0\r\n//dr;
    my @with = $name eq 'Authorization' ? $bad : ($bearer, $bad);
    (http("GET $path/Users/$id", @with),
     http("POST $path/Users", @with, \qq({"userName":"headers$_"})));
} 1 .. 200);


# --- whole requests: the line, the headers, the framing ---

my @whole = (
    http("GET $path/Users/$id", $bearer, 'If-None-Match: W/"1"'),
    http("GET $path/Users?filter=userName+eq+%22jane%22", $bearer),
    http("POST $path/Users", $bearer, $type, \$json->encode($user[0])),
    http("POST $path/Users", $bearer, $type, 'Transfer-Encoding: chunked')
        . "10\r\n{\"userName\":\"xyz\r\n2\r\n\"}\r\n0\r\n\r\n",
    http("PATCH $path/Groups/$group", $bearer, $type, 'If-Match: *',
        \$json->encode($group_patch[0])),
    http("DELETE $path/Groups/none", $bearer),
    http("OPTIONS $path/Users", 'Expect: 100-continue'),
    http('GET /api/v1/tenants', $admin),
    http('POST /api/v1/demo/integrations/x/enable', $admin, \''),
    http('GET /scim_error'),
    http('GET /'),
);

checked('whole requests', qr/^(closed|100|[245]\d\d)$/,
    map { $bytes->mutate($whole[$_ % @whole]) } 1 .. 600);

# what it is that fails must not be the server
my $errors = () = $t->nginx->access_log =~ /" 500 /g;
is($errors, 0, 'whole requests: none is an internal error');


# --- no requests at all ---

checked('random bytes', qr/^(closed|400|405|414|501|505)$/, map {
    $bytes->bytes(400)
} 1 .. 150);

checked('random bytes behind a request line', qr/^(closed|100|[24]\d\d|501|505)$/,
    map {
        ($whole[$bytes->pick(scalar @whole)] =~ /\A(.*?\r\n)/s)[0]
            . $bytes->bytes(400)
    } 1 .. 150);


# --- sizes ---

checked('large ones', qr/^(closed|4\d\d|2\d\d)$/,
    http("GET $path/Users?filter=" . 'a' x 40_000, $bearer),
    http("GET $path/" . 'a/' x 10_000, $bearer),
    http("GET $path/Users", $bearer, 'X-Header: ' . 'x' x 40_000),
    http("GET $path/Users", map { "X-$_: x" } 1 .. 2000),
    http("GET $path/Users?filter=" . $escape->('(' x 3000), $bearer),
    http("GET $path/Users?filter=" . $escape->(join ' or ',
        ('userName eq "a"') x 300), $bearer),
    http("POST $path/Users", $bearer, $type, \('[' x 100_000)),
    http("POST $path/Users", $bearer, $type, \('{"a":' x 100_000)),
    http("POST $path/Users", $bearer, $type,
        \('{"userName":"' . 'x' x 1_000_000 . '"}')),
    http("POST $path/Users", $bearer, $type, \('{"userName":"many","emails":['
        . join(',', ('{"value":"x"}') x 20_000) . ']}')),
    http("PATCH $path/Groups/$group", $bearer, $type,
        \('{"Operations":[' . join(',', ('{"op":"add","path":"members",'
            . '"value":[{"value":"x"}]}') x 5000) . ']}')),
    http("POST $path/Users", $bearer, $type,
        'Content-Length: 99999999999999999999'),
    http("POST $path/Users", $bearer, $type, 'Content-Length: -1'),
    http("POST $path/Users", $bearer, $type, 'Content-Length: 17000000'),
    http("POST $path/Users", $bearer, $type, 'Transfer-Encoding: chunked')
        . "fffffffffffffffff\r\n",
    http('POST /api/v1/tenants', $admin, 'Content-Length: 70000'),
);

is($scim->get("/Users/$id")->{status}, 200, 'and the user is still there');
$t->finish;
done_testing();
