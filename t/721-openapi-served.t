# The OpenAPI document as the module serves it: the one of the source, to
# anybody, and not twice.

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use SCIM::OpenAPI;
use SCIM::Test;
use Test::More;

my $t = SCIM::Test->new(
    provision => 0,
    server => 'gzip on; gzip_types application/json; gzip_proxied any;',
);
my $client = SCIM::Client->new(base => $t->nginx->base . '/api/v1');

open my $in, '<:raw', $SCIM::OpenAPI::document or die "$!";
my $source = JSON::PP->new->utf8->decode(do { local $/; <$in> });

my $answer = $client->get('/openapi.json');
is($answer->{status}, 200, 'no token is needed');
is($answer->{headers}{'content-type'}, 'application/json', 'JSON');
is($answer->{headers}{'cache-control'}, 'no-cache', 'no-cache');
is_deeply($answer->{json}, $source, 'the document');
unlike($answer->{body}, qr/^ /m, 'without the blanks of the source');

my $etag = $answer->{headers}{etag};
like($etag, qr/^W\/"[0-9a-f]{12}"$/, 'an ETag');

my $again = $client->get('/openapi.json', undef, { 'If-None-Match' => $etag });
is($again->{status}, 304, 'the same as the client has');
is($again->{body}, '', 'is not sent again');
is($client->get('/openapi.json', undef,
    { 'If-None-Match' => 'W/"0123456789ab"' })->{status}, 200,
    'another than the client has');

my $head = $client->request(HEAD => '/openapi.json');
is($head->{status}, 200, 'HEAD');
is($head->{headers}{etag}, $etag, 'HEAD: the ETag');
is($head->{headers}{'content-length'}, length $answer->{body},
    'HEAD: the length');

my $packed = $client->get('/openapi.json', undef,
    { 'Accept-Encoding' => 'gzip' });
is($packed->{headers}{'content-encoding'}, 'gzip', 'nginx may compress it');
cmp_ok(length $packed->{body}, '<', length($answer->{body}) / 4,
    'it is small then');

my $parameter = $client->get('/openapi.json?nonsense=1');
is($parameter->{status}, 400, 'an unknown parameter');
is($parameter->{json}{field}, 'nonsense', 'is named');
is($client->get('/openapi')->{status}, 404, 'another path');

my $method = $client->post('/openapi.json', {});
is($method->{status}, 405, 'another method');
is(join(' ', sort split /, */, $method->{headers}{allow}), 'GET HEAD OPTIONS',
    'Allow');

$t->finish;
done_testing();
