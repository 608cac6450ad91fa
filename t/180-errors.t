# Bad input: a clear SCIM error, and nothing stored.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $jane = $t->scim->post('/Users', { userName => 'jane' });
    my $devs = $t->scim->post('/Groups', { displayName => 'devs' });
    return (
        JANE => $jane->{json}{id}, DEVS => $devs->{json}{id},
        ERROR => '"urn:ietf:params:scim:api:messages:2.0:Error"',
    );
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: no JSON (#54, #56)
--- request eval
[ map { "POST \$SCIM/Users\n$_" } '', ' ', '{', '{"userName":"x"', '{"userName":"x"}}', '{"userName":"x"} {}', "{'userName':'x'}", '{"userName":x}', '{userName:"x"}', '{"userName":"x",}', '{"userName":"\x"}', "{\"userName\":\"a\nb\"}", 'null and void', '<xml/>', 'userName=x' ]
--- error_code eval: [ (400) x 15 ]
--- response_headers eval
[ ('Content-Type: application/scim+json') x 15 ]
--- json eval
[ (qq{schemas: [\$ERROR]\nstatus: "400"\nscimType: "invalidSyntax"\ndetail ~ .}) x 15 ]
--- redis eval
[ (undef) x 14, 'ZCARD scim:{demo}:users => "1"' ]



=== TEST 2: no object
--- request in_turn
POST $SCIM/Users
["userName"]

POST $SCIM/Users
"userName"

POST $SCIM/Users
17

POST $SCIM/Users
null

PUT $SCIM/Users/$JANE
[]

PATCH $SCIM/Groups/$DEVS
true

POST $SCIM/Users
[{"userName":"x"}]
--- error_code eval: [ (400) x 7 ]
--- json eval
[ (qq{scimType: "invalidSyntax"\ndetail ~ object}) x 7 ]



=== TEST 3: a key twice
--- request in_turn
POST $SCIM/Users
{"userName":"a","userName":"b"}

POST $SCIM/Users
{"userName":"a","name":{"givenName":"a","givenName":"b"}}

POST $SCIM/Users
{"userName":"a","USERNAME":"b"}

GET $SCIM/Users
--- error_code eval: [400, 400, 400, 200]
--- json in_turn
scimType: "invalidSyntax"

scimType: "invalidSyntax"

scimType: "invalidSyntax"
detail ~ userName

totalResults: 1



=== TEST 4: too deep
--- request eval
['POST $SCIM/Users' . "\n" . '{"userName":"x","a":' . '[' x 40 . ']' x 40 . '}',
 'POST $SCIM/Users' . "\n" . '[' x 200000,
 'POST $SCIM/Users' . "\n" . '{"a":' x 100000,
 'POST $SCIM/Users' . "\n" . '{"userName":"x","a":' . '[' x 20 . ']' x 20 . '}']
--- error_code eval: [400, 400, 400, 201]
--- json eval
[ ('scimType: "invalidSyntax"') x 3, 'userName: "x"' ]



=== TEST 5: too deep for scim_max_depth
--- more_http
scim_max_depth 4;
--- request in_turn
POST $SCIM/Users
{"userName":"x","emails":[{"value":"a@x"}]}

POST $SCIM/Users
{"userName":"y","a":[[[[1]]]]}
--- error_code eval: [201, 400]
--- json in_turn
userName: "x"

scimType: "invalidSyntax"



=== TEST 6: too large (pain 6)
--- config
error_page 413 /scim_error;
location = /scim_error { internal; scim_error; }
location /api/v1/ { scim; client_max_body_size 1k; }
--- request eval
['POST $SCIM/Users' . "\n" . '{"userName":"' . 'x' x 2000 . '"}',
 'GET $SCIM/Users']
--- error_code eval: [413, 200]
--- response_headers eval
[ ('Content-Type: application/scim+json') x 2 ]
--- json eval
[qq{schemas: [\$ERROR]\nstatus: "413"\ndetail ~ maxPayloadSize: 1024}, 'totalResults: 1']



=== TEST 7: a chunked body that becomes too large
--- config
error_page 413 /scim_error;
location = /scim_error { internal; scim_error; }
location /api/v1/ { scim; client_max_body_size 1k; }
--- raw_request eval
"POST \$SCIM/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \$TOKEN\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" . ('100' . "\r\n" . 'x' x 256 . "\r\n") x 8 . "0\r\n\r\n"
--- error_code: 413
--- response_headers
Content-Type: application/scim+json
--- json
status: "413"
detail ~ maxPayloadSize: 1024



=== TEST 8: wrong types (#67, #123)
--- request eval
[ map { "POST \$SCIM/Users\n{\"userName\":\"x\",$_}" } '"active":"perhaps"', '"active":1.5', '"active":[true]', '"name":"Jane"', '"name":["Jane"]', '"displayName":{"a":"b"}', '"displayName":["a"]', '"emails":[["a"]]', '"emails":[{"value":["a"]}]', '"emails":[{"value":{"a":1}}]', '"emails":[{"primary":"x","value":"a"}]', '"schemas":[17]', '"schemas":{"a":"b"}', '"externalId":["a"]', '"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":"x"', '"x509Certificates":[{"value":"no base64!"}]' ]
--- error_code eval
[ (400) x 16 ]
--- json eval
[ (qq{scimType: "invalidValue"\ndetail ~ active}) x 3, (qq{scimType: "invalidValue"\ndetail ~ name}) x 2, (qq{scimType: "invalidValue"\ndetail ~ displayName}) x 2, (qq{scimType: "invalidValue"\ndetail ~ emails}) x 4, (qq{scimType ~ ^invalid(Value|Syntax)\ndetail ~ schemas}) x 2, qq{scimType: "invalidValue"\ndetail ~ externalId}, 'scimType: "invalidValue"', qq{scimType: "invalidValue"\ndetail ~ x509Certificates} ]



=== TEST 9: strict: types that the lenient profile makes the best of
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- request eval
[ (map { "POST \$SCIM/Users\n{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"x\",$_}" } '"active":"true"', '"emails":17', '"emails":[17]', '"emails":"a@x"', '"emails":{"value":"a@x"}', '"externalId":17', '"displayName":true'), "POST \$SCIM/Users\n{\"schemas\":\"urn:ietf:params:scim:schemas:core:2.0:User\",\"userName\":\"x\"}" ]
--- error_code eval
[ (400) x 8 ]
--- json eval
[ (qq{scimType: "invalidValue"}) x 7, 'detail ~ schemas' ]



=== TEST 10: no userName (#21, #67)
--- request eval
[ map { "POST \$SCIM/Users\n$_" } '{}', '{"displayName":"Jane"}', '{"userName":""}', '{"userName":null}', '{"userName":[]}', '{"userName":{"a":1}}', '{"userName":true}' ]
--- error_code eval: [ (400) x 7 ]
--- json eval
[ (qq{scimType: "invalidValue"\ndetail ~ userName}) x 7 ]



=== TEST 11: bad UTF-8 and NUL (#51)
--- request eval
[ map { "POST \$SCIM/Users\n{\"userName\":\"x$_\"}" } "\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", '\\u0000', '\\ud800', '\\ud83dx' ]
--- error_code eval: [ (400) x 8 ]
--- json eval
[ (qq{schemas: [\$ERROR]\nscimType ~ ^invalid(Syntax|Value)\$}) x 8 ]



=== TEST 12: a byte order mark
--- request eval
"POST \$SCIM/Users\n\xef\xbb\xbf" . '{"userName":"x"}'
--- error_code: 400
--- json
scimType: "invalidSyntax"
detail ~ line 1, column



=== TEST 13: broken percent escapes and bytes in the query
--- request in_turn
GET $SCIM/Users?filter=userName%

GET $SCIM/Users?attributes=%zz

GET $SCIM/Users?filter=%00

GET $SCIM/Users?filter=%ff%fe

GET $SCIM/Users?excludedAttributes=%c3

GET $SCIM/Users?startIndex=%31

GET $SCIM/Users?nonsense=%zz
--- error_code eval: [400, 400, 400, 400, 400, 200, 200]
--- json in_turn
scimType: "invalidFilter"

scimType: "invalidValue"
detail ~ attributes

scimType: "invalidFilter"

scimType: "invalidFilter"

detail ~ excludedAttributes

totalResults: 1

totalResults: 1



=== TEST 14: another method (#53, #59)
--- request in_turn
PUT $SCIM/Users
{"userName":"x"}

PATCH $SCIM/Users
{"Operations":[]}

DELETE $SCIM/Users

POST $SCIM/Users/$JANE
{"userName":"x"}

PUT $SCIM/Groups
{}

DELETE $SCIM/Groups

POST $SCIM/Groups/$DEVS
{}

GET $SCIM/Users/.search

PROPFIND $SCIM/Users

MKCOL $SCIM/Users/$JANE
--- error_code eval: [ (405) x 10 ]
--- response_headers eval
[ ('Allow: GET, HEAD, POST, OPTIONS') x 3, 'Allow: GET, HEAD, PUT, PATCH, DELETE, OPTIONS', ('Allow: GET, HEAD, POST, OPTIONS') x 2, 'Allow: GET, HEAD, PUT, PATCH, DELETE, OPTIONS', 'Allow: POST, OPTIONS', 'Allow: GET, HEAD, POST, OPTIONS', 'Allow: GET, HEAD, PUT, PATCH, DELETE, OPTIONS' ]
--- json eval
[ (qq{schemas: [\$ERROR]\nstatus: "405"}) x 10 ]



=== TEST 15: methods that nginx does not know, or refuses
--- request in_turn
FROBNICATE $SCIM/Users

TRACE $SCIM/Users

CONNECT $SCIM/Users
--- error_code_like eval: ['^40[05]$', '^405$', '^40[05]$']
--- response_headers eval
[ ('Content-Type: application/scim+json') x 3 ]
--- json eval
[ (qq{schemas: [\$ERROR]\nstatus ~ ^40[05]\$}) x 3 ]



=== TEST 16: another type of content (#51)
--- more_headers eval
[ map { "Authorization: Bearer \$TOKEN\nContent-Type: $_" } 'text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/jsonx', 'multipart/form-data; boundary=x' ]
--- request eval
[ ('POST $SCIM/Users' . "\n" . '{"userName":"x"}') x 5 ]
--- error_code eval: [ (415) x 5 ]
--- json eval
[ (qq{schemas: [\$ERROR]\nstatus: "415"\ndetail ~ Content-Type}) x 5 ]
--- redis eval
[ (undef) x 4, 'ZCARD scim:{demo}:users => "1"' ]



=== TEST 17: types of content that are JSON, or none (#51)
--- more_headers eval
[ (map { "Authorization: Bearer \$TOKEN\nContent-Type: $_" } 'application/json', 'application/scim+json', 'APPLICATION/JSON; charset=utf-8', 'application/scim+json;charset=UTF-8'), 'Authorization: Bearer $TOKEN' ]
--- request eval
[ map { "POST \$SCIM/Users\n{\"userName\":\"x$_\"}" } 1 .. 5 ]
--- error_code eval: [ (201) x 5 ]



=== TEST 18: endpoints that are none (#53)
--- request in_turn
GET $SCIM/Nonsense

GET $SCIM/users

POST $SCIM/Users/$JANE/Groups
{}

GET $SCIM/Users/$JANE/x/y/z

GET $SCIM/User

GET /api/v1/demo/integrations/$INTEGRATION/scim

GET $SCIM/Users%2F$JANE%2Fx
--- error_code eval: [ (404) x 7 ]
--- response_headers eval
[ ('Content-Type: application/scim+json') x 7 ]
--- json eval
[ (qq{schemas: [\$ERROR]\nstatus: "404"}) x 7 ]



=== TEST 19: another version of SCIM (#47)
--- request in_turn
GET /api/v1/demo/integrations/$INTEGRATION/scim/v1/Users

GET /api/v1/demo/integrations/$INTEGRATION/scim/v3/Users

POST /api/v1/demo/integrations/$INTEGRATION/scim/v1/Groups
{"displayName":"x"}
--- error_code eval: [400, 400, 400]
--- response_headers eval
[ ('Content-Type: application/scim+json') x 3 ]
--- json eval
[ (qq{schemas: [\$ERROR]\nstatus: "400"\nscimType: "invalidVers"}) x 3 ]



=== TEST 20: ids that are none
--- request eval
[ map { "GET \$SCIM/Users/$_" } '*', '..%2f..', '%00', 'a' x 3000, '%F0%9F%98%80', '{demo}', '$JANE%20', '$JANE%00', "'%22", '-1', '..%5c' ]
--- error_code_like eval: [ ('^(400|404)$') x 11 ]
--- response_headers eval
[ ('Content-Type: application/scim+json') x 11 ]
--- json eval
[ (qq{schemas: [\$ERROR]}) x 11 ]



=== TEST 21: nginx's own errors: a header without end, a URI without end (pain 6)
--- http_config
    scim_redis $TEST_NGINX_SCIM_REDIS;
    large_client_header_buffers 4 2k;
--- raw_request eval
["GET \$SCIM/Users HTTP/1.1\r\nHost: x\r\nX: " . 'x' x 4000 . "\r\n\r\n"]
--- error_code: 400
--- response_headers
Content-Type: application/scim+json
--- json
schemas: [$ERROR]
status: "400"



=== TEST 22: nginx's own errors: a URI without end
--- http_config
    scim_redis $TEST_NGINX_SCIM_REDIS;
    large_client_header_buffers 4 2k;
--- raw_request eval
["GET \$SCIM/Users?filter=" . 'x' x 4000 . " HTTP/1.1\r\nHost: x\r\n\r\n"]
--- error_code: 414
--- response_headers
Content-Type: application/scim+json
--- json
schemas: [$ERROR]
status: "414"



=== TEST 23: nginx's own errors: a URI that is none
--- raw_request eval
["GET \$SCIM/Users%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"]
--- error_code: 400
--- response_headers
Content-Type: application/scim+json
--- json
status: "400"



=== TEST 24: nginx's own errors: no Host
--- raw_request eval
["GET \$SCIM/Users HTTP/1.1\r\nConnection: close\r\n\r\n"]
--- error_code: 400
--- response_headers
Content-Type: application/scim+json
--- json
status: "400"



=== TEST 25: nginx's own errors: a request that is none
--- raw_request eval
["GET /\x01\x02 \x00\xff\r\n\r\n"]
--- error_code: 400
--- response_headers
Content-Type: application/scim+json
--- json
status: "400"



=== TEST 26: nginx's own errors: a Content-Length that is none
--- raw_request eval
["POST \$SCIM/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \$TOKEN\r\nContent-Length: -5\r\n\r\n"]
--- error_code: 400
--- response_headers
Content-Type: application/scim+json



=== TEST 27: nginx's own errors: too many requests
--- more_http
limit_req_zone $scim_x zone=x:1m rate=1r/m;
limit_req_status 429;
map $http_authorization $scim_x { default all; }
--- config
error_page 429 /scim_error;
location = /scim_error { internal; scim_error; }
location /api/v1/ { scim; limit_req zone=x; }
--- request in_turn
GET $SCIM/Users

GET $SCIM/Users
--- error_code eval: [200, 429]
--- response_headers eval
['! Retry-After', 'Retry-After: 1']
--- json in_turn
totalResults: 1

schemas: [$ERROR]
status: "429"



=== TEST 28: random bytes as a body
--- request eval
srand 7; [ map { "POST \$SCIM/Users\n" . CORE::join '', map { chr int rand 256 } 1 .. 200 } 1 .. 20 ]
--- error_code eval: [ (400) x 20 ]
--- json eval
[ (qq{schemas: [\$ERROR]\nstatus: "400"}) x 20 ]



=== TEST 29: JSON that is nonsense
--- request eval
srand 8;
my @keys = ('userName', 'emails', 'name', 'schemas', 'id', 'meta', 'active', 'groups', 'urn:a:b', '', 'emails[0]', 'a.b', "\$ref");
my @values = ('null', 'true', '1e999', '-0', '""', '[]', '{}', '[[]]', '[null]', '{"":""}', '"x"', '123456789012345678901234567890', '{"value":{"value":[]}}');
[ map { "POST \$SCIM/Users\n{" . CORE::join(',', map { "\"$_\":" . $values[rand @values] } grep { rand() < 0.5 } @keys) . '}' } 1 .. 60 ]
--- error_code_like eval: [ ('^(201|400|409)$') x 60 ]
--- response_headers eval
[ ('Content-Type: application/scim+json') x 60 ]



=== TEST 30: random PATCHes
--- request eval
srand 9;
my @ops = ('add', 'remove', 'replace', 'Add', 'x', '');
my @paths = ('null', '""', '"members"', '"members[value eq \\"x\\"]"', '"members["', '"displayName"', '"urn:ietf:params:scim:schemas:core:2.0:Group:displayName"', '"["', '"members[value eq \\"x\\"].value"', '"a.b.c.d"', '7', '"id"', '"schemas"', '"meta.version"');
my @values = ('null', '[]', '{}', '"x"', '[{"value":"x"}]', '[{"value":null}]', '{"members":"x"}', '[[]]', '1e999', '{"displayName":null}', '{"":1}');
[ map { "PATCH \$SCIM/Groups/\$DEVS\n" . '{"Operations":[' . CORE::join(',', map { '{"op":"' . $ops[rand @ops] . '","path":' . $paths[rand @paths] . ',"value":' . $values[rand @values] . '}' } 1 .. 1 + rand 2) . ']}' } 1 .. 60 ]
--- error_code_like eval: [ ('^(200|204|400)$') x 60 ]



=== TEST 31: random paths and queries
--- request eval
srand 10;
my @parts = ('/', '//', '%2f', '..', '.', 'Users', 'Groups', '?', '&', 'filter=', '=', '%22', 'userName', '+eq+', '%00', '%', ';', '"', '[', ']', '(', '\\', 'count=', '-1', 'attributes=', 'x' x 100, ',', ':', '~');
[ map { 'GET $SCIM/' . CORE::join '', map { $parts[rand @parts] } 1 .. 12 } 1 .. 60 ]
--- error_code_like eval: [ ('^(200|400|401|403|404|405)$') x 60 ]



=== TEST 32: status codes as in the table (#55)
--- more_config
location = /fails { error_page 500 /scim_error; return 500; }
--- request in_turn
POST $SCIM/Users
{

GET $SCIM/Users/00000000-0000-4000-8000-000000000000

GET $SCIM/Nonsense

POST $SCIM/Users
{"userName":"jane"}

PUT $SCIM/Users/$JANE
{"userName":"jane","title":"x"}

GET $SCIM/Me

GET $SCIM/ServiceProviderConfig?filter=patch+pr

GET /fails

DELETE $SCIM/Groups/$DEVS

GET $SCIM/Users
--- more_headers eval
[ ('Authorization: Bearer $TOKEN') x 4, "Authorization: Bearer \$TOKEN\nIf-Match: W/\"0\"", ('Authorization: Bearer $TOKEN') x 4, 'X: y' ]
--- error_code eval: [400, 404, 404, 409, 412, 501, 403, 500, 204, 401]
--- json in_turn
schemas: [$ERROR]
status: "400"
scimType: "invalidSyntax"

schemas: [$ERROR]
status: "404"
scimType -

schemas: [$ERROR]
status: "404"
scimType -

schemas: [$ERROR]
status: "409"
scimType: "uniqueness"

schemas: [$ERROR]
status: "412"
scimType -

schemas: [$ERROR]
status: "501"
scimType -

schemas: [$ERROR]
status: "403"
scimType -

schemas: [$ERROR]
status: "500"
scimType -

-

schemas: [$ERROR]
status: "401"
scimType -



=== TEST 33: more than the limits: 413 (#55, #138)
--- more_http
scim_max_operations 1;
--- config
error_page 413 /scim_error;
location = /scim_error { internal; scim_error; }
location /api/v1/ { scim; client_max_body_size 500; }
--- request eval
["POST \$SCIM/Bulk\n" . '{"Operations":[' . '{"method":"DELETE","path":"/Users/x"},' x 1 . '{"method":"DELETE","path":"/Users/y"}]}',
 "PATCH \$SCIM/Users/\$JANE\n" . '{"Operations":[{"op":"remove","path":"a"},{"op":"remove","path":"b"}]}',
 "POST \$SCIM/Bulk\n" . '{"Operations":[' . ' ' x 500 . ']}']
--- error_code eval: [413, 413, 413]
--- json eval
[ (qq{schemas: [\$ERROR]\nstatus: "413"\nscimType -\ndetail ~ \\b1\\b}) x 2, qq{schemas: [\$ERROR]\nstatus: "413"\ndetail ~ maxPayloadSize: 500} ]



=== TEST 34: locations that take bodies of several sizes: no limit is named
--- config
error_page 413 /scim_error;
location = /scim_error { internal; scim_error; }
location /api/v1/ { scim; client_max_body_size 500; }
location /api/v1/acme/ { scim; client_max_body_size 600; }
--- request eval
["POST \$SCIM/Users\n" . '{"userName":"' . 'x' x 501 . '"}']
--- error_code: 413
--- json
detail: "the body is larger than this server takes"



=== TEST 35: no redirect, ever (#55)
--- request in_turn
GET $SCIM/Users/$JANE/

POST $SCIM
{}

GET $SCIM

PUT $SCIM/Users/$JANE/
{"userName":"jane"}
--- error_code eval: [200, 405, 200, 200]
--- response_headers eval
[ ('! Location') x 4 ]



=== TEST 36: scimTypes as in the table (#56)
--- request in_turn
GET $SCIM/Users?filter=(

POST $SCIM/Users
{"userName":"JANE"}

PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"replace","path":"members[value eq \"x\"].value","value":"y"}]}

POST $SCIM/Users
{"userName":"x"

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","path":"a b","value":"y"}]}

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"remove"}]}

POST $SCIM/Users
{"userName":true}

GET /api/v1/demo/integrations/$INTEGRATION/scim/v1/Users

GET $SCIM/Users?cursor=x

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","path":"emails[type","value":"y"}]}
--- error_code eval: [400, 409, (400) x 8]
--- json in_turn
scimType: "invalidFilter"

scimType: "uniqueness"

scimType: "mutability"

scimType: "invalidSyntax"

scimType: "invalidPath"

scimType: "noTarget"

scimType: "invalidValue"

scimType: "invalidVers"

scimType: "invalidCursor"

scimType: "invalidFilter"



=== TEST 37: too much to look at (#56, #75)
--- more_http
scim_max_scan 1;
scim_max_sorted 1;
--- request in_turn
POST $SCIM/Users
{"userName":"john"}

GET $SCIM/Users?filter=displayName+co+"x"

GET $SCIM/Users?sortBy=userName&startIndex=2
--- error_code eval: [201, 400, 400]
--- json in_turn
userName: "john"

scimType: "tooMany"

scimType: "tooMany"



=== TEST 38: nginx's own errors: trouble of its own, with a time to come again
--- config
error_page 502 503 504 /scim_error;
location = /scim_error { internal; scim_error; }
location /502 { return 502; }
location /503 { return 503; }
location /504 { return 504; }
--- request in_turn
GET /502

GET /503

GET /504
--- error_code eval: [502, 503, 504]
--- response_headers eval
['! Retry-After', 'Retry-After: 5', '! Retry-After']
--- json in_turn
status: "502"

status: "503"

status: "504"



=== TEST 39: nginx's own errors: a version of HTTP that is none
--- raw_request eval
["GET \$SCIM/Users HTTP/3.7\r\nHost: x\r\nConnection: close\r\n\r\n"]
--- error_code: 505
--- response_headers
Content-Type: application/scim+json
--- json
status: "505"
detail ~ version



=== TEST 40: nginx's own errors: a coding of the transfer
--- raw_request eval
["POST \$SCIM/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \$TOKEN\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"]
--- error_code: 501
--- response_headers
Content-Type: application/scim+json
--- json
status: "501"
detail ~ coding



=== TEST 41: quotes as they are in a URI, and a space, which ends it (#198)
--- raw_request eval
["GET \$SCIM/Users?filter=userName+eq+\"jane\" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \$TOKEN\r\n\r\n"]
--- error_code: 200
--- json
totalResults: 1



=== TEST 42: a space in a URI: nginx takes none since 1.21.1, and says so (#198)
--- raw_request eval
["GET \$SCIM/Users?filter=userName eq \"jane\" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \$TOKEN\r\n\r\n"]
--- error_code: 400
--- response_headers
Content-Type: application/scim+json
--- json
schemas: [$ERROR]
status: "400"



=== TEST 43: as many comparisons as may be in a filter, and one more
--- more_http
scim_max_filter_terms 3;
--- request in_turn
GET $SCIM/Users?filter=userName+pr+and+(id+pr+or+not+(title+pr))

GET $SCIM/Users?filter=userName+pr+and+(id+pr+or+not+(title+pr))+and+id+pr

GET $SCIM/Users?filter=emails[type+pr+and+value+pr]+or+id+pr

GET $SCIM/Users?filter=emails[type+pr+and+value+pr+and+display+pr]+or+id+pr

POST $SCIM/Users/.search
{"filter":"id pr or id pr or id pr or id pr"}

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"remove","path":"emails[type pr or value pr or display pr]"}]}

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"remove","path":"emails[type pr or value pr or display pr or type pr]"}]}
--- error_code eval: [200, 400, 200, 400, 400, 200, 400]
--- json in_turn
totalResults: 1

scimType: "invalidFilter"
detail ~ position 49: more than 3 comparisons

totalResults: 1

scimType: "invalidFilter"
detail ~ more than 3 comparisons

scimType: "invalidFilter"
detail ~ more than 3 comparisons

userName: "jane"

scimType: "invalidFilter"
detail ~ more than 3 comparisons



=== TEST 44: as many attributes as may be named, and one more
--- more_http
scim_max_attributes 2;
--- request in_turn
GET $SCIM/Users/$JANE?attributes=userName,title

GET $SCIM/Users/$JANE?attributes=userName,title,name

GET $SCIM/Users?excludedAttributes=a,b

GET $SCIM/Users?excludedAttributes=a,b,c

POST $SCIM/Users/.search
{"attributes":["a","b"]}

POST $SCIM/Users/.search
{"attributes":["a","b","c"]}

POST $SCIM/Users?attributes=a,b,c
{"userName":"x"}

GET $SCIM/Users
--- error_code eval: [200, 400, 200, 400, 200, 400, 400, 200]
--- json in_turn
userName: "jane"

scimType: "invalidValue"
detail: "attributes: more than 2 names"

totalResults: 1

detail: "excludedAttributes: more than 2 names"

totalResults: 1

scimType: "invalidValue"

scimType: "invalidValue"

totalResults: 1



=== TEST 45: as deep as may be, and one deeper
--- more_http
scim_max_depth 4;
--- request in_turn
POST $SCIM/Users
{"userName":"x","a":[[{"b":1}]]}

POST $SCIM/Users
{"userName":"y","a":[[[{"b":1}]]]}

POST $SCIM/Users
{"userName":"[[[[[[","a":"{{{{{{\"[[[["}
--- error_code eval: [201, 400, 201]
--- json in_turn
userName: "x"

scimType: "invalidSyntax"
detail ~ line 1, column 24: nested deeper than 4 levels

userName: "[[[[[["



=== TEST 46: as many operations, and as large a body, as may be
--- more_http
scim_max_operations 2;
--- config
error_page 413 /scim_error;
location = /scim_error { internal; scim_error; }
location /api/v1/ { scim; client_max_body_size 200; }
--- request eval
["PATCH \$SCIM/Users/\$JANE\n" . '{"Operations":[' . CORE::join(',', ('{"op":"remove","path":"a"}') x 2) . ']}',
 "PATCH \$SCIM/Users/\$JANE\n" . '{"Operations":[' . CORE::join(',', ('{"op":"remove","path":"a"}') x 3) . ']}',
 "POST \$SCIM/Users\n" . '{"userName":"' . 'x' x 185 . '"}',
 "POST \$SCIM/Users\n" . '{"userName":"' . 'x' x 186 . '"}']
--- error_code eval: [200, 413, 201, 413]



=== TEST 47: as many to look at, and as far sorted, as may be
--- more_http
scim_max_scan 2;
scim_max_sorted 2;
--- request in_turn
POST $SCIM/Users
{"userName":"john"}

GET $SCIM/Users?filter=userName+co+"j"

GET $SCIM/Users?sortBy=userName&startIndex=2

POST $SCIM/Users
{"userName":"joan"}

GET $SCIM/Users?filter=userName+co+"j"

GET $SCIM/Users?filter=userName+co+"j"&sortBy=userName

GET $SCIM/Users?sortBy=userName&startIndex=3
--- error_code eval: [201, 200, 200, 201, 400, 400, 400]
--- json in_turn
userName: "john"

totalResults: 2
Resources#: 2

totalResults: 2
Resources#: 1
Resources[0].userName: "john"

userName: "joan"

scimType: "tooMany"
detail ~ more than 2 resources

scimType: "tooMany"

scimType: "tooMany"
detail ~ 2
