# Users: create, read, list, replace, delete.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my %id = map { $_ => $t->scim->post('/Users', {
        userName => $_, externalId => "e-$_", displayName => "\u$_",
        active => \1,
        emails => [ { value => "$_\@example.com", primary => \1 } ],
    })->{json}{id} } qw(jane john);
    my $version = $t->scim->get("/Users/$id{jane}")->{headers}{etag};
    return (
        JANE => $id{jane}, JOHN => $id{john},
        JANE_VERSION => $version,
        JANE_VERSION_JSON => JSON::PP->new->allow_nonref->encode($version),
    );
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: a user is created (#60, #61, #62, #63, #65, #66)
--- request
POST $SCIM/Users
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Ada","externalId":"64","active":true,"displayName":"Ada L","name":{"formatted":"Ada L","givenName":"Ada","familyName":"L"},"emails":[{"value":"ada@x","type":"other","primary":true}]}
--- error_code: 201
--- response_headers_like
Content-Type: application/scim\+json
Location: http://localhost$SCIM/Users/[0-9a-f-]{36}
Content-Location: http://localhost$SCIM/Users/[0-9a-f-]{36}
ETag: W/"\d+"
--- json
schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"]
id ~ ^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$
userName: "Ada"
externalId: "64"
active: true
displayName: "Ada L"
name: {"formatted":"Ada L","givenName":"Ada","familyName":"L"}
emails: [{"value":"ada@x","type":"other","primary":true}]
meta.resourceType: "User"
meta.created ~ ^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$
meta.lastModified ~ ^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$
meta.location ~ ^http://localhost$SCIM/Users/[0-9a-f-]{36}$
meta.version ~ ^W/"\d+"$
groups -
password -



=== TEST 2: a URL and a version are the same in header and body (#18, #62, #145)
--- request
GET $SCIM/Users/$JANE
--- response_headers
Content-Location: http://localhost$SCIM/Users/$JANE
ETag: $JANE_VERSION
--- json
meta.location: "http://localhost$SCIM/Users/$JANE"
meta.version: $JANE_VERSION_JSON



=== TEST 3: created is lastModified (#17)
--- request
POST $SCIM/Users
{"userName":"ada"}
--- error_code: 201
--- response_body_like: "created":"([^"]+)","lastModified":"\1"



=== TEST 4: an account without a name
--- request
POST $SCIM/Users
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"nameless","name":{"formatted":" ","givenName":"","familyName":" "},"displayName":"","emails":[]}
--- error_code: 201
--- json
name: {"formatted":" ","givenName":"","familyName":" "}
displayName: ""
emails: []



=== TEST 5: beyond ASCII, and beyond the basic plane, escaped or not (#51)
--- request in_turn
POST $SCIM/Users
{"userName":"j\u00f6rg \ud83d\ude00","displayName":"Jörg 😀"}

GET $SCIM/Users?filter=userName+eq+%22J%C3%96RG+%F0%9F%98%80%22
--- error_code eval: [201, 200]
--- json in_turn
userName: "jörg 😀"
displayName: "Jörg 😀"

totalResults: 1
Resources[0].displayName: "Jörg 😀"



=== TEST 6: extensions, known and unknown, and unknown attributes are kept (#20, #69, #203)
--- request in_turn
POST $SCIM/Users
{"userName":"ada","locale":"de-AT","photos":[{"value":"https://x/p.png","type":"photo"}],"addresses":[{"type":"work","country":"Österreich","formatted":"a\nb"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"R&D","employeeNumber":"7"},"urn:example:2.0:User":{"badge":17,"tags":["a"],"deep":{"er":[{"x":1.5}]}},"nickname2":{"a":"b"}}

GET $SCIM/Users?filter=userName+eq+%22ada%22
--- error_code eval: [201, 200]
--- json in_turn
schemas: ["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","urn:example:2.0:User"]
locale: "de-AT"
photos: [{"value":"https://x/p.png","type":"photo"}]
addresses: [{"type":"work","country":"Österreich","formatted":"a\nb"}]
"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department":"R&D","employeeNumber":"7"}
"urn:example:2.0:User": {"badge":17,"tags":["a"],"deep":{"er":[{"x":1.5}]}}
nickname2: {"a":"b"}

Resources[0]."urn:example:2.0:User".deep: {"er":[{"x":1.5}]}
Resources[0]."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User".department: "R&D"
Resources[0].nickname2: {"a":"b"}



=== TEST 7: what is the server's is not taken from the client (#13, #14, #16, #27, #60)
--- request
POST $SCIM/Users
{"id":"bulkId","userName":"ada","meta":{"resourceType":"X","created":"2001-01-01T00:00:00Z","version":"W/\"a\"","location":"http://x"},"groups":[{"value":"$JANE","display":"admins"}]}
--- error_code: 201
--- json
id ~ ^[0-9a-f-]{36}$
meta.resourceType: "User"
meta.created ~ ^20[2-9]
meta.version ~ ^W/"\d+"$
meta.location ~ ^http://localhost
groups -



=== TEST 8: a second user of the name is a conflict (#21, #41, #64)
--- request in_turn
POST $SCIM/Users
{"userName":"jane"}

POST $SCIM/Users
{"userName":"JANE","externalId":"other"}

GET $SCIM/Users
--- error_code eval: [409, 409, 200]
--- json in_turn
schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"]
status: "409"
scimType: "uniqueness"
detail ~ userName

scimType: "uniqueness"

totalResults: 2



=== TEST 9: the name is compared without case beyond ASCII (#21, #58)
--- request in_turn
POST $SCIM/Users
{"userName":"ÄGIDIUS"}

POST $SCIM/Users
{"userName":"ägidius"}

POST $SCIM/Users
{"userName":"A\u0308gidius"}
--- error_code eval: [201, 409, 409]



=== TEST 10: two users may have the same externalId and e-mail address
--- request in_turn
POST $SCIM/Users
{"userName":"ada","externalId":"e-jane","emails":[{"value":"jane@example.com"}]}

GET $SCIM/Users?filter=externalId+eq+%22e-jane%22
--- error_code eval: [201, 200]
--- json in_turn
externalId: "e-jane"

totalResults: 2



=== TEST 11: booleans as strings (Entra, #202)
--- request in_turn
POST $SCIM/Users
{"userName":"a1","active":"True","emails":[{"value":"a@x","primary":"true"}]}

POST $SCIM/Users
{"userName":"a2","active":"False"}

PUT $SCIM/Users/$JANE
{"userName":"jane","active":"false"}
--- error_code eval: [201, 201, 200]
--- json in_turn
active: true
emails[0].primary: true

active: false

active: false



=== TEST 12: attribute names and URNs in any case (#2)
--- request
POST $SCIM/Users
{"SCHEMAS":["URN:IETF:params:scim:schemas:core:2.0:User"],"USERNAME":"ada","Name":{"GIVENNAME":"Ada"},"urn:ietf:params:SCIM:schemas:extension:Enterprise:2.0:user":{"Department":"d"}}
--- error_code: 201
--- json
userName: "ada"
name: {"givenName":"Ada"}
"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department":"d"}



=== TEST 13: a manager as a plain string (Entra)
--- request
POST $SCIM/Users
{"userName":"ada","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":"$JANE"}}
--- error_code: 201
--- json
"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User".manager.value: "$JANE"



=== TEST 14: null, an empty list and nothing are the same (#11)
--- request
POST $SCIM/Users
{"userName":"ada","nickName":null,"emails":null,"phoneNumbers":[],"name":null}
--- error_code: 201
--- json
nickName -
phoneNumbers -
name -
emails: []



=== TEST 15: a password is not stored, shown or found (Okta, #22, #39)
--- request in_turn
POST $SCIM/Users
{"userName":"ada","password":"t1meMa$chine"}

GET $SCIM/Users?filter=userName+eq+%22ada%22&attributes=password,userName

PUT $SCIM/Users/$JANE
{"userName":"jane","password":"t1meMa$chine"}

PATCH $SCIM/Users/$JANE
{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"password","value":"t1meMa$chine"},{"op":"replace","value":{"password":"t1meMa$chine","nickName":"J"}}]}
--- error_code eval: [201, 200, 200, 200]
--- json in_turn
password -

Resources[0].userName: "ada"
Resources[0].password -

password -

password -
nickName: "J"
--- redis in_turn
-

-

HGET scim:{demo}:user:$JANE doc !~ t1me

HGET scim:{demo}:user:$JANE doc !~ t1me
XREVRANGE scim:{demo}:audit + - COUNT 1 !~ t1me
--- no_error_log
t1me
[alert]
[crit]
[emerg]



=== TEST 16: a user is read (#70)
--- request
GET $SCIM/Users/$JANE
--- response_headers
Content-Type: application/scim+json
Content-Location: http://localhost$SCIM/Users/$JANE
--- response_headers_like
ETag: W/"\d+"
--- json
id: "$JANE"
userName: "jane"
emails: [{"value":"jane@example.com","primary":true}]
meta.location: "http://localhost$SCIM/Users/$JANE"



=== TEST 17: who is not there is not found (#70)
--- request in_turn
GET $SCIM/Users/00000000-0000-4000-8000-000000000000

GET $SCIM/Users/nobody

GET $SCIM/Users/jane

PUT $SCIM/Users/00000000-0000-4000-8000-000000000000
{"userName":"x"}

PATCH $SCIM/Users/nobody
{"Operations":[{"op":"replace","value":{"active":false}}]}

DELETE $SCIM/Users/00000000-0000-4000-8000-000000000000
--- error_code eval: [404, 404, 404, 404, 404, 404]
--- json in_turn
schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"]
status: "404"
scimType -
detail ~ User

status: "404"

status: "404"

status: "404"

status: "404"

status: "404"



=== TEST 18: a PUT of somebody unknown creates nobody (#98)
--- request in_turn
PUT $SCIM/Users/00000000-0000-4000-8000-000000000000
{"userName":"x"}

GET $SCIM/Users
--- error_code eval: [404, 200]
--- json in_turn
-

totalResults: 2



=== TEST 19: a list (#71, #72)
--- request
GET $SCIM/Users
--- response_headers
Content-Type: application/scim+json
--- json
schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
totalResults: 2
startIndex: 1
itemsPerPage: 2
Resources#: 2
Resources[0].userName: "jane"
Resources[0].meta.location: "http://localhost$SCIM/Users/$JANE"
Resources[1].userName: "john"



=== TEST 20: a list of nobody (#73)
--- redis_init
$redis->command('FLUSHALL');
$redis->restore({});
$redis->command('HSET', 'scim:{demo}:tenant', name => 'demo', created => 1);
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', name => 'a', enabled => 1, token => Digest::SHA::sha256_hex('$TOKEN') . ' 0', token_prefix => 'scim_', permissions => 'USERS:READ GROUPS:READ');
--- request in_turn
GET $SCIM/Users

GET $SCIM/Groups
--- error_code eval: [200, 200]
--- json in_turn
totalResults: 0
Resources: []
itemsPerPage: 0
startIndex: 1

totalResults: 0
Resources: []



=== TEST 21: pages (#89, #90, #166)
--- request in_turn
GET $SCIM/Users?startIndex=2

GET $SCIM/Users?startIndex=1&count=1

GET $SCIM/Users?startIndex=3&count=1

GET $SCIM/Users?count=0

GET $SCIM/Users?count=-5

GET $SCIM/Users?startIndex=0

GET $SCIM/Users?startIndex=-7&count=1

GET $SCIM/Users?startIndex=99999999999999999999&count=99999999999999999999
--- error_code eval: [200, 200, 200, 200, 200, 200, 200, 200]
--- json in_turn
totalResults: 2
startIndex: 2
itemsPerPage: 1
Resources#: 1
Resources[0].id: "$JOHN"

totalResults: 2
startIndex: 1
itemsPerPage: 1
Resources[0].id: "$JANE"

totalResults: 2
startIndex: 3
itemsPerPage: 0
Resources: []

totalResults: 2
itemsPerPage: 0
Resources: []

totalResults: 2
itemsPerPage: 0
Resources: []

startIndex: 1
Resources#: 2

startIndex: 1
Resources#: 1
Resources[0].id: "$JANE"

totalResults: 2
Resources: []



=== TEST 22: page parameters that are no numbers
--- request in_turn
GET $SCIM/Users?startIndex=x

GET $SCIM/Users?count=1.5

GET $SCIM/Users?count=
--- error_code eval: [400, 400, 400]
--- json in_turn
scimType: "invalidValue"
detail ~ startIndex

scimType: "invalidValue"
detail ~ count

scimType: "invalidValue"
detail ~ count



=== TEST 23: the largest page (#91)
--- more_http
scim_max_results 1;
--- request
GET $SCIM/Users?count=50
--- json
totalResults: 2
itemsPerPage: 1
Resources#: 1



=== TEST 24: the page of a client that asks for none
--- more_http
scim_default_results 1;
--- request in_turn
GET $SCIM/Users

GET $SCIM/Users?count=2
--- error_code eval: [200, 200]
--- json in_turn
totalResults: 2
itemsPerPage: 1

itemsPerPage: 2



=== TEST 25: parameters that nobody knows are ignored
--- request
GET $SCIM/Users?count=1&nonsense=1&&=&x&startIndex=2&cursorx=%20
--- json
Resources[0].id: "$JOHN"
totalResults: 2



=== TEST 26: attributes (#92, #93, #95)
--- request in_turn
GET $SCIM/Users/$JANE?attributes=userName,%20emails.value

GET $SCIM/Users/$JANE?attributes=urn:ietf:params:scim:schemas:core:2.0:User:USERNAME

GET $SCIM/Users?attributes=externalId&count=1

GET $SCIM/Users/$JANE?attributes=nothing
--- error_code eval: [200, 200, 200, 200]
--- json in_turn
id: "$JANE"
schemas#: 1
userName: "jane"
emails: [{"value":"jane@example.com"}]
externalId -
displayName -
meta -

userName: "jane"
id: "$JANE"
emails -

Resources[0].externalId: "e-jane"
Resources[0].id: "$JANE"
Resources[0].userName -

id: "$JANE"
userName -



=== TEST 27: excludedAttributes (#92, #94)
--- request in_turn
GET $SCIM/Users/$JANE?excludedAttributes=emails,name,id,schemas

GET $SCIM/Users?excludedAttributes=emails.primary,meta&count=1
--- error_code eval: [200, 200]
--- json in_turn
id: "$JANE"
schemas#: 1
userName: "jane"
emails -

Resources[0].emails: [{"value":"jane@example.com"}]
Resources[0].meta -
Resources[0].userName: "jane"



=== TEST 28: both at once are refused (#93)
--- request
GET $SCIM/Users/$JANE?attributes=userName&excludedAttributes=emails
--- error_code: 400
--- json
status: "400"
detail ~ excludedAttributes



=== TEST 29: attributes of what a write answers (#63, #92, #103)
--- request in_turn
POST $SCIM/Users?attributes=userName
{"userName":"ada","displayName":"Ada"}

PUT $SCIM/Users/$JANE?excludedAttributes=displayName
{"userName":"jane","displayName":"Jane"}

PATCH $SCIM/Users/$JANE?attributes=active
{"Operations":[{"op":"replace","value":{"active":false}}]}
--- error_code eval: [201, 200, 200]
--- json in_turn
userName: "ada"
displayName -
meta -

userName: "jane"
displayName -

active: false
id: "$JANE"
userName -



=== TEST 30: a PUT replaces (#99, #101, #103)
--- request in_turn
PUT $SCIM/Users/$JANE
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"$JOHN","userName":"jane","active":false,"name":{"familyName":"Doe"},"groups":[{"value":"x"}],"meta":{"created":"2001-01-01T00:00:00Z"}}

GET $SCIM/Users/$JANE
--- error_code eval: [200, 200]
--- json in_turn
id: "$JANE"
userName: "jane"
active: false
name: {"familyName":"Doe"}
displayName -
externalId -
emails: []
groups -
meta.created ~ ^20[2-9]

id: "$JANE"
active: false
displayName -
emails: []



=== TEST 31: what a PUT took away is not found any more (#99)
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"jane","externalId":"new","emails":[{"value":"new@example.com"}]}

GET $SCIM/Users?filter=externalId+eq+%22e-jane%22

GET $SCIM/Users?filter=emails.value+eq+%22jane@example.com%22

GET $SCIM/Users?filter=externalId+eq+%22new%22

GET $SCIM/Users?filter=emails.value+eq+%22new@example.com%22
--- error_code eval: [200, 200, 200, 200, 200]
--- json in_turn
externalId: "new"

totalResults: 0

totalResults: 0

Resources[0].id: "$JANE"

Resources[0].id: "$JANE"



=== TEST 32: a PUT without a name (#102)
--- request in_turn
PUT $SCIM/Users/$JANE
{"displayName":"Jane"}

GET $SCIM/Users/$JANE
--- error_code eval: [400, 200]
--- json in_turn
scimType: "invalidValue"
detail ~ userName

userName: "jane"
externalId: "e-jane"



=== TEST 33: a new name, and the old one is free
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"jane.doe"}

GET $SCIM/Users?filter=userName+eq+%22jane%22

GET $SCIM/Users?filter=userName+eq+%22jane.doe%22

POST $SCIM/Users
{"userName":"jane"}
--- error_code eval: [200, 200, 200, 201]
--- json in_turn
id: "$JANE"
userName: "jane.doe"

totalResults: 0
Resources: []

Resources[0].id: "$JANE"

id ~ ^(?!$JANE)



=== TEST 34: a name that somebody else has (#41, #64)
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"John"}

GET $SCIM/Users/$JANE

GET $SCIM/Users/$JOHN
--- error_code eval: [409, 200, 200]
--- json in_turn
scimType: "uniqueness"

userName: "jane"

userName: "john"



=== TEST 35: the same name in another case is no new name (#36)
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"Jane"}

GET $SCIM/Users?filter=userName+eq+%22jane%22
--- error_code eval: [200, 200]
--- json in_turn
userName: "Jane"

totalResults: 1
Resources[0].id: "$JANE"
Resources[0].userName: "Jane"



=== TEST 36: a user is deleted (#127, #128, #129)
--- request in_turn
DELETE $SCIM/Users/$JANE

GET $SCIM/Users/$JANE

PUT $SCIM/Users/$JANE
{"userName":"jane"}

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","value":{"active":false}}]}

DELETE $SCIM/Users/$JANE

GET $SCIM/Users

GET $SCIM/Users?filter=userName+eq+%22jane%22

GET $SCIM/Users?filter=id+eq+%22$JANE%22

GET $SCIM/Users?filter=emails.value+eq+%22jane@example.com%22
--- error_code eval: [204, 404, 404, 404, 404, 200, 200, 200, 200]
--- response_body_like eval
['^$', 'status', 'status', 'status', 'status', 'john', 'Resources":\[\]', 'Resources":\[\]', 'Resources":\[\]']
--- json in_turn
-

-

-

-

-

totalResults: 1
Resources[0].id: "$JOHN"



=== TEST 37: a deleted user leaves nothing in the tenant
--- request
DELETE $SCIM/Users/$JANE
--- error_code: 204
--- redis
EXISTS scim:{demo}:user:$JANE => "0"
EXISTS scim:{demo}:user:$JANE:groups => "0"
ZSCORE scim:{demo}:users $JANE => null
EXISTS scim:user:$JANE => "1"



=== TEST 38: an inactive user answers as any other
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"jane","active":false}

GET $SCIM/Users/$JANE

GET $SCIM/Users?filter=userName+eq+%22jane%22

PUT $SCIM/Users/$JANE
{"userName":"jane","active":true}
--- error_code eval: [200, 200, 200, 200]
--- json in_turn
active: false

active: false
id: "$JANE"

totalResults: 1
Resources[0].active: false

active: true
id: "$JANE"



=== TEST 39: strict: schemas must be there, and of this resource (#12, #68, #69)
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- request in_turn
POST $SCIM/Users
{"userName":"ada"}

POST $SCIM/Users
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"userName":"ada"}

POST $SCIM/Users
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:example:2.0:User"],"userName":"ada","urn:example:2.0:User":{"a":1}}

POST $SCIM/Users
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","active":"True"}

POST $SCIM/Users
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","active":true}
--- error_code eval: [400, 400, 400, 400, 201]
--- json in_turn
status: "400"
detail ~ schemas

detail ~ schemas

status: "400"

scimType: "invalidValue"
detail ~ active

active: true



=== TEST 40: strict: an unknown attribute (#69, #203)
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- request
POST $SCIM/Users
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","shoeSize":7}
--- error_code: 400
--- json
status: "400"
detail ~ shoeSize



=== TEST 41: of two primary values the first one is (#9)
--- request
POST $SCIM/Users
{"userName":"ada","emails":[{"value":"a@x","primary":true},{"value":"b@x","primary":true}]}
--- error_code: 201
--- json
emails: [{"value":"a@x","primary":true},{"value":"b@x","primary":false}]



=== TEST 42: strict: two primary values (#9)
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- request
POST $SCIM/Users
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","emails":[{"value":"a@x","primary":true},{"value":"b@x","primary":true}]}
--- error_code: 400
--- json
scimType: "invalidValue"
detail ~ primary



=== TEST 43: the lists of a user keep their order and all of their elements
--- request
POST $SCIM/Users
{"userName":"ada","emails":[{"value":"b@x","type":"work"},{"value":"a@x","type":"home"},{"value":"c@x","type":"custom"}],"phoneNumbers":[{"value":"+43 1 234","type":"mobile"}],"ims":[{"value":"x","type":"xmpp"}],"entitlements":[{"value":"e"}],"roles":[{"value":"r","primary":true}],"x509Certificates":[{"value":"MDAw"}]}
--- error_code: 201
--- json
emails: [{"value":"b@x","type":"work"},{"value":"a@x","type":"home"},{"value":"c@x","type":"custom"}]
phoneNumbers: [{"value":"+43 1 234","type":"mobile"}]
ims: [{"value":"x","type":"xmpp"}]
entitlements: [{"value":"e"}]
roles: [{"value":"r","primary":true}]
x509Certificates: [{"value":"MDAw"}]



=== TEST 44: what nobody can sort by is refused, not ignored (#97)
--- request in_turn
GET $SCIM/Users?sortBy=userName&sortOrder=descending

GET $SCIM/Users?sortBy=password

GET $SCIM/Users?sortBy=name

GET $SCIM/Users?sortBy=user%20name

GET $SCIM/Users?sortBy=userName&sortOrder=upwards
--- error_code eval: [200, 400, 400, 400, 400]
--- json in_turn
Resources[0].id: "$JOHN"
Resources[1].id: "$JANE"

scimType: "invalidValue"
detail ~ sortBy

scimType: "invalidValue"
detail ~ sortBy

scimType: "invalidValue"
detail ~ sortBy

scimType: "invalidValue"
detail ~ sortOrder



=== TEST 45: the order of attributes means nothing (#8)
--- request in_turn
POST $SCIM/Users
{"emails":[{"primary":true,"type":"work","value":"a@x"}],"name":{"givenName":"A","familyName":"L"},"active":true,"userName":"ada","schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}

PUT $SCIM/Users/$JANE
{"emails":[{"primary":true,"value":"jane@example.com"}],"active":true,"displayName":"Jane","schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"externalId":"e-jane","userName":"jane"}

PATCH $SCIM/Users/$JANE
{"Operations":[{"value":"x","path":"title","op":"replace"}],"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}
--- error_code eval: [201, 200, 200]
--- response_headers eval
['Content-Type: application/scim+json', 'ETag: $JANE_VERSION', 'Content-Type: application/scim+json']
--- json in_turn
schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"]
name: {"familyName":"L","givenName":"A"}
emails: [{"value":"a@x","type":"work","primary":true}]

displayName: "Jane"

title: "x"



=== TEST 46: nor does that of schemas, which stays as it was sent (#12)
--- request in_turn
POST $SCIM/Users
{"schemas":["urn:example:2.0:User","urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","urn:example:2.0:User":{"a":1}}

GET $SCIM/Users?filter=userName+eq+"ada"
--- error_code eval: [201, 200]
--- json in_turn
schemas: ["urn:example:2.0:User","urn:ietf:params:scim:schemas:core:2.0:User"]

Resources[0]."urn:example:2.0:User".a: 1



=== TEST 47: no attribute has the same value of the same type twice (#10)
--- request in_turn
POST $SCIM/Users
{"userName":"ada","emails":[{"value":"a@x","type":"work"},{"value":"a@x","type":"home"},{"value":"a@x","type":"work","primary":true}],"roles":[{"value":"r"},{"value":"r"}]}

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"add","path":"emails","value":[{"value":"jane@example.com"}]}]}

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"add","path":"emails","value":[{"value":"j@x","type":"work"},{"value":"j@x","type":"home"}]},{"op":"replace","path":"emails[type eq \"home\"].type","value":"work"}]}

GET $SCIM/Users?filter=userName+eq+"ada"
--- error_code eval: [ 201, (200) x 3 ]
--- response_headers_like eval
['ETag: .+', 'ETag: $JANE_VERSION', 'ETag: (?!$JANE_VERSION).+', 'Content-Type: .+']
--- json in_turn
emails: [{"value":"a@x","type":"work","primary":true},{"value":"a@x","type":"home"}]
roles: [{"value":"r"}]

emails: [{"value":"jane@example.com","primary":true}]

emails: [{"value":"jane@example.com","primary":true},{"value":"j@x","type":"work"}]

Resources[0].emails#: 2



=== TEST 48: addresses and numbers are kept as they were sent, and found in any case (#24, #25)
--- request in_turn
POST $SCIM/Users
{"userName":"ada","emails":[{"value":"Ada.Lovelace@EXAMPLE.com"},{"value":"\"a b\"@example.com"},{"value":"ada@b\u00fccher.example"}],"phoneNumbers":[{"value":"tel:+1-201-555-0123;ext=7"},{"value":"+43 (1) 234/56"}]}

GET $SCIM/Users?filter=emails.value+eq+"ada.lovelace@example.com"

GET $SCIM/Users?filter=emails[value+ew+"@B%C3%9CCHER.example"]

GET $SCIM/Users?filter=phoneNumbers.value+eq+"TEL:%2B1-201-555-0123;EXT=7"
--- error_code eval: [ 201, (200) x 3 ]
--- json in_turn
emails: [{"value":"Ada.Lovelace@EXAMPLE.com"},{"value":"\"a b\"@example.com"},{"value":"ada@bücher.example"}]
phoneNumbers: [{"value":"tel:+1-201-555-0123;ext=7"},{"value":"+43 (1) 234/56"}]

totalResults: 1
Resources[0].emails[0].value: "Ada.Lovelace@EXAMPLE.com"

totalResults: 1

totalResults: 1



=== TEST 49: strict: an address that is none is the client's own affair (#24, #25)
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- request
POST $SCIM/Users
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","emails":[{"value":"ada"}],"phoneNumbers":[{"value":"0664 1234"}]}
--- error_code: 201
--- json
emails: [{"value":"ada"}]
phoneNumbers: [{"value":"0664 1234"}]



=== TEST 50: the name of a deleted user is free again (#131)
--- request in_turn
DELETE $SCIM/Users/$JANE

POST $SCIM/Users
{"userName":"JANE","externalId":"e-jane"}

POST $SCIM/Users
{"userName":"jane"}

GET $SCIM/Users?filter=userName+eq+"jane"
--- error_code eval: [204, 201, 409, 200]
--- json in_turn
-

id: "$JANE"
userName: "JANE"
displayName -
emails: []

scimType: "uniqueness"

totalResults: 1
Resources[0].userName: "JANE"



=== TEST 51: lastModified moves with each change, created does not (#17)
--- redis_init
my $state = $redis->command('HGET', 'scim:{demo}:user:$JANE', 'state');
$redis->command('HSET', 'scim:{demo}:user:$JANE', state => $state =~ s/ .* / 1000 1000 /r);
--- request in_turn
GET $SCIM/Users/$JANE

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","value":{"title":"x"}}]}

GET $SCIM/Users?filter=id+eq+"$JANE"
--- error_code eval: [200, 200, 200]
--- json in_turn
meta.created: "1970-01-01T00:00:01.000Z"
meta.lastModified: "1970-01-01T00:00:01.000Z"

meta.created: "1970-01-01T00:00:01.000Z"
meta.lastModified ~ ^20[2-9]

Resources[0].meta.created: "1970-01-01T00:00:01.000Z"
Resources[0].meta.lastModified ~ ^20[2-9]
