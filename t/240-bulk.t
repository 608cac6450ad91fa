# Bulk requests (RFC 7644, section 3.7), and /Me (section 3.11).

use strict;
use warnings;

use lib 't/lib';

use SCIM::Test;
use Test::More;

my $api = 'urn:ietf:params:scim:api:messages:2.0';
my $t = SCIM::Test->new(http => 'scim_max_operations 200;'
    . ' scim_me $http_x_person;', workers => 2);
my $scim = $t->scim;


# bulk(OPERATION, ...): the answer, and the operations' statuses
sub bulk {
    my (%option) = ref $_[-1] eq 'HASH' && $_[-1]{options}
        ? %{ (pop)->{options} } : ();
    my $answer = $scim->post('/Bulk', {
        schemas => [ "$api:BulkRequest" ], Operations => [ @_ ], %option,
    });
    return ($answer, join ' ',
        map { $_->{status} } @{ $answer->{json}{Operations} // [] });
}


sub create {
    my ($endpoint, $id, %data) = @_;
    return { method => 'POST', path => "/$endpoint", bulkId => $id,
        data => \%data };
}


# --- references, in any order ---

my ($answer, $statuses) = bulk(
    create(Groups => 'g', displayName => 'devs',
        members => [ map { { value => "bulkId:$_" } } qw(a b) ]),
    create(Users => 'a', userName => 'ann'),
    create(Users => 'b', userName => 'bob'),
    create(Users => 'c', userName => 'ann'),
    { method => 'PATCH', path => '/Users/bulkId:a', data => { Operations => [
        { op => 'replace', path => 'displayName', value => 'Ann' } ] } },
    { method => 'DELETE', path => '/Users/bulkId:b' },
);
is($answer->{status}, 200, 'a bulk request (#133)');
is_deeply($answer->{json}{schemas}, [ "$api:BulkResponse" ], 'its schema (#132)');
is($statuses, '201 201 201 409 200 204', 'each has its own status (#133, #134)');

my @operations = @{ $answer->{json}{Operations} };
is($operations[0]{bulkId}, 'g', 'the bulkId comes back (#133)');
like($operations[1]{location}, qr{/Users/[0-9a-f-]{36}$}, 'and where it is');
like($operations[1]{version}, qr{^W/"\d+"$}, 'and its version (#139)');
ok(!exists $operations[3]{location}, 'but not of a failed POST (#133)');
is($operations[3]{response}{scimType}, 'uniqueness', 'which says why (#133)');

my ($group) = $operations[0]{location} =~ m{/([^/]+)$};
my ($ann) = $operations[1]{location} =~ m{/([^/]+)$};
my $members = $scim->get("/Groups/$group")->{json}{members};
is_deeply([ map { $_->{value} } @$members ], [ $ann ],
    'references are resolved, whatever comes first (#135, #137)');
is($members->[0]{display}, 'Ann', 'the PATCH was made');


# --- circles ---

($answer, $statuses) = bulk(
    create(Groups => 'x', displayName => 'x',
        members => [ { value => 'bulkId:y' } ]),
    create(Groups => 'y', displayName => 'y',
        members => [ { value => 'bulkId:x' } ]),
);
is($statuses, '201 201', 'groups that are members of each other (#136)');
my %of = map { $_->{displayName} => $_->{members}[0]{display} }
    @{ $scim->get('/Groups?filter=displayName+ne+%22devs%22')
        ->{json}{Resources} };
is_deeply(\%of, { x => 'y', y => 'x' }, 'are so (#136)');


# --- what goes wrong ---

($answer, $statuses) = bulk(
    create(Users => 'd', userName => 'ann'),
    create(Users => 'e', userName => 'eve'),
    create(Users => 'f', userName => ''),
    create(Users => 'g', userName => 'gus'),
    { options => { failOnErrors => 2 } },
);
is($statuses, '409 201 400', 'it stops after so many errors (#134)');
is($scim->get('/Users?filter=userName+eq+%22gus%22&count=0')
    ->{json}{totalResults}, 0, 'and does nothing more');

($answer, $statuses) = bulk(
    { method => 'PUT', path => '/Users/none', data => { userName => 'x' } },
    { method => 'GET', path => "/Users/$ann" },
    { method => 'POST', path => '/Bulk', bulkId => 'z', data => {} },
    { method => 'POST', path => '/Users', bulkId => 'm' },
    create(Groups => 'n', displayName => 'n',
        members => [ { value => 'bulkId:nobody' } ]),
    create(Users => 'o', userName => 'otto'),
    create(Users => 'o', userName => 'ottilie'),
);
like($statuses, qr/^404 400 400 400 409 201 4(00|09)$/,
    'each for itself (#133, #140, #141)');

my $version = $scim->get("/Users/$ann")->{headers}{etag};
($answer, $statuses) = bulk(
    { method => 'PUT', path => "/Users/$ann", version => 'W/"1"',
        data => { userName => 'ann', title => 'lost' } },
    { method => 'PATCH', path => "/Users/$ann", version => $version,
        data => { schemas => [ "$api:PatchOp" ], Operations => [
            { op => 'add', path => 'title', value => 'kept' } ] } },
);
is($statuses, '412 200', 'a version is If-Match (#139, #142)');
is($scim->get("/Users/$ann")->{json}{title}, 'kept', 'and guards the write');

my $too_many = (bulk(map { create(Users => "n$_", userName => "n$_") } 1 .. 201))[0];
is($too_many->{status}, 413, 'too many operations (#138)');
like($too_many->{json}{detail}, qr/200/, 'the limit is told (#138)');

my $limit = $scim->get('/ServiceProviderConfig')->{json}{bulk}{maxPayloadSize};
my $too_large = $scim->post('/Bulk', '{"Operations":['
    . ' ' x ($limit - 16) . ']}');
is($scim->post('/Bulk', '{"Operations":[' . ' ' x ($limit - 17) . ']}')
    ->{status}, 400, 'a body as large as may be is read');
is($too_large->{status}, 413, 'one that is larger is not (#138)');
like($too_large->{json}{detail}, qr/maxPayloadSize: $limit\b/,
    'the limit is told (#138)');

for my $body (undef, '{', '[]', '{}', '{"Operations":[]}', '{"Operations":7}') {
    my $refused = $scim->post('/Bulk', $body);
    is($refused->{status}, 400, 'no bulk request: ' . ($body // 'nothing'));
}


# --- many, side by side ---

($answer, $statuses) = bulk(
    map { create(Users => "m$_", userName => "many$_") } 1 .. 200);
is($statuses, join(' ', ('201') x 200), '200 at once');
is($scim->get('/Users?filter=userName+sw+%22many%22&count=0')
    ->{json}{totalResults}, 200, 'are there');

# the permissions are those of the operations
my ($integration) = $t->endpoint =~ m{/integrations/([^/]+)/};
my $key = "scim:{demo}:integration:$integration";
my $permissions = $t->redis->command(HGET => $key, 'permissions');
$t->redis->command(HSET => $key, 'permissions', 'GROUPS:CREATE');
($answer, $statuses) = bulk(
    create(Users => 'p', userName => 'pat'),
    create(Groups => 'q', displayName => 'q'),
);
is($statuses, '403 201', 'each needs its permission (#158)');
$t->redis->command(HSET => $key, 'permissions', $permissions);


# --- /Me ---

is($scim->get('/Me')->{status}, 404, 'nobody (#144)');
my $me = { 'X-Person' => 'ANN' };
my $read = $scim->get('/Me', undef, $me);
is($read->{status}, 200, 'the user that the variable names (#143)');
is($read->{json}{id}, $ann, 'is that one');
like($read->{headers}{'content-location'}, qr{/Users/\Q$ann\E$},
    'whose own path is told (#144)');
is($scim->patch('/Me', { Operations => [
    { op => 'replace', path => 'title', value => 'me' } ] }, $me)->{json}{title},
    'me', 'can be changed (#143)');
is($scim->put('/Me', { userName => 'ann' }, $me)->{status}, 200, 'replaced');
is($scim->post('/Me', { userName => 'x' }, $me)->{status}, 405, 'not created');

# in any response, whatever its status
for my $case (
    [ GET => undef, {}, 200 ], [ HEAD => undef, {}, 200 ],
    [ GET => undef, { 'If-None-Match' => '*' }, 304 ],
    [ GET => undef, { 'If-Match' => '"0"' }, 412 ],
    [ PUT => { userName => 'ann' }, {}, 200 ],
    [ PUT => { userName => '' }, {}, 400 ],
    [ PUT => { userName => 'eve' }, {}, 409 ],
    [ PATCH => { Operations => [ { op => 'add', value => { title => 'x' } } ] },
        {}, 200 ],
    [ PATCH => { Operations => [] }, {}, 400 ],
    [ PATCH => { Operations => [ { op => 'add', value => { title => 'x' } } ] },
        { 'If-Match' => '"0"' }, 412 ],
    [ DELETE => undef, { 'If-Match' => '"0"' }, 412 ],
    [ DELETE => undef, {}, 204 ],
) {
    my ($method, $body, $headers, $status) = @$case;
    my $answer = $scim->request($method, '/Me', $body, { %$me, %$headers });
    is($answer->{status}, $status, "/Me, $method: $status");
    is($answer->{headers}{location} =~ s{^https?://[^/]+}{}r,
        $scim->base =~ s{^https?://[^/]+}{}r . "/Users/$ann",
        "/Me, $method, $status: Location is the user's own (#144)");
}
is($scim->get("/Users/$ann")->{status}, 404, 'and removed');
is($scim->get('/Me', undef, $me)->{headers}{location}, undef,
    'nobody is nowhere (#144)');

$t->finish;
done_testing();
