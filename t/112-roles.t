# The management API of roles, and what all of that API has in common: errors
# that name the field, pages, versions, creations that are done once.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    $t->admin->post('/demo/roles', {
        name => 'operator', description => 'Runs flows.',
        permissions => { FLOW => [ 'READ', 'EXECUTE' ], LOG => ['READ'] },
    });
    return (API => '/api/v1');
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: a role is created
--- admin
--- request
POST $API/demo/roles
{"name":"dev","permissions":{"FLOW":["UPDATE","READ","READ"],"A_1":["X"]}}
--- error_code: 201
--- response_headers_like
Content-Type: application/json
Location: http://localhost/api/v1/demo/roles/dev
ETag: W/"\d+"
--- json
name: "dev"
description: ""
permissions: {"A_1":["X"],"FLOW":["READ","UPDATE"]}
managed: false
created ~ ^\d{4}-\d\d-\d\dT
version ~ ^\d+$
--- redis
HGET scim:{demo}:role:dev permissions => "A_1:X FLOW:READ FLOW:UPDATE"



=== TEST 2: what is wrong is named, and nothing is written
--- admin
--- request in_turn
POST $API/demo/roles
{"permissions":{}}

POST $API/demo/roles
{"name":"1st","permissions":{}}

POST $API/demo/roles
{"name":"dev"}

POST $API/demo/roles
{"name":"dev","permissions":{"flow":["READ"]}}

POST $API/demo/roles
{"name":"dev","permissions":{"FLOW":["READ",1]}}

POST $API/demo/roles
{"name":"dev","permissions":{"FLOW":[]}}

POST $API/demo/roles
{"name":"dev","permissions":{},"colour":"red"}

POST $API/demo/roles
{"name":"dev","permissions":{},"description":null}

POST $API/demo/roles
{"name":"operator","permissions":{}}

GET $API/demo/roles/dev
--- error_code eval: [ (400) x 8, 409, 404 ]
--- json in_turn
field: "name"
detail: "\"name\" is required"

field: "name"

field: "permissions"

field: "permissions"

field: "permissions.FLOW"

field: "permissions.FLOW"

field: "colour"

field: "description"

field: "name"

detail: "there is no such role in the tenant"



=== TEST 3: a role is changed, if it is as its reader saw it
--- admin
--- request in_turn
PATCH $API/demo/roles/operator
{"permissions":{"FLOW":["READ"]}}

PATCH $API/demo/roles/operator
{"description":"Looks at flows."}

PATCH $API/demo/roles/nobody
{"description":"x"}
--- more_headers eval
[ ("Authorization: Bearer \$ADMIN\nContent-Type: application/json")
  . "\nIf-Match: W/\"1\"",
  ("Authorization: Bearer \$ADMIN\nContent-Type: application/json"),
  ("Authorization: Bearer \$ADMIN\nContent-Type: application/json") ]
--- error_code eval: [412, 200, 404]
--- json in_turn
status: 412

description: "Looks at flows."
permissions: {"FLOW":["EXECUTE","READ"],"LOG":["READ"]}

status: 404



=== TEST 4: managed roles are there, and stay
--- admin
--- request in_turn
GET $API/demo/roles

PATCH $API/demo/roles/Admin
{"permissions":{}}

DELETE $API/demo/roles/Viewer

GET $API/demo/roles/SCIMProvisioner
--- error_code eval: [200, 409, 409, 200]
--- json in_turn
total: 4
results[0].name: "SCIMProvisioner"
results[1].name: "Admin"
results[2].name: "Viewer"
results[3].name: "operator"

status: 409

status: 409

managed: true
permissions: {"BINDINGS":["CREATE","DELETE","READ","UPDATE"],"GROUPS":["CREATE","DELETE","READ","UPDATE"],"USERS":["CREATE","READ","UPDATE"]}



=== TEST 5: one that is bound is kept, and the answer says by whom
--- admin
--- redis_init
$redis->command(qw(SADD scim:{demo}:role:operator:bindings b1));
$redis->command(qw(HSET scim:{demo}:binding:b1 role operator
                   subject_type service-account subject s1));
--- request
DELETE $API/demo/roles/operator
--- error_code: 409
--- json
detail ~ bound
bindings: [{"id":"b1","subject":{"type":"SERVICE_ACCOUNT","id":"s1"}}]



=== TEST 6: one that is not is deleted
--- admin
--- request in_turn
DELETE $API/demo/roles/operator

GET $API/demo/roles/operator
--- error_code eval: [204, 404]



=== TEST 7: pages and searches
--- admin
--- request in_turn
GET $API/demo/roles?count=2

GET $API/demo/roles?q=RUNS

GET $API/demo/roles?count=0

GET $API/demo/roles?count=x

GET $API/demo/roles?cursor=(5

GET $API/demo/roles?page=2

GET $API/demo/roles?q=%zz

GET $API/demo/roles?q=a&q=b
--- error_code eval: [200, 200, 400, 400, 400, 400, 400, 400]
--- json in_turn
results#: 2
total: 4
nextCursor ~ ^\d+$

results#: 1
results[0].name: "operator"
total -
nextCursor -

field: "count"

field: "count"

field: "cursor"

field: "page"

detail ~ percent

field: "q"



=== TEST 8: with an Idempotency-Key a role is created once
--- admin
--- request in_turn
POST $API/demo/roles
{"name":"once","permissions":{}}

POST $API/demo/roles
{"name":"once","permissions":{}}

POST $API/demo/roles
{"name":"twice","permissions":{}}
--- add_headers
Idempotency-Key: k-1
--- error_code eval: [201, 201, 409]
--- response_headers eval
[ '!Idempotency-Replayed', 'Idempotency-Replayed: true',
  '!Idempotency-Replayed' ]
--- json in_turn
name: "once"

name: "once"

field: "Idempotency-Key"
