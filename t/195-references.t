# Resources, and what they say of each other: each answer is a JSON object that
# names its schemas, each URL in it leads to what it says, ids are URL segments
# that nobody guesses.

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use SCIM::Test;
use Test::More;

my $PEOPLE = 400;

my $core = 'urn:ietf:params:scim:schemas:core:2.0';
my $enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
my $api = 'urn:ietf:params:scim:api:messages:2.0';
my $uuid = qr/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}
    -[0-9a-f]{12}/x;

my $t = SCIM::Test->new(workers => 2);
my $scim = $t->scim;
my $boss = $scim->post('/Users', { userName => 'boss' })->{json}{id};
my $jane = $scim->post('/Users', { userName => 'jane', $enterprise => {
    manager => { value => $boss, '$ref' => $scim->base . "/Users/$boss" } },
})->{json}{id};
my $devs = $scim->post('/Groups', { displayName => 'devs',
    members => [ map { { value => $_ } } $jane, $boss ] })->{json}{id};
my $all = $scim->post('/Groups', { displayName => 'all',
    members => [ { value => $devs } ] })->{json}{id};


# --- each resource, and each message ---

# is_resource(NAME, RESOURCE, URN): an object with its schemas
sub is_resource {
    my ($name, $resource, $urn) = @_;
    is(ref $resource, 'HASH', "$name: a JSON object (#1)");
    is(ref $resource->{schemas}, 'ARRAY', "$name: with its schemas (#1)");
    is((grep { $_ eq $urn } @{ $resource->{schemas} }), 1,
        "$name: $urn among them (#1, #12)");
    my %seen;
    is((grep { ref || !/^urn:/ || $seen{$_}++ } @{ $resource->{schemas} }), 0,
        "$name: URNs, none of them twice (#12)");
}

for my $case (
    [ "/Users/$jane", "$core:User" ], [ "/Groups/$devs", "$core:Group" ],
    [ '/ServiceProviderConfig', "$core:ServiceProviderConfig" ],
    [ '/ResourceTypes/User', "$core:ResourceType" ],
    [ "/Schemas/$core:User", "$core:Schema" ],
    [ "/Users/$jane?attributes=id", "$core:User" ],
    [ "/Groups/$devs?excludedAttributes=schemas,id", "$core:Group" ],
    [ '/Users/nobody', "$api:Error" ], [ '/Users?filter=(', "$api:Error" ],
) {
    my ($where, $urn) = @$case;
    is_resource("GET $where", $scim->get($where)->{json}, $urn);
}
is_resource('POST', $scim->post('/Users', { userName => 'new' })->{json},
    "$core:User");
is_resource('PUT', $scim->put("/Groups/$all", { displayName => 'all' })
    ->{json}, "$core:Group");
is_resource('PATCH', $scim->patch("/Users/$boss", { Operations => [
    { op => 'add', path => 'title', value => 'x' } ] })->{json}, "$core:User");
my $bulk = $scim->post('/Bulk', { Operations => [
    { method => 'DELETE', path => '/Users/none' } ] })->{json};
is_resource('bulk', $bulk, "$api:BulkResponse");
is_resource('an operation of it', $bulk->{Operations}[0]{response},
    "$api:Error");
for my $where ('', '/Users', '/Groups', '/ResourceTypes', '/Schemas') {
    my $list = $scim->get($where)->{json};
    is_resource("GET $where", $list, "$api:ListResponse");
    for my $resource (@{ $list->{Resources} }) {
        my $urn = "$core:$resource->{meta}{resourceType}";
        is_resource("GET $where, one of them", $resource, $urn);
    }
}


# --- each URL leads to what it says ---

# referenced(VALUE, PATH): the references in it, with what may be there
sub referenced {
    my ($value, $path) = @_;
    return map { referenced($_, $path) } @$value if ref $value eq 'ARRAY';
    return () if ref $value ne 'HASH';
    return map { $_ eq '$ref' ? [ $path, $value->{$_} ]
        : referenced($value->{$_}, $_) } sort keys %$value;
}

my %types;
for my $schema (@{ $scim->get('/Schemas')->{json}{Resources} }) {
    for my $attribute (@{ $schema->{attributes} }) {
        for my $sub (@{ $attribute->{subAttributes} // [] }) {
            $types{ $attribute->{name} } = $sub->{referenceTypes}
                if $sub->{name} eq '$ref';
        }
    }
}
is(join(' ', sort keys %types), 'groups manager members',
    'what refers to resources');

for my $where ("/Users/$jane", "/Users/$boss", "/Groups/$devs",
    "/Groups/$all", '/Users', '/Groups')
{
    my $resource = $scim->get($where)->{json};
    for my $reference (referenced($resource, '')) {
        my ($attribute, $url) = @$reference;
        my $there = $scim->get($url);
        is($there->{status}, 200, "$where, $attribute: leads somewhere (#6)");
        my $type = $there->{json}{meta}{resourceType};
        is((grep { $_ eq $type } @{ $types{$attribute} }), 1,
            "$where, $attribute: to a $type, as its schema says (#44)");
        is($there->{json}{meta}{location}, $url,
            "$where, $attribute: as it calls itself (#6)");
    }
    for my $one ($resource->{Resources} ? @{ $resource->{Resources} }
                                        : $resource)
    {
        is($scim->get($one->{meta}{location})->{json}{id}, $one->{id},
            "$where: meta.location leads to it (#6, #18)");
    }
}

# what has gone is not found, and nothing refers to it
my $url = $scim->base . "/Users/$boss";
is($scim->delete($url)->{status}, 204, 'somebody leaves');
is($scim->get($url)->{status}, 404, 'the URL says so (#6)');
is((grep { $_->[1] eq $url } referenced($scim->get("/Groups/$devs")->{json})),
    0, 'no group refers to it');

# members are users and groups of the tenant, and nothing else
my ($integration) = $t->endpoint =~ m{/integrations/([^/]+)/};
for my $id ($integration, $boss, 'User', "$core:User", "Users/$jane",
    $scim->base . "/Users/$jane")
{
    my $answer = $scim->patch("/Groups/$devs", { Operations => [
        { op => 'add', path => 'members', value => [ { value => $id } ] } ] });
    is($answer->{status}, 400, "a member that is none: $id (#44)");
    is($answer->{json}{scimType}, 'invalidValue', 'invalidValue');
}


# --- ids ---

my @ids = ($jane, $devs, $all);
for my $i (1 .. $PEOPLE) {
    my $client = $i % 20 ? $scim : ($scim = $t->scim);
    push @ids, $client->post($i % 4 ? '/Users' : '/Groups',
        { ($i % 4 ? 'userName' : 'displayName') => "one$i" })->{json}{id};
}
my %seen;
is((grep { $seen{$_}++ } @ids), 0, 'ids: none twice (#14)');
is((grep { !/^$uuid$/ } @ids), 0, 'ids: random UUIDs (#157)');
is((grep { /[^A-Za-z0-9._~-]/ || $_ eq 'bulkId' } @ids), 0,
    'ids: no character that a URL would have to escape (#205)');

# each of the 122 bits that are random is set in about half of them; one that
# is so far off by chance is one in 10**9
my @bits;
for my $id (@ids) {
    my $bits = unpack 'B128', pack 'H32', $id =~ tr/-//dr;
    $bits[$_] += substr $bits, $_, 1 for 0 .. 127;
}
my %fixed = map { $_ => 1 } 48 .. 51, 64, 65;
my $off = 6.2 * sqrt(@ids) / 2;
is((grep { !$fixed{$_} && abs($bits[$_] - @ids / 2) > $off } 0 .. 127), 0,
    'ids: each of their bits is random (#157)');

# nor does one tell the next
my %apart;
for my $i (1 .. $#ids) {
    $apart{ (hex substr $ids[$i], 0, 8) - (hex substr $ids[$i - 1], 0, 8) }++;
}
is((grep { $_ > 1 } values %apart), 0, 'ids: no step between two (#157)');

for my $id (@ids[0, 3 .. 8]) {
    my ($where) = $scim->get("/?filter=id+eq+%22$id%22")
        ->{json}{Resources}[0]{meta}{location};
    like($where, qr{/(?:Users|Groups)/\Q$id\E$},
        'ids: a URL\'s segment as they are (#205)');
    is($scim->get($where)->{json}{id}, $id, 'which leads there (#205)');
}

$t->finish;
done_testing();
