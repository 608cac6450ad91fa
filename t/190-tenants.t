# Tenants: users are global, what a tenant knows of them is its own.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $acme = $t->create('acme', 'okta');
    my $demo = $t->scim;
    my $other = $t->scim($acme);

    my $jane = $demo->post('/Users', {
        userName => 'jane', externalId => 'e-1', displayName => 'Jane of demo',
        emails => [ { value => 'jane@demo' } ],
    });
    my $same = $other->post('/Users',
        { userName => 'Jane', displayName => 'Jane of acme' });
    my $john = $other->post('/Users', { userName => 'john' });
    my $devs = $other->post('/Groups', {
        displayName => 'devs', members => [ { value => $john->{json}{id} } ],
    });
    my $sibling = $t->create('demo', 'sibling');

    return (
        JANE => $jane->{json}{id}, JOHN => $john->{json}{id},
        SAME => $same->{json}{id}, DEVS => $devs->{json}{id},
        ETAG => $same->{headers}{etag},
        ACME => $acme->{endpoint} =~ s{^http://[^/]+}{}r,
        ACME_TOKEN => $acme->{secretToken},
        SIBLING => $sibling->{endpoint} =~ s{^http://[^/]+}{}r,
        SIBLING_TOKEN => $sibling->{secretToken},
    );
};
use Test::Nginx::Socket 'no_plan';

# the tokens of the requests' tenants, in turn: d(emo), a(cme), s(ibling)
sub tokens {
    my %token = (d => 'TOKEN', a => 'ACME_TOKEN', s => 'SIBLING_TOKEN');
    return [ map { "Authorization: Bearer \$$token{$_}" } split //, $_[0] ];
}

run_tests();

__DATA__

=== TEST 1: the same person in two tenants has one id (#14)
--- more_headers eval: main::tokens('da')
--- request in_turn
GET $SCIM/Users/$JANE

GET $ACME/Users/$SAME
--- error_code eval: [200, 200]
--- json in_turn
id: "$SAME"
userName: "jane"
meta.location: "http://localhost$SCIM/Users/$JANE"

id: "$JANE"
userName: "Jane"
meta.location: "http://localhost$ACME/Users/$JANE"



=== TEST 2: attributes belong to the tenant (#156, #163)
--- more_headers eval: main::tokens('dadad')
--- request in_turn
GET $SCIM/Users/$JANE

GET $ACME/Users/$JANE

PUT $SCIM/Users/$JANE
{"userName":"jane","displayName":"changed","active":false}

GET $ACME/Users/$JANE

GET $SCIM/Users?filter=userName+eq+"jane"
--- error_code eval: [ (200) x 5 ]
--- response_headers_like eval
['ETag: .+', 'ETag: $ETAG', 'ETag: .+', 'ETag: $ETAG', 'Content-Type: .+']
--- json in_turn
displayName: "Jane of demo"
externalId: "e-1"

displayName: "Jane of acme"
externalId -
emails: []

displayName: "changed"

displayName: "Jane of acme"
active -

totalResults: 1
Resources[0].displayName: "changed"



=== TEST 3: nothing of the other tenant is seen (#156, #164)
--- more_headers eval: main::tokens('dddddda')
--- request in_turn
GET $SCIM/Users

GET $SCIM/Users/$JOHN

GET $SCIM/Groups

GET $SCIM/Groups/$DEVS

GET $SCIM/Users?filter=userName+eq+"john"

GET $SCIM/Users?filter=id+eq+"$JOHN"

GET $ACME/Users?filter=externalId+eq+"e-1"
--- error_code eval: [200, 404, 200, 404, 200, 200, 200]
--- json in_turn
totalResults: 1

status: "404"

totalResults: 0

status: "404"

totalResults: 0

totalResults: 0

totalResults: 0



=== TEST 4: nothing of the other tenant can be changed or joined (#156)
--- more_headers eval: main::tokens('ddddda')
--- request in_turn
PUT $SCIM/Users/$JOHN
{"userName":"john"}

PATCH $SCIM/Users/$JOHN
{"Operations":[{"op":"replace","value":{"active":false}}]}

DELETE $SCIM/Users/$JOHN

POST $SCIM/Groups
{"displayName":"g","members":[{"value":"$JOHN"}]}

DELETE $SCIM/Groups/$DEVS

GET $ACME/Groups/$DEVS
--- error_code eval: [404, 404, 404, 400, 404, 200]
--- json in_turn
-

-

-

scimType: "invalidValue"

-

members[0].value: "$JOHN"



=== TEST 5: a tenant's token is worth nothing in another (#156)
--- more_headers eval: main::tokens('ad')
--- request in_turn
GET $SCIM/Users

GET $ACME/Users
--- error_code eval: [401, 401]



=== TEST 6: a POST of somebody known elsewhere gives the same id, and 201
--- more_headers eval: main::tokens('ddda')
--- request in_turn
POST $SCIM/Users
{"userName":"JOHN","displayName":"John of demo"}

GET $SCIM/Users/$JOHN

POST $SCIM/Users
{"userName":"john"}

GET $ACME/Users/$JOHN
--- error_code eval: [201, 200, 409, 200]
--- json in_turn
id: "$JOHN"
userName: "JOHN"
displayName: "John of demo"
groups -

userName: "JOHN"

scimType: "uniqueness"

userName: "john"
displayName -



=== TEST 7: DELETE in one tenant leaves the other
--- more_headers eval: main::tokens('ddaad')
--- request in_turn
DELETE $SCIM/Users/$JANE

GET $SCIM/Users/$JANE

GET $ACME/Users/$JANE

GET $ACME/Users?filter=userName+eq+"jane"

GET $SCIM/Users
--- error_code eval: [204, 404, 200, 200, 200]
--- response_headers_like eval
['', 'Content-Type: .+', 'ETag: $ETAG', 'Content-Type: .+', 'Content-Type: .+']
--- json in_turn
-

-

displayName: "Jane of acme"

totalResults: 1

totalResults: 0



=== TEST 8: who comes back is the same person, without what was said before
--- more_headers eval: main::tokens('ddd')
--- request in_turn
DELETE $SCIM/Users/$JANE

POST $SCIM/Users
{"userName":"jane"}

GET $SCIM/Users?filter=externalId+eq+"e-1"
--- error_code eval: [204, 201, 200]
--- json in_turn
-

id: "$JANE"
displayName -
externalId -

totalResults: 0



=== TEST 9: who was deleted in all tenants comes back as the same person
--- more_headers eval: main::tokens('dad')
--- request in_turn
DELETE $SCIM/Users/$JANE

DELETE $ACME/Users/$JANE

POST $SCIM/Users
{"userName":"jane"}
--- error_code eval: [204, 204, 201]
--- json in_turn
-

-

id: "$JANE"



=== TEST 10: a rename claims the new name for the same person
--- more_headers eval: main::tokens('dada')
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"jane.doe"}

GET $ACME/Users/$JANE

POST $SCIM/Users
{"userName":"jane"}

POST $ACME/Users
{"userName":"jane.doe"}
--- error_code eval: [200, 200, 409, 409]
--- json in_turn
id: "$JANE"

userName: "Jane"

scimType: "uniqueness"

scimType: "uniqueness"



=== TEST 11: a rename to a name that somebody has elsewhere is a conflict
--- more_headers eval: main::tokens('dda')
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"john"}

GET $SCIM/Users/$JANE

GET $ACME/Users/$JOHN
--- error_code eval: [409, 200, 200]
--- json in_turn
scimType: "uniqueness"

userName: "jane"

userName: "john"



=== TEST 12: a name that nobody uses any more is free for a rename, and for somebody new
--- more_headers eval: main::tokens('aaaa')
--- request in_turn
PUT $ACME/Users/$JOHN
{"userName":"johnny"}

POST $ACME/Users
{"userName":"john"}

PUT $ACME/Users/$JOHN
{"userName":"john"}

PUT $ACME/Users/$JOHN
{"userName":"jj"}
--- error_code eval: [200, 201, 409, 200]
--- json in_turn
id: "$JOHN"

id ~ ^(?!$JOHN)

scimType: "uniqueness"

id: "$JOHN"



=== TEST 13: a name is kept for the person while a tenant uses it
--- more_headers eval: main::tokens('adda')
--- request in_turn
PUT $ACME/Users/$JANE
{"userName":"other"}

POST $SCIM/Users
{"userName":"jane"}

PUT $SCIM/Users/$JANE
{"userName":"other"}

GET $ACME/Users/$JANE
--- error_code eval: [200, 409, 200, 200]
--- json in_turn
id: "$JANE"
userName: "other"

scimType: "uniqueness"

id: "$JANE"
userName: "other"

userName: "other"



=== TEST 14: groups of one name in two tenants
--- more_headers eval: main::tokens('dada')
--- request in_turn
POST $SCIM/Groups
{"displayName":"devs"}

GET $ACME/Groups?filter=displayName+eq+"devs"

GET $SCIM/Groups?filter=displayName+eq+"devs"

GET $ACME/Groups
--- error_code eval: [201, 200, 200, 200]
--- json in_turn
id ~ ^(?!$DEVS)
members: []

totalResults: 1
Resources[0].id: "$DEVS"

totalResults: 1
Resources[0].members: []

totalResults: 1



=== TEST 15: the integrations of a tenant share its users
--- more_headers eval: main::tokens('sssd')
--- request in_turn
GET $SIBLING/Users/$JANE

POST $SIBLING/Users
{"userName":"jane"}

PATCH $SIBLING/Users/$JANE
{"Operations":[{"op":"replace","value":{"nickName":"jj"}}]}

GET $SCIM/Users/$JANE
--- error_code eval: [200, 409, 200, 200]
--- json in_turn
displayName: "Jane of demo"
meta.location: "http://localhost$SIBLING/Users/$JANE"

-

nickName: "jj"

nickName: "jj"
meta.location: "http://localhost$SCIM/Users/$JANE"



=== TEST 16: no filter finds what is another tenant's, however it asks (#87, #156)
--- more_headers eval: main::tokens('d' x 12)
--- request in_turn
GET $SCIM/Users?filter=id+pr

GET $SCIM/Users?filter=not+(userName+eq+"jane")

GET $SCIM/Users?filter=userName+co+"o"

GET $SCIM/Users?filter=displayName+co+"acme"

GET $SCIM/Users?filter=id+eq+"$JOHN"+or+userName+eq+"john"

GET $SCIM/Users?filter=groups.value+eq+"$DEVS"

GET $SCIM/Groups?filter=members.value+eq+"$JOHN"

GET $SCIM/Groups?filter=id+pr

GET $SCIM/?filter=id+pr

GET $SCIM/?filter=displayName+eq+"devs"

GET $SCIM/Users?filter=meta.location+co+"acme"

GET $SCIM/Users?sortBy=userName
--- error_code eval: [ (200) x 12 ]
--- json in_turn
totalResults: 1
Resources[0].displayName: "Jane of demo"

totalResults: 0

totalResults: 0

totalResults: 0

totalResults: 0

totalResults: 0

totalResults: 0

totalResults: 0

totalResults: 1

totalResults: 0

totalResults: 0

totalResults: 1



=== TEST 17: nor does a search, a bulk request or a reference (#156, #158)
--- more_headers eval: main::tokens('ddddda')
--- request in_turn
POST $SCIM/Users/.search
{"filter":"id eq \"$JOHN\""}

POST $SCIM/.search
{"filter":"displayName pr"}

POST $SCIM/Bulk
{"Operations":[{"method":"PATCH","path":"/Users/$JOHN","data":{"Operations":[{"op":"add","value":{"active":false}}]}},{"method":"DELETE","path":"/Groups/$DEVS"},{"method":"PUT","path":"/Users/$JOHN","data":{"userName":"john"}},{"method":"POST","path":"/Groups","bulkId":"g","data":{"displayName":"g","members":[{"value":"$JOHN"}]}},{"method":"POST","path":"/Groups","bulkId":"h","data":{"displayName":"h","members":[{"value":"$DEVS"}]}}]}

PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"add","path":"members","value":[{"value":"$JANE"}]}]}

GET $SCIM/Groups

GET $ACME/Groups/$DEVS
--- error_code eval: [200, 200, 200, 404, 200, 200]
--- json in_turn
totalResults: 0

totalResults: 1

Operations[0].status: "404"
Operations[1].status: "404"
Operations[2].status: "404"
Operations[3].status: "400"
Operations[4].status: "400"

-

totalResults: 0

displayName: "devs"
members#: 1



=== TEST 18: what is never returned is not found either (#87, #23)
--- more_headers eval: main::tokens('ddd')
--- request in_turn
GET $SCIM/Users?filter=password+pr

GET $SCIM/Users?filter=userName+eq+"jane"+and+not+(password+eq+"x")

GET $SCIM/?filter=password+pr
--- error_code eval: [400, 400, 400]
--- json eval
[ (qq{scimType: "invalidFilter"\nResources -\ntotalResults -}) x 3 ]



=== TEST 19: without the permission to read, no filter is looked at (#87, #158)
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', permissions => 'USERS:READ');
--- more_headers eval: main::tokens('dddd')
--- request in_turn
GET $SCIM/?filter=displayName+eq+"devs"

GET $SCIM/Groups?filter=displayName+eq+"devs"

POST $SCIM/Groups/.search
{"filter":"("}

GET $SCIM/Users?filter=userName+eq+"jane"
--- error_code eval: [403, 403, 403, 200]



=== TEST 20: an externalId is each tenant's own (#15, #163)
--- more_headers eval: main::tokens('aada')
--- request in_turn
PATCH $ACME/Users/$JANE
{"Operations":[{"op":"add","value":{"externalId":"e-1"}}]}

PATCH $ACME/Users/$JOHN
{"Operations":[{"op":"add","value":{"externalId":"e-2"}}]}

GET $SCIM/Users?filter=externalId+sw+"e-"

GET $ACME/Users?filter=externalId+eq+"e-1"
--- error_code eval: [ (200) x 4 ]
--- json in_turn
externalId: "e-1"

externalId: "e-2"

totalResults: 1
Resources[0].id: "$JANE"
Resources[0].externalId: "e-1"

totalResults: 1
Resources[0].id: "$JANE"
