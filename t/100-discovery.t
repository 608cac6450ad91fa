# What the service says of itself: ServiceProviderConfig, ResourceTypes,
# Schemas.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    return (
        CORE => 'urn:ietf:params:scim:schemas:core:2.0',
        ENTERPRISE =>
            'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    );
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: the configuration, in both spellings (#31, #151, #155)
--- request in_turn
GET $SCIM/ServiceProviderConfig

GET $SCIM/ServiceProviderConfigs
--- error_code eval: [200, 200]
--- response_headers eval
[ ('Content-Type: application/scim+json') x 2 ]
--- json eval
[ (<<'END') x 2 ]
schemas: ["$CORE:ServiceProviderConfig"]
patch: {"supported":true}
bulk.supported: true
bulk.maxOperations: 1000
bulk.maxPayloadSize: 16777216
filter: {"supported":true,"maxResults":1000}
changePassword: {"supported":false}
sort.supported: true
etag: {"supported":true}
authenticationSchemes#: 1
authenticationSchemes[0].type: "oauthbearertoken"
authenticationSchemes[0].name ~ .
authenticationSchemes[0].description ~ .
authenticationSchemes[0].specUri ~ ^https://
documentationUri -
meta.resourceType: "ServiceProviderConfig"
meta.location: "http://localhost$SCIM/ServiceProviderConfig"
END



=== TEST 2: the limits of this location
--- more_http
scim_max_operations 7;
scim_max_results 9;
--- config
location ~ ^/api/v1/[^/]+/integrations/[^/]+/scim/v2(/|$) {
    scim;
    client_max_body_size 5k;
}
--- request
GET $SCIM/ServiceProviderConfig
--- json
bulk.maxOperations: 7
bulk.maxPayloadSize: 5120
filter.maxResults: 9



=== TEST 3: resource types (#33, #152)
--- request
GET $SCIM/ResourceTypes
--- response_headers
Content-Type: application/scim+json
--- json
schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
totalResults: 2
startIndex: 1
itemsPerPage: 2
Resources#: 2
Resources[0].schemas: ["$CORE:ResourceType"]
Resources[0].id: "User"
Resources[0].name: "User"
Resources[0].endpoint: "/Users"
Resources[0].schema: "$CORE:User"
Resources[0].schemaExtensions: [{"schema":"$ENTERPRISE","required":false}]
Resources[0].meta.resourceType: "ResourceType"
Resources[0].meta.location: "http://localhost$SCIM/ResourceTypes/User"
Resources[1].name: "Group"
Resources[1].endpoint: "/Groups"
Resources[1].schema: "$CORE:Group"
Resources[1].meta.location: "http://localhost$SCIM/ResourceTypes/Group"



=== TEST 4: schemas (#35, #50, #152)
--- request
GET $SCIM/Schemas
--- json
schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
totalResults: 3
startIndex: 1
itemsPerPage: 3
Resources#: 3
Resources[0].id: "$CORE:User"
Resources[0].name: "User"
Resources[0].meta.resourceType: "Schema"
Resources[1].id: "$ENTERPRISE"
Resources[2].id: "$CORE:Group"
--- response_body_unlike: api:messages:2.0:(Error|PatchOp|SearchRequest)



=== TEST 5: one of them (#18, #33, #35, #152, #204)
--- request in_turn
GET $SCIM/ResourceTypes/User

GET $SCIM/ResourceTypes/Group

GET $SCIM/Schemas/$CORE:User

GET $SCIM/Schemas/$CORE:Group

GET $SCIM/Schemas/$ENTERPRISE
--- error_code eval: [(200) x 5]
--- response_headers eval
['Content-Location: http://localhost$SCIM/ResourceTypes/User',
 'Content-Location: http://localhost$SCIM/ResourceTypes/Group',
 'Content-Location: http://localhost$SCIM/Schemas/$CORE:User',
 'Content-Location: http://localhost$SCIM/Schemas/$CORE:Group',
 'Content-Location: http://localhost$SCIM/Schemas/$ENTERPRISE']
--- json in_turn
name: "User"
meta.location: "http://localhost$SCIM/ResourceTypes/User"

name: "Group"

schemas: ["$CORE:Schema"]
id: "$CORE:User"
name: "User"
attributes[0].name: "userName"
attributes[0].type: "string"
attributes[0].multiValued: false
attributes[0].required: true
attributes[0].caseExact: false
attributes[0].mutability: "readWrite"
attributes[0].returned: "default"
attributes[0].uniqueness: "server"
attributes[1].name: "name"
attributes[1].type: "complex"
attributes[1].subAttributes[0].name: "formatted"
meta.location: "http://localhost$SCIM/Schemas/$CORE:User"

id: "$CORE:Group"
attributes[0].name: "displayName"
attributes[0].required: true
attributes[1].name: "members"
attributes[1].multiValued: true

id: "$ENTERPRISE"
attributes#: 6



=== TEST 6: passwords and groups, as they are (#22, #27, #39)
--- request
GET $SCIM/Schemas/$CORE:User
--- response_body_like: "name":"password",[^}]*"mutability":"writeOnly","returned":"never"(?s:.*)"name":"groups",[^}]*"mutability":"readOnly"



=== TEST 7: those that are not (#152)
--- request in_turn
GET $SCIM/ResourceTypes/Device

GET $SCIM/Schemas/urn:example

GET $SCIM/Schemas/User

GET $SCIM/ServiceProviderConfig/1
--- error_code eval: [404, 404, 404, 404]
--- json eval
[ (qq{schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"]\nstatus: "404"}) x 4 ]



=== TEST 8: pages, sorting and attributes are ignored (#153)
--- request in_turn
GET $SCIM/ResourceTypes?startIndex=1&count=100

GET $SCIM/ResourceTypes?startIndex=5&count=0&sortBy=name

GET $SCIM/Schemas?startIndex=2&count=1&attributes=id

GET $SCIM/ServiceProviderConfig?attributes=patch
--- error_code eval: [(200) x 4]
--- json in_turn
totalResults: 2
Resources#: 2

totalResults: 2
Resources#: 2

totalResults: 3
Resources#: 3
Resources[0].name: "User"

etag.supported: true



=== TEST 9: a filter is forbidden (#153)
--- request in_turn
GET $SCIM/ResourceTypes?filter=name+eq+"User"

GET $SCIM/Schemas?filter=id+pr

GET $SCIM/ServiceProviderConfig?filter=patch+pr
--- error_code eval: [403, 403, 403]
--- json in_turn
status: "403"

status: "403"

status: "403"



=== TEST 10: nothing of it can be changed (#154)
--- request in_turn
POST $SCIM/ServiceProviderConfig
{}

PUT $SCIM/ResourceTypes/User
{}

PATCH $SCIM/Schemas/$CORE:User
{}

DELETE $SCIM/Schemas
--- error_code eval: [405, 405, 405, 405]
--- response_headers eval
[ ('Allow: GET, HEAD, OPTIONS') x 4 ]
--- json eval
[ ('status: "405"') x 4 ]



=== TEST 11: the URLs begin with scim_base_url (pain 7)
--- more_http
scim_base_url https://scim.example.com:8443/;
--- request in_turn
GET $SCIM/ServiceProviderConfig

GET $SCIM/ResourceTypes/User

POST $SCIM/Users
{"userName":"jane"}
--- error_code eval: [200, 200, 201]
--- json in_turn
meta.location: "https://scim.example.com:8443$SCIM/ServiceProviderConfig"

meta.location: "https://scim.example.com:8443$SCIM/ResourceTypes/User"

meta.location ~ ^https://scim\.example\.com:8443$SCIM/Users/



=== TEST 12: a base with variables
--- more_http
scim_base_url https://$http_x_forwarded_host;
--- add_headers
X-Forwarded-Host: proxy.example.com
--- request
GET $SCIM/ServiceProviderConfig
--- json
meta.location: "https://proxy.example.com$SCIM/ServiceProviderConfig"



=== TEST 13: by default, with the host that the client named
--- add_headers
Host: me.example.com:81
--- request
GET $SCIM/ServiceProviderConfig
--- json
meta.location: "http://me.example.com:81$SCIM/ServiceProviderConfig"



=== TEST 14: whatever the client accepts and sends (#51, #52, #195, #196)
--- more_headers eval
['Authorization: Bearer $TOKEN',
 "Authorization: Bearer \$TOKEN\nAccept: application/json",
 "Authorization: Bearer \$TOKEN\nAccept: application/scim+json; charset=utf-8\nContent-Type: application/json",
 "Authorization: Bearer \$TOKEN\nAccept: text/html\nContent-Type: text/plain"]
--- request eval
[ ('GET $SCIM/ServiceProviderConfig') x 4 ]
--- error_code eval: [(200) x 4]
--- response_headers eval
[ ('Content-Type: application/scim+json') x 4 ]



=== TEST 15: a token is needed, permissions are not
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', permissions => '');
--- request in_turn
GET $SCIM/ServiceProviderConfig

GET $SCIM/Users
--- error_code eval: [200, 403]



=== TEST 16: no token
--- no_token
--- request
GET $SCIM/ServiceProviderConfig
--- error_code: 401



=== TEST 17: HEAD
--- request
HEAD $SCIM/ServiceProviderConfig
--- response_headers
Content-Type: application/scim+json
--- response_headers_like
Content-Length: [1-9]\d+
--- response_body



=== TEST 18: documents have no more common attributes than the RFC gives them (#45)
--- request in_turn
GET $SCIM/ServiceProviderConfig

GET $SCIM/ResourceTypes/Group

GET $SCIM/Schemas/$CORE:Group

GET $SCIM/ResourceTypes

GET $SCIM/Schemas
--- error_code eval: [ (200) x 5 ]
--- json in_turn
id -
externalId -
meta.resourceType: "ServiceProviderConfig"
meta.created -
meta.version -

id: "Group"
externalId -
meta: {"resourceType":"ResourceType","location":"http://localhost$SCIM/ResourceTypes/Group"}

id: "$CORE:Group"
externalId -
meta: {"resourceType":"Schema","location":"http://localhost$SCIM/Schemas/$CORE:Group"}

id -
meta -
Resources[0].externalId -
Resources[1].externalId -

id -
meta -
Resources[0].externalId -
Resources[1].externalId -
Resources[2].externalId -
--- response_headers eval
[ ('! ETag') x 5 ]



=== TEST 19: which types a reference may be of (#44)
--- request in_turn
GET $SCIM/Schemas/$CORE:Group

GET $SCIM/Schemas/$ENTERPRISE

GET $SCIM/Schemas/$CORE:User
--- error_code eval: [200, 200, 200]
--- json in_turn
attributes[1].subAttributes[1].name: "$ref"
attributes[1].subAttributes[1].type: "reference"
attributes[1].subAttributes[1].referenceTypes: ["User","Group"]

attributes[5].subAttributes[1].name: "$ref"
attributes[5].subAttributes[1].referenceTypes: ["User"]

attributes[4].name: "profileUrl"
attributes[4].referenceTypes: ["external"]



=== TEST 20: no URL begins with a query, whatever the host is said to be (#46)
--- more_headers eval
[ map { "Authorization: Bearer \$TOKEN\nHost: $_" } 'a?b', 'a#b', 'a@b', "a\xff", 'a"b', 'a<b', 'a\\b', 'a{b' ]
--- request eval
[ ('GET $SCIM/ServiceProviderConfig') x 8 ]
--- error_code eval: [ (400) x 8 ]
--- response_headers eval
[ ('Content-Type: application/scim+json') x 8 ]
--- json eval
[ (qq{schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"]\nstatus: "400"\ndetail ~ Host}) x 8 ]



=== TEST 21: hosts of all kinds
--- more_headers eval
[ map { "Authorization: Bearer \$TOKEN\nHost: $_" } 'a-b.example:8443', '[::1]:81', '127.0.0.1', "x_y~z!\$&'()*+,;=%41" ]
--- request eval
[ ('GET $SCIM/ServiceProviderConfig') x 4 ]
--- error_code eval: [ (200) x 4 ]
--- json in_turn
meta.location ~ ^http://a-b\.example:8443/

meta.location ~ ^http://\[::1\]:81/

meta.location ~ ^http://127\.0\.0\.1/

meta.location ~ ^http://x_y~z!\$&'\(\)\*\+,;=%41/



=== TEST 22: nor does scim_base_url, if it holds what a client says (#46)
--- more_http
scim_base_url https://$http_x_forwarded_host;
--- more_headers eval
[ map { "Authorization: Bearer \$TOKEN\nX-Forwarded-Host: $_" } 'a?b=', 'a#', 'a/b/' ]
--- request eval
[ ('GET $SCIM/ServiceProviderConfig') x 3 ]
--- error_code eval: [400, 400, 200]
--- json in_turn
detail ~ scim_base_url

detail ~ scim_base_url

meta.location: "https://a/b$SCIM/ServiceProviderConfig"



=== TEST 23: what a request asks is no part of an endpoint (#46)
--- more_headers eval
["Authorization: Bearer \$ADMIN\nContent-Type: application/json", ('Authorization: Bearer $TOKEN') x 2]
--- request in_turn
GET /api/v1/demo/integrations?count=1

GET $SCIM/ResourceTypes/User?x=y

GET $SCIM/Users?count=0&x=y
--- error_code eval: [ (200) x 3 ]
--- json in_turn
results[0].endpoint ~ /scim/v2$

meta.location: "http://localhost$SCIM/ResourceTypes/User"

totalResults: 0



=== TEST 24: how to authenticate is told to everybody, if the operator says so (#32)
--- http_config
    scim_redis 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    scim_public_config on;
--- no_token
--- request in_turn
GET $SCIM/ServiceProviderConfig

GET $SCIM/ServiceProviderConfigs?attributes=authenticationSchemes

HEAD $SCIM/ServiceProviderConfig

GET /api/v1/nobody/integrations/nothing/scim/v2/ServiceProviderConfig

GET $SCIM/ServiceProviderConfig?filter=patch+pr

POST $SCIM/ServiceProviderConfig
{}

GET $SCIM/ResourceTypes

GET $SCIM/Schemas

GET $SCIM/Users
--- error_code eval: [200, 200, 200, 200, 403, 405, 401, 401, 401]
--- response_headers eval
[ 'Content-Location: http://localhost$SCIM/ServiceProviderConfig', ('Content-Type: application/scim+json') x 8 ]
--- json in_turn
authenticationSchemes[0].type: "oauthbearertoken"
patch.supported: true

authenticationSchemes#: 1

-

authenticationSchemes#: 1

status: "403"



=== TEST 25: who sends a token is told whether it is right (#32)
--- more_http
scim_public_config on;
--- more_headers eval
['Authorization: Bearer wrong', 'Authorization:', 'Authorization: Bearer $TOKEN']
--- request eval
[ ('GET $SCIM/ServiceProviderConfig') x 3 ]
--- error_code eval: [401, 401, 200]



=== TEST 26: else the answer without a token says what is wanted (#32, #48)
--- no_token
--- request
GET $SCIM/ServiceProviderConfig
--- error_code: 401
--- response_headers
WWW-Authenticate: Bearer realm="scim"



=== TEST 27: a location that takes bodies of any size
--- config
location ~ ^/api/v1/[^/]+/integrations/[^/]+/scim/v2(/|$) {
    scim;
    client_max_body_size 0;
}
--- request
GET $SCIM/ServiceProviderConfig
--- json
bulk.maxPayloadSize: 2147483647
