# Groups: create, read, list, find, replace, delete, and their members.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $scim = $t->scim;
    my %user = map { $_ => $scim->post('/Users', {
        userName => $_, $_ eq 'ada' ? () : (displayName => "\u$_"),
    })->{json}{id} } qw(jane john ada);
    my $devs = $scim->post('/Groups', {
        displayName => 'Devs', externalId => 'g-devs',
        members => [ { value => $user{jane} }, { value => $user{john} } ],
    });
    my $empty = $scim->post('/Groups', { displayName => 'empty' });
    return (
        JANE => $user{jane}, JOHN => $user{john}, ADA => $user{ada},
        DEVS => $devs->{json}{id}, ETAG => $devs->{headers}{etag},
        EMPTY => $empty->{json}{id},
        NOBODY => '00000000-0000-4000-8000-000000000000',
    );
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: a group is created (#60, #61, #62, #63, #66)
--- request
POST $SCIM/Groups
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"externalId":"8f1c3a34-0a7a-4a67-bf5c-2c0f0f9f7b11","displayName":"ops"}
--- error_code: 201
--- response_headers_like
Content-Type: application/scim\+json
Location: http://localhost$SCIM/Groups/[0-9a-f-]{36}
Content-Location: http://localhost$SCIM/Groups/[0-9a-f-]{36}
ETag: W/"\d+"
--- json
schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"]
id ~ ^[0-9a-f-]{36}$
displayName: "ops"
externalId: "8f1c3a34-0a7a-4a67-bf5c-2c0f0f9f7b11"
members: []
meta.resourceType: "Group"
meta.location ~ ^http://localhost$SCIM/Groups/[0-9a-f-]{36}$
meta.version ~ ^W/"\d+"$



=== TEST 2: with members, named twice or with more than an id (#29)
--- request in_turn
POST $SCIM/Groups
{"displayName":"ops","members":[{"value":"$JANE","type":"User","display":"wrong","$ref":"https://else/Users/1"},{"value":"$JANE"},{"value":"$JOHN","type":"user"}]}

GET $SCIM/Groups?filter=displayName+eq+"ops"
--- error_code eval: [201, 200]
--- json in_turn
members: [{"value":"$JANE","$ref":"http://localhost$SCIM/Users/$JANE","type":"User","display":"Jane"},{"value":"$JOHN","$ref":"http://localhost$SCIM/Users/$JOHN","type":"User","display":"John"}]

Resources[0].members#: 2



=== TEST 3: a member that is not there: no group is created (pain 5, #109)
--- request in_turn
POST $SCIM/Groups
{"displayName":"ops","members":[{"value":"$JANE"},{"value":"$NOBODY"}]}

POST $SCIM/Groups
{"displayName":"ops","members":[{"value":"jane"}]}

POST $SCIM/Groups
{"displayName":"ops","members":[{"display":"Jane"}]}

POST $SCIM/Groups
{"displayName":"ops","members":[17]}

GET $SCIM/Groups?filter=displayName+eq+"ops"

GET $SCIM/Users/$JANE
--- error_code eval: [400, 400, 400, 400, 200, 200]
--- json in_turn
status: "400"
scimType: "invalidValue"
detail ~ members

scimType: "invalidValue"

scimType: "invalidValue"

scimType: "invalidValue"

totalResults: 0

groups#: 1



=== TEST 4: a group needs a name (#29, #67)
--- request in_turn
POST $SCIM/Groups
{"externalId":"x"}

POST $SCIM/Groups
{"displayName":""}

POST $SCIM/Groups
{"displayName":null}

POST $SCIM/Groups
{"displayName":["a"]}

PUT $SCIM/Groups/$DEVS
{"externalId":"x"}
--- error_code eval: [400, 400, 400, 400, 400]
--- json eval
[ (qq{scimType: "invalidValue"\ndetail ~ displayName}) x 5 ]



=== TEST 5: a name belongs to one group (#200)
--- request in_turn
POST $SCIM/Groups
{"displayName":"Devs"}

POST $SCIM/Groups
{"displayName":"DEVS"}

PUT $SCIM/Groups/$EMPTY
{"displayName":"devs"}

GET $SCIM/Groups
--- error_code eval: [409, 409, 409, 200]
--- json in_turn
status: "409"
scimType: "uniqueness"
detail ~ displayName

scimType: "uniqueness"

scimType: "uniqueness"

totalResults: 2



=== TEST 6: a group is read (#70)
--- request
GET $SCIM/Groups/$DEVS
--- response_headers
Content-Type: application/scim+json
Content-Location: http://localhost$SCIM/Groups/$DEVS
ETag: $ETAG
--- json
id: "$DEVS"
displayName: "Devs"
externalId: "g-devs"
members#: 2
members[0].value: "$JANE"
members[1].display: "John"



=== TEST 7: an empty group has a list of members (authentik)
--- request in_turn
GET $SCIM/Groups/$EMPTY

GET $SCIM/Groups?filter=displayName+eq+"empty"
--- error_code eval: [200, 200]
--- json in_turn
members: []

Resources[0].members: []



=== TEST 8: a member without a displayName has no display
--- request
PUT $SCIM/Groups/$EMPTY
{"displayName":"empty","members":[{"value":"$ADA"}]}
--- json
members[0].value: "$ADA"
members[0].type: "User"
members[0].display -



=== TEST 9: a new name of a member is seen at once
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"jane","displayName":"Jane \"J\" Ö\u0001"}

GET $SCIM/Groups/$DEVS
--- error_code eval: [200, 200]
--- json in_turn
-

members[0].display: "Jane \"J\" Ö\u0001"



=== TEST 10: a user names its groups, which only a group can change (#27)
--- request in_turn
GET $SCIM/Users/$JANE

PUT $SCIM/Users/$JANE
{"userName":"jane","groups":[]}

PUT $SCIM/Groups/$DEVS
{"displayName":"Developers"}

GET $SCIM/Users/$JANE
--- error_code eval: [200, 200, 200, 200]
--- json in_turn
groups: [{"value":"$DEVS","$ref":"http://localhost$SCIM/Groups/$DEVS","type":"direct","display":"Devs"}]

groups#: 1

-

groups[0].display: "Developers"



=== TEST 11: without the members, which are not read (pain 3, #92, Entra)
--- redis_init
$redis->command('CONFIG', 'RESETSTAT');
--- request in_turn
GET $SCIM/Groups/$DEVS?excludedAttributes=members

GET $SCIM/Groups/$DEVS?attributes=displayName

GET $SCIM/Groups?filter=displayName+eq+"devs"&excludedAttributes=members

GET $SCIM/Groups/$DEVS?attributes=members.value
--- error_code eval: [200, 200, 200, 200]
--- json in_turn
displayName: "Devs"
members -

displayName: "Devs"
externalId -
members -

Resources[0].displayName: "Devs"
Resources[0].members -

members: [{"value":"$JANE"},{"value":"$JOHN"}]
displayName -
--- redis in_turn
INFO commandstats !~ cmdstat_zrange

INFO commandstats !~ cmdstat_zrange

INFO commandstats !~ cmdstat_zrange

INFO commandstats ~ cmdstat_zrange



=== TEST 12: a list (#71, #72)
--- request in_turn
GET $SCIM/Groups

GET $SCIM/Groups?startIndex=2&count=1

GET $SCIM/Groups?count=0

GET $SCIM/Groups?excludedAttributes=members
--- error_code eval: [200, 200, 200, 200]
--- json in_turn
schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
totalResults: 2
startIndex: 1
itemsPerPage: 2
Resources[0].id: "$DEVS"
Resources[0].members#: 2
Resources[1].id: "$EMPTY"
Resources[1].members: []

totalResults: 2
startIndex: 2
itemsPerPage: 1
Resources[0].id: "$EMPTY"

totalResults: 2
Resources: []

Resources[0].members -



=== TEST 13: filters (#77, #80, #84)
--- request in_turn
GET $SCIM/Groups?filter=displayName+eq+"DEVS"

GET $SCIM/Groups?filter=externalId+eq+"g-devs"

GET $SCIM/Groups?filter=externalId+eq+"G-DEVS"

GET $SCIM/Groups?filter=id+eq+"$DEVS"

GET $SCIM/Groups?filter=members.value+eq+"$JOHN"

GET $SCIM/Groups?filter=members[value+eq+"$JOHN"+and+type+eq+"User"]

GET $SCIM/Groups?filter=members+pr

GET $SCIM/Groups?filter=displayName+sw+"d"+and+id+eq+"$DEVS"

GET $SCIM/Groups?filter=displayName+eq+devs

GET $SCIM/Groups?filter=displayName+like+"d"

GET $SCIM/Groups?filter=id+eq+"$DEVS"+and+members+eq+"$JANE"
--- error_code eval: [(200) x 9, 400, 200]
--- json in_turn
totalResults: 1
Resources[0].id: "$DEVS"
Resources[0].members#: 2

totalResults: 1

totalResults: 0

totalResults: 1

totalResults: 1
Resources[0].id: "$DEVS"

totalResults: 1

totalResults: 1
Resources[0].id: "$DEVS"

totalResults: 1

totalResults: 1

scimType: "invalidFilter"

totalResults: 1



=== TEST 14: a PUT without members leaves them alone (pain 1, authentik)
--- request in_turn
PUT $SCIM/Groups/$DEVS
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"$DEVS","displayName":"renamed"}

GET $SCIM/Groups/$DEVS
--- error_code eval: [200, 200]
--- json in_turn
id: "$DEVS"
displayName: "renamed"
externalId -
members#: 2

displayName: "renamed"
members#: 2



=== TEST 15: a PUT with members replaces them, with an empty list clears them
--- request in_turn
PUT $SCIM/Groups/$DEVS
{"displayName":"Devs","members":[{"value":"$JOHN"},{"value":"$ADA"},{"value":"$JOHN"}]}

GET $SCIM/Users/$JANE

GET $SCIM/Users/$ADA

PUT $SCIM/Groups/$DEVS
{"displayName":"Devs","members":[]}

GET $SCIM/Users/$JOHN
--- error_code eval: [200, 200, 200, 200, 200]
--- json in_turn
members#: 2
members[0].value: "$JOHN"
members[1].value: "$ADA"

groups -

groups[0].value: "$DEVS"

members: []

groups -



=== TEST 16: a PUT with an unknown member changes nothing (pain 5)
--- request in_turn
PUT $SCIM/Groups/$DEVS
{"displayName":"half","members":[{"value":"$ADA"},{"value":"$NOBODY"}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [400, 200]
--- response_headers eval
['Content-Type: application/scim+json', 'ETag: $ETAG']
--- json in_turn
scimType: "invalidValue"

displayName: "Devs"
members[0].value: "$JANE"
members[1].value: "$JOHN"



=== TEST 17: the same again keeps the version (#104)
--- request
PUT $SCIM/Groups/$DEVS
{"displayName":"Devs","externalId":"g-devs","members":[{"value":"$JOHN"},{"value":"$JANE"}]}
--- response_headers
ETag: $ETAG
--- json
members#: 2



=== TEST 18: a name in another case
--- request in_turn
PUT $SCIM/Groups/$DEVS
{"displayName":"DEVS"}

GET $SCIM/Groups?filter=displayName+eq+"devs"
--- error_code eval: [200, 200]
--- json in_turn
displayName: "DEVS"

totalResults: 1
Resources[0].displayName: "DEVS"



=== TEST 19: a given up name and externalId are free
--- request in_turn
PUT $SCIM/Groups/$DEVS
{"displayName":"new","externalId":"new"}

GET $SCIM/Groups?filter=displayName+eq+"devs"

GET $SCIM/Groups?filter=externalId+eq+"g-devs"

POST $SCIM/Groups
{"displayName":"devs","externalId":"g-devs"}
--- error_code eval: [200, 200, 200, 201]
--- json in_turn
displayName: "new"

totalResults: 0

totalResults: 0

members: []



=== TEST 20: a group is deleted (#127, #128, #129)
--- request in_turn
DELETE $SCIM/Groups/$DEVS

GET $SCIM/Groups/$DEVS

DELETE $SCIM/Groups/$DEVS

PUT $SCIM/Groups/$DEVS
{"displayName":"Devs"}

PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"add","path":"members","value":[{"value":"$JANE"}]}]}

GET $SCIM/Groups?filter=displayName+eq+"devs"

GET $SCIM/Users/$JANE

POST $SCIM/Groups
{"displayName":"Devs","externalId":"g-devs"}
--- error_code eval: [204, 404, 404, 404, 404, 200, 200, 201]
--- json in_turn
-

status: "404"
detail ~ Group

status: "404"

status: "404"

status: "404"

totalResults: 0

userName: "jane"
groups -

id ~ ^(?!$DEVS)
members: []
--- redis in_turn
EXISTS scim:{demo}:group:$DEVS => "0"
EXISTS scim:{demo}:group:$DEVS:members => "0"

-

-

-

-

-

-

-



=== TEST 21: a deleted user is no member any more, and the group has changed (#130)
--- redis_init
my $state = $redis->command('HGET', 'scim:{demo}:group:$DEVS', 'state');
$redis->command('HSET', 'scim:{demo}:group:$DEVS', state => $state =~ s/ .* / 1000 1000 /r);
--- request in_turn
DELETE $SCIM/Users/$JANE

GET $SCIM/Groups/$DEVS

POST $SCIM/Users
{"userName":"jane"}

GET $SCIM/Groups/$DEVS
--- error_code eval: [204, 200, 201, 200]
--- response_headers_like eval
['', 'ETag: (?!$ETAG)W/"\d+"', 'ETag: W/"\d+"', 'ETag: W/"\d+"']
--- json in_turn
-

members#: 1
members[0].value: "$JOHN"
meta.created: "1970-01-01T00:00:01.000Z"
meta.lastModified ~ ^20[2-9]

id: "$JANE"
groups -

members#: 1



=== TEST 22: groups in groups
--- request in_turn
PUT $SCIM/Groups/$EMPTY
{"displayName":"empty","members":[{"value":"$DEVS","type":"Group"},{"value":"$ADA"}]}

GET $SCIM/Groups?filter=members.value+eq+"$DEVS"

DELETE $SCIM/Groups/$DEVS

GET $SCIM/Groups/$EMPTY
--- error_code eval: [200, 200, 204, 200]
--- json in_turn
members[0]: {"value":"$DEVS","$ref":"http://localhost$SCIM/Groups/$DEVS","type":"Group","display":"Devs"}
members[1].value: "$ADA"

Resources[0].id: "$EMPTY"

-

members#: 1
members[0].value: "$ADA"



=== TEST 23: a group is no member of itself
--- request in_turn
PUT $SCIM/Groups/$DEVS
{"displayName":"Devs","members":[{"value":"$DEVS"}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [400, 200]
--- json in_turn
scimType: "invalidValue"

members#: 2



=== TEST 24: Entra: a group with a URN of its own
--- request
POST $SCIM/Groups
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],"externalId":"x","displayName":"entra","members":[],"meta":{"resourceType":"Group"},"mailNickname":"e"}
--- error_code: 201
--- json
displayName: "entra"
members: []



=== TEST 25: strict: a URN that is not declared (#69)
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- request in_turn
POST $SCIM/Groups
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],"displayName":"entra"}

POST $SCIM/Groups
{"displayName":"entra"}

POST $SCIM/Groups
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"x"}
--- error_code eval: [400, 400, 201]
--- json in_turn
detail ~ schemas

detail ~ schemas

displayName: "x"



=== TEST 26: members as they come: null, one object, ids alone
--- request in_turn
POST $SCIM/Groups
{"displayName":"a","members":null}

POST $SCIM/Groups
{"displayName":"b","members":["$JANE"]}

POST $SCIM/Groups
{"displayName":"c","members":{"value":"$JANE"}}
--- error_code eval: [201, 201, 201]
--- json in_turn
members: []

members[0].value: "$JANE"

members[0].value: "$JANE"



=== TEST 27: who is not there is not found
--- request in_turn
GET $SCIM/Groups/$NOBODY

GET $SCIM/Groups/$JANE

GET $SCIM/Groups/devs

GET $SCIM/Users/$DEVS

PUT $SCIM/Groups/$NOBODY
{"displayName":"x"}

DELETE $SCIM/Groups/x
--- error_code eval: [(404) x 6]
--- json eval
[ (qq{status: "404"\nschemas: ["urn:ietf:params:scim:api:messages:2.0:Error"]}) x 6 ]



=== TEST 28: attributes of what a write answers (#92)
--- request in_turn
POST $SCIM/Groups?attributes=displayName
{"displayName":"a","externalId":"x","members":[{"value":"$JANE"}]}

PUT $SCIM/Groups/$DEVS?excludedAttributes=members
{"displayName":"Devs","members":[{"value":"$ADA"}]}

GET $SCIM/Groups/$DEVS
--- error_code eval: [201, 200, 200]
--- json in_turn
displayName: "a"
externalId -
members -

displayName: "Devs"
members -

members[0].value: "$ADA"
members#: 1
