# Filters on users: what they find, and what they refuse.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $enterprise
        = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    my @users = (
        {
            userName => 'jane', externalId => 'e-jane', active => \1,
            displayName => 'Jane Doe', title => 'Dr',
            name => { givenName => 'Jane', familyName => 'Doe' },
            emails => [
                { value => 'jane@work.example', type => 'work' },
                { value => 'jane@home.example', type => 'home' },
            ],
            $enterprise => { department => 'Sales', employeeNumber => '701' },
            'urn:example:2.0:User' => { badge => 17 },
        },
        {
            userName => 'john', externalId => 'E-JOHN', active => \0,
            displayName => 'John Roe',
            name => { givenName => 'John', familyName => 'Roe' },
            emails => [ { value => 'john@work.example', type => 'home' } ],
        },
        {
            userName => "\x{c4}da+1 \"q\" \\", displayName => "\x{1f600}",
            externalId => 'e-jane',
        },
    );
    my @ids = map { $t->scim->post('/Users', $_)->{json}{id} } @users;
    my $group = $t->scim->post('/Groups',
        { displayName => 'devs', members => [ { value => $ids[0] } ] });
    return (JANE => $ids[0], JOHN => $ids[1], ADA => $ids[2],
            DEVS => $group->{json}{id}, ENTERPRISE => $enterprise);
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: userName (#76, #77)
--- request in_turn
GET $SCIM/Users?filter=userName+eq+%22jane%22

GET $SCIM/Users?filter=userName%20eq%20%22jane%22

GET $SCIM/Users?filter=userName+eq+"jane"

GET $SCIM/Users?filter=++userName++eq++"jane"++
--- error_code eval: [200, 200, 200, 200]
--- json in_turn
schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
totalResults: 1
startIndex: 1
itemsPerPage: 1
Resources[0].id: "$JANE"
Resources[0].userName: "jane"

totalResults: 1

Resources[0].id: "$JANE"

Resources[0].id: "$JANE"



=== TEST 2: names, operators and values in capitals (Okta, #2, #76, #82)
--- request in_turn
GET $SCIM/Users?filter=USERNAME+EQ+"JANE"

GET $SCIM/Users?filter=userName+Eq+"äDA%2B1+\%22Q\%22+\\"

GET $SCIM/Users?filter=userName+eq+"a\u0308da%2B1+\%22q\%22+\\"
--- error_code eval: [200, 200, 200]
--- json in_turn
Resources[0].id: "$JANE"

Resources[0].id: "$ADA"

Resources[0].id: "$ADA"



=== TEST 3: a value without quotes (authentik before 2025.9)
--- request in_turn
GET $SCIM/Users?filter=userName+eq+jane

GET $SCIM/Users?filter=userName+eq+nobody

GET $SCIM/Users?filter=userName+eq+some.one@example.com
--- error_code eval: [200, 200, 200]
--- json in_turn
totalResults: 1
Resources[0].id: "$JANE"

totalResults: 0
Resources: []

totalResults: 0



=== TEST 4: strict: a value without quotes
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- request
GET $SCIM/Users?filter=userName+eq+jane
--- error_code: 400
--- json
scimType: "invalidFilter"



=== TEST 5: nobody of this name (Entra's connection test, #73)
--- request
GET $SCIM/Users?filter=userName+eq+"0be1c3a2-9d7e-4a58-8c34-2f4a3d3d8d11"
--- json
schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
totalResults: 0
itemsPerPage: 0
Resources: []



=== TEST 6: id
--- request in_turn
GET $SCIM/Users?filter=id+eq+"$JANE"

GET $SCIM/Users?filter=id+eq+"jane"

GET $SCIM/Users?filter=id+eq+"00000000-0000-4000-8000-000000000000"

GET $SCIM/Users?filter=id+eq+"$DEVS"

GET $SCIM/Users?filter=id+eq+"$JANE:groups"
--- error_code eval: [200, 200, 200, 200, 200]
--- json in_turn
totalResults: 1
Resources[0].userName: "jane"

totalResults: 0

totalResults: 0

totalResults: 0

totalResults: 0



=== TEST 7: externalId, whose case counts (#15, #82)
--- request in_turn
GET $SCIM/Users?filter=externalId+eq+"e-jane"

GET $SCIM/Users?filter=externalId+eq+"E-JANE"

GET $SCIM/Users?filter=externalId+eq+"e-john"

GET $SCIM/Users?filter=externalId+eq+"e-jane"&count=1&startIndex=2

GET $SCIM/Users?filter=externalId+eq+"e-j"

GET $SCIM/Users?filter=externalId+eq+"e-jane\u0000"
--- error_code eval: [200, 200, 200, 200, 200, 400]
--- json in_turn
totalResults: 2
Resources#: 2

totalResults: 0

totalResults: 0

totalResults: 2
itemsPerPage: 1
startIndex: 2
Resources#: 1

totalResults: 0

scimType: "invalidFilter"



=== TEST 8: e-mail addresses (#79, #84, #85)
--- request in_turn
GET $SCIM/Users?filter=emails.value+eq+"jane@home.example"

GET $SCIM/Users?filter=emails.value+eq+"JANE@WORK.EXAMPLE"

GET $SCIM/Users?filter=emails+eq+"jane@work.example"

GET $SCIM/Users?filter=emails[type+eq+"work"].value+eq+"jane@work.example"

GET $SCIM/Users?filter=emails[type+eq+"work"].value+eq+"jane@home.example"

GET $SCIM/Users?filter=emails[type+eq+"work"+and+value+co+"@work"]

GET $SCIM/Users?filter=emails[type+eq+"home"+and+value+co+"@work"]

GET $SCIM/Users?filter=emails.type+eq+"home"+and+emails.value+co+"@work"

GET $SCIM/Users?filter=emails[type+eq+"work"+and+value+eq+"john@work.example"]
--- error_code eval: [200, 200, 200, 200, 200, 200, 200, 200, 200]
--- json in_turn
totalResults: 1
Resources[0].id: "$JANE"

Resources[0].id: "$JANE"

Resources[0].id: "$JANE"

totalResults: 1
Resources[0].id: "$JANE"

totalResults: 0

totalResults: 1
Resources[0].id: "$JANE"

totalResults: 1
Resources[0].id: "$JOHN"

totalResults: 2

totalResults: 0



=== TEST 9: booleans, as such and as strings (#86, #202)
--- request in_turn
GET $SCIM/Users?filter=active+eq+true

GET $SCIM/Users?filter=active+eq+false

GET $SCIM/Users?filter=active+eq+"True"

GET $SCIM/Users?filter=active+eq+"False"

GET $SCIM/Users?filter=active+ne+true
--- error_code eval: [200, 200, 200, 200, 200]
--- json in_turn
totalResults: 1
Resources[0].id: "$JANE"

totalResults: 1
Resources[0].id: "$JOHN"

totalResults: 1
Resources[0].id: "$JANE"

totalResults: 1
Resources[0].id: "$JOHN"

totalResults: 2



=== TEST 10: all operators on strings (#77, #83)
--- request in_turn
GET $SCIM/Users?filter=displayName+co+"OE"

GET $SCIM/Users?filter=displayName+sw+"john"

GET $SCIM/Users?filter=displayName+ew+"doe"

GET $SCIM/Users?filter=title+pr

GET $SCIM/Users?filter=name+pr

GET $SCIM/Users?filter=userName+ne+"jane"

GET $SCIM/Users?filter=userName+gt+"jane"+and+userName+lt+"k"

GET $SCIM/Users?filter=userName+ge+"jane"+and+userName+le+"john"

GET $SCIM/Users?filter=name.familyName+eq+"roe"

GET $SCIM/Users?filter=nickName+pr
--- error_code eval: [200, 200, 200, 200, 200, 200, 200, 200, 200, 200]
--- json in_turn
totalResults: 2

Resources[0].id: "$JOHN"
totalResults: 1

Resources[0].id: "$JANE"
totalResults: 1

Resources[0].id: "$JANE"
totalResults: 1

totalResults: 2

totalResults: 2

totalResults: 1
Resources[0].id: "$JOHN"

totalResults: 2

totalResults: 1
Resources[0].id: "$JOHN"

totalResults: 0



=== TEST 11: and, or, not, precedence and parentheses (#78)
--- request in_turn
GET $SCIM/Users?filter=userName+eq+"jane"+and+active+eq+false

GET $SCIM/Users?filter=userName+eq+"jane"+or+userName+eq+"john"

GET $SCIM/Users?filter=userName+eq+"jane"+or+userName+eq+"john"+and+active+eq+true

GET $SCIM/Users?filter=(userName+eq+"jane"+or+userName+eq+"john")+and+active+eq+false

GET $SCIM/Users?filter=not+(userName+eq+"jane")+and+title+pr

GET $SCIM/Users?filter=NOT(active+pr)

GET $SCIM/Users?filter=userName+eq+"jane"+AND+title+eq+"dr"

GET $SCIM/Users?filter=((((userName+eq+"jane"))))
--- error_code eval: [200, 200, 200, 200, 200, 200, 200, 200]
--- json in_turn
totalResults: 0

totalResults: 2

totalResults: 1
Resources[0].id: "$JANE"

totalResults: 1
Resources[0].id: "$JOHN"

totalResults: 0

totalResults: 1
Resources[0].id: "$ADA"

totalResults: 1

totalResults: 1



=== TEST 12: null (#86)
--- request in_turn
GET $SCIM/Users?filter=title+eq+null

GET $SCIM/Users?filter=title+ne+null
--- error_code eval: [200, 200]
--- json in_turn
totalResults: 2

totalResults: 1
Resources[0].id: "$JANE"



=== TEST 13: URNs and extensions (#80)
--- request in_turn
GET $SCIM/Users?filter=urn:ietf:params:scim:schemas:core:2.0:User:userName+eq+"jane"

GET $SCIM/Users?filter=urn:ietf:params:scim:schemas:core:2.0:user:name.familyName+eq+"doe"

GET $SCIM/Users?filter=$ENTERPRISE:department+eq+"sales"

GET $SCIM/Users?filter=$ENTERPRISE:employeeNumber+pr
--- error_code eval: [200, 200, 200, 200]
--- json in_turn
Resources[0].id: "$JANE"

Resources[0].id: "$JANE"

totalResults: 1
Resources[0].id: "$JANE"

totalResults: 1



=== TEST 14: dates, in any zone (#80, #81)
--- request in_turn
GET $SCIM/Users?filter=meta.created+gt+"2001-01-01T00:00:00Z"

GET $SCIM/Users?filter=meta.lastModified+lt+"2001-01-01T00:00:00%2B02:00"

GET $SCIM/Users?filter=meta.created+ge+"yesterday"
--- error_code eval: [200, 200, 400]
--- json in_turn
totalResults: 3

totalResults: 0

scimType: "invalidFilter"



=== TEST 15: groups
--- request in_turn
GET $SCIM/Users?filter=groups.value+eq+"$DEVS"

GET $SCIM/Users?filter=groups.display+eq+"devs"

GET $SCIM/Users?filter=groups+pr
--- error_code eval: [200, 200, 200]
--- json in_turn
totalResults: 1
Resources[0].id: "$JANE"

totalResults: 1

totalResults: 1



=== TEST 16: escapes in values
--- request in_turn
GET $SCIM/Users?filter=userName+eq+"\u006aane"

GET $SCIM/Users?filter=displayName+eq+"%F0%9F%98%80"

GET $SCIM/Users?filter=displayName+eq+"\ud83d\ude00"

GET $SCIM/Users?filter=displayName+eq+"\ud83d"

GET $SCIM/Users?filter=userName+eq+"\x"
--- error_code eval: [200, 200, 200, 400, 400]
--- json in_turn
Resources[0].id: "$JANE"

Resources[0].id: "$ADA"

Resources[0].id: "$ADA"

scimType: "invalidFilter"

scimType: "invalidFilter"



=== TEST 17: what is no filter is refused, never ignored (#85, #97)
--- request in_turn
GET $SCIM/Users?filter=

GET $SCIM/Users?filter

GET $SCIM/Users?filter=userName

GET $SCIM/Users?filter=userName+eq

GET $SCIM/Users?filter=userName+is+"jane"

GET $SCIM/Users?filter=userName+eq+"jane

GET $SCIM/Users?filter=userName+eq+"jane"+and

GET $SCIM/Users?filter=userName+eq+"jane"+userName+eq+"john"

GET $SCIM/Users?filter=(userName+eq+"jane"

GET $SCIM/Users?filter=userName+eq+"jane")

GET $SCIM/Users?filter=not+userName+eq+"jane"

GET $SCIM/Users?filter=emails[type+eq+"work"

GET $SCIM/Users?filter=emails[]

GET $SCIM/Users?filter=eq+"jane"

GET $SCIM/Users?filter=user%00Name+eq+"jane"

GET $SCIM/Users?filter=userName+eq+"%ff"

GET $SCIM/Users?filter=userName+eq+"%4"

GET $SCIM/Users?filter=%zz
--- error_code eval: [(400) x 18]
--- json eval
[ (qq{status: "400"\nscimType: "invalidFilter"\nschemas: ["urn:ietf:params:scim:api:messages:2.0:Error"]\nResources -}) x 18 ]



=== TEST 18: an order that the type does not have (#81)
--- request in_turn
GET $SCIM/Users?filter=active+gt+true

GET $SCIM/Users?filter=active+co+"tr"

GET $SCIM/Users?filter=x509Certificates.value+lt+"MDAw"
--- error_code eval: [400, 400, 400]
--- json in_turn
scimType: "invalidFilter"

scimType: "invalidFilter"

scimType: "invalidFilter"



=== TEST 19: passwords cannot be searched (#23, #57)
--- request in_turn
GET $SCIM/Users?filter=password+eq+"secret"

GET $SCIM/Users?filter=password+pr

GET $SCIM/Users?filter=userName+eq+"jane"+and+urn:ietf:params:scim:schemas:core:2.0:User:password+sw+"s"
--- error_code eval: [400, 400, 400]
--- json in_turn
scimType: "invalidFilter"
detail ~ password

scimType: "invalidFilter"
detail ~ password

scimType: "invalidFilter"
detail ~ password



=== TEST 20: an attribute that nobody has finds nobody
--- request in_turn
GET $SCIM/Users?filter=shoeSize+eq+7

GET $SCIM/Users?filter=urn:example:2.0:User:badge+eq+18

GET $SCIM/Users?filter=name.shoe+eq+"x"
--- error_code eval: [200, 200, 200]
--- json eval
[ ('totalResults: 0') x 3 ]



=== TEST 21: strict: an attribute that no schema knows is refused (#97)
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- request in_turn
GET $SCIM/Users?filter=shoeSize+eq+7

GET $SCIM/Users?filter=urn:example:2.0:User:badge+eq+17

GET $SCIM/Users?filter=name.shoe+eq+"x"
--- error_code eval: [400, 400, 400]
--- json eval
[ ('scimType: "invalidFilter"') x 3 ]



=== TEST 22: pages of what is found (#72, #89, #90)
--- request in_turn
GET $SCIM/Users?filter=userName+pr&count=1

GET $SCIM/Users?filter=userName+pr&count=2&startIndex=2

GET $SCIM/Users?filter=userName+pr&count=0

GET $SCIM/Users?filter=userName+pr&startIndex=4

GET $SCIM/Users?filter=userName+eq+"jane"&startIndex=2

GET $SCIM/Users?filter=userName+eq+"jane"&count=0
--- error_code eval: [200, 200, 200, 200, 200, 200]
--- json in_turn
totalResults: 3
itemsPerPage: 1
Resources[0].id: "$JANE"

totalResults: 3
startIndex: 2
itemsPerPage: 2
Resources[0].id: "$JOHN"
Resources[1].id: "$ADA"

totalResults: 3
Resources: []

totalResults: 3
Resources: []

totalResults: 1
Resources: []

totalResults: 1
Resources: []



=== TEST 23: with attributes
--- request
GET $SCIM/Users?filter=userName+eq+"jane"&attributes=externalId
--- json
Resources[0].externalId: "e-jane"
Resources[0].id: "$JANE"
Resources[0].userName -



=== TEST 24: a filter without end
--- request eval
['GET $SCIM/Users?filter=userName+eq+"x"' . '+or+userName+eq+"x"' x 300,
 'GET $SCIM/Users?filter=' . '(' x 5000 . 'userName+pr' . ')' x 5000,
 'GET $SCIM/Users?filter=' . 'not(' x 3000 . 'userName+pr' . ')' x 3000,
 'GET $SCIM/Users?filter=userName+eq+"' . 'x' x 20000 . '"']
--- error_code eval: [400, 400, 400, 200]
--- json eval
['status: "400"', 'scimType: "invalidFilter"', 'scimType: "invalidFilter"', 'totalResults: 0']
--- no_error_log
[alert]
[crit]
[emerg]
xxxx



=== TEST 25: userName twice in the tenant is never found twice
--- request in_turn
PUT $SCIM/Users/$JOHN
{"userName":"jane"}

GET $SCIM/Users?filter=userName+eq+"jane"
--- error_code eval: [409, 200]
--- json in_turn
-

totalResults: 1
