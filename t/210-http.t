# HTTP as clients speak it: methods, paths, bodies.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $jane = $t->scim->post('/Users', { userName => 'jane' });
    my $devs = $t->scim->post('/Groups', { displayName => 'devs' });
    return (
        JANE => $jane->{json}{id}, ETAG => $jane->{headers}{etag},
        LENGTH => length $jane->{body}, DEVS => $devs->{json}{id},
    );
};
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: HEAD is a GET without the body (#59)
--- request in_turn
HEAD $SCIM/Users/$JANE

HEAD $SCIM/Users

HEAD $SCIM/Groups?filter=displayName+eq+"devs"

HEAD $SCIM/Users/00000000-0000-4000-8000-000000000000

HEAD $SCIM/Users?filter=nonsense
--- error_code eval: [200, 200, 200, 404, 400]
--- response_headers_like eval
["ETag: \$ETAG\nContent-Length: [1-9]\\d+\nContent-Type: application/scim\\+json", ('Content-Length: [1-9]\d+') x 4]
--- response_body eval
['', '', '', '', '']



=== TEST 2: OPTIONS (#59)
--- request in_turn
OPTIONS $SCIM/Users

OPTIONS $SCIM/Users/$JANE

OPTIONS $SCIM/Groups

OPTIONS $SCIM/Groups/$DEVS

OPTIONS $SCIM/Schemas

OPTIONS $SCIM/Users/.search

OPTIONS $SCIM/Nonsense
--- error_code eval: [ (204) x 6, 404 ]
--- response_headers eval
['Allow: GET, HEAD, POST, OPTIONS', 'Allow: GET, HEAD, PUT, PATCH, DELETE, OPTIONS', 'Allow: GET, HEAD, POST, OPTIONS', 'Allow: GET, HEAD, PUT, PATCH, DELETE, OPTIONS', 'Allow: GET, HEAD, OPTIONS', 'Allow: POST, OPTIONS', 'Content-Type: application/scim+json']



=== TEST 3: a slash at the end, two in the middle, an escape: no redirect (#206)
--- request in_turn
GET $SCIM/Users/

GET $SCIM//Users

GET $SCIM/Users//$JANE

GET $SCIM/Users/$JANE/

GET $SCIM/%55sers/$JANE

GET $SCIM/Groups/../Users/./$JANE

POST $SCIM/Users/
{"userName":"john"}

GET $SCIM/Users?
--- error_code eval: [ (200) x 6, 201, 200 ]
--- json in_turn
totalResults: 1

totalResults: 1

id: "$JANE"

id: "$JANE"
meta.location: "http://localhost$SCIM/Users/$JANE"

id: "$JANE"

id: "$JANE"

userName: "john"

totalResults: 2



=== TEST 4: plus is a space, in names and values (#194)
--- request in_turn
POST $SCIM/Users
{"userName":"a b+c"}

GET $SCIM/Users?filter=userName+eq+"a+b%2Bc"

GET $SCIM/Users?filter=userName+eq+"a%20b%2bc"

GET $SCIM/Users?filter=userName+eq+"a+b+c"

GET $SCIM/Users?attributes=userName,+id&count=+1
--- error_code eval: [201, 200, 200, 200, 400]
--- json in_turn
userName: "a b+c"

totalResults: 1

totalResults: 1

totalResults: 0

scimType: "invalidValue"
detail ~ count



=== TEST 5: a chunked body
--- raw_request eval
"POST \$SCIM/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \$TOKEN\r\nContent-Type: application/scim+json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"use\r\n11\r\nrName\":\"chunked\"}\r\n0\r\n\r\n"
--- error_code: 201
--- json
userName: "chunked"



=== TEST 6: a chunked body that is none
--- raw_request eval
"POST \$SCIM/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \$TOKEN\r\nContent-Type: application/scim+json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{\"use"
--- error_code: 400
--- response_headers
Content-Type: application/scim+json
--- json
status: "400"



=== TEST 7: a body in pieces
--- raw_request eval
["POST \$SCIM/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \$TOKEN\r\nContent-Type: application/scim+json\r\nContent-Length: 20\r\n\r\n", '{', '"userName"', ':', '"piece"', '}']
--- raw_request_middle_delay: 0.02
--- error_code: 201
--- json
userName: "piece"



=== TEST 8: a body in a temporary file
--- config
location /api/v1/ {
    scim;
    client_max_body_size 1m;
    client_body_buffer_size 1k;
}
--- request eval
["POST \$SCIM/Users\n" . '{"userName":"large","nickName":"' . 'x' x 100000 . '"}',
 'GET $SCIM/Users?filter=userName+eq+"large"']
--- error_code eval: [201, 200]
--- json eval
['userName: "large"', 'Resources[0].nickName ~ ^(x{1000}){100}$']



=== TEST 9: every body in a file
--- config
location /api/v1/ {
    scim;
    client_body_in_file_only clean;
}
--- request in_turn
POST $SCIM/Users
{"userName":"file"}

POST $SCIM/Users
{"userName":

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","value":{"title":"Dr"}}]}
--- error_code eval: [201, 400, 200]
--- json in_turn
userName: "file"

scimType: "invalidSyntax"

title: "Dr"



=== TEST 10: a GET or DELETE with a body (#195)
--- request in_turn
GET $SCIM/Users/$JANE
{"nobody":"reads this"}

DELETE $SCIM/Users/$JANE
not JSON at all
--- error_code eval: [200, 204]
--- json in_turn
id: "$JANE"

-



=== TEST 11: one connection: errors with bodies, and what follows them
--- pipelined_requests eval
["POST \$SCIM/Users\n{", "GET \$SCIM/Users", "POST \$SCIM/Nonsense\n{\"a\":\"" . 'x' x 5000 . "\"}", "PUT \$SCIM/Users\n{}", "GET \$SCIM/Users/\$JANE", "GET \$SCIM/Groups", "DELETE \$SCIM/Groups/\$DEVS"]
--- error_code eval: [400, 200, 404, 405, 200, 200, 204]
--- json eval
['scimType: "invalidSyntax"', 'totalResults: 1', 'status: "404"', 'status: "405"', 'id: "$JANE"', 'totalResults: 1', undef]



=== TEST 12: without User-Agent and Accept, with other headers of no use (#52, #196)
--- raw_request eval
"GET \$SCIM/Users/\$JANE HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \$TOKEN\r\n\r\n"
--- error_code: 200
--- response_headers
Content-Type: application/scim+json



=== TEST 13: HTTP/1.0, without Host
--- raw_request eval
"GET \$SCIM/Users/\$JANE HTTP/1.0\r\nAuthorization: Bearer \$TOKEN\r\n\r\n"
--- error_code: 200
--- response_headers
Content-Type: application/scim+json
--- json
id: "$JANE"
meta.location ~ ^http://127.0.0.1:\d+$SCIM/Users/$JANE$



=== TEST 14: compressed, if nginx is asked to
--- more_http
gzip on;
gzip_types application/scim+json;
gzip_min_length 1;
--- add_headers
Accept-Encoding: gzip
--- request
GET $SCIM/Users/$JANE
--- response_headers
Content-Encoding: gzip
ETag: $ETAG
