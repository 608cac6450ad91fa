# Who may do what on the SCIM endpoints.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $sibling = $t->create('demo', 'sibling');
    my $foreign = $t->create('acme', 'authentik');
    my $jane = $t->scim->post('/Users', { userName => 'jane' });
    my $devs = $t->scim->post('/Groups', { displayName => 'devs' });

    my $token = $t->token;
    my $mistyped = $token;
    substr($mistyped, 100, 1) =~ tr/a-zA-Z0-9_-/b-zaB-ZA1-90\-_/;

    return (
        SIBLING => $sibling->{secretToken},
        FOREIGN => $foreign->{secretToken},
        FOREIGN_SCIM => $foreign->{endpoint} =~ s{^http://[^/]+}{}r,
        FOREIGN_ID => $foreign->{id},
        MISTYPED => $mistyped,
        SHORT => substr($token, 0, 204),
        UPPER => uc $token,
        JANE => $jane->{json}{id},
        DEVS => $devs->{json}{id},
        ERROR => '"urn:ietf:params:scim:api:messages:2.0:Error"',
    );
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: the token
--- request
GET $SCIM/Users
--- error_code: 200



=== TEST 2: as it may be written
--- more_headers eval
['Authorization: bearer $TOKEN', 'Authorization: BEARER   $TOKEN', 'Authorization:Bearer $TOKEN  ']
--- request eval
[ ('GET $SCIM/Users') x 3 ]
--- error_code eval: [200, 200, 200]



=== TEST 3: missing, malformed, mistyped, wrong, of another integration or tenant: the same answer (#48, Okta)
--- more_headers eval
['X: y', 'Authorization:', 'Authorization: Bearer', 'Authorization: $TOKEN', 'Authorization: Basic $TOKEN', 'Authorization: Bearer x $TOKEN', 'Authorization: Bearer $SHORT', 'Authorization: Bearer $TOKEN.', 'Authorization: Bearer $MISTYPED', 'Authorization: Bearer $UPPER', 'Authorization: Bearer $SIBLING', 'Authorization: Bearer $FOREIGN', 'Authorization: Bearer ' . 'x' x 20000, 'Authorization: Token token=$TOKEN', "Authorization: Bearer\t\$TOKEN"]
--- request eval
[ ('GET $SCIM/Users') x 15 ]
--- error_code eval: [ (401) x 15 ]
--- response_headers eval
[ ("Content-Type: application/scim+json\nWWW-Authenticate: Bearer realm=\"scim\"") x 15 ]
--- response_body eval
[ ('{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"401","detail":"a valid bearer token is required"}') x 15 ]



=== TEST 4: an unknown tenant or integration: the same answer
--- request in_turn
GET /api/v1/nobody/integrations/$INTEGRATION/scim/v2/Users

GET /api/v1/demo/integrations/00000000-0000-4000-8000-000000000000/scim/v2/Users

GET /api/v1/demo/integrations/authentik/scim/v2/Users

GET /api/v1/acme/integrations/$INTEGRATION/scim/v2/Users

GET /api/v1/demo/integrations/$FOREIGN_ID/scim/v2/Users

GET /api/v1/De%20Mo/integrations/$INTEGRATION/scim/v2/Users

GET /api/v1/demo%7D:x/integrations/$INTEGRATION/scim/v2/Users

GET $FOREIGN_SCIM/Users
--- error_code eval: [ (401) x 8 ]
--- response_headers eval
[ ('WWW-Authenticate: Bearer realm="scim"') x 8 ]
--- response_body eval
[ ('{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"401","detail":"a valid bearer token is required"}') x 8 ]



=== TEST 5: nothing is done, read or told without a token
--- no_token
--- request in_turn
POST $SCIM/Users
{"userName":"x"}

DELETE $SCIM/Users/$JANE

GET $SCIM/Users/$JANE

GET $SCIM/Users/00000000-0000-4000-8000-000000000000

GET $SCIM/Users?filter=nonsense

PATCH $SCIM/Groups/$DEVS
not JSON

GET $SCIM/ServiceProviderConfig
--- error_code eval: [ (401) x 7 ]
--- json eval
[ (qq{schemas: [\$ERROR]\nstatus: "401"\nscimType -}) x 7 ]
--- redis in_turn
EVAL return(redis.call("HGET","scim:{demo}:users:index","userName\0x")) 0 => null

EXISTS scim:{demo}:user:$JANE => "1"

-

-

-

-

-



=== TEST 6: what cannot be a token is refused without asking Redis
--- http_config
    scim_redis 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    large_client_header_buffers 4 32k;
--- more_headers eval
['X: y', 'Authorization: Bearer $MISTYPED', 'Authorization: Bearer $SHORT', 'Authorization: Bearer scim_', 'Authorization: Bearer $TOKEN']
--- request eval
[ ('GET $SCIM/Users') x 5 ]
--- error_code eval: [401, 401, 401, 401, 503]
--- response_headers eval
[ ('WWW-Authenticate: Bearer realm="scim"') x 4, 'Retry-After: 5' ]



=== TEST 7: disabled: 403 unless said otherwise
--- config
location /api/v1/ { scim; }
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', enabled => 0);
--- request
GET $SCIM/ServiceProviderConfig
--- error_code: 403
--- response_headers
Content-Type: application/scim+json
! Retry-After
! WWW-Authenticate
--- json
schemas: [$ERROR]
status: "403"
detail ~ disabled



=== TEST 8: disabled: 503 in the shipped configuration, on each endpoint
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', enabled => 0);
--- request in_turn
GET $SCIM/ServiceProviderConfig

GET $SCIM/Users/$JANE

POST $SCIM/Users
{"userName":"x"}

PATCH $SCIM/Groups/$DEVS
{"Operations":[]}

DELETE $SCIM/Users/$JANE
--- error_code eval: [ (503) x 5 ]
--- response_headers eval
[ ('Retry-After: 60') x 5 ]
--- json eval
[ (qq{schemas: [\$ERROR]\nstatus: "503"\ndetail ~ disabled}) x 5 ]
--- redis in_turn
-

-

EVAL return(redis.call("HGET","scim:{demo}:users:index","userName\0x")) 0 => null

-

EXISTS scim:{demo}:user:$JANE => "1"



=== TEST 9: disabled: 401
--- config
location /api/v1/ { scim; scim_disabled_status 401; }
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', enabled => 0);
--- request
GET $SCIM/Users
--- error_code: 401
--- response_headers
WWW-Authenticate: Bearer realm="scim"
--- json
detail ~ disabled



=== TEST 10: disabled: 404
--- config
location /api/v1/ { scim; scim_disabled_status 404; }
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', enabled => 0);
--- request
GET $SCIM/Users
--- error_code: 404
--- json
status: "404"



=== TEST 11: disabled: 429 (#199)
--- config
location /api/v1/ { scim; scim_disabled_status 429; }
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', enabled => 0);
--- request
GET $SCIM/Users
--- error_code: 429
--- response_headers
Retry-After: 60
--- json
status: "429"



=== TEST 12: disabled: a wrong token learns nothing
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', enabled => 0);
--- more_headers
Authorization: Bearer $SIBLING
--- request
GET $SCIM/Users
--- error_code: 401



=== TEST 13: another integration of the tenant is not disabled
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$FOREIGN_ID', enabled => 0);
--- request
GET $SCIM/Users
--- error_code: 200



=== TEST 14: a permission that is missing is named (#48, #158)
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', permissions => 'BINDINGS:READ USERS:READ_NOT XUSERS:READ');
--- request in_turn
GET $SCIM/Users

GET $SCIM/Users/$JANE

POST $SCIM/Users
{"userName":"x"}

PUT $SCIM/Users/$JANE
{"userName":"x"}

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","value":{"userName":"x"}}]}

DELETE $SCIM/Users/$JANE

GET $SCIM/Groups

GET $SCIM/Groups/$DEVS

POST $SCIM/Groups
{"displayName":"x"}

PUT $SCIM/Groups/$DEVS
{"displayName":"x"}

PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"remove","path":"members"}]}

DELETE $SCIM/Groups/$DEVS

POST $SCIM/Users/.search
{}

POST $SCIM/Groups/.search
{}
--- error_code eval: [ (403) x 14 ]
--- json in_turn
schemas: [$ERROR]
status: "403"
detail ~ USERS:READ$

detail ~ USERS:READ$

detail ~ USERS:CREATE$

detail ~ USERS:UPDATE$

detail ~ USERS:UPDATE$

detail ~ BINDINGS:DELETE$

detail ~ GROUPS:READ$

detail ~ GROUPS:READ$

detail ~ GROUPS:CREATE$

detail ~ GROUPS:UPDATE$

detail ~ GROUPS:UPDATE$

detail ~ GROUPS:DELETE$

detail ~ USERS:READ$

detail ~ GROUPS:READ$



=== TEST 15: each operation needs its own permission alone
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', permissions => 'GROUPS:DELETE USERS:READ BINDINGS:DELETE');
--- request in_turn
GET $SCIM/Users/$JANE

POST $SCIM/Users
{"userName":"x"}

DELETE $SCIM/Groups/$DEVS

DELETE $SCIM/Users/$JANE

GET $SCIM/Groups
--- error_code eval: [200, 403, 204, 204, 403]



=== TEST 16: a search over both types needs both permissions (#158)
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', permissions => 'USERS:READ');
--- request in_turn
GET $SCIM/

POST $SCIM/.search
{}

POST $SCIM/Users/.search
{}
--- error_code eval: [403, 403, 200]
--- json in_turn
detail ~ GROUPS:READ

detail ~ GROUPS:READ

totalResults: 1



=== TEST 17: what is wrong with a request is told to those only who may ask
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', permissions => '');
--- request in_turn
GET $SCIM/Users?filter=nonsense

POST $SCIM/Users
not JSON
--- error_code eval: [403, 403]



=== TEST 18: a token that is given up is worth nothing at once
--- more_headers eval
['Authorization: Bearer $SIBLING', 'Authorization: Bearer $ADMIN', 'Authorization: Bearer $TOKEN']
--- request in_turn
GET $SCIM/Users

DELETE /api/v1/demo/integrations/$INTEGRATION?provisioned=keep

GET $SCIM/Users
--- error_code eval: [401, 204, 401]
