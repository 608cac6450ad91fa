# The management API of a tenant's groups: found, looked at with who is in
# them, and removed only by who insists.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $other = $t->create('demo', 'okta');
    my $scim = $t->scim;
    my %user = map { $_ => $scim->post('/Users', {
        userName => lc, active => $_ eq 'OMAR' ? JSON::PP::false() : JSON::PP::true(),
        ($_ eq 'JANE' ? (displayName => 'Jane Doe') : ()),
    })->{json}{id} } qw(JANE OMAR ZOE);

    my $empty = $t->scim($other)->post('/Groups', {
        displayName => 'Nobody "in" it' })->{json}{id};
    my $ops = $scim->post('/Groups', { displayName => 'Ops',
        externalId => 'AZ-17', members => [ { value => $user{ZOE} },
            { value => $empty }, { value => $user{JANE} },
            { value => $user{OMAR} } ] })->{json}{id};

    my $foreign = $t->create('acme', 'authentik');
    my $theirs = $t->scim($foreign)->post('/Groups', { displayName => 'Ops' });

    return (%user, API => '/api/v1', OKTA => $other->{id}, EMPTY => $empty,
            OPS => $ops, THEIRS => $theirs->{json}{id});
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: all groups
--- admin
--- request
GET $API/demo/groups
--- error_code: 200
--- json
total: 2
nextCursor -
results#: 2
results[0].id: "$EMPTY"
results[0].displayName: "Nobody \"in\" it"
results[0].externalId: null
results[0].memberCount: 0
results[0].integration: {"id":"$OKTA","name":"okta"}
results[1].id: "$OPS"
results[1].externalId: "AZ-17"
results[1].memberCount: 4
results[1].integration.name: "authentik"
results[1].created ~ ^\d{4}-\d\d-\d\dT
results[1].modified ~ ^\d{4}-\d\d-\d\dT
results[1].version ~ ^\d+$
results[1].attributes -



=== TEST 2: found by text and by integration
--- admin
--- request in_turn
GET $API/demo/groups?q=OPS

GET $API/demo/groups?q=z-1

GET $API/demo/groups?q=%22IN%22

GET $API/demo/groups?q=zoe

GET $API/demo/groups?integration=$OKTA

GET $API/demo/groups?integration=$INTEGRATION&q=body

GET $API/demo/groups?count=1
--- error_code eval: [ (200) x 7 ]
--- json in_turn
results#: 1
results[0].id: "$OPS"
total -

results#: 1
results[0].id: "$OPS"

results#: 1
results[0].id: "$EMPTY"

results#: 0

results#: 1
results[0].id: "$EMPTY"

results#: 0

results#: 1
total: 2
nextCursor ~ ^[\w-]+$



=== TEST 3: what is wrong in a query is named
--- admin
--- request in_turn
GET $API/demo/groups?active=true

GET $API/demo/groups?group=$OPS

GET $API/demo/groups?integration=x

GET $API/demo/groups?count=1000

GET $API/demo/groups?cursor=17

GET $API/demo/groups/$OPS?q=x

GET $API/demo/groups/$OPS/members?q=x

GET $API/demo/groups/$OPS/members?count=0

GET $API/demo/groups/$OPS/members?cursor=x

DELETE $API/demo/groups/$OPS?force=x

GET $API/nowhere/groups
--- error_code eval: [ (400) x 10, 404 ]
--- json in_turn
field: "active"

field: "group"

field: "integration"

field: "count"

field: "cursor"

field: "q"

field: "q"

field: "count"

field: "cursor"

field: "force"

detail: "there is no such tenant"



=== TEST 4: one group, with what it gives
--- admin
--- redis_init
$redis->command(qw(HSET scim:{demo}:role:Ops permissions FLOW:READ));
$redis->command(qw(HSET scim:{demo}:binding:b1 role Ops subject_type group
                   subject $OPS created 1000 namespace prod));
$redis->command(qw(SADD scim:{demo}:group:$OPS:bindings b1));
$redis->command(qw(ZADD scim:{demo}:rules 1 r1 2 r2 3 r3));
$redis->command(qw(HSET scim:{demo}:rule:r1 attribute displayName
                   pattern O* role Ops), 'namespace', '');
$redis->command(qw(HSET scim:{demo}:rule:r2 attribute externalId
                   pattern az-1? role Ops namespace dev));
$redis->command(qw(HSET scim:{demo}:rule:r3 attribute displayName
                   pattern *in* role Ops), 'namespace', '');
--- request in_turn
GET $API/demo/groups/$OPS

GET $API/demo/groups/$EMPTY
--- error_code eval: [200, 200]
--- response_headers_like eval
[ 'ETag: W/"\d+"', 'ETag: W/"\d+"' ]
--- json in_turn
displayName: "Ops"
memberCount: 4
attributes.externalId: "AZ-17"
attributes.members -
bindings: [{"id":"b1","role":"Ops","subject":{"type":"GROUP","id":"$OPS","display":"Ops"},"namespace":"prod","created":"1970-01-01T00:00:01.000Z"}]
rules: [{"id":"r1","attribute":"displayName","pattern":"O*","role":"Ops","namespace":null,"created":null},{"id":"r2","attribute":"externalId","pattern":"az-1?","role":"Ops","namespace":"dev","created":null}]

bindings: []
rules#: 1
rules[0].id: "r3"



=== TEST 5: who is in a group
--- admin
--- request in_turn
GET $API/demo/groups/$OPS/members

GET $API/demo/groups/$EMPTY/members

GET $API/demo/groups/$OPS/members?count=3

GET $API/demo/groups/$OPS/members?count=4
--- error_code eval: [ (200) x 4 ]
--- json in_turn
total: 4
nextCursor -
results: [{"id":"$ZOE","type":"USER","display":"zoe","userName":"zoe","active":true},{"id":"$EMPTY","type":"GROUP","display":"Nobody \"in\" it"},{"id":"$JANE","type":"USER","display":"Jane Doe","userName":"jane","active":true},{"id":"$OMAR","type":"USER","display":"omar","userName":"omar","active":false}]

total: 0
results: []

results#: 3
total: 4
nextCursor ~ ^\d+$

results#: 4
nextCursor -



=== TEST 6: nobody else's groups
--- admin
--- request in_turn
GET $API/demo/groups/$THEIRS

GET $API/acme/groups/$OPS

GET $API/acme/groups/$OPS/members

DELETE $API/acme/groups/$OPS

DELETE $API/acme/groups/$OPS?force=true

GET $API/demo/groups/ops

GET $API/demo/groups/$JANE

GET $API/demo/users/$OPS

GET $API/acme/groups?integration=$INTEGRATION

GET $API/demo/groups/$OPS
--- error_code eval: [ (404) x 8, 200, 200 ]
--- json in_turn
-

-

-

-

-

-

-

-

results#: 0

memberCount: 4



=== TEST 7: without force it stays
--- admin
--- request in_turn
DELETE $API/demo/groups/$OPS

DELETE $API/demo/groups/$OPS?force=false

GET $API/demo/groups/$OPS
--- error_code eval: [409, 409, 200]
--- json in_turn
field: "force"
detail ~ ^SCIM manages this group

field: "force"

memberCount: 4



=== TEST 8: nor if it is another than its reader saw
--- admin
--- add_headers
If-Match: W/"1"
--- request
DELETE $API/demo/groups/$OPS?force=true
--- error_code: 412
--- redis
HGET scim:{demo}:group:$OPS display => "Ops"



=== TEST 9: forced, it goes
--- admin
--- request in_turn
DELETE $API/demo/groups/$OPS?force=true

DELETE $API/demo/groups/$OPS?force=true

GET $API/demo/users/$JANE
--- error_code eval: [204, 404, 200]
--- json in_turn
-

-

groups: []
--- redis in_turn
EVAL return(redis.call('XREVRANGE','scim:{demo}:audit','+','-','COUNT','1')[1][2][2]) 0 => "admin:test"
EVAL return(redis.call('XREVRANGE','scim:{demo}:audit','+','-','COUNT','1')[1][2][10]) 0 => "groups.delete"

-

-



=== TEST 10: other methods
--- admin
--- request eval
[ "POST \$API/demo/groups\n{}", "PATCH \$API/demo/groups/\$OPS\n{}",
  "DELETE \$API/demo/groups/\$OPS/members" ]
--- error_code eval: [405, 405, 405]
--- response_headers eval
[ 'Allow: GET, HEAD, OPTIONS', 'Allow: GET, HEAD, DELETE, OPTIONS',
  'Allow: GET, HEAD, OPTIONS' ]
