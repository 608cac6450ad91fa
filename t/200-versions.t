# Versions: ETag, If-Match, If-None-Match.

use lib 't/lib';

use Test::Nginx::SCIM seed => sub {
    my ($t) = @_;

    my $scim = $t->scim;
    my $jane = $scim->post('/Users', { userName => 'jane' });
    my $devs = $scim->post('/Groups', { displayName => 'devs' });
    return (
        JANE => $jane->{json}{id}, ETAG => $jane->{headers}{etag},
        DEVS => $devs->{json}{id}, GROUP_ETAG => $devs->{headers}{etag},
        STRONG => $jane->{headers}{etag} =~ s{^W/}{}r,
    );
};
use Test::Nginx::Socket 'no_plan';

# the same Authorization and a condition for each request
sub conditions {
    return [ map { "Authorization: Bearer \$TOKEN"
                   . (length $_ ? "\n$_" : '') } @_ ];
}

run_tests();

__DATA__

=== TEST 1: weak tags, in the header and in meta (#19, #145)
--- request in_turn
GET $SCIM/Users/$JANE

GET $SCIM/Groups/$DEVS
--- error_code eval: [200, 200]
--- response_headers eval
['ETag: $ETAG', 'ETag: $GROUP_ETAG']
--- json in_turn
meta.version ~ ^W/"\d+"$

meta.version ~ ^W/"\d+"$



=== TEST 2: If-None-Match on a GET (#146)
--- more_headers eval
main::conditions('If-None-Match: $ETAG', 'If-None-Match: $STRONG', 'If-None-Match: *', 'If-None-Match: W/"0", $ETAG', 'If-None-Match: W/"0"', 'If-None-Match: nonsense')
--- request eval
[ ('GET $SCIM/Users/$JANE') x 6 ]
--- error_code eval: [304, 304, 304, 304, 200, 200]
--- response_headers eval
[ ('ETag: $ETAG') x 6 ]
--- response_body_like eval
[ ('^$') x 4, ('jane') x 2 ]



=== TEST 3: If-None-Match on a group, and on HEAD
--- more_headers eval
main::conditions('If-None-Match: $GROUP_ETAG', 'If-None-Match: $ETAG', 'If-None-Match: $GROUP_ETAG')
--- request eval
['GET $SCIM/Groups/$DEVS', 'GET $SCIM/Groups/$DEVS', 'HEAD $SCIM/Groups/$DEVS']
--- error_code eval: [304, 200, 304]



=== TEST 4: If-None-Match, and somebody who is not there
--- add_headers
If-None-Match: *
--- request in_turn
GET $SCIM/Users/00000000-0000-4000-8000-000000000000

GET $SCIM/ServiceProviderConfig

GET $SCIM/Users
--- error_code eval: [404, 200, 200]



=== TEST 5: If-Match of another version: 412, and nothing is done (#147)
--- more_headers eval
main::conditions(('If-Match: W/"0"') x 3, '')
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"jane","displayName":"x"}

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","value":{"displayName":"x"}}]}

DELETE $SCIM/Users/$JANE

GET $SCIM/Users/$JANE
--- error_code eval: [412, 412, 412, 200]
--- response_headers eval
[ ('Content-Type: application/scim+json') x 3, 'ETag: $ETAG' ]
--- json in_turn
schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"]
status: "412"

status: "412"

status: "412"

displayName -



=== TEST 6: of groups, too (#147)
--- more_headers eval
main::conditions(('If-Match: W/"0"') x 4, '')
--- request in_turn
PUT $SCIM/Groups/$DEVS
{"displayName":"x"}

PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"replace","value":{"displayName":"x"}}]}

PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"add","path":"members","value":[{"value":"$JANE"}]}]}

DELETE $SCIM/Groups/$DEVS

GET $SCIM/Groups/$DEVS
--- error_code eval: [412, 412, 412, 412, 200]
--- response_headers eval
[ ('Content-Type: application/scim+json') x 4, 'ETag: $GROUP_ETAG' ]
--- json in_turn
status: "412"

status: "412"

status: "412"

status: "412"

displayName: "devs"
members: []



=== TEST 7: If-Match of the version that is there, weak or strong, in a list or * (#147, #149)
--- more_headers eval
main::conditions('If-Match: $ETAG', 'If-Match: *', 'If-Match: *')
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"jane","displayName":"1"}

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","value":{"displayName":"2"}}]}

DELETE $SCIM/Users/$JANE
--- error_code eval: [200, 200, 204]



=== TEST 8: the same, of a list of tags
--- more_headers eval
main::conditions('If-Match: W/"0", $ETAG , W/"1"', 'If-Match: $GROUP_ETAG', 'If-Match: W/"0",W/"00"')
--- request in_turn
PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","value":{"displayName":"2"}}]}

PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"add","path":"members","value":[{"value":"$JANE"}]}]}

DELETE $SCIM/Users/$JANE
--- error_code eval: [200, 204, 412]



=== TEST 9: the same, without W/ (#149)
--- more_headers eval
main::conditions('If-Match: $STRONG', 'If-Match: $STRONG')
--- request in_turn
PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","value":{"displayName":"2"}}]}

DELETE $SCIM/Users/$JANE
--- error_code eval: [200, 412]



=== TEST 10: If-Match that is no tag matches nothing
--- more_headers eval
main::conditions('If-Match: nonsense', 'If-Match: W/"', 'If-Match: ""', 'If-Match: "*"')
--- request in_turn
DELETE $SCIM/Users/$JANE

PUT $SCIM/Users/$JANE
{"userName":"x"}

DELETE $SCIM/Groups/$DEVS

PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"remove","path":"members"}]}
--- error_code eval: [412, 412, 412, 412]



=== TEST 11: If-Match, and somebody who is not there
--- add_headers
If-Match: *
--- request in_turn
PUT $SCIM/Users/00000000-0000-4000-8000-000000000000
{"userName":"x"}

DELETE $SCIM/Groups/00000000-0000-4000-8000-000000000000
--- error_code eval: [404, 404]



=== TEST 12: every change gives a version that was never there (#14, #145)
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"jane","displayName":"1"}

PUT $SCIM/Users/$JANE
{"userName":"jane"}

GET $SCIM/Users/$JANE
--- error_code eval: [200, 200, 200]
--- response_headers_like eval
[ ('ETag: (?!$ETAG)W/"\d+"') x 3 ]



=== TEST 13: a PUT of the same keeps version and lastModified (#104)
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"jane"}

PUT $SCIM/Users/$JANE
{"id":"$JANE","userName":"jane","emails":[],"nickName":null,"meta":{"version":"x"}}

PUT $SCIM/Groups/$DEVS
{"displayName":"devs","members":[]}

GET $SCIM/Users/$JANE
--- error_code eval: [ (200) x 4 ]
--- response_headers eval
['ETag: $ETAG', 'ETag: $ETAG', 'ETag: $GROUP_ETAG', 'ETag: $ETAG']
--- response_body_like eval
[ ('"created":"([^"]+)","lastModified":"\1"') x 4 ]



=== TEST 14: a version that is shown is the one that If-Match takes
--- more_headers eval
main::conditions('', 'If-Match: $ETAG')
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"jane","title":"Dr"}

PUT $SCIM/Users/$JANE
{"userName":"jane"}
--- error_code eval: [200, 412]



=== TEST 15: If-None-Match: * on a creation: there is none of the kind yet (#150)
--- add_headers
If-None-Match: *
--- request in_turn
POST $SCIM/Users
{"userName":"new"}

GET $SCIM/Users?filter=userName+eq+"new"
--- error_code eval: [201, 200]
--- json in_turn
userName: "new"

totalResults: 1



=== TEST 16: dates are no versions
--- more_headers eval
main::conditions('If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT', 'If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT')
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"jane","title":"Dr"}

GET $SCIM/Users/$JANE
--- error_code eval: [200, 200]



=== TEST 17: If-None-Match of the version that is there: a write is not done (#146)
--- more_headers eval
main::conditions('If-None-Match: *', 'If-None-Match: W/"0", $ETAG', 'If-None-Match: $STRONG', 'If-None-Match: *', '')
--- request in_turn
PUT $SCIM/Users/$JANE
{"userName":"jane","displayName":"x"}

PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","value":{"displayName":"x"}}]}

DELETE $SCIM/Users/$JANE

DELETE $SCIM/Users/$JANE

GET $SCIM/Users/$JANE
--- error_code eval: [412, 412, 412, 412, 200]
--- response_headers eval
[ ('Content-Type: application/scim+json') x 4, 'ETag: $ETAG' ]
--- json in_turn
status: "412"

status: "412"

status: "412"

status: "412"

displayName -



=== TEST 18: of groups, too, where only members change
--- more_headers eval
main::conditions('If-None-Match: $GROUP_ETAG', 'If-None-Match: *', 'If-None-Match: *', 'If-None-Match: $GROUP_ETAG', '')
--- request in_turn
PUT $SCIM/Groups/$DEVS
{"displayName":"x"}

PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"replace","value":{"displayName":"x"}}]}

PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"add","path":"members","value":[{"value":"$JANE"}]}]}

DELETE $SCIM/Groups/$DEVS

GET $SCIM/Groups/$DEVS
--- error_code eval: [412, 412, 412, 412, 200]
--- json in_turn
status: "412"

status: "412"

status: "412"

status: "412"

displayName: "devs"
members: []



=== TEST 19: If-None-Match of another version, with and without If-Match
--- more_headers eval
main::conditions('If-None-Match: W/"0"', "If-Match: \$GROUP_ETAG\nIf-None-Match: W/\"0\", nonsense", "If-Match: *\nIf-None-Match: *", "If-Match: W/\"0\"\nIf-None-Match: W/\"0\"", 'If-None-Match: nonsense')
--- request in_turn
PATCH $SCIM/Users/$JANE
{"Operations":[{"op":"replace","value":{"displayName":"2"}}]}

PATCH $SCIM/Groups/$DEVS
{"Operations":[{"op":"add","path":"members","value":[{"value":"$JANE"}]}]}

DELETE $SCIM/Groups/$DEVS

DELETE $SCIM/Groups/$DEVS

DELETE $SCIM/Users/$JANE
--- error_code eval: [200, 204, 412, 412, 204]
