# PATCH of groups, in all shapes of authentik, Entra ID and Okta.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $scim = $t->scim;
    my %user = map { $_ => $scim->post('/Users', {
        userName => $_, displayName => "\u$_",
    })->{json}{id} } qw(jane john ada);
    my $devs = $scim->post('/Groups', {
        displayName => 'Devs', externalId => 'g-devs',
        members => [ { value => $user{jane} }, { value => $user{john} } ],
    });
    my $ops = $scim->post('/Groups', { displayName => 'ops' });
    return (
        JANE => $user{jane}, JOHN => $user{john}, ADA => $user{ada},
        DEVS => $devs->{json}{id}, ETAG => $devs->{headers}{etag},
        OPS => $ops->{json}{id},
        NOBODY => '00000000-0000-4000-8000-000000000000',
        PATCH => '"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]',
    );
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: 204, with the new version (#112, #201)
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"$ADA"}]}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [204, 200]
--- response_body_like eval
['^$', 'Devs']
--- response_headers_like eval
['ETag: (?!$ETAG)W/"\d+"', 'ETag: (?!$ETAG)W/"\d+"']
--- json in_turn
-

members#: 3
members[2].value: "$ADA"



=== TEST 2: 200 and the group for a client that names attributes (#112)
--- request in_turn
PATCH $SCIM/Groups/$DEVS?attributes=members.value
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"$ADA"}]}]}

PATCH $SCIM/Groups/$DEVS?excludedAttributes=members
{$PATCH,"Operations":[{"op":"replace","path":"displayName","value":"new"}]}
--- error_code eval: [200, 200]
--- response_headers_like eval
['Content-Type: application/scim\+json', 'Content-Location: http://localhost$SCIM/Groups/$DEVS']
--- json in_turn
members: [{"value":"$JANE"},{"value":"$JOHN"},{"value":"$ADA"}]
displayName -

displayName: "new"
members -



=== TEST 3: authentik: one operation for each member
--- request in_turn
PATCH $SCIM/Groups/$OPS
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"$JANE"}]},{"op":"add","path":"members","value":[{"value":"$JOHN"}]},{"op":"add","path":"members","value":[{"value":"$JANE"}]},{"op":"add","path":"members","value":[{"value":"$ADA"}]}]}

GET $SCIM/Groups/$OPS
--- error_code eval: [204, 200]
--- json in_turn
-

members#: 3
members[0].value: "$JANE"
members[1].value: "$JOHN"
members[2].value: "$ADA"



=== TEST 4: authentik until 2026.5: who leaves is in the value (pain 1, #124)
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove","path":"members","value":[{"value":"$JANE"}]}]}

GET $SCIM/Groups/$DEVS

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove","path":"members","value":[{"value":"$JANE"}]},{"op":"remove","path":"members","value":[{"value":"$NOBODY"}]}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [204, 200, 204, 200]
--- json in_turn
-

members#: 1
members[0].value: "$JOHN"

-

members#: 1



=== TEST 5: authentik since 2026.9: who leaves is in the path (#117)
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove","path":"members[value eq \"$JANE\"]"},{"op":"remove","path":"members[value eq \"$ADA\"]"},{"op":"remove","path":"members[value eq \"$NOBODY\"]"}]}

GET $SCIM/Groups/$DEVS

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove","path":"members[value eq \"$JANE\"]"}]}

GET $SCIM/Users/$JANE
--- error_code eval: [204, 200, 204, 200]
--- json in_turn
-

members#: 1
members[0].value: "$JOHN"

-

groups -



=== TEST 6: authentik: the whole group without members, schemas and path
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"replace","value":{"id":"$DEVS","displayName":"renamed","externalId":"e2","schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"]}}]}

GET $SCIM/Groups/$DEVS

GET $SCIM/Groups?filter=displayName+eq+"renamed"
--- error_code eval: [204, 200, 200]
--- json in_turn
-

displayName: "renamed"
externalId: "e2"
members#: 2

Resources[0].id: "$DEVS"



=== TEST 7: AWS, Slack: by path
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","path":"displayName","value":"aws"},{"op":"replace","path":"externalId","value":"aws-1"}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [204, 200]
--- json in_turn
-

displayName: "aws"
externalId: "aws-1"
members#: 2



=== TEST 8: Webex: a member with a type
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"$ADA","type":"user"}]}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [204, 200]
--- json in_turn
-

members[2].type: "User"



=== TEST 9: Entra: operations in capitals, several members at once (#106, #197)
--- request in_turn
PATCH $SCIM/Groups/$OPS
{$PATCH,"Operations":[{"op":"Add","path":"members","value":[{"$ref":null,"value":"$JANE"},{"$ref":null,"value":"$JOHN"}]}]}

PATCH $SCIM/Groups/$OPS
{$PATCH,"operations":[{"op":"Remove","path":"Members","value":[{"$ref":null,"value":"$JANE"}]}]}

PATCH $SCIM/Groups/$OPS
{$PATCH,"Operations":[{"op":"Replace","path":"displayName","value":"entra"},{"op":"Add","path":"externalId","value":"x"}]}

GET $SCIM/Groups/$OPS
--- error_code eval: [204, 204, 204, 200]
--- json in_turn
-

-

-

displayName: "entra"
externalId: "x"
members#: 1
members[0].value: "$JOHN"



=== TEST 10: Entra: one member, as an object, an id or with a URN path
--- request in_turn
PATCH $SCIM/Groups/$OPS
{$PATCH,"Operations":[{"op":"Add","path":"members","value":{"value":"$JANE"}}]}

PATCH $SCIM/Groups/$OPS
{$PATCH,"Operations":[{"op":"Add","path":"members","value":"$JOHN"}]}

PATCH $SCIM/Groups/$OPS
{$PATCH,"Operations":[{"op":"Add","path":"urn:ietf:params:scim:schemas:core:2.0:Group:members","value":["$ADA"]}]}

GET $SCIM/Groups/$OPS
--- error_code eval: [204, 204, 204, 200]
--- json in_turn
-

-

-

members#: 3



=== TEST 11: Okta: a new name with the id inside
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","value":{"id":"$DEVS","displayName":"okta"}}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [204, 200]
--- json in_turn
-

displayName: "okta"
externalId: "g-devs"
members#: 2



=== TEST 12: Okta: all members anew, or nobody
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","path":"members","value":[{"value":"$ADA","display":"ada@x"},{"value":"$JOHN","display":"john@x"}]}]}

GET $SCIM/Groups/$DEVS

GET $SCIM/Users/$JANE

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","path":"members","value":[]}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [204, 200, 200, 204, 200]
--- json in_turn
-

members#: 2

groups -

-

members: []



=== TEST 13: members in a value without a path
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","value":{"members":[{"value":"$ADA"}]}}]}

GET $SCIM/Groups/$DEVS

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","value":{"displayName":"x","members":[{"value":"$ADA"}]}}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [204, 200, 204, 200]
--- json in_turn
-

members#: 3
displayName: "Devs"

-

members#: 1
members[0].value: "$ADA"
displayName: "x"



=== TEST 14: remove all members (#115)
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove","path":"members"}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [204, 200]
--- json in_turn
-

members: []
displayName: "Devs"



=== TEST 15: an empty list of members to remove, or to add, is nobody (pain 1)
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove","path":"members","value":[]},{"op":"add","path":"members","value":[]}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [204, 200]
--- response_headers eval
['ETag: $ETAG', 'ETag: $ETAG']
--- json in_turn
-

members#: 2



=== TEST 16: more filters in the path (#119)
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"$ADA"},{"value":"$OPS"}]},{"op":"remove","path":"members[value eq \"$JANE\" or value eq \"$ADA\"]"}]}

GET $SCIM/Groups/$DEVS

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove","path":"members[type eq \"Group\"]"}]}

GET $SCIM/Groups/$DEVS

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove","path":"members[display eq \"john\"]"}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [204, 200, 204, 200, 204, 200]
--- json in_turn
-

members#: 2
members[0].value: "$JOHN"
members[1].value: "$OPS"

-

members#: 1
members[0].value: "$JOHN"

-

members: []



=== TEST 17: one after another (#110)
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"$ADA"}]},{"op":"remove","path":"members[value eq \"$ADA\"]"},{"op":"remove","path":"members","value":[{"value":"$JOHN"}]},{"op":"add","path":"members","value":[{"value":"$JOHN"}]}]}

GET $SCIM/Groups/$DEVS

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove","path":"members"},{"op":"add","path":"members","value":[{"value":"$ADA"}]}]}

GET $SCIM/Groups/$DEVS

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"$JANE"}]},{"op":"replace","path":"members","value":[{"value":"$JOHN"}]},{"op":"add","path":"members","value":[{"value":"$ADA"}]},{"op":"remove","path":"members[value eq \"$JOHN\"]"}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [204, 200, 204, 200, 204, 200]
--- json in_turn
-

members#: 2

-

members#: 1
members[0].value: "$ADA"

-

members#: 1
members[0].value: "$ADA"



=== TEST 18: an unknown member: nothing is applied (pain 5, #109)
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","path":"displayName","value":"half"},{"op":"remove","path":"members[value eq \"$JANE\"]"},{"op":"add","path":"members","value":[{"value":"$ADA"},{"value":"$NOBODY"}]}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","path":"members","value":[{"value":"$NOBODY"}]}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"jane"}]}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"$JANE:groups"}]}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"$DEVS"}]}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [400, 400, 400, 400, 400, 200]
--- response_headers eval
[('Content-Type: application/scim+json') x 5, 'ETag: $ETAG']
--- json in_turn
scimType: "invalidValue"
detail ~ members

scimType: "invalidValue"

scimType: "invalidValue"

scimType: "invalidValue"

scimType: "invalidValue"

displayName: "Devs"
members#: 2
members[0].value: "$JANE"
members[1].value: "$JOHN"



=== TEST 19: members that are none (#123)
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"display":"Jane"}]}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members","value":[17]}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members"}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","path":"members"}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members[value eq \"$ADA\"]","value":[{"value":"$ADA"}]}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove","path":"members[value eq","value":[]}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [400, 400, 400, 400, 400, 400, 200]
--- json in_turn
scimType: "invalidValue"

scimType: "invalidValue"

scimType: "invalidValue"

scimType: "invalidValue"

scimType: "invalidPath"

scimType: "invalidFilter"

members#: 2



=== TEST 20: a member can't be changed (#29, #38)
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","path":"members[value eq \"$JANE\"].value","value":"$ADA"}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","path":"members[value eq \"$JANE\"].type","value":"Group"}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [400, 400, 200]
--- json in_turn
scimType: "mutability"

scimType: "mutability"

members[0].value: "$JANE"



=== TEST 21: the same again keeps the version (#104, #114, #117)
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"$JANE"}]},{"op":"remove","path":"members[value eq \"$ADA\"]"},{"op":"replace","path":"displayName","value":"Devs"}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","path":"members","value":[{"value":"$JOHN"},{"value":"$JANE"}]}]}
--- error_code eval: [204, 204]
--- response_headers eval
['ETag: $ETAG', 'ETag: $ETAG']



=== TEST 22: the name (#67, #116, #200)
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","path":"displayName","value":"OPS"}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove","path":"displayName"}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","path":"displayName","value":""}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","path":"displayName","value":"OPS"},{"op":"remove","path":"members"}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [409, 400, 400, 409, 200]
--- json in_turn
scimType: "uniqueness"

scimType: "mutability"

scimType: "invalidValue"

scimType: "uniqueness"

displayName: "Devs"
members#: 2



=== TEST 23: messages that are none (#105, #115)
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove"}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove","value":{"members":[{"value":"$JANE"}]}}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"clear","path":"members"}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [400, 400, 400, 400, 200]
--- json in_turn
scimType: "invalidSyntax"

scimType: "noTarget"

scimType: "noTarget"

scimType: "invalidSyntax"

members#: 2



=== TEST 24: nobody's group
--- request in_turn
PATCH $SCIM/Groups/$NOBODY
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"$JANE"}]}]}

PATCH $SCIM/Groups/devs
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"$JANE"}]}]}

PATCH $SCIM/Groups/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"displayName","value":"x"}]}
--- error_code eval: [404, 404, 404]
--- json in_turn
status: "404"

status: "404"

status: "404"



=== TEST 25: a delta reads no member (pain 3)
--- redis_init
$redis->command('CONFIG', 'RESETSTAT');
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"$ADA"}]}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove","path":"members[value eq \"$ADA\"]"}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"replace","value":{"displayName":"renamed"}}]}
--- error_code eval: [204, 204, 204]
--- redis in_turn
INFO commandstats !~ cmdstat_zrange

INFO commandstats !~ cmdstat_zrange

INFO commandstats !~ cmdstat_zrange



=== TEST 26: strict (#105, #107, #120)
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- request in_turn
PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"add","path":"members","value":[{"value":"$ADA"}]}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"Add","path":"members","value":[{"value":"$ADA"}]}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"add","path":"members","value":[{"value":"$ADA"}]}]}

PATCH $SCIM/Groups/$DEVS
{$PATCH,"Operations":[{"op":"remove","path":"members[value eq \"$JANE\"]"}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [400, 400, 204, 204, 200]
--- json in_turn
detail ~ schemas

scimType: "invalidSyntax"

-

-

members#: 2
members[0].value: "$JOHN"
