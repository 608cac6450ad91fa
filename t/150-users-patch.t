# PATCH of users, in the shapes of the RFC, of Entra ID and of Okta.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $enterprise
        = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    my $jane = $t->scim->post('/Users', {
        userName => 'jane', externalId => 'e-jane', active => \1,
        displayName => 'Jane Doe', title => 'Dr',
        name => { givenName => 'Jane', familyName => 'Doe' },
        emails => [
            { value => 'jane@work', type => 'work', primary => \1 },
            { value => 'jane@home', type => 'home' },
        ],
        $enterprise => { department => 'Sales', manager => { value => 'm' } },
    });
    my $john = $t->scim->post('/Users', { userName => 'john' });
    return (
        JANE => $jane->{json}{id}, ETAG => $jane->{headers}{etag},
        JOHN => $john->{json}{id},
        ENTERPRISE => $enterprise,
        PATCH => '"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]',
    );
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: the whole user is answered, with a new version (#112, #145)
--- request
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"displayName","value":"J"}]}
--- response_headers
Content-Type: application/scim+json
Content-Location: http://localhost$SCIM/Users/$JANE
--- response_headers_like
ETag: W/"\d+"
--- json
id: "$JANE"
userName: "jane"
displayName: "J"
title: "Dr"
emails#: 2
meta.resourceType: "User"



=== TEST 2: Okta deactivates, and activates
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","value":{"active":false}}]}

GET $SCIM/Users/$JANE

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","value":{"active":true}}]}
--- error_code eval: [200, 200, 200]
--- json in_turn
active: false

active: false
displayName: "Jane Doe"

active: true
id: "$JANE"



=== TEST 3: Entra: operations in capitals, booleans as strings (#106, #197, #202)
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Replace","path":"active","value":"False"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"operations":[{"OP":"ADD","Path":"nickName","Value":"jj"},{"op":"Remove","path":"TITLE"},{"op":"Replace","path":"DISPLAYNAME","value":"JD"}]}
--- error_code eval: [200, 200]
--- json in_turn
active: false

nickName: "jj"
title -
displayName: "JD"



=== TEST 4: Entra: dotted and URN keys without a path (#125)
--- request
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","value":{"displayName":"x","name.givenName":"y","$ENTERPRISE:department":"z","urn:ietf:params:scim:schemas:core:2.0:User:nickName":"n","$ENTERPRISE:manager.value":"$JOHN"}}]}
--- json
displayName: "x"
name: {"givenName":"y","familyName":"Doe"}
nickName: "n"
"$ENTERPRISE": {"department":"z","manager":{"value":"$JOHN"}}
"name.givenName" -
"$ENTERPRISE:department" -



=== TEST 5: without a path, what is complex is merged (#113)
--- request
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"add","value":{"name":{"middleName":"M"},"$ENTERPRISE":{"division":"d"},"emails":[{"value":"jane@third"}]}}]}
--- json
name: {"givenName":"Jane","familyName":"Doe","middleName":"M"}
"$ENTERPRISE".department: "Sales"
"$ENTERPRISE".division: "d"
emails#: 3
emails[2].value: "jane@third"



=== TEST 6: Entra: a filtered path changes what it selects (#107, #119)
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Replace","path":"emails[type eq \"work\"].value","value":"new@work"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Add","path":"emails[type eq \"home\"].value","value":"new@home"}]}

GET $SCIM/Users?filter=emails.value+eq+%22new@work%22

GET $SCIM/Users?filter=emails.value+eq+%22jane@work%22
--- error_code eval: [200, 200, 200, 200]
--- json in_turn
emails[0]: {"value":"new@work","type":"work","primary":true}
emails[1].value: "jane@home"

emails[1]: {"value":"new@home","type":"home"}

totalResults: 1

totalResults: 0



=== TEST 7: Entra: a filtered path that selects nothing makes the value (#120)
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"+43 1"},{"op":"Replace","path":"emails[type eq \"other\"].value","value":"o@x"},{"op":"Add","path":"addresses[type eq \"work\"].country","value":"Austria"},{"op":"Add","path":"addresses[type eq \"work\"].locality","value":"Wien"},{"op":"Add","path":"roles[primary eq \"True\"].value","value":"admin"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Remove","path":"phoneNumbers[type eq \"fax\"].value"},{"op":"remove","path":"ims"},{"op":"remove","path":"name.honorificPrefix"}]}
--- error_code eval: [200, 200]
--- json in_turn
phoneNumbers: [{"type":"mobile","value":"+43 1"}]
emails#: 3
emails[2]: {"type":"other","value":"o@x"}
addresses: [{"type":"work","country":"Austria","locality":"Wien"}]
roles: [{"primary":true,"value":"admin"}]

phoneNumbers: [{"type":"mobile","value":"+43 1"}]



=== TEST 8: strict: a filtered path that selects nothing (#120)
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"emails[type eq \"other\"].value","value":"o@x"}]}

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","path":"displayName","value":"x"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"active","value":"False"}]}
--- error_code eval: [400, 400, 400]
--- json in_turn
scimType: "noTarget"

detail ~ schemas

scimType: "invalidValue"



=== TEST 9: Entra: the manager, as a string and as it should be
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Add","path":"$ENTERPRISE:manager","value":"$JOHN"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Replace","path":"$ENTERPRISE:manager","value":{"value":"$JANE","displayName":"no"}}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Replace","path":"urn:IETF:params:scim:schemas:extension:enterprise:2.0:user:MANAGER.value","value":"m2"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Remove","path":"$ENTERPRISE:manager"}]}
--- error_code eval: [200, 200, 200, 200]
--- json in_turn
"$ENTERPRISE".manager.value: "$JOHN"

"$ENTERPRISE".manager.value: "$JANE"

"$ENTERPRISE".manager.value: "m2"

"$ENTERPRISE": {"department":"Sales"}



=== TEST 10: an extension comes and goes as a whole (#107, #121)
--- request in_turn
PATCH $SCIM/Users/$JOHN
{$PATCH,"Operations":[{"op":"add","path":"$ENTERPRISE:department","value":"R&D"}]}

PATCH $SCIM/Users/$JOHN
{$PATCH,"Operations":[{"op":"remove","path":"$ENTERPRISE:department"}]}

PATCH $SCIM/Users/$JOHN
{$PATCH,"Operations":[{"op":"add","path":"$ENTERPRISE","value":{"department":"R&D","costCenter":"7"}}]}

PATCH $SCIM/Users/$JOHN
{$PATCH,"Operations":[{"op":"remove","path":"$ENTERPRISE"}]}
--- error_code eval: [200, 200, 200, 200]
--- json in_turn
"$ENTERPRISE": {"department":"R&D"}
schemas: ["urn:ietf:params:scim:schemas:core:2.0:User","$ENTERPRISE"]

"$ENTERPRISE" -
schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"]

"$ENTERPRISE": {"department":"R&D","costCenter":"7"}

"$ENTERPRISE" -



=== TEST 11: an extension that nobody declared
--- request
PATCH $SCIM/Users/$JOHN
{$PATCH,"Operations":[{"op":"add","value":{"urn:example:2.0:User":{"badge":17}}}]}
--- json
"urn:example:2.0:User": {"badge":17}
schemas: ["urn:ietf:params:scim:schemas:core:2.0:User","urn:example:2.0:User"]



=== TEST 12: add appends, and no value twice (#113)
--- request
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"add","path":"emails","value":[{"value":"jane@home","type":"home"},{"value":"a@x","type":"other"}]},{"op":"add","path":"emails","value":{"value":"b@x"}},{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User:emails","value":[]}]}
--- json
emails: [{"value":"jane@work","type":"work","primary":true},{"value":"jane@home","type":"home"},{"value":"a@x","type":"other"},{"value":"b@x"}]



=== TEST 13: what changes nothing keeps the version (#104, #114, #117)
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"add","path":"emails","value":[{"value":"jane@home","type":"home"}]},{"op":"replace","path":"title","value":"Dr"},{"op":"remove","path":"nickName"},{"op":"add","value":{"active":true}}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"title","value":"Prof"},{"op":"replace","path":"title","value":"Dr"}]}
--- error_code eval: [200, 200]
--- response_headers eval
['ETag: $ETAG', 'ETag: $ETAG']
--- json in_turn
title: "Dr"

title: "Dr"



=== TEST 14: a new primary value, and the others are none (#111)
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"add","path":"emails","value":[{"value":"p@x","primary":true}]}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"emails[value eq \"jane@home\"].primary","value":true}]}
--- error_code eval: [200, 200]
--- json in_turn
emails[0].primary: false
emails[2]: {"value":"p@x","primary":true}

emails[0].primary: false
emails[1].primary: true
emails[2].primary: false



=== TEST 15: remove (#115)
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"remove","path":"emails[type eq \"work\"]"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"remove","path":"emails[type eq \"home\"].type"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"remove","path":"emails[value ew \"home\"]"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"remove","path":"name.givenName"},{"op":"remove","path":"title"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"remove","path":"name"}]}
--- error_code eval: [200, 200, 200, 200, 200]
--- json in_turn
emails: [{"value":"jane@home","type":"home"}]

emails: [{"value":"jane@home"}]

emails: []

name: {"familyName":"Doe"}
title -

name -



=== TEST 16: remove with values takes away these (Entra, #124)
--- request
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Remove","path":"emails","value":[{"value":"jane@home"}]}]}
--- json
emails: [{"value":"jane@work","type":"work","primary":true}]



=== TEST 17: remove without a path (#115)
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"remove"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"remove","value":{"title":"Dr"}}]}
--- error_code eval: [400, 400]
--- json in_turn
scimType: "noTarget"

scimType: "noTarget"



=== TEST 18: what is required or the server's stays (#108, #116)
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"remove","path":"userName"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"userName","value":null}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"add","path":"groups","value":[{"value":"x"}]}]}

GET $SCIM/Users/$JANE
--- error_code eval: [400, 400, 400, 200]
--- json in_turn
scimType: "mutability"
detail ~ userName

scimType: "mutability"

scimType: "mutability"

userName: "jane"
groups -



=== TEST 19: strict: id and meta are the server's (#37, #108)
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"remove","path":"id"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"id","value":"$JOHN"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"meta.created","value":"2001-01-01T00:00:00Z"}]}
--- error_code eval: [400, 400, 400]
--- json in_turn
scimType: "mutability"

scimType: "mutability"

scimType: "mutability"



=== TEST 20: lenient: id and meta are passed over (#14, #16, #37)
--- request
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"id","value":"$JOHN"},{"op":"replace","path":"meta.created","value":"2001-01-01T00:00:00Z"},{"op":"remove","path":"id"}]}
--- response_headers
ETag: $ETAG
--- json
id: "$JANE"
meta.created ~ ^20[2-9]



=== TEST 21: read-only attributes among others are passed over
--- request
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","value":{"id":"$JANE","displayName":"x","meta":{"version":"9"},"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}}]}
--- json
id: "$JANE"
displayName: "x"
title: "Dr"



=== TEST 22: replace (#118)
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"emails","value":[{"value":"only@x"}]}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"emails","value":[]}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"nickName","value":"new"},{"op":"replace","path":"name.formatted","value":"J D"},{"op":"replace","path":"title","value":null}]}
--- error_code eval: [200, 200, 200]
--- json in_turn
emails: [{"value":"only@x"}]

emails: []

nickName: "new"
name: {"givenName":"Jane","familyName":"Doe","formatted":"J D"}
title -



=== TEST 23: one after another (#110)
--- request
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"emails","value":[{"value":"a@x","type":"a"}]},{"op":"add","path":"emails","value":[{"value":"b@x","type":"b"}]},{"op":"remove","path":"emails[type eq \"a\"]"},{"op":"replace","path":"emails[type eq \"b\"].type","value":"c"}]}
--- json
emails: [{"value":"b@x","type":"c"}]



=== TEST 24: all or nothing (#109)
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"displayName","value":"half"},{"op":"replace","path":"userName","value":"half"},{"op":"replace","path":"nonsense[","value":"x"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"displayName","value":"half"},{"op":"replace","path":"userName","value":"john"}]}

GET $SCIM/Users/$JANE

GET $SCIM/Users?filter=userName+eq+%22half%22
--- error_code eval: [400, 409, 200, 200]
--- json in_turn
scimType: "invalidFilter"

scimType: "uniqueness"

displayName: "Jane Doe"
userName: "jane"

totalResults: 0



=== TEST 25: paths that are none (#122, #126)
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"emails[0].value","value":"x"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"emails[type eq \"work\"","value":"x"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"a b","value":"x"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"emails[].value","value":"x"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":17,"value":"x"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":".","value":"x"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"name..givenName","value":"x"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"emails[type eq \"work\"].","value":"x"}]}
--- error_code eval: [(400) x 8]
--- json eval
['scimType: "invalidFilter"', 'scimType: "invalidFilter"', 'scimType: "invalidPath"', 'scimType: "invalidFilter"', ('scimType: "invalidPath"') x 4]



=== TEST 26: values of the wrong type (#123)
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"active","value":"perhaps"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"emails","value":"x"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"name","value":"x"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"displayName","value":{"a":1}}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","value":"x"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"add","path":"displayName"}]}

GET $SCIM/Users/$JANE
--- error_code eval: [400, 200, 400, 400, 400, 400, 200]
--- json in_turn
scimType: "invalidValue"
detail ~ active

emails: [{"value":"x"}]

scimType: "invalidValue"

scimType: "invalidValue"

scimType: "invalidValue"

scimType: "invalidValue"

active: true
displayName: "Jane Doe"



=== TEST 27: messages that are none (#105)
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[]}

PATCH $SCIM/Users/$JANE
{$PATCH}

PATCH $SCIM/Users/$JANE
{"displayName":"no patch"}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":"x"}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[17]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"path":"title","value":"x"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"move","path":"title","value":"x"}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":1,"path":"title","value":"x"}]}

PATCH $SCIM/Users/$JANE
[]
--- error_code eval: [(400) x 9]
--- json eval
[('scimType: "invalidSyntax"') x 9]



=== TEST 28: more operations than the server takes (#138)
--- more_http
scim_max_operations 2;
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"title","value":"1"},{"op":"replace","path":"title","value":"2"},{"op":"replace","path":"title","value":"3"}]}

GET $SCIM/Users/$JANE
--- error_code eval: [413, 200]
--- json in_turn
status: "413"
detail ~ 2

title: "Dr"



=== TEST 29: a new name (#21)
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"userName","value":"jane.doe"}]}

GET $SCIM/Users?filter=userName+eq+%22jane.doe%22

GET $SCIM/Users?filter=userName+eq+%22jane%22

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","value":{"userName":"JOHN"}}]}
--- error_code eval: [200, 200, 200, 409]
--- json in_turn
userName: "jane.doe"

Resources[0].id: "$JANE"

totalResults: 0

scimType: "uniqueness"



=== TEST 30: an unknown attribute is kept, or ignored (#203)
--- request
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"add","path":"shoeSize","value":"44"},{"op":"replace","value":{"hat":"no"}}]}
--- error_code: 200
--- json
displayName: "Jane Doe"
shoeSize: "44"
hat: "no"



=== TEST 31: the error names the operation and the attribute
--- request
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"title","value":"x"},{"op":"replace","path":"active","value":17}]}
--- error_code: 400
--- json
scimType: "invalidValue"
detail ~ Operations\[1\].*active



=== TEST 32: Entra: a list of one for what has one value
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Add","path":"$ENTERPRISE:manager","value":[{"$ref":"../Users/$JOHN","value":"$JOHN"}]}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Replace","path":"displayName","value":[{"$ref":null,"value":"J"}]},{"op":"Replace","path":"active","value":[{"value":"False"}]},{"op":"Replace","path":"name.givenName","value":[{"value":"G"}]},{"op":"Replace","path":"emails[type eq \"work\"].value","value":[{"Value":"w@x"}]}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Replace","value":{"title":[{"value":null}],"displayName":[{"value":"K"}]}}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Replace","path":"title","value":[{"value":"a"},{"value":"b"}]}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Replace","path":"title","value":[{"display":"a"}]}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"Replace","path":"title","value":["a"]}]}
--- error_code eval: [200, 200, 200, 400, 400, 400]
--- json in_turn
"$ENTERPRISE".manager.value: "$JOHN"

displayName: "J"
active: false
name.givenName: "G"
emails[0].value: "w@x"

displayName: "K"
title -

scimType: "invalidValue"

scimType: "invalidValue"

scimType: "invalidValue"



=== TEST 33: strict: such a list is a wrong type
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- request in_turn
PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"title","value":[{"value":"a"}]}]}

PATCH $SCIM/Users/$JANE
{$PATCH,"Operations":[{"op":"replace","path":"$ENTERPRISE:manager","value":[{"value":"a"}]}]}
--- error_code eval: [400, 400]
--- json in_turn
scimType: "invalidValue"

scimType: "invalidValue"
