# The management API: tenants and their integrations.

use lib 't/lib';

use Compress::Zlib ();
use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $other = $t->create('demo', 'other');
    $t->scim($other)->post('/Users', { userName => 'jane' });
    my $path = $other->{endpoint} =~ s{^http://[^/]+}{}r;
    return (
        API => '/api/v1',
        OTHER => $other->{id},
        OTHER_SCIM => $path,
        OTHER_TOKEN => $other->{secretToken},
        ACCOUNT => $other->{serviceAccount}{id},
        NOTHING => '00000000-0000-4000-8000-000000000000',
    );
};
use Test::Nginx::Socket 'no_plan';

# the answer to a creation becomes what there is to say of its token
sub token {
    my ($body) = @_;

    my ($token, $crc) = $body =~ /"secretToken":"([^"]*)([^"]{8})"/
        or return 'no token';
    return length("$token$crc") . ' '
        . ($token =~ /^scim_[A-Za-z0-9_-]{192}$/ ? 'shape ' : 'no shape ')
        . (sprintf('%08x', Compress::Zlib::crc32($token)) eq $crc
           ? 'checksum' : 'no checksum');
}

run_tests();

__DATA__

=== TEST 1: a tenant is created
--- admin
--- request
POST $API/tenants
{"id":"acme","name":"Acme Inc."}
--- error_code: 201
--- response_headers
Content-Type: application/json
--- json
id: "acme"
name: "Acme Inc."
created ~ ^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$
--- redis
HGET scim:{acme}:tenant name => "Acme Inc."



=== TEST 2: either of id and name does
--- admin
--- request in_turn
POST $API/tenants
{"id":"acme"}

POST $API/tenants
{"name":"umbrella-2"}

POST $API/tenants
{"name":"Not An Id"}
--- error_code eval: [201, 201, 400]
--- json in_turn
name: "acme"

id: "umbrella-2"

status: 400
detail ~ id



=== TEST 3: a tenant that is there
--- admin
--- request
POST $API/tenants
{"id":"demo"}
--- error_code: 409
--- response_headers
Content-Type: application/problem+json
--- json
type: "about:blank"
title: "Conflict"
status: 409
detail ~ tenant



=== TEST 4: ids that are none
--- admin
--- request eval
[ map { "POST \$API/tenants\n{\"id\":$_}" } '""', '"Acme"', '"a b"', '"-a"', '"a-"', '"a_b"', '"a/b"', '"ö"', '"a}{b"', '"' . 'a' x 64 . '"', '7', 'null', '["a"]' ]
--- error_code eval: [ (400) x 13 ]
--- json eval
[ (qq{status: 400\ntitle: "Bad Request"}) x 13 ]



=== TEST 5: ids that are at the limits
--- admin
--- request eval
[ map { "POST \$API/tenants\n{\"id\":\"$_\"}" } 'a' x 63, '0', 'a-b' ]
--- error_code eval: [ (201) x 3 ]



=== TEST 6: words that are reserved
--- admin
--- request in_turn
POST $API/tenants
{"id":"tenants"}

POST $API/tenants
{"id":"users"}

POST $API/tenants
{"id":"openapi"}
--- error_code eval: [400, 400, 400]
--- json in_turn
detail ~ reserved

detail ~ reserved

detail ~ reserved



=== TEST 7: bodies that are none
--- admin
--- request in_turn
POST $API/tenants
{"id":"acme","colour":"red"}

POST $API/tenants
{"id":"acme"

POST $API/tenants
["acme"]

POST $API/tenants

POST $API/tenants
{"id":"acme","id":"acme"}

POST $API/tenants
{"id":"acme","name":7}

POST $API/demo/integrations
{"name":"x","secretToken":"scim_mine"}
--- error_code eval: [ (400) x 7 ]
--- response_headers eval
[ ('Content-Type: application/problem+json') x 7 ]
--- json eval
[ (qq{status: 400\ndetail ~ .}) x 7 ]



=== TEST 8: tenants are listed and read
--- admin
--- request in_turn
GET $API/tenants

GET $API/tenants/demo

GET $API/tenants/nobody

GET $API/tenants/No%20Name
--- error_code eval: [200, 200, 404, 404]
--- json in_turn
total: 1
results#: 1
results[0].id: "demo"
results[0].created ~ ^20

id: "demo"
name: "demo"

status: 404
title: "Not Found"

status: 404



=== TEST 9: an integration is created
--- admin
--- request
POST $API/demo/integrations
{"name":"okta","description":"Okta, für alle","type":"SCIM 2.0"}
--- error_code: 201
--- response_headers
Content-Type: application/json
--- json
id ~ ^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$
name: "okta"
description: "Okta, für alle"
type: "SCIM 2.0"
enabled: true
profile: "lenient"
endpoint ~ ^http://localhost/api/v1/demo/integrations/[0-9a-f-]{36}/scim/v2$
secretToken ~ ^scim_[A-Za-z0-9_-]{192}[0-9a-f]{8}$
tokenPrefix ~ ^scim_[A-Za-z0-9_-]{7}$
serviceAccount.id ~ ^[0-9a-f-]{36}$
serviceAccount.name: "integration-okta"
created ~ ^20
modified ~ ^20



=== TEST 10: its token: prefix, length and checksum
--- admin
--- request
POST $API/demo/integrations
{"name":"okta"}
--- error_code: 201
--- response_body_filters eval
\&main::token
--- response_body chomp
205 shape checksum



=== TEST 11: role, binding and service account, and the token's hash alone (#161)
--- admin
--- request
GET $API/demo/integrations/$OTHER
--- redis
HGET scim:{demo}:integration:$OTHER token ~ ^[0-9a-f]{64} 0$
HGET scim:{demo}:integration:$OTHER permissions => "BINDINGS:CREATE BINDINGS:DELETE BINDINGS:READ BINDINGS:UPDATE GROUPS:CREATE GROUPS:DELETE GROUPS:READ GROUPS:UPDATE USERS:CREATE USERS:READ USERS:UPDATE"
HGET scim:{demo}:integration:$OTHER service_account => "$ACCOUNT"
HGET scim:{demo}:role:SCIMProvisioner permissions ~ ^BINDINGS:CREATE .* USERS:UPDATE$
HGET scim:{demo}:service-account:$ACCOUNT integration => "$OTHER"
SCARD scim:{demo}:service-account:$ACCOUNT:bindings => "1"
ZCARD scim:{demo}:bindings => "2"
EVAL return(redis.call('HGETALL','scim:{demo}:binding:'..redis.call('SMEMBERS','scim:{demo}:service-account:$ACCOUNT:bindings')[1])[2]) 0 => "SCIMProvisioner"



=== TEST 12: the secret is shown once
--- admin
--- request in_turn
GET $API/demo/integrations

GET $API/demo/integrations/$OTHER

POST $API/demo/integrations/$OTHER/disable
--- error_code eval: [200, 200, 200]
--- json in_turn
total: 2
results#: 2
results[0].id: "$INTEGRATION"
results[0].name: "authentik"
results[0].secretToken -
results[0].token -
results[1].id: "$OTHER"
results[1].tokenPrefix ~ ^scim_

id: "$OTHER"
name: "other"
description: ""
type: "SCIM 2.0"
enabled: true
endpoint: "http://localhost$OTHER_SCIM"
secretToken -

secretToken -
enabled: false



=== TEST 13: types and profiles
--- admin
--- request in_turn
POST $API/demo/integrations
{"name":"a","type":"SCIM"}

POST $API/demo/integrations
{"name":"b","profile":"strict"}

POST $API/demo/integrations
{"name":"c","type":"SCIM 1.1"}

POST $API/demo/integrations
{"name":"d","type":"LDAP"}

POST $API/demo/integrations
{"name":"e","profile":"loose"}

POST $API/demo/integrations
{"name":"f","type":""}
--- error_code eval: [201, 201, 400, 400, 400, 400]
--- json in_turn
type: "SCIM 2.0"

profile: "strict"

detail ~ type

detail ~ type

detail ~ profile

detail ~ type



=== TEST 14: names of integrations
--- admin
--- request eval
[ map { "POST \$API/demo/integrations\n$_" } '{}', '{"name":""}', '{"name":"Okta"}', '{"name":"a b"}', '{"name":"' . 'a' x 64 . '"}', '{"name":7}', '{"name":"-"}', '{"name":null}', '{"name":"x","description":7}', '{"name":"x","description":"' . 'd' x 2000 . '"}' ]
--- error_code eval: [ (400) x 10 ]
--- json eval
[ ('detail ~ "name"') x 8, ('detail ~ description') x 2 ]



=== TEST 15: a name that is taken, and free in another tenant
--- admin
--- request in_turn
POST $API/demo/integrations
{"name":"authentik"}

POST $API/tenants
{"id":"acme"}

POST $API/acme/integrations
{"name":"authentik"}

GET $API/acme/integrations

GET $API/acme/integrations/$INTEGRATION
--- error_code eval: [409, 201, 201, 200, 404]
--- json in_turn
status: 409
title: "Conflict"

id: "acme"

name: "authentik"

total: 1

status: 404



=== TEST 16: an integration is switched off and on, as often as you like
--- admin
--- request in_turn
POST $API/demo/integrations/$OTHER/disable

POST $API/demo/integrations/$OTHER/disable

GET $API/demo/integrations/$OTHER

POST $API/demo/integrations/$OTHER/enable

GET $API/demo/integrations/$OTHER
--- error_code eval: [ (200) x 5 ]
--- json in_turn
enabled: false

enabled: false

enabled: false

enabled: true

enabled: true



=== TEST 17: an integration is changed
--- admin
--- request in_turn
PATCH $API/demo/integrations/$OTHER
{"description":"new","profile":"strict"}

PATCH $API/demo/integrations/$OTHER
{"name":"renamed"}

PATCH $API/demo/integrations/$OTHER
{"name":"authentik"}

PATCH $API/demo/integrations/$OTHER
{"enabled":false}

GET $API/demo/integrations/$OTHER
--- error_code eval: [200, 200, 409, 400, 200]
--- json in_turn
name: "other"
description: "new"
profile: "strict"
secretToken -

name: "renamed"

status: 409

status: 400

name: "renamed"
description: "new"
profile: "strict"
enabled: true



=== TEST 18: an integration is deleted: what it provisioned stays
--- more_headers eval
["Authorization: Bearer \$ADMIN", "Authorization: Bearer \$ADMIN", "Authorization: Bearer \$ADMIN", "Authorization: Bearer \$OTHER_TOKEN", "Authorization: Bearer \$TOKEN", "Authorization: Bearer \$ADMIN\nContent-Type: application/json"]
--- request in_turn
DELETE $API/demo/integrations/$OTHER?provisioned=keep

GET $API/demo/integrations/$OTHER

DELETE $API/demo/integrations/$OTHER?provisioned=keep

GET $OTHER_SCIM/Users

GET $SCIM/Users?filter=userName+eq+"jane"

POST $API/demo/integrations
{"name":"other"}
--- error_code eval: [204, 404, 404, 401, 200, 201]
--- response_body_like eval
['^$', 'Not Found', 'Not Found', 'token', 'jane', 'other']
--- json in_turn
-

-

-

status: "401"

totalResults: 1

id ~ ^(?!$OTHER)
--- redis in_turn
EXISTS scim:{demo}:service-account:$ACCOUNT => "0"
ZCARD scim:{demo}:bindings => "1"

-

-

-

-

-



=== TEST 19: it was used
--- more_headers eval
["Authorization: Bearer \$ADMIN", "Authorization: Bearer \$TOKEN", "Authorization: Bearer \$ADMIN"]
--- redis_init
$redis->command('HDEL', 'scim:{demo}:integration:$INTEGRATION', 'last_used', 'tokens_used');
--- request in_turn
GET $API/demo/integrations/$INTEGRATION

GET $SCIM/Users

GET $API/demo/integrations/$INTEGRATION
--- error_code eval: [200, 200, 200]
--- json in_turn
lastUsed: null

-

lastUsed ~ ^20



=== TEST 20: it was used for a creation
--- more_headers eval
["Authorization: Bearer \$ADMIN", "Authorization: Bearer \$TOKEN", "Authorization: Bearer \$ADMIN"]
--- redis_init
$redis->command('HDEL', 'scim:{demo}:integration:$INTEGRATION', 'last_used', 'tokens_used');
--- request in_turn
GET $API/demo/integrations/$INTEGRATION

POST $SCIM/Users
{"userName":"jack"}

GET $API/demo/integrations/$INTEGRATION
--- error_code eval: [200, 201, 200]
--- json in_turn
lastUsed: null

-

lastUsed ~ ^20



=== TEST 21: it was used for a creation that is refused
--- more_headers eval
["Authorization: Bearer \$ADMIN", "Authorization: Bearer \$TOKEN", "Authorization: Bearer \$ADMIN"]
--- redis_init
$redis->command('HDEL', 'scim:{demo}:integration:$INTEGRATION', 'last_used', 'tokens_used');
--- request in_turn
GET $API/demo/integrations/$INTEGRATION

POST $SCIM/Users
{"userName":"jane"}

GET $API/demo/integrations/$INTEGRATION
--- error_code eval: [200, 409, 200]
--- json in_turn
lastUsed: null

-

lastUsed ~ ^20



=== TEST 22: no admin token, or a wrong one
--- more_headers eval
['X: y', 'Authorization: Bearer', 'Authorization: Bearer wrong', 'Authorization: Basic $ADMIN', 'Authorization: Bearer $TOKEN', 'Authorization: $ADMIN']
--- request eval
[ ('GET $API/tenants') x 6 ]
--- error_code eval: [ (401) x 6 ]
--- response_headers eval
[ ("Content-Type: application/problem+json\nWWW-Authenticate: Bearer realm=\"scim\"") x 6 ]
--- json eval
[ (qq{status: 401\ntitle: "Unauthorized"}) x 6 ]



=== TEST 23: nothing is done without a token
--- no_token
--- admin
--- request in_turn
POST $API/tenants
{"id":"acme"}

POST $API/demo/integrations/$OTHER/disable

DELETE $API/demo/integrations/$OTHER?provisioned=keep
--- error_code eval: [401, 401, 401]
--- redis in_turn
EXISTS scim:{acme}:tenant => "0"

HGET scim:{demo}:integration:$OTHER enabled => "1"

EXISTS scim:{demo}:integration:$OTHER => "1"



=== TEST 24: an admin token is no integration's
--- more_headers
Authorization: Bearer $ADMIN
--- request
GET $SCIM/Users
--- error_code: 401
--- json
schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"]



=== TEST 25: without the file of tokens nobody may
--- http_config
    scim_redis $TEST_NGINX_SCIM_REDIS;
--- admin
--- request
GET $API/tenants
--- error_code: 401



=== TEST 26: nothing of the name
--- admin
--- request in_turn
GET $API

GET $API/nonsense

GET $API/demo/nonsense

GET $API/nobody/integrations

POST $API/nobody/integrations
{"name":"x"}

GET $API/demo/integrations/$NOTHING

POST $API/demo/integrations/$NOTHING/enable

DELETE $API/demo/integrations/$NOTHING?provisioned=keep

GET $API/demo/integrations/authentik

GET $API/demo/integrations/$OTHER/nonsense

GET $API/DEMO/integrations

GET $API/demo%2Fx/integrations
--- error_code eval: [ (404) x 12 ]
--- response_headers eval
[ ('Content-Type: application/problem+json') x 12 ]
--- json eval
[ (qq{status: 404\ntitle: "Not Found"}) x 12 ]



=== TEST 27: another method
--- admin
--- request in_turn
DELETE $API/tenants

PUT $API/tenants/demo
{}

PUT $API/demo/integrations/$OTHER
{}

GET $API/demo/integrations/$OTHER/enable

DELETE $API/demo/integrations
--- error_code eval: [ (405) x 5 ]
--- response_headers eval
['Allow: GET, HEAD, POST, OPTIONS', 'Allow: GET, HEAD, PATCH, DELETE, OPTIONS', 'Allow: GET, HEAD, PATCH, DELETE, OPTIONS', 'Allow: POST, OPTIONS', 'Allow: GET, HEAD, POST, OPTIONS']
--- json eval
[ ('status: 405') x 5 ]



=== TEST 28: HEAD and OPTIONS
--- admin
--- request in_turn
HEAD $API/demo/integrations

OPTIONS $API/demo/integrations
--- error_code eval: [200, 204]
--- response_headers eval
['Content-Type: application/json', 'Allow: GET, HEAD, POST, OPTIONS']
--- response_body eval
['', '']



=== TEST 29: another type of content
--- more_headers
Authorization: Bearer $ADMIN
Content-Type: text/xml
--- request
POST $API/tenants
{"id":"acme"}
--- error_code: 415
--- json
status: 415
title: "Unsupported Media Type"



=== TEST 30: a body that is too large
--- admin
--- request eval
'POST $API/tenants' . "\n" . '{"id":"acme","name":"' . 'x' x 70000 . '"}'
--- error_code: 413
--- response_headers
Content-Type: application/problem+json
--- json
status: 413



=== TEST 31: the audit trail names who did it
--- admin
--- request
POST $API/demo/integrations/$OTHER/disable
--- redis
EVAL return(redis.call('XREVRANGE','scim:{demo}:audit','+','-','COUNT',1)[1][2][2]) 0 => "admin:test"
EVAL return(table.concat(redis.call('XREVRANGE','scim:{demo}:audit','+','-','COUNT',1)[1][2],'\32')) 0 ~ operation integrations.disable resource $OTHER
