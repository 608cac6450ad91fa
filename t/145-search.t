# Queries as messages (/.search), and over users and groups together.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $scim = $t->scim;
    my $jane = $scim->post('/Users',
        { userName => 'jane', displayName => 'x', externalId => 'same' });
    my $john = $scim->post('/Users', { userName => 'john' });
    my $devs = $scim->post('/Groups', {
        displayName => 'x', externalId => 'same',
        members => [ { value => $jane->{json}{id} } ],
    });
    return (
        JANE => $jane->{json}{id}, JOHN => $john->{json}{id},
        DEVS => $devs->{json}{id},
        SEARCH =>
            '"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]',
    );
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: a query as a message (#96)
--- request in_turn
POST $SCIM/Users/.search
{$SEARCH,"filter":"userName eq \"jane\""}

POST $SCIM/Users/.search
{$SEARCH,"startIndex":2,"count":1}

POST $SCIM/Users/.search
{$SEARCH,"attributes":["userName"],"count":1}

POST $SCIM/Users/.search
{$SEARCH,"excludedAttributes":["emails","meta"],"count":1}

POST $SCIM/Groups/.search
{$SEARCH,"filter":"members.value eq \"$JANE\"","excludedAttributes":["members"]}

POST $SCIM/Users/.search
{}
--- error_code eval: [ (200) x 6 ]
--- response_headers eval
[ ('Content-Type: application/scim+json') x 6 ]
--- json in_turn
schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
totalResults: 1
startIndex: 1
itemsPerPage: 1
Resources[0].id: "$JANE"

totalResults: 2
startIndex: 2
Resources#: 1
Resources[0].id: "$JOHN"

Resources[0].userName: "jane"
Resources[0].id: "$JANE"
Resources[0].meta -

Resources[0].emails -
Resources[0].meta -
Resources[0].userName: "jane"

totalResults: 1
Resources[0].id: "$DEVS"
Resources[0].members -

totalResults: 2



=== TEST 2: messages that are none (#96)
--- request in_turn
POST $SCIM/Users/.search
{$SEARCH,"filter":"userName eq"}

POST $SCIM/Users/.search
{$SEARCH,"filter":17}

POST $SCIM/Users/.search
{$SEARCH,"count":"many"}

POST $SCIM/Users/.search
{$SEARCH,"attributes":[17]}

POST $SCIM/Users/.search
[]

POST $SCIM/Users/.search
not JSON

POST $SCIM/Users/.search
{$SEARCH,"attributes":["userName"],"excludedAttributes":["emails"]}
--- error_code eval: [ (400) x 7 ]
--- json in_turn
scimType: "invalidFilter"

scimType ~ ^invalid

scimType ~ ^invalid
detail ~ count

scimType ~ ^invalid

scimType: "invalidSyntax"

scimType: "invalidSyntax"

detail ~ excludedAttributes



=== TEST 3: over both types (#74)
--- request in_turn
GET $SCIM/

GET $SCIM?filter=displayName+eq+"X"

GET $SCIM/?filter=externalId+eq+"same"&count=1&startIndex=2

GET $SCIM/?filter=userName+eq+"john"

GET $SCIM/?filter=meta.resourceType+eq+"Group"

POST $SCIM/.search
{$SEARCH,"filter":"displayName eq \"x\""}

GET $SCIM/?count=0

GET $SCIM/?startIndex=3&count=5
--- error_code eval: [ (200) x 8 ]
--- json in_turn
totalResults: 3
Resources#: 3
Resources[0].id: "$JANE"
Resources[2].id: "$DEVS"
Resources[2].meta.resourceType: "Group"

totalResults: 2
Resources[0].id: "$JANE"
Resources[1].id: "$DEVS"

totalResults: 2
Resources#: 1
Resources[0].id: "$DEVS"

totalResults: 1
Resources[0].id: "$JOHN"

totalResults: 1
Resources[0].id: "$DEVS"

totalResults: 2

totalResults: 3
Resources: []

totalResults: 3
Resources#: 1
Resources[0].id: "$DEVS"



=== TEST 4: too many to look at (#75)
--- more_http
scim_max_scan 1;
--- request in_turn
GET $SCIM/Users?filter=displayName+co+"x"

GET $SCIM/Users?filter=userName+eq+"jane"

GET $SCIM/Users
--- error_code eval: [400, 200, 200]
--- json in_turn
scimType: "tooMany"

totalResults: 1

totalResults: 2
