# Any bytes on any location: an answer, or nginx closes the connection; never a
# crash, never a hang, never an error of the server's. Bounded, and the same
# each time; SCIM_SEED=N tries others.

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use SCIM::Faults;
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;
use Time::HiRes qw(sleep);

my $seed = $ENV{SCIM_SEED} // 1;
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
sleep 0.5;                          # until connections kept alive are gone
my $before = before_fault($t);


# a random number that is the same on every machine
sub pick {
    my ($n) = @_;
    $seed = ($seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return int($seed / 65_536) % $n;
}

sub one_of { return $_[pick(scalar @_)] }

my @odd = ("\0", "\r\n", "\r\n\r\n", "\n", '%00', '%ff', '%', '%2f', '..', '"',
    '\\', '\u0000', '\ud800', '\udc00', "\xff\xfe", "\xc3\x28", "\xed\xa0\x80",
    "\xf4\x90\x80\x80", '{', '}', '[', ']', '[' x 100, '{"a":' x 100, ':', ',',
    '-', '1e999', '-0', '99999999999999999999', '0.1', 'null', 'true', "\t",
    ' ' x 50, 'A' x 300, 'userName', 'members', '$ref', 'not (', ' and ',
    ' eq ', 'urn:', "\x7f", "\x1b", '/*', '?', '#', '&', '=', '+', ';', '()',
    '[value eq "', '"]', '.', $id, $group, "\x{e2}\x{80}\x{ae}", '0x10');

sub mutate {
    my ($text) = @_;

    for (0 .. pick(4)) {
        my $length = length $text;
        my $at = $length ? pick($length) : 0;
        my $how = pick(7);
        if ($how == 0) {
            substr $text, $at, 1, chr pick(256);
        } elsif ($how == 1) {
            substr $text, $at, 1 + pick(8), '';
        } elsif ($how == 2) {
            substr $text, $at, 0, one_of(@odd);
        } elsif ($how == 3) {
            substr $text, $at, 1 + pick(12), one_of(@odd);
        } elsif ($how == 4) {
            my $piece = substr $text, $at, 1 + pick(30);
            substr $text, $length ? pick($length) : 0, 0, $piece;
        } elsif ($how == 5) {
            $text =~ s/(\d+|"[^"]*"|true|false|null)(?!.*\1)/one_of(@odd)/se;
        } else {
            substr $text, $at, 1, '' for 0 .. pick(3);
        }
        last if length $text > 20_000;
    }
    return $text;
}


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

my @places = (
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
        http($line, $token, $type, \mutate($json->encode($message)))
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
            . $escape->(mutate($queries[$_ % @queries])), $bearer)
    } 1 .. 100);
}


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
    map { mutate($whole[$_ % @whole]) } 1 .. 600);

# what it is that fails must not be the server
my $errors = () = $t->nginx->access_log =~ /" 500 /g;
is($errors, 0, 'whole requests: none is an internal error');


# --- no requests at all ---

checked('random bytes', qr/^(closed|400|405|414|501|505)$/, map {
    join '', map { chr pick(256) } 0 .. pick(400)
} 1 .. 150);

checked('random bytes behind a request line', qr/^(closed|100|[24]\d\d|501|505)$/,
    map {
        ($whole[pick(scalar @whole)] =~ /\A(.*?\r\n)/s)[0]
            . join '', map { chr pick(256) } 0 .. pick(400)
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
