# Service accounts and their tokens: what they are in the management API, what
# their tokens may do there, and that nobody gives what they do not have.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $admin = $t->admin;
    my $robot = $admin->post('/demo/service-accounts',
        { name => 'robot', description => 'Runs at night.' })->{json};
    my $token = $admin->post("/demo/service-accounts/$robot->{id}/tokens",
        {})->{json};
    my $chief = $admin->post('/demo/service-accounts', { name => 'chief' })
        ->{json};
    my $chief_token = $admin->post(
        "/demo/service-accounts/$chief->{id}/tokens")->{json};
    $admin->post('/demo/roles', { name => 'keeper', permissions => {
        SERVICE_ACCOUNT => [qw(CREATE READ UPDATE DELETE)],
        FLOW => ['READ'] } });
    $admin->post('/demo/roles', { name => 'runner', permissions => {
        FLOW => [qw(READ EXECUTE)] } });
    my $binding = $admin->post('/demo/bindings', { role => 'keeper',
        subject => { type => 'SERVICE_ACCOUNT', id => $chief->{id} } });
    $admin->post('/tenants', { id => 'acme' });
    my $stranger = $admin->post('/acme/service-accounts',
        { name => 'robot' })->{json};
    return (
        API => '/api/v1',
        ROBOT => $robot->{id},
        ROBOT_TOKEN => $token->{secretToken},
        ROBOT_TOKEN_ID => $token->{id},
        CHIEF => $chief->{id},
        CHIEF_TOKEN => $chief_token->{secretToken},
        CHIEF_BINDING => $binding->{json}{id},
        STRANGER => $stranger->{id},
        OF_INTEGRATION => $t->{integration}{serviceAccount}{id},
        NOTHING => '00000000-0000-4000-8000-000000000000',
    );
};
use Test::Nginx::Socket 'no_plan';

sub as {
    return map { "Authorization: Bearer \$$_\nContent-Type: application/json" }
        @_;
}

run_tests();

__DATA__

=== TEST 1: one is created
--- admin
--- request
POST $API/demo/service-accounts
{"name":"deploy-robot","description":"Deploys, täglich."}
--- error_code: 201
--- response_headers_like
Content-Type: application/json
Location: http://localhost/api/v1/demo/service-accounts/[0-9a-f-]{36}
ETag: W/"\d+"
--- json
id ~ ^[0-9a-f-]{36}$
name: "deploy-robot"
description: "Deploys, täglich."
integration: null
created ~ ^20
modified ~ ^20
version ~ ^\d+$
bindings -
secretToken -



=== TEST 2: what is wrong is named
--- admin
--- request in_turn
POST $API/demo/service-accounts
{}

POST $API/demo/service-accounts
{"name":"No Name"}

POST $API/demo/service-accounts
{"name":"robot"}

POST $API/demo/service-accounts
{"name":"integration-mine"}

POST $API/demo/service-accounts
{"name":"x","description":"a\u0007b"}

POST $API/demo/service-accounts
{"name":"x","integration":"$INTEGRATION"}

PATCH $API/demo/service-accounts/$ROBOT
{"name":"chief"}

PATCH $API/demo/service-accounts/$NOTHING
{"name":"x"}

PATCH $API/demo/service-accounts/$STRANGER
{"name":"x"}

GET $API/demo/service-accounts?colour=red
--- error_code eval: [400, 400, 409, 400, 400, 400, 409, 404, 404, 400]
--- json in_turn
field: "name"

field: "name"

field: "name"

field: "name"

field: "description"

field: "integration"

field: "name"

status: 404

status: 404

field: "colour"



=== TEST 3: they are listed, searched, and read with their bindings
--- admin
--- request in_turn
GET $API/demo/service-accounts

GET $API/demo/service-accounts?q=NIGHT

GET $API/demo/service-accounts?count=1

GET $API/demo/service-accounts/$CHIEF

GET $API/demo/service-accounts/$OF_INTEGRATION

GET $API/demo/service-accounts/$STRANGER

GET $API/demo/service-accounts/robot
--- error_code eval: [200, 200, 200, 200, 200, 404, 404]
--- json in_turn
total: 3
results[0].name: "integration-authentik"
results[0].integration: {"id":"$INTEGRATION","name":"authentik"}
results[1].name: "robot"
results[1].integration: null
results[2].name: "chief"

results#: 1
results[0].id: "$ROBOT"
total -

results#: 1
total: 3
nextCursor ~ ^\d+$

name: "chief"
bindings#: 1
bindings[0].id: "$CHIEF_BINDING"
bindings[0].role: "keeper"
bindings[0].namespace: null
bindings[0].subject: {"type":"SERVICE_ACCOUNT","id":"$CHIEF","display":"chief"}

bindings#: 1
bindings[0].role: "SCIMProvisioner"

status: 404

status: 404



=== TEST 4: one is changed, unless somebody else did
--- admin
--- request in_turn
PATCH $API/demo/service-accounts/$ROBOT
{"name":"android"}

POST $API/demo/service-accounts
{"name":"robot"}

PATCH $API/demo/service-accounts/$ROBOT
{"description":""}

PATCH $API/demo/service-accounts/$ROBOT
{"description":"stale"}

GET $API/demo/service-accounts/$ROBOT
--- more_headers eval
[ main::as(('ADMIN') x 3), (main::as("ADMIN"))[0] . "\nIf-Match: W/\"1\"", main::as('ADMIN') ]
--- error_code eval: [200, 201, 200, 412, 200]
--- json in_turn
name: "android"
description: "Runs at night."

name: "robot"

name: "android"
description: ""

field: "If-Match"

name: "android"
description: ""



=== TEST 5: an integration's stays as it is, and follows its name
--- admin
--- request in_turn
DELETE $API/demo/service-accounts/$OF_INTEGRATION

PATCH $API/demo/service-accounts/$OF_INTEGRATION
{"description":"x"}

PATCH $API/demo/integrations/$INTEGRATION
{"name":"okta"}

GET $API/demo/service-accounts/$OF_INTEGRATION
--- error_code eval: [409, 409, 200, 200]
--- json in_turn
detail ~ integration

detail ~ integration

serviceAccount.name: "integration-okta"

name: "integration-okta"



=== TEST 6: one that is deleted takes its tokens and bindings along
--- request in_turn
GET $API/demo/me

DELETE $API/demo/service-accounts/$CHIEF

GET $API/demo/me

GET $API/demo/service-accounts/$CHIEF

DELETE $API/demo/service-accounts/$CHIEF

GET $API/demo/bindings/$CHIEF_BINDING

POST $API/demo/service-accounts
{"name":"chief"}
--- more_headers eval
[ main::as(qw(CHIEF_TOKEN ADMIN CHIEF_TOKEN ADMIN ADMIN ADMIN ADMIN)) ]
--- error_code eval: [200, 204, 401, 404, 404, 404, 201]
--- redis in_turn
-

HLEN scim:{demo}:token-hashes => "1"
EXISTS scim:{demo}:service-account:$CHIEF:tokens => "0"
EXISTS scim:{demo}:service-account:$CHIEF:bindings => "0"

-

-

-

-

-



=== TEST 7: who one is
--- request in_turn
GET $API/demo/me

GET $API/demo/me

GET $API/demo/me

GET $API/nobody/me

GET $API/acme/me

GET $API/demo/me?x=1
--- more_headers eval
[ main::as(qw(ADMIN CHIEF_TOKEN ROBOT_TOKEN ADMIN CHIEF_TOKEN CHIEF_TOKEN)) ]
--- error_code eval: [200, 200, 200, 404, 401, 400]
--- json in_turn
kind: "ADMIN"
id: null
name: "test"
tenant: "demo"
superadmin: true
permissions.ROLE: ["CREATE","DELETE","READ","UPDATE"]

kind: "SERVICE_ACCOUNT"
id: "$CHIEF"
name: "chief"
tenant: "demo"
superadmin: false
permissions: {"FLOW":["READ"],"SERVICE_ACCOUNT":["CREATE","DELETE","READ","UPDATE"]}

name: "robot"
permissions: {}

status: 404

status: 401

field: "x"



=== TEST 8: a token does what its account's roles permit, in its tenant
--- request in_turn
GET $API/demo/service-accounts

GET $API/demo/service-accounts

GET $API/demo/roles

GET $API/acme/service-accounts

GET $API/tenants/demo

GET $API/tenants/acme

GET $API/tenants

PATCH $API/tenants/demo
{"name":"mine"}

DELETE $API/tenants/demo?cascade=true
--- more_headers eval
[ main::as('CHIEF_TOKEN', 'ROBOT_TOKEN', ('CHIEF_TOKEN') x 7) ]
--- error_code eval: [200, 403, 403, 401, 200, 401, 401, 403, 403]
--- json in_turn
total: 3

detail ~ SERVICE_ACCOUNT:READ$

detail ~ ROLE:READ$

status: 401

id: "demo"

status: 401

status: 401

status: 403

status: 403



=== TEST 9: nobody makes a token of who may do more
--- redis_init
$redis->command('SADD', 'scim:{demo}:service-account:$ROBOT:bindings', 'b');
$redis->command('HSET', 'scim:{demo}:binding:b', role => 'runner', subject_type => 'service-account', subject => '$ROBOT', namespace => 'prod', created => 0);
--- request in_turn
POST $API/demo/service-accounts/$ROBOT/tokens

POST $API/demo/service-accounts/$CHIEF/tokens

POST $API/demo/service-accounts/$ROBOT/tokens
--- more_headers eval
[ main::as(qw(CHIEF_TOKEN CHIEF_TOKEN ADMIN)) ]
--- error_code eval: [403, 201, 201]
--- json in_turn
detail ~ FLOW:EXECUTE

secretToken ~ ^scim_

secretToken ~ ^scim_



=== TEST 10: a token is shown once, and worth nothing when it is revoked
--- request in_turn
GET $API/demo/service-accounts/$ROBOT/tokens

GET $API/demo/me

DELETE $API/demo/service-accounts/$CHIEF/tokens/$ROBOT_TOKEN_ID

DELETE $API/demo/service-accounts/$ROBOT/tokens/$ROBOT_TOKEN_ID

GET $API/demo/me

DELETE $API/demo/service-accounts/$ROBOT/tokens/$ROBOT_TOKEN_ID

GET $API/demo/service-accounts/$ROBOT/tokens
--- more_headers eval
[ main::as(qw(ADMIN ROBOT_TOKEN ADMIN ADMIN ROBOT_TOKEN ADMIN ADMIN)) ]
--- error_code eval: [200, 200, 404, 204, 401, 404, 200]
--- json in_turn
total: 1
results[0].id: "$ROBOT_TOKEN_ID"
results[0].prefix ~ ^scim_.{7}$
results[0].created ~ ^20
results[0].expires: null
results[0].lastUsed: null
results[0].secretToken -
results[0].hash -

-

-

-

-

-

total: 0
--- redis in_turn
HGET scim:{demo}:token:$ROBOT_TOKEN_ID hash ~ ^[0-9a-f]{64}$

-

-

EXISTS scim:{demo}:token:$ROBOT_TOKEN_ID => "0"
HLEN scim:{demo}:token-hashes => "1"

-

-

-



=== TEST 11: when it was last used
--- request in_turn
GET $API/demo/me

GET $API/demo/service-accounts/$ROBOT/tokens
--- more_headers eval
[ main::as(qw(ROBOT_TOKEN ADMIN)) ]
--- error_code eval: [200, 200]
--- json in_turn
-

results[0].lastUsed ~ ^20



=== TEST 12: ends of tokens that are none
--- admin
--- request in_turn
POST $API/demo/service-accounts/$ROBOT/tokens
{"expires":"2020-01-01T00:00:00Z"}

POST $API/demo/service-accounts/$ROBOT/tokens
{"expires":"2090-01-01T00:00:00"}

POST $API/demo/service-accounts/$ROBOT/tokens
{"expires":7}

POST $API/demo/service-accounts/$ROBOT/tokens
{"expires":null}

POST $API/demo/service-accounts/$ROBOT/tokens
{"expires":"2090-01-01T00:00:00+01:00"}

POST $API/demo/service-accounts/$ROBOT/tokens
{"ends":"2090-01-01T00:00:00Z"}

POST $API/demo/service-accounts/$NOTHING/tokens
{}
--- error_code eval: [400, 400, 400, 201, 201, 400, 404]
--- json in_turn
field: "expires"

field: "expires"

field: "expires"

expires: null

expires: "2089-12-31T23:00:00.000Z"

field: "ends"

status: 404



=== TEST 13: ten tokens are the most
--- admin
--- request eval
[ ('POST $API/demo/service-accounts/$ROBOT/tokens') x 10 ]
--- error_code eval: [ (201) x 9, 409 ]
--- json eval
[ ('secretToken ~ ^scim_') x 9, 'detail ~ 10 tokens' ]



=== TEST 14: with an Idempotency-Key a token is made once, and its secret not shown again
--- admin
--- request in_turn
POST $API/demo/service-accounts/$ROBOT/tokens
{}

POST $API/demo/service-accounts/$ROBOT/tokens
{}

GET $API/demo/service-accounts/$ROBOT/tokens
--- add_headers
Idempotency-Key: k-1
--- error_code eval: [201, 201, 200]
--- response_headers eval
[ '!Idempotency-Replayed', 'Idempotency-Replayed: true',
  '!Idempotency-Replayed' ]
--- json in_turn
secretToken ~ ^scim_

id ~ ^[0-9a-f-]{36}$
secretToken -

total: 2
