# The management API of role rules: who is in a group of such a name has a role.
# What they give is looked at where access is.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $admin = $t->admin;
    my $id = sub { return $_[0]{json}{id} };
    my $rule = sub {
        my ($role, $attribute, $pattern, $namespace) = @_;
        return $id->($admin->post('/demo/role-rules', { role => $role,
            attribute => $attribute, pattern => $pattern,
            namespace => $namespace }));
    };

    $admin->post('/demo/roles', { name => $_->[0], permissions => $_->[1] })
        for [ operator => { FLOW => [ 'READ', 'EXECUTE' ] } ],
            [ reader => { FLOW => ['READ'] } ];
    $t->create('acme', 'okta');
    return (
        API => '/api/v1/demo',
        JANE => $id->($t->scim->post('/Users', { userName => 'Jane' })),
        TEAMS => $rule->(operator => displayName => 'Team-*', 'prod'),
        CLOUD => $rule->(reader => externalId => 'CLOUD-????'),
    );
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: a rule is created
--- admin
--- request in_turn
POST $API/role-rules
{"attribute":"displayName","pattern":"ÄRZTE *","role":"reader","namespace":"a.b"}

POST $API/role-rules
{"attribute":"externalId","pattern":"ÄB*","role":"reader"}
--- error_code eval: [201, 201]
--- response_headers_like eval
[ ("Location: http://localhost\$API/role-rules/[0-9a-f-]{36}") x 2 ]
--- json in_turn
id ~ ^[0-9a-f-]{36}$
attribute: "displayName"
pattern: "ÄRZTE *"
role: "reader"
namespace: "a.b"
created ~ ^\d{4}-\d\d-\d\dT
folded -

namespace: null
--- redis eval
[ 'SCARD scim:{demo}:role:reader:rules => "2"',
  'SCARD scim:{demo}:role:reader:rules => "3"' ]



=== TEST 2: what is wrong is named, and nothing is written
--- admin
--- request in_turn
POST $API/role-rules
{"pattern":"a","role":"reader"}

POST $API/role-rules
{"attribute":"id","pattern":"a","role":"reader"}

POST $API/role-rules
{"attribute":"displayName","role":"reader"}

POST $API/role-rules
{"attribute":"displayName","pattern":"","role":"reader"}

POST $API/role-rules
{"attribute":"displayName","pattern":"a\u0007","role":"reader"}

POST $API/role-rules
{"attribute":"displayName","pattern":["a"],"role":"reader"}

POST $API/role-rules
{"attribute":"displayName","pattern":"a"}

POST $API/role-rules
{"attribute":"displayName","pattern":"a","role":"nobody"}

POST $API/role-rules
{"attribute":"displayName","pattern":"a","role":"reader","namespace":"a b"}

POST $API/role-rules
{"attribute":"displayName","pattern":"a","role":"reader","folded":"b"}

POST $API/role-rules
{"attribute":"displayName","pattern":"Team-*","role":"operator","namespace":"prod"}
--- error_code eval: [ (400) x 10, 409 ]
--- json in_turn
field: "attribute"

field: "attribute"

field: "pattern"

field: "pattern"

field: "pattern"

field: "pattern"

field: "role"

field: "role"

field: "namespace"

field: "folded"

detail ~ already
--- redis eval
[ ('') x 10, 'ZCARD scim:{demo}:rules => "2"' ]



=== TEST 3: a pattern is not too long
--- admin
--- request eval
[ map { "POST \$API/role-rules\n" . '{"attribute":"displayName","role":"reader"'
    . ',"pattern":"' . 'a' x $_ . '"}' } 256, 257 ]
--- error_code eval: [201, 400]
--- json in_turn
role: "reader"

field: "pattern"



=== TEST 4: rules are listed, read and removed, and never changed
--- admin
--- request in_turn
GET $API/role-rules

GET $API/role-rules?count=1

GET $API/role-rules/$TEAMS

PATCH $API/role-rules/$TEAMS
{"pattern":"x"}

DELETE /api/v1/acme/role-rules/$TEAMS

GET /api/v1/acme/role-rules/$TEAMS

DELETE $API/role-rules/$TEAMS

GET $API/role-rules/$TEAMS

DELETE $API/role-rules/$TEAMS

GET /api/v1/nowhere/role-rules

GET $API/role-rules?role=reader
--- error_code eval: [ 200, 200, 200, 405, 404, 404, 204, 404, 404, 404, 400 ]
--- json in_turn
total: 2
results[0].id: "$TEAMS"
results[1].id: "$CLOUD"

total: 2
results#: 1
nextCursor ~ ^\d+$

pattern: "Team-*"
namespace: "prod"

-

-

-

-

-

-

-

field: "role"
--- redis eval
[ ('') x 6, 'SCARD scim:{demo}:role:operator:rules => "0"', ('') x 4 ]



=== TEST 5: a role with rules is kept
--- admin
--- request in_turn
DELETE $API/roles/operator

DELETE $API/role-rules/$TEAMS

DELETE $API/roles/operator
--- error_code eval: [409, 204, 204]
--- json in_turn
detail ~ rules \(1\)

-

-



=== TEST 6: a hundred are enough
--- admin
--- request eval
[ map { "POST \$API/role-rules\n" . '{"attribute":"displayName","role":"reader"'
    . ',"pattern":"p-' . $_ . '*"}' } 1 .. 99 ]
--- error_code eval: [ (201) x 98, 409 ]
--- json eval
[ ('') x 98, 'detail ~ 100 rules' ]



=== TEST 7: with an Idempotency-Key a rule is created once
--- admin
--- request in_turn
POST $API/role-rules
{"attribute":"displayName","pattern":"a","role":"reader"}

POST $API/role-rules
{"attribute":"displayName","pattern":"a","role":"reader"}
--- add_headers
Idempotency-Key: k-1
--- error_code eval: [201, 201]
--- response_headers eval
[ '!Idempotency-Replayed', 'Idempotency-Replayed: true' ]
--- redis eval
[ '', 'ZCARD scim:{demo}:rules => "3"' ]



=== TEST 8: nobody makes a rule for what they do not have
--- request in_turn
POST $API/role-rules
{"attribute":"displayName","pattern":"a","role":"reader","namespace":"prod.eu"}

POST $API/role-rules
{"attribute":"displayName","pattern":"a","role":"reader"}

DELETE $API/role-rules/$TEAMS

GET $API/role-rules
--- redis_init
require Digest::SHA;
my $account = '00000000-0000-4000-8000-000000000001';
my $key = "scim:{demo}:service-account:$account";
$redis->command('HSET', $key, name => 'bot', created => 1);
$redis->command('HSET', 'scim:{demo}:token-hashes',
    Digest::SHA::sha256_hex('$TOKEN'), 't1');
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
}
--- error_code eval: [ 201, 403, 403, 200 ]
--- json in_turn
namespace: "prod.eu"

field: "role"

detail ~ BINDING:DELETE

results#: 3
