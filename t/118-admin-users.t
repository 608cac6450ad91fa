# The management API of a tenant's users: looked at, found while one types, and
# changed only by who insists.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $other = $t->create('demo', 'okta');
    my ($scim, $okta) = ($t->scim, $t->scim($other));
    my %user;

    for (
        [ JANE => $scim, {
            userName => 'Jane.Doe@Example.com', displayName => 'Jane Doe',
            externalId => 'X-1', active => JSON::PP::true(),
            name => { givenName => 'Jane', familyName => 'Doe' },
            emails => [ { value => 'jd@example.org' },
                        { value => 'Jane@work.example',
                          primary => JSON::PP::true() } ],
            title => 'Engineer', password => 'swordfish',
        } ],
        [ OMAR => $scim, { userName => 'omar', active => JSON::PP::false(),
                           name => { formatted => 'Omar "the \\ Tall"' } } ],
        [ ZOE => $okta, { userName => 'ZO%C3%8B', displayName => 'Zoë_100%' } ],
    ) {
        my ($name, $client, $body) = @$_;
        $body->{userName} = "ZO\x{cb}" if $name eq 'ZOE';
        $body->{displayName} = "Zo\x{eb}_100%" if $name eq 'ZOE';
        $user{$name} = $client->post('/Users', $body)->{json}{id};
    }

    my $inner = $scim->post('/Groups', { displayName => 'inner',
        members => [ { value => $user{JANE} } ] })->{json}{id};
    my $outer = $scim->post('/Groups', { displayName => 'outer',
        members => [ { value => $inner }, { value => $user{OMAR} },
                     { value => $user{ZOE} } ] })->{json}{id};

    my $foreign = $t->create('acme', 'authentik');
    my $eve = $t->scim($foreign)->post('/Users', { userName => 'eve' });

    return (%user, API => '/api/v1', OKTA => $other->{id}, INNER => $inner,
            OUTER => $outer, EVE => $eve->{json}{id},
            FOREIGN => $foreign->{id});
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: all users, in the order of their creation
--- admin
--- request
GET $API/demo/users
--- error_code: 200
--- response_headers
Content-Type: application/json
--- json
total: 3
nextCursor -
results#: 3
results[0].userName: "Jane.Doe@Example.com"
results[0].displayName: "Jane Doe"
results[0].email: "Jane@work.example"
results[0].externalId: "X-1"
results[0].active: true
results[0].integration.name: "authentik"
results[0].created ~ ^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$
results[0].modified ~ ^\d{4}-\d\d-\d\dT
results[0].version ~ ^\d+$
results[0].attributes -
results[1].userName: "omar"
results[1].displayName: null
results[1].email: null
results[1].externalId: null
results[1].active: false
results[2].active: true
results[2].integration: {"id":"$OKTA","name":"okta"}



=== TEST 2: found by any part of what a person is called, without case
--- admin
--- request in_turn
GET $API/demo/users?q=JANE.D

GET $API/demo/users?q=work.EX

GET $API/demo/users?q=doe

GET $API/demo/users?q=the%20%5C%20tall%22

GET $API/demo/users?q=%22

GET $API/demo/users?q=ZO%C3%8B

GET $API/demo/users?q=100%25

GET $API/demo/users?q=_

GET $API/demo/users?q=x-1

GET $API/demo/users?q=engineer

GET $API/demo/users?q=%22%20or%20userName%20pr%20or%20userName%20eq%20%22

GET $API/demo/users?q=
--- error_code eval: [ (200) x 12 ]
--- json in_turn
results#: 1
results[0].id: "$JANE"
total -
nextCursor -

results#: 1
results[0].id: "$JANE"

results#: 1
results[0].id: "$JANE"

results#: 1
results[0].id: "$OMAR"

results#: 1
results[0].id: "$OMAR"

results#: 1
results[0].id: "$ZOE"

results#: 1
results[0].id: "$ZOE"

results#: 1
results[0].id: "$ZOE"

results#: 1
results[0].id: "$JANE"

results#: 0

results#: 0

results#: 3
total: 3



=== TEST 3: filters, alone and together
--- admin
--- request in_turn
GET $API/demo/users?active=false

GET $API/demo/users?active=true

GET $API/demo/users?group=$OUTER

GET $API/demo/users?group=$OUTER&active=true

GET $API/demo/users?integration=$OKTA

GET $API/demo/users?integration=$OKTA&group=$OUTER&q=o&active=true

GET $API/demo/users?integration=$INTEGRATION&group=$OUTER&q=o&active=true

GET $API/demo/users?group=$EVE

GET $API/demo/users?group=$INNER&active=false
--- error_code eval: [ (200) x 9 ]
--- json in_turn
results#: 1
results[0].id: "$OMAR"
total: 1

results#: 2
results[0].id: "$JANE"
results[1].id: "$ZOE"
total -

results#: 2
results[0].id: "$OMAR"
results[1].id: "$ZOE"

results#: 1
results[0].id: "$ZOE"

results#: 1
results[0].id: "$ZOE"
total -

results#: 1
results[0].id: "$ZOE"

results#: 0
nextCursor -

results#: 0

results#: 0



=== TEST 4: what is wrong in a query is named
--- admin
--- request in_turn
GET $API/demo/users?active=maybe

GET $API/demo/users?group=outer

GET $API/demo/users?integration=okta

GET $API/demo/users?count=0

GET $API/demo/users?count=201

GET $API/demo/users?cursor=

GET $API/demo/users?cursor=abc

GET $API/demo/users?cursor=1

GET $API/demo/users?filter=userName%20pr

GET $API/demo/users?q=a&q=b

GET $API/demo/users?q=%ff

GET $API/demo/users?q=%00

GET $API/demo/users?q=%0a

GET $API/nowhere/users

GET $API/No_Where/users
--- error_code eval: [ (400) x 13, 404, 404 ]
--- json in_turn
field: "active"

field: "group"

field: "integration"

field: "count"

field: "count"

field: "cursor"

field: "cursor"

field: "cursor"

field: "filter"

field: "q"

detail ~ UTF-8

detail ~ UTF-8

field: "q"

detail: "there is no such tenant"

status: 404



=== TEST 5: other methods
--- admin
--- request eval
[ "POST \$API/demo/users\n{}", "PUT \$API/demo/users/\$JANE\n{}",
  "POST \$API/demo/users/\$JANE\n{}" ]
--- error_code eval: [405, 405, 405]
--- response_headers eval
[ 'Allow: GET, HEAD, OPTIONS', 'Allow: GET, HEAD, PATCH, DELETE, OPTIONS',
  'Allow: GET, HEAD, PATCH, DELETE, OPTIONS' ]



=== TEST 6: one user, with all that is known
--- admin
--- redis_init
$redis->command(qw(HSET scim:{demo}:role:Ops permissions FLOW:READ));
$redis->command(qw(HSET scim:{demo}:binding:b1 role Ops subject_type user
                   subject $JANE created 1000), 'namespace', '');
$redis->command(qw(SADD scim:{demo}:user:$JANE:bindings b1));
--- request
GET $API/demo/users/$JANE
--- error_code: 200
--- response_headers_like
ETag: W/"\d+"
--- json
id: "$JANE"
userName: "Jane.Doe@Example.com"
attributes.title: "Engineer"
attributes.name.givenName: "Jane"
attributes.userName: "Jane.Doe@Example.com"
attributes.password -
groups: [{"id":"$INNER","display":"inner","direct":true,"via":[]},{"id":"$OUTER","display":"outer","direct":false,"via":["$INNER"]}]
bindings: [{"id":"b1","role":"Ops","subject":{"type":"USER","id":"$JANE","display":"Jane Doe"},"namespace":null,"created":"1970-01-01T00:00:01.000Z"}]
integration.id: "$INTEGRATION"



=== TEST 7: nobody else's users
--- admin
--- request in_turn
GET $API/demo/users/$EVE

GET $API/acme/users/$JANE

PATCH $API/acme/users/$JANE?force=true
{"active":false}

PATCH $API/acme/users/$JANE
{"active":false}

DELETE $API/acme/users/$JANE?force=true

DELETE $API/acme/users/$JANE

GET $API/demo/users/jane

GET $API/demo/users/$JANE?q=x

GET $API/acme/users?integration=$INTEGRATION

GET $API/acme/users?group=$OUTER

GET $API/demo/users/$JANE
--- error_code eval: [ (404) x 7, 400, 200, 200, 200 ]
--- json in_turn
-

-

-

-

-

-

-

field: "q"

results#: 0

results#: 0

active: true



=== TEST 8: without force nothing is changed
--- admin
--- request in_turn
PATCH $API/demo/users/$JANE
{"active":false}

PATCH $API/demo/users/$JANE?force=false
{"active":false}

DELETE $API/demo/users/$JANE

GET $API/demo/users/$JANE
--- error_code eval: [409, 409, 409, 200]
--- json in_turn
field: "force"
detail ~ ^SCIM manages this user

field: "force"

field: "force"

active: true



=== TEST 9: forced, a user is switched off and on as SCIM does it
--- admin
--- request in_turn
PATCH $API/demo/users/$JANE?force=true
{"active":false}

PATCH $API/demo/users/$JANE?force=true
{"active":false}

PATCH $API/demo/users/$JANE?force=true
{"active":true}
--- error_code eval: [200, 200, 200]
--- json in_turn
id: "$JANE"
active: false
attributes.active: false
groups#: 2

active: false

active: true
attributes.title: "Engineer"


=== TEST 10: the trail says who did it
--- admin
--- request
PATCH $API/demo/users/$JANE?force=true
{"active":false}
--- error_code: 200
--- response_headers_like
ETag: W/"\d+"
--- json
active: false
--- redis
EVAL return(redis.call('XREVRANGE','scim:{demo}:audit','+','-','COUNT','1')[1][2][2]) 0 => "admin:test"
EVAL return(redis.call('XREVRANGE','scim:{demo}:audit','+','-','COUNT','1')[1][2][10]) 0 => "users.update"
EVAL return(redis.call('XREVRANGE','scim:{demo}:audit','+','-','COUNT','1')[1][2][12]) 0 => "$JANE"



=== TEST 11: what is wrong in a change is named
--- admin
--- request in_turn
PATCH $API/demo/users/$JANE?force=true
{"active":"false"}

PATCH $API/demo/users/$JANE?force=true
{"active":null}

PATCH $API/demo/users/$JANE?force=true
{}

PATCH $API/demo/users/$JANE?force=true
{"active":false,"userName":"x"}

PATCH $API/demo/users/$JANE?force=1
{"active":false}

PATCH $API/demo/users/$JANE?forced=true
{"active":false}

DELETE $API/demo/users/$JANE?force=yes

GET $API/demo/users/$JANE
--- error_code eval: [ (400) x 7, 200 ]
--- json in_turn
field: "active"

field: "active"

field: "active"

field: "userName"

field: "force"

field: "forced"

field: "force"

active: true



=== TEST 12: not what another version stands for
--- admin
--- add_headers
If-Match: W/"1"
--- request in_turn
PATCH $API/demo/users/$JANE?force=true
{"active":false}

DELETE $API/demo/users/$JANE?force=true
--- error_code eval: [412, 412]
--- json in_turn
status: 412

status: 412
--- redis
HGET scim:{demo}:user:$JANE display => "Jane Doe"



=== TEST 13: forced, a user's access to the tenant ends
--- admin
--- request in_turn
DELETE $API/demo/users/$JANE?force=true

DELETE $API/demo/users/$JANE?force=true

GET $API/demo/users/$JANE
--- error_code eval: [204, 404, 404]
--- redis in_turn
HGET scim:user:$JANE tenant:demo => null
HGET scim:username:jane.doe@example.com id => "$JANE"
EVAL return(redis.call('XREVRANGE','scim:{demo}:audit','+','-','COUNT','1')[1][2][2]) 0 => "admin:test"
EVAL return(redis.call('XREVRANGE','scim:{demo}:audit','+','-','COUNT','1')[1][2][10]) 0 => "users.delete"

-

-
