# What clients say of content: the types they send and take, charsets, codings.

use lib 't/lib';

use Compress::Zlib ();
use Encode ();
use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $jane = $t->scim->post('/Users', { userName => 'jane' });
    my $devs = $t->scim->post('/Groups', { displayName => 'devs' });
    return (
        JANE => $jane->{json}{id}, DEVS => $devs->{json}{id},
        USER => '"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]',
        ERROR => '"urn:ietf:params:scim:api:messages:2.0:Error"',
    );
};
use Test::Nginx::Socket 'no_plan';

our @takes_json = (
    'application/scim+json', 'application/json', '*/*', 'application/*',
    'application/scim+json; charset=utf-8', 'APPLICATION/SCIM+JSON',
    'text/html, application/scim+json', 'text/html, */*;q=0.1',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'application/scim+json;q=0, application/json', ' application/json ',
    'application/json;q=0.001', "application/json\t;\tq=1",
    'text/plain;a="x,*/*;q=0", application/json', '', ',', ', ,',
    'application/xml;q=0, application/json', 'application/json;v=1;q=1.000',
    "text/html\nAccept: application/json",
);
our @takes_none = (
    'text/html', 'application/xml', 'text/*', 'application/jsonx',
    'application/scim+xml', 'application/json;q=0',
    'application/json;q=0.000, text/html', '*/*;q=0',
    'application/*;q=0, */*', 'application/scim+json;q=0',
    'application/json;Q=0, application/scim+json;q=0.0, */*',
    'text/html;a="application/json, */*"', 'application', '*', 'json',
    "text/html\nAccept: text/plain",
);

# headers like these, with the token and a type of content
sub headers {
    my ($name, @values) = @_;
    return [ map { "Authorization: Bearer \$TOKEN\n"
        . ($name eq 'Content-Type' ? '' : "Content-Type: application/json\n")
        . "$name: $_" } @values ];
}

run_tests();

__DATA__

=== TEST 1: strict: Accept headers that allow JSON (#51, #52)
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- more_headers eval: main::headers(Accept => @main::takes_json)
--- request eval
[ ('GET $SCIM/Users/$JANE') x @main::takes_json ]
--- error_code eval: [ (200) x @main::takes_json ]
--- response_headers eval
[ ('Content-Type: application/scim+json') x @main::takes_json ]
--- json eval
[ ('id: "$JANE"') x @main::takes_json ]



=== TEST 2: strict: Accept headers that do not: 406, as JSON none the less
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- more_headers eval: main::headers(Accept => @main::takes_none)
--- request eval
[ ('GET $SCIM/Users/$JANE') x @main::takes_none ]
--- error_code eval: [ (406) x @main::takes_none ]
--- response_headers eval
[ ('Content-Type: application/scim+json') x @main::takes_none ]
--- json eval
[ (qq{schemas: [\$ERROR]\nstatus: "406"\nscimType -\ndetail ~ Accept}) x @main::takes_none ]



=== TEST 3: lenient: there is nothing but JSON, so all get it
--- more_headers eval: main::headers(Accept => @main::takes_json, @main::takes_none)
--- request eval
[ ('GET $SCIM/Users/$JANE') x (@main::takes_json + @main::takes_none) ]
--- error_code eval: [ (200) x (@main::takes_json + @main::takes_none) ]
--- response_headers eval
[ ('Content-Type: application/scim+json') x (@main::takes_json + @main::takes_none) ]



=== TEST 4: strict: 406 on each endpoint, and nothing is done; a removal answers nothing
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- add_headers
Accept: text/html
--- request in_turn
POST $SCIM/Users
{$USER,"userName":"x"}

POST $SCIM/Users
not JSON

POST $SCIM/Groups
{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"x"}

PUT $SCIM/Users/$JANE
{$USER,"userName":"x"}

PATCH $SCIM/Groups/$DEVS
{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"displayName","value":"x"}]}

POST $SCIM/Bulk
{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{"method":"DELETE","path":"/Users/$JANE"}]}

POST $SCIM/.search
{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}

GET $SCIM/Users

GET $SCIM/Schemas

GET $SCIM/Users/00000000-0000-4000-8000-000000000000

DELETE $SCIM/Groups/$DEVS
--- error_code eval: [ (406) x 10, 204 ]
--- redis in_turn
EVAL return(redis.call("HGET","scim:{demo}:users:index","userName\0x")) 0 => null
ZCARD scim:{demo}:users => "1"

-

ZCARD scim:{demo}:groups => "1"

HGET scim:{demo}:user:$JANE doc ~ "userName":"jane"

HGET scim:{demo}:group:$DEVS doc ~ "displayName":"devs"

ZCARD scim:{demo}:users => "1"

-

-

-

-

ZCARD scim:{demo}:groups => "0"



=== TEST 5: strict: who may not ask is not told of the header
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- more_headers
Accept: text/html
--- request
GET $SCIM/Users
--- error_code: 401



=== TEST 6: strict: HEAD (#59)
--- redis_init
$redis->command('HSET', 'scim:{demo}:integration:$INTEGRATION', profile => 'strict');
--- more_headers eval: main::headers(Accept => 'application/scim+json', 'text/html')
--- request eval
[ ('HEAD $SCIM/Users/$JANE') x 2 ]
--- error_code eval: [200, 406]
--- response_body eval: ['', '']



=== TEST 7: types that are sent, with any parameters (#51)
--- more_headers eval
[ map { "Authorization: Bearer \$TOKEN\nContent-Type: $_" } 'application/json', 'application/scim+json', 'application/scim+json; charset=utf-8', "application/scim+json\t; charset=utf-8", 'application/json;charset=UTF-8', 'Application/JSON; profile="a;b"', 'application/json; charset=iso-8859-1', '; charset=utf-8', '' ]
--- request eval
[ map { "POST \$SCIM/Users\n" . Encode::encode_utf8(qq({"userName":"j\x{f6}rg$_"})) } 1 .. 9 ]
--- error_code eval: [ (201) x 9 ]
--- json eval
[ map { Encode::encode_utf8(qq(userName: "j\x{f6}rg$_")) } 1 .. 9 ]



=== TEST 8: other types, on each endpoint that takes a body: 415, and nothing is done
--- more_headers
Authorization: Bearer $TOKEN
Content-Type: text/json
--- request in_turn
POST $SCIM/Users
{"userName":"x"}

PUT $SCIM/Users/$JANE
{"userName":"x"}

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","value":{"userName":"x"}}]}

POST $SCIM/Groups
{"displayName":"x"}

PUT $SCIM/Groups/$DEVS
{"displayName":"x"}

PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"replace","value":{"displayName":"x"}}]}

POST $SCIM/Users/.search
{}

POST $SCIM/.search
{}

POST $SCIM/Bulk
{"Operations":[{"method":"DELETE","path":"/Users/$JANE"}]}

GET $SCIM/Users
--- error_code eval: [ (415) x 9, 200 ]
--- json eval
[ (qq{schemas: [\$ERROR]\nstatus: "415"\nscimType -\ndetail ~ Content-Type}) x 9, qq{totalResults: 1\nResources[0].userName: "jane"} ]



=== TEST 9: whatever the charset is said to be, the body is UTF-8 (#51)
--- more_headers eval
main::headers('Content-Type', 'application/json; charset=iso-8859-1', 'application/json; charset=utf-16', 'application/json; charset=utf-16', 'application/json; charset=utf-32', 'application/json; charset=utf-7')
--- request eval
[ map { "POST \$SCIM/Users\n$_" } qq({"userName":"j\xf6rg"}), Encode::encode('UTF-16', '{"userName":"x"}'), Encode::encode('UTF-16LE', '{"userName":"x"}'), Encode::encode('UTF-32BE', '{"userName":"x"}'), '+AHsiAHUAcwBlAHIATgBhAG0AZQAiADoAIgB4ACIAfQ-' ]
--- error_code eval: [ (400) x 5 ]
--- json eval
[ (qq{scimType: "invalidSyntax"\ndetail ~ line 1, column}) x 5 ]



=== TEST 10: a coding of the body: 415
--- more_headers eval
main::headers('Content-Encoding', 'gzip', 'deflate', 'br', 'x-gzip', 'gzip, identity', 'aes128gcm', "identity\nContent-Encoding: gzip")
--- request eval
[ map { "POST \$SCIM/Users\n$_" } Compress::Zlib::memGzip('{"userName":"x"}'), Compress::Zlib::compress('{"userName":"x"}'), ('{"userName":"x"}') x 5 ]
--- error_code eval: [ (415) x 7 ]
--- json eval
[ (qq{status: "415"\ndetail ~ Content-Encoding}) x 7 ]
--- redis eval
[ ('ZCARD scim:{demo}:users => "1"') x 7 ]



=== TEST 11: none, by its name
--- more_headers eval
main::headers('Content-Encoding', 'identity', 'Identity', '')
--- request eval
[ map { "POST \$SCIM/Users\n{\"userName\":\"x$_\"}" } 1 .. 3 ]
--- error_code eval: [ (201) x 3 ]



=== TEST 12: errors before the body is looked at come first
--- more_headers eval
[ "Content-Type: text/plain", ("Authorization: Bearer \$TOKEN\nContent-Type: text/plain") x 3 ]
--- request in_turn
POST $SCIM/Users
x

PUT $SCIM/Users
x

POST $SCIM/Nonsense
x

DELETE $SCIM/Users/$JANE
x
--- error_code eval: [401, 405, 404, 204]
