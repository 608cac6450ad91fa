# The management API of bindings: who has which role where, one by one and many
# at once, found again, and gone with whom they belong to.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $admin = $t->admin;
    my $id = sub { return $_[0]{json}{id} };
    my $bind = sub {
        my ($role, $type, $subject, $namespace) = @_;
        return $id->($admin->post('/demo/bindings', { role => $role,
            subject => { type => $type, id => $subject },
            namespace => $namespace }));
    };

    $admin->post('/demo/roles', { name => $_->[0], permissions => $_->[1] })
        for [ operator => { FLOW => [ 'READ', 'EXECUTE' ] } ],
            [ reader => { FLOW => ['READ'] } ];
    my %value = (
        API => '/api/v1/demo',
        JANE => $id->($t->scim->post('/Users', { userName => 'Jane' })),
        JOE => $id->($t->scim->post('/Users', { userName => 'joe',
            displayName => 'Joe Doe' })),
        FOREIGN => $t->create('acme', 'okta')->{id},
    );
    $value{DEVS} = $id->($t->scim->post('/Groups', { displayName => 'Devs',
        members => [ { value => $value{JANE} } ] }));
    $value{ACCOUNT} = $t->redis->command('HGET',
        "scim:{demo}:integration:$t->{integration}{id}", 'service_account');
    $value{OF_JANE} = $bind->(operator => USER => $value{JANE}, 'prod');
    $value{OF_DEVS} = $bind->(reader => GROUP => $value{DEVS});
    return %value;
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: a binding is created, and says whose it is
--- admin
--- request in_turn
POST $API/bindings
{"role":"operator","subject":{"type":"USER","id":"$JOE"},"namespace":"prod.eu"}

POST $API/bindings
{"role":"reader","subject":{"type":"USER","id":"$JANE"}}

POST $API/bindings
{"role":"reader","subject":{"type":"SERVICE_ACCOUNT","id":"$ACCOUNT"},"namespace":null}
--- error_code eval: [ (201) x 3 ]
--- response_headers_like eval
[ ("Location: http://localhost\$API/bindings/[0-9a-f-]{36}") x 3 ]
--- json in_turn
id ~ ^[0-9a-f-]{36}$
role: "operator"
subject: {"type":"USER","id":"$JOE","display":"Joe Doe"}
namespace: "prod.eu"
created ~ ^\d{4}-\d\d-\d\dT

subject.display: "Jane"
namespace: null

subject: {"type":"SERVICE_ACCOUNT","id":"$ACCOUNT","display":"integration-authentik"}
namespace: null
--- redis eval
[ '', '', 'SCARD scim:{demo}:role:reader:bindings => "3"' ]



=== TEST 2: what is wrong is named, and nothing is written
--- admin
--- request in_turn
POST $API/bindings
{"subject":{"type":"USER","id":"$JOE"}}

POST $API/bindings
{"role":"nobody","subject":{"type":"USER","id":"$JOE"}}

POST $API/bindings
{"role":"1","subject":{"type":"USER","id":"$JOE"}}

POST $API/bindings
{"role":"reader"}

POST $API/bindings
{"role":"reader","subject":"$JOE"}

POST $API/bindings
{"role":"reader","subject":{"id":"$JOE"}}

POST $API/bindings
{"role":"reader","subject":{"type":"user","id":"$JOE"}}

POST $API/bindings
{"role":"reader","subject":{"type":"USER","id":"joe"}}

POST $API/bindings
{"role":"reader","subject":{"type":"GROUP","id":"$JOE"}}

POST $API/bindings
{"role":"reader","subject":{"type":"SERVICE_ACCOUNT","id":"$DEVS"}}

POST $API/bindings
{"role":"reader","subject":{"type":"USER","id":"$FOREIGN"}}

POST $API/bindings
{"role":"reader","subject":{"type":"USER","id":"$JOE","name":"joe"}}

POST $API/bindings
{"role":"reader","subject":{"type":"USER","id":"$JOE"},"namespace":".prod"}

POST $API/bindings
{"role":"reader","subject":{"type":"USER","id":"$JOE"},"namespace":""}

POST $API/bindings
{"role":"operator","subject":{"type":"USER","id":"$JANE"},"namespace":"prod"}
--- error_code eval: [ (400) x 14, 409 ]
--- json in_turn
field: "role"

field: "role"
detail ~ create it first

field: "role"

field: "subject"

field: "subject"

field: "subject.type"

field: "subject.type"
detail ~ one of these: USER GROUP SERVICE_ACCOUNT$

field: "subject.id"

field: "subject.id"

field: "subject.id"

field: "subject.id"

field: "subject.name"

field: "namespace"

field: "namespace"

detail ~ already
--- redis eval
[ ('') x 14, 'ZCARD scim:{demo}:bindings => "3"' ]



=== TEST 3: a binding is read and removed, and never changed
--- admin
--- request in_turn
GET $API/bindings/$OF_JANE

PATCH $API/bindings/$OF_JANE
{"namespace":"test"}

DELETE $API/bindings/$OF_JANE

GET $API/bindings/$OF_JANE

DELETE $API/bindings/$OF_JANE

GET $API/bindings/nothing

GET /api/v1/acme/bindings/$OF_DEVS

DELETE /api/v1/acme/bindings/$OF_DEVS
--- error_code eval: [ 200, 405, 204, (404) x 5 ]
--- response_headers_like eval
[ '', 'Allow: GET, HEAD, DELETE, OPTIONS', ('') x 6 ]
--- json in_turn
id: "$OF_JANE"
role: "operator"
subject: {"type":"USER","id":"$JANE","display":"Jane"}
namespace: "prod"

-

-

detail ~ no such binding

detail ~ no such binding
--- redis eval
[ ('') x 2, "SCARD scim:{demo}:user:\$JANE:bindings => \"0\"\n"
          . "SCARD scim:{demo}:role:operator:bindings => \"0\"\n"
          . "EXISTS scim:{demo}:binding:\$OF_JANE => \"0\"", ('') x 5 ]



=== TEST 4: bindings are found by role, subject, type and namespace
--- admin
--- request in_turn
GET $API/bindings

GET $API/bindings?role=operator

GET $API/bindings?role=nobody

GET $API/bindings?subject=$JANE

GET $API/bindings?subject=$JANE&subjectType=GROUP

GET $API/bindings?subjectType=GROUP

GET $API/bindings?subjectType=SERVICE_ACCOUNT

GET $API/bindings?namespace=prod

GET $API/bindings?namespace=

GET $API/bindings?role=reader&namespace=&subjectType=GROUP&subject=$DEVS

GET $API/bindings?subjectType=service-account

GET $API/bindings?subject=x

GET $API/bindings?role=

GET $API/bindings?namespace=a..b

GET /api/v1/nowhere/bindings
--- error_code eval: [ (200) x 10, (400) x 4, 404 ]
--- json in_turn
total: 3

total: 1
results#: 1
results[0].id: "$OF_JANE"

total: 0
results: []

results[0].id: "$OF_JANE"
total: 1

total: 0

results#: 1
results[0].subject: {"type":"GROUP","id":"$DEVS","display":"Devs"}
total -

results[0].role: "SCIMProvisioner"

results#: 1
results[0].id: "$OF_JANE"

results#: 2

results#: 1
results[0].id: "$OF_DEVS"

field: "subjectType"

field: "subject"

field: "role"

field: "namespace"

detail ~ tenant



=== TEST 5: pages, of all and of a role's
--- admin
--- redis_init
for my $n (1 .. 1200) {
    my $id = sprintf '00000000-0000-4000-9000-%012d', $n;
    my $role = $n <= 7 ? 'few' : 'many';
    $redis->command('HSET', "scim:{demo}:binding:$id", role => $role,
        subject_type => 'user', subject => $id,
        namespace => $n % 2 ? 'odd' : 'even', created => 1);
    $redis->command('ZADD', 'scim:{demo}:bindings', 1000 + $n, $id);
    $redis->command('SADD', "scim:{demo}:role:$role:bindings", $id);
}
--- request in_turn
GET $API/bindings?count=2

GET $API/bindings?count=200&cursor=2100

GET $API/bindings?role=few&count=3

GET $API/bindings?role=few&count=3&cursor=1003

GET $API/bindings?role=few&count=3&cursor=1006

GET $API/bindings?role=few&namespace=even&count=2

GET $API/bindings?role=few&namespace=even&count=3

GET $API/bindings?role=many&count=3

GET $API/bindings?role=many&namespace=odd&count=3&cursor=1100
--- json in_turn
total: 1203
results#: 2
nextCursor ~ ^\d+$

results#: 100
nextCursor -

total: 7
results#: 3
results[0].id: "00000000-0000-4000-9000-000000000001"
results[0].subject.display: ""
nextCursor: "1003"

total: 7
results[0].id: "00000000-0000-4000-9000-000000000004"
nextCursor: "1006"

results#: 1
nextCursor -

total: 3
results[1].id: "00000000-0000-4000-9000-000000000004"
nextCursor: "1004"

results#: 3
nextCursor -

results#: 3
results[0].id: "00000000-0000-4000-9000-000000000008"
total -
nextCursor: "1010"

results[0].id: "00000000-0000-4000-9000-000000000101"



=== TEST 6: many at once, all or none
--- admin
--- request in_turn
POST $API/bindings/bulk
{"bindings":[{"role":"reader","subject":{"type":"USER","id":"$JOE"}},{"role":"operator","subject":{"type":"GROUP","id":"$DEVS"},"namespace":"a.b"}]}

POST $API/bindings/bulk
{"bindings":[{"role":"operator","subject":{"type":"USER","id":"$JOE"}},{"role":"nobody","subject":{"type":"USER","id":"$JOE"}}]}

POST $API/bindings/bulk
{"bindings":[{"role":"operator","subject":{"type":"USER","id":"$JOE"}},{"role":"operator","subject":{"type":"USER","id":"$JOE"}}]}

POST $API/bindings/bulk
{"bindings":[{"role":"operator","subject":{"type":"USER","id":"$JOE"}},{"role":"operator","subject":{"type":"USER","id":"$JANE"},"namespace":"prod"}]}

POST $API/bindings/bulk
{"bindings":[{"role":"operator","subject":{"type":"USER","id":"$JOE"}},{"role":"operator","subject":{"type":"USER"}}]}

POST $API/bindings/bulk
{"bindings":[]}

POST $API/bindings/bulk
{"bindings":{}}

GET $API/bindings/bulk
--- error_code eval: [ 201, 400, 409, 409, 400, 400, 400, 405 ]
--- json in_turn
results#: 2
results[0].role: "reader"
results[0].subject.display: "Joe Doe"
results[1].subject.display: "Devs"
results[1].namespace: "a.b"

field: "bindings[1].role"

field: "bindings[1]"

field: "bindings[1]"

field: "bindings[1].subject.id"

field: "bindings"

field: "bindings"
--- redis eval
[ 'ZCARD scim:{demo}:bindings => "5"', ('ZCARD scim:{demo}:bindings => "5"') x 7 ]



=== TEST 7: a hundred are enough, and a thousand of one
--- admin
--- redis_init
$redis->command('SADD', 'scim:{demo}:user:$JANE:bindings', 1 .. 998);
--- request eval
my $some = sub {
    my ($n) = @_;
    return "POST \$API/bindings/bulk\n" . '{"bindings":['
        . CORE::join(',', map { '{"role":"reader","namespace":"n' . $_
            . '","subject":{"type":"USER","id":"$JANE"}}' } 1 .. $n) . ']}';
};
[ $some->(101), $some->(2), $some->(1), $some->(1) ]
--- error_code eval: [400, 409, 201, 409]
--- json in_turn
field: "bindings"

field: "bindings[1].subject"
detail ~ 1000

results#: 1

field: "bindings[0]"



=== TEST 8: with an Idempotency-Key they are created once
--- admin
--- request in_turn
POST $API/bindings
{"role":"reader","subject":{"type":"USER","id":"$JOE"}}

POST $API/bindings
{"role":"reader","subject":{"type":"USER","id":"$JOE"}}

POST $API/bindings/bulk
{"bindings":[{"role":"operator","subject":{"type":"USER","id":"$JOE"}}]}

POST $API/bindings/bulk
{"bindings":[{"role":"operator","subject":{"type":"USER","id":"$JOE"}}]}

POST $API/bindings/bulk
{"bindings":[{"role":"operator","subject":{"type":"GROUP","id":"$DEVS"}}]}
--- add_headers
Idempotency-Key: k-1
--- error_code eval: [201, 201, 201, 201, 409]
--- response_headers eval
[ '!Idempotency-Replayed', 'Idempotency-Replayed: true',
  '!Idempotency-Replayed', 'Idempotency-Replayed: true',
  '!Idempotency-Replayed' ]
--- json in_turn
role: "reader"

role: "reader"

results#: 1

results#: 1

field: "Idempotency-Key"
--- redis eval
[ ('') x 4, 'ZCARD scim:{demo}:bindings => "5"' ]



=== TEST 9: they go with their subject
--- request in_turn
DELETE $SCIM/Users/$JANE

DELETE $SCIM/Groups/$DEVS
--- error_code eval: [204, 204]
--- redis eval
[ "EXISTS scim:{demo}:binding:\$OF_JANE => \"0\"\n"
  . "SCARD scim:{demo}:role:operator:bindings => \"0\"\n"
  . "EXISTS scim:{demo}:user:\$JANE:bindings => \"0\"",
  "EXISTS scim:{demo}:binding:\$OF_DEVS => \"0\"\n"
  . "ZCARD scim:{demo}:bindings => \"1\"\n"
  . "EXISTS scim:{demo}:group:\$DEVS:bindings => \"0\"" ]



=== TEST 10: a role that is bound is kept, one that is not is deleted
--- admin
--- request in_turn
DELETE $API/roles/operator

DELETE $API/bindings/$OF_JANE

DELETE $API/roles/operator
--- error_code eval: [409, 204, 204]
--- json in_turn
bindings: [{"id":"$OF_JANE","subject":{"type":"USER","id":"$JANE"}}]

-

-



=== TEST 11: an integration may do what its service account is bound to, at once
--- admin
--- request in_turn
POST $API/roles
{"name":"more","permissions":{"GROUPS":["READ"],"X":["Y"]}}

POST $API/bindings
{"role":"more","subject":{"type":"SERVICE_ACCOUNT","id":"$ACCOUNT"}}
--- error_code eval: [201, 201]
--- redis eval
[ '', "HGET scim:{demo}:integration:\$INTEGRATION permissions ~ USERS:UPDATE X:Y" ]



=== TEST 12: and what the role permits, when that changes
--- admin
--- request in_turn
POST $API/bindings
{"role":"operator","subject":{"type":"SERVICE_ACCOUNT","id":"$ACCOUNT"}}

PATCH $API/roles/operator
{"permissions":{"FLOW":["DELETE"]}}

PATCH $API/roles/reader
{"permissions":{"LOG":["READ"]}}
--- error_code eval: [201, 200, 200]
--- redis eval
[ 'HGET scim:{demo}:integration:$INTEGRATION permissions ~ FLOW:EXECUTE',
  'HGET scim:{demo}:integration:$INTEGRATION permissions !~ FLOW:EXECUTE',
  'HGET scim:{demo}:integration:$INTEGRATION permissions ~ FLOW:DELETE GROUPS' ]



=== TEST 13: of many at once for one that is put together once
--- admin
--- redis_init
$redis->command('CONFIG', 'RESETSTAT');
--- request eval
"POST \$API/bindings/bulk\n" . '{"bindings":['
    . CORE::join(',', map { qq({"role":"reader","namespace":"n$_",)
    . '"subject":{"type":"SERVICE_ACCOUNT","id":"$ACCOUNT"}}' } 1 .. 100) . ']}'
--- error_code: 201
--- json
results#: 100
--- redis
INFO commandstats ~ cmdstat_hmget:calls=\d{1,3},



=== TEST 14: a role of fifty thousand is changed in no time
--- admin
--- redis_init
$redis->command('EVAL', q{
    for n = 1, 50000 do
        local id = string.format('00000000-0000-4000-9000-%012d', n)
        redis.call('HSET', 'scim:{demo}:binding:' .. id, 'role', 'reader',
                   'subject_type', 'user', 'subject', id, 'namespace', '')
        redis.call('SADD', 'scim:{demo}:role:reader:bindings', id)
    end
}, 0);
$redis->command('CONFIG', 'RESETSTAT');
--- request in_turn
PATCH $API/roles/reader
{"permissions":{"LOG":["READ"]}}

DELETE $API/roles/reader
--- error_code eval: [200, 409]
--- json in_turn
permissions: {"LOG":["READ"]}

bindings#: 10
detail ~ 50001
--- redis eval
[ '', 'INFO commandstats ~ cmdstat_hmget:calls=\d{1,2},' ]



=== TEST 15: and no longer what it is not
--- admin
--- request eval
[ 'GET $API/bindings?subject=$ACCOUNT',
  'DELETE $API/bindings/' . $Test::Nginx::SCIM::redis->command('SRANDMEMBER',
    "scim:{demo}:service-account:$Test::Nginx::SCIM::value{ACCOUNT}:bindings") ]
--- error_code eval: [200, 204]
--- redis eval
[ '', "HGET scim:{demo}:integration:\$INTEGRATION permissions => \"\"" ]



=== TEST 16: nobody grants what they do not have
--- request in_turn
POST $API/bindings
{"role":"operator","subject":{"type":"USER","id":"$JOE"},"namespace":"prod.eu"}

POST $API/bindings
{"role":"operator","subject":{"type":"USER","id":"$JOE"},"namespace":"production"}

POST $API/bindings
{"role":"operator","subject":{"type":"USER","id":"$JOE"}}

POST $API/bindings
{"role":"Admin","subject":{"type":"SERVICE_ACCOUNT","id":"00000000-0000-4000-8000-000000000001"}}

POST $API/bindings/bulk
{"bindings":[{"role":"reader","subject":{"type":"USER","id":"$JOE"},"namespace":"prod"},{"role":"reader","subject":{"type":"USER","id":"$JOE"},"namespace":"test"}]}

DELETE $API/bindings/$OF_DEVS

GET $API/bindings
--- more_headers eval
[ map { "Authorization: Bearer \$TOKEN\nContent-Type: application/json" }
  1 .. 7 ]
--- redis_init
my $token = '$TOKEN';
require Digest::SHA;
my $account = '00000000-0000-4000-8000-000000000001';
my $key = "scim:{demo}:service-account:$account";
$redis->command('HSET', $key, name => 'bot', created => 1);
$redis->command('HSET', 'scim:{demo}:token-hashes',
    Digest::SHA::sha256_hex($token), 't1');
$redis->command('HSET', 'scim:{demo}:token:t1', expires => 0,
    owner => "service-account:$account", prefix => 'x', last_used => 0);
$redis->command('HSET', 'scim:{demo}:role:binder', name => 'binder',
    permissions => 'BINDING:CREATE BINDING:READ', managed => 0);
my $n = 0;
for my $case ([ binder => '' ], [ operator => 'prod' ]) {
    my $id = 'b' . ++$n;
    $redis->command('HSET', "scim:{demo}:binding:$id", role => $case->[0],
        subject_type => 'service-account', subject => $account,
        namespace => $case->[1], created => 1);
    $redis->command('SADD', "$key:bindings", $id);
    $redis->command('ZADD', 'scim:{demo}:bindings', 1000 + $n, $id);
}
--- error_code eval: [ 201, (403) x 5, 200 ]
--- json in_turn
namespace: "prod.eu"

field: "role"
detail ~ do not have there themselves: FLOW:EXECUTE

field: "role"

field: "role"

field: "bindings[1].role"

detail ~ BINDING:DELETE

results#: 6
