# Persons: in all tenants, left without any, and removed for good, which only
# an administrator of all tenants sees and does.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $acme = $t->create('acme', 'authentik');
    my ($demo, $other) = ($t->scim, $t->scim($acme));
    my %id;

    $id{JANE} = $demo->post('/Users', { userName => 'Jane@Example.com' })
        ->{json}{id};
    $id{OMAR} = $demo->post('/Users', { userName => 'Omar' })->{json}{id};
    $id{ZOE} = $demo->post('/Users', { userName => "ZO\x{cb}" })->{json}{id};
    $id{GONE} = $demo->post('/Users', { userName => 'Gone' })->{json}{id};
    $other->post('/Users', { userName => 'JANE@example.COM' });

    # two names, one in each tenant
    my $there = $other->post('/Users', { userName => 'omar' })->{json}{id};
    die "another person\n" if $there ne $id{OMAR};
    $other->patch("/Users/$there", { Operations => [
        { op => 'replace', path => 'userName', value => 'Omar.A' } ] });

    $demo->delete("/Users/$id{GONE}");
    return (%id, API => '/api/v1', NOBODY => '0' x 8 . '-0000-4000-8000-'
            . '0' x 12, THERE => "/api/v1/acme/integrations/$acme->{id}/scim/v2",
            THEIRS => $acme->{secretToken});
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: all persons, in the order of their creation
--- admin
--- request
GET $API/users
--- error_code: 200
--- json
total: 4
nextCursor -
results#: 4
results[0].id: "$JANE"
results[0].userName: "JANE@example.COM"
results[0].created ~ ^\d{4}-\d\d-\d\dT
results[0].tenants#: 2
results[0].tenants[0].id: "acme"
results[0].tenants[0].since ~ ^\d{4}-\d\d-\d\dT
results[0].tenants[1].id: "demo"
results[1].userName: "Omar.A"
results[2].tenants#: 1
results[3].id: "$GONE"
results[3].userName: "Gone"
results[3].tenants: []



=== TEST 2: pages
--- admin
--- request
GET $API/users?count=3
--- error_code: 200
--- json
total: 4
results#: 3
nextCursor ~ ^\d+$



=== TEST 3: those who are left without a tenant, and those who are not
--- admin
--- request in_turn
GET $API/users?orphaned=true

GET $API/users?orphaned=false
--- error_code eval: [200, 200]
--- json in_turn
total: 1
results#: 1
results[0].id: "$GONE"

results#: 3
total -
nextCursor -



=== TEST 4: by name, in any case and form, and not by a part of it
--- admin
--- request in_turn
GET $API/users?q=jane@EXAMPLE.com

GET $API/users?q=zoe%CC%88

GET $API/users?q=omar.a

GET $API/users?q=omar

GET $API/users?q=gone

GET $API/users?q=gone&orphaned=true

GET $API/users?q=gone&orphaned=false

GET $API/users?q=jane

GET $API/users?q=
--- error_code eval: [ (200) x 8, 400 ]
--- json in_turn
total: 1
results#: 1
results[0].id: "$JANE"

results[0].id: "$ZOE"

results[0].id: "$OMAR"

results[0].id: "$OMAR"

results[0].id: "$GONE"

results#: 1

results#: 0

results#: 0
total: 0

field: "q"



=== TEST 5: what is wrong is named
--- admin
--- request in_turn
GET $API/users?orphaned=1

GET $API/users?count=0

GET $API/users?cursor=(1

GET $API/users?active=true

GET $API/users?q=%ff

GET $API/users/$JANE?q=a

GET $API/users/$NOBODY

GET $API/users/jane

DELETE $API/users/$NOBODY

DELETE $API/users/x
--- error_code eval: [ (400) x 6, (404) x 4 ]
--- json in_turn
field: "orphaned"

field: "count"

field: "cursor"

field: "active"

detail ~ UTF-8

field: "q"

status: 404

status: 404

status: 404

status: 404



=== TEST 6: one of them
--- admin
--- request in_turn
GET $API/users/$JANE

GET $API/users/$GONE
--- error_code eval: [200, 200]
--- json in_turn
id: "$JANE"
tenants#: 2

userName: "Gone"
tenants: []



=== TEST 7: no tenant's token will do
--- request in_turn
GET $API/users

GET $API/users/$JANE

DELETE $API/users/$GONE
--- error_code eval: [401, 401, 401]
--- redis
HGET scim:user:$GONE userName => "Gone"



=== TEST 8: who has a tenant stays
--- admin
--- request in_turn
DELETE $API/users/$JANE

GET $API/users/$JANE
--- error_code eval: [409, 200]
--- json in_turn
detail ~ ^the user has access to 2 tenants

tenants#: 2



=== TEST 9: who has none is removed, and the name is free
--- admin
--- request in_turn
DELETE $API/users/$GONE

DELETE $API/users/$GONE

GET $API/users?q=gone

GET $API/users?orphaned=true
--- error_code eval: [204, 404, 200, 200]
--- json in_turn
-

-

total: 0

total: 0
--- redis
HGET scim:user:$GONE created => null
HGET scim:username:gone id => null
ZSCORE scim:users $GONE => null
ZSCORE scim:users:orphaned $GONE => null
EVAL return(redis.call('XREVRANGE','scim:audit','+','-','COUNT','1')[1][2][2]) 0 => "admin:test"
EVAL return(redis.call('XREVRANGE','scim:audit','+','-','COUNT','1')[1][2][10]) 0 => "persons.delete"
EVAL return(redis.call('XREVRANGE','scim:audit','+','-','COUNT','1')[1][2][12]) 0 => "$GONE"



=== TEST 10: who comes back has a tenant again
--- request
POST $SCIM/Users
{"userName":"GONE"}
--- error_code: 201
--- json
id: "$GONE"
--- redis
ZSCORE scim:users:orphaned $GONE => null
ZSCORE scim:users $GONE ~ ^\d+$



=== TEST 11: the last access counts, in whatever tenant it is
--- admin
--- request in_turn
DELETE $API/demo/users/$OMAR?force=true

GET $API/users/$OMAR

DELETE $API/acme/users/$OMAR?force=true

GET $API/users?orphaned=true

DELETE $API/users/$OMAR

GET $API/users?q=omar

GET $API/users?q=omar.a
--- error_code eval: [204, 200, 204, 200, 204, 200, 200]
--- json in_turn
-

userName: "Omar.A"
tenants#: 1

-

total: 2
results[0].id: "$GONE"
results[1].id: "$OMAR"
results[1].userName: "Omar.A"

-

total: 0

total: 0
--- redis eval
[ (undef) x 6, 'HGET scim:username:omar id => null
HGET scim:username:omar.a id => null' ]



=== TEST 12: a name that another person bears by now is theirs
--- admin
--- redis_init
$redis->command(qw(HSET scim:username:gone id $JANE));
--- request
DELETE $API/users/$GONE
--- error_code: 204
--- redis
HGET scim:username:gone id => "$JANE"



=== TEST 13: a refused creation leaves a person as it was
--- redis_init
$redis->command(qw(DEL scim:username:gone2));
$redis->command(qw(HSET scim:username:gone2 id $JANE));
--- request in_turn
POST $SCIM/Users
{"userName":"jane@example.com"}

POST $SCIM/Users
{"userName":"gone2"}
--- error_code eval: [409, 201]
--- redis in_turn
ZSCORE scim:users:orphaned $JANE => null
HGET scim:user:$JANE tenant:demo ~ .

-



=== TEST 14: other methods
--- admin
--- request eval
[ "POST \$API/users\n{}", "PATCH \$API/users/\$JANE\n{}" ]
--- error_code eval: [405, 405]
--- response_headers eval
[ 'Allow: GET, HEAD, OPTIONS', 'Allow: GET, HEAD, DELETE, OPTIONS' ]



=== TEST 15: what an integration provisioned, and all of a tenant, is taken out
--- admin
--- request in_turn
DELETE $API/demo/integrations/$INTEGRATION?provisioned=remove

GET $API/users?orphaned=true&q=zo%C3%8B

DELETE $API/tenants/acme?cascade=true

GET $API/users?orphaned=true

GET $API/users?orphaned=true&q=jane@example.com

GET $API/users?orphaned=true&q=omar.a

DELETE $API/users/$JANE

GET $API/users?q=jane@example.com
--- error_code eval: [204, 200, 204, 200, 200, 200, 204, 200]
--- json in_turn
-

total: 1
results[0].id: "$ZOE"

-

total: 4
results[0].userName: "Gone"
results[1].id: "$ZOE"

results[0].userName: "JANE@example.COM"

results[0].userName: "Omar.A"

-

total: 0
