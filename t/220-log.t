# What the logs say: the reason, and never a token or a person's data. And the
# variables.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $jane = $t->scim->post('/Users', {
        userName => 'secretjane', displayName => 'Secret Jane',
        emails => [ { value => 'secretjane@example.com' } ],
    });
    my $devs = $t->scim->post('/Groups', { displayName => 'secretdevs' });
    my $token = $t->token;
    return (
        JANE => $jane->{json}{id}, DEVS => $devs->{json}{id},
        TOKEN_START => substr($token, 0, 20),
        TOKEN_END => substr($token, -20),
    );
};
use Test::Nginx::Socket 'no_plan';

# The section "log": what the error log has after each request.
add_response_body_check(sub {
    my ($block, $body, $index) = @_;

    my $patterns = $block->log or return;
    open my $in, '<', $Test::Nginx::Util::ErrLogFile or die "error.log: $!";
    my $text = do { local $/; <$in> };
    like($text, qr/$patterns->[$index]/,
         $block->name . " - request $index: log");
});

run_tests();

__DATA__

=== TEST 1: a refusal has its reason in the log, at info
--- request
POST $SCIM/Users
{"displayName":"nameless"}
--- error_code: 400
--- error_log eval
[qr/\[info\] .* scim: 400 invalidValue: .*userName.*, client: 127\.0\.0\.1, .*method: POST, operation: users\.create, tenant: demo, integration: [0-9a-f-]{36}/]



=== TEST 2: each kind of refusal
--- more_headers eval
[ ('Authorization: Bearer $TOKEN') x 7, 'Authorization: Bearer wrong' ]
--- request in_turn
GET $SCIM/Users?filter=nonsense

GET $SCIM/Users/00000000-0000-4000-8000-000000000000

POST $SCIM/Users
{"userName":"secretjane"}

PUT $SCIM/Users
{}

POST $SCIM/Groups
{"displayName":"g","members":[{"value":"nobody"}]}

PATCH $SCIM/Groups/$DEVS
{

GET $SCIM/Nonsense

GET $SCIM/Users
--- error_code eval: [400, 404, 409, 405, 400, 400, 404, 401]
--- log in_turn
scim: 400 invalidFilter: 

scim: 404 there is no User .* resource: 00000000-

scim: 409 uniqueness: 

scim: 405 

scim: 400 invalidValue: members

scim: 400 invalidSyntax: .* operation: groups\.patch, .* resource: [0-9a-f-]{36}

scim: 404 there is no such endpoint

scim: 401 



=== TEST 3: Redis away: an error, with the reason
--- http_config
    scim_redis 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    large_client_header_buffers 4 32k;
--- request
GET $SCIM/Users
--- error_code: 503
--- error_log eval
[qr/\[error\] .* scim: redis cannot serve users\.list: ./]



=== TEST 4: no token and nobody's data, whatever the request (#160)
--- request in_turn
GET $SCIM/Users?filter=userName+eq+"secretjane"

GET $SCIM/Users?filter=userName+eq+"secretjane

GET $SCIM/Users?filter=secretname+eq+"secretjane@example.com"+nonsense

POST $SCIM/Users
{"userName":"secretjane","password":"secretword"}

POST $SCIM/Users
{"userName":"secretjohn","active":"secretvalue","password":"secretword"}

POST $SCIM/Users
{"userName":"secretjohn","password":["secretword"]}

POST $SCIM/Users
{"userName":"secretjohn","emails":[{"value":"secretjane@example.com","primary":"secret"}]}

POST $SCIM/Users
{"userName":"secretjohn","password":"secretword"

POST $SCIM/Users
{"secretkey":"secretvalue","secretkey":"secretvalue"}

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","path":"emails[value eq \"secretjane@example.com\"","value":"secretword"}]}

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"secretop","path":"password","value":"secretword"}]}

PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"add","path":"members","value":[{"value":"secretjane"}]}]}

POST $SCIM/Groups
{"displayName":"secretdevs"}

GET $SCIM/Users/secretjane@example.com

GET $SCIM/secretendpoint

GET /api/v1/secrettenant/integrations/secretid/scim/v2/Users

GET $SCIM/Users?attributes=secretname&excludedAttributes=secretname

GET $SCIM/Users?count=secretcount

POST $SCIM/Users/.search
{"filter":"userName eq \"secretjane"}

DELETE $SCIM/Users/$JANE
--- error_code_like eval: [ ('^[24]0\d$') x 20 ]
--- no_error_log
secretj
secretw
secretv
secretd
secretk
secreto
secretn
secretc
secrete
Secret Jane
example.com
$TOKEN_START
$TOKEN_END
[alert]
[crit]
[emerg]



=== TEST 5: no token that is refused, either
--- more_headers eval
['Authorization: Bearer $TOKEN_START', 'Authorization: Basic $TOKEN', 'Authorization: Bearer x$TOKEN']
--- request eval
[ ('GET $SCIM/Users') x 3 ]
--- error_code eval: [401, 401, 401]
--- no_error_log
$TOKEN_START
$TOKEN_END
[alert]
[crit]
[emerg]



=== TEST 6: the management API: reasons, and no admin token
--- admin
--- request in_turn
POST /api/v1/tenants
{"id":"No Id"}

GET /api/v1/demo/integrations/nothing
--- error_code eval: [400, 404]
--- log in_turn
scim: 400 .*"id".* operation: tenants\.create

scim: 404 .* operation: integrations\.read, tenant: demo
--- no_error_log
$ADMIN
No Id
[alert]
[crit]
[emerg]



=== TEST 7: no person in the audit trail, but who did what (pain 10, #160)
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"secretjane","displayName":"Secret J","password":"secretword"}

PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"add","path":"members","value":[{"value":"$JANE"}]}]}

DELETE $SCIM/Users/$JANE
--- error_code eval: [200, 204, 204]
--- redis in_turn
EVAL return(cjson.encode(redis.call('XREVRANGE','scim:{demo}:audit','+','-'))) 0 !~ (?i)secret
EVAL return(cjson.encode(redis.call('XREVRANGE','scim:{demo}:audit','+','-','COUNT',1))) 0 ~ "actor","integration:$INTEGRATION","token","scim_.{7}","request","[0-9a-f]{32}","address","127.0.0.1","operation","users.replace","resource","$JANE"

EVAL return(cjson.encode(redis.call('XREVRANGE','scim:{demo}:audit','+','-','COUNT',1))) 0 ~ "groups\.[a-z]+","resource","$DEVS","before","\d+","after","\d+"

EVAL return(cjson.encode(redis.call('XREVRANGE','scim:{demo}:audit','+','-','COUNT',1))) 0 ~ "users.delete","resource","$JANE"



=== TEST 8: variables
--- more_http
add_header X-Tenant $scim_tenant always;
add_header X-Integration $scim_integration always;
add_header X-Operation $scim_operation always;
add_header X-Resource $scim_resource_id always;
add_header X-Error $scim_error always;
add_header X-Redis $scim_redis_time always;
--- request in_turn
GET $SCIM/Users/$JANE

GET $SCIM/Groups

POST $SCIM/Users
{"userName":"new"}

PATCH $SCIM/Groups/$DEVS
{"Operations":[]}

GET $SCIM/Nonsense

GET $SCIM/Users/00000000-0000-4000-8000-000000000000
--- error_code eval: [200, 200, 201, 400, 404, 404]
--- response_headers eval
["X-Tenant: demo\nX-Integration: \$INTEGRATION\nX-Operation: users.read\nX-Resource: \$JANE\n! X-Error",
 "X-Tenant: demo\nX-Operation: groups.list\n! X-Resource\n! X-Error",
 "X-Operation: users.create\n! X-Error",
 "X-Operation: groups.patch\nX-Resource: \$DEVS",
 "X-Tenant: demo\nX-Operation: unknown\nX-Error: there is no such endpoint",
 "X-Operation: users.read"]



=== TEST 9: variables that vary
--- more_http
add_header X-Resource $scim_resource_id always;
add_header X-Error $scim_error always;
add_header X-Redis $scim_redis_time always;
--- request in_turn
POST $SCIM/Users
{"userName":"new"}

PATCH $SCIM/Groups/$DEVS
{"Operations":[]}
--- error_code eval: [201, 400]
--- response_headers_like eval
["X-Resource: [0-9a-f-]{36}\nX-Redis: \\d+\\.\\d{3}", "X-Error: Operations: .*\nX-Redis: \\d+\\.\\d{3}"]



=== TEST 10: variables of the management API, and elsewhere
--- more_http
add_header X-Tenant $scim_tenant always;
add_header X-Operation $scim_operation always;
add_header X-Resource $scim_resource_id always;
add_header X-Redis $scim_redis_time always;
--- more_config
location = /else { return 200; }
--- admin
--- request in_turn
GET /api/v1/demo/integrations/$INTEGRATION

POST /api/v1/tenants
{"id":"acme"}

GET /else
--- error_code eval: [200, 201, 200]
--- response_headers eval
["X-Tenant: demo\nX-Operation: integrations.read\nX-Resource: \$INTEGRATION",
 "X-Tenant: acme\nX-Operation: tenants.create",
 "! X-Tenant\n! X-Operation\n! X-Resource\n! X-Redis"]
