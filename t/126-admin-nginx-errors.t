# What nginx itself refuses of the management API: the same problem details as
# the module's own, whose title is that of the status, also where nginx has not
# understood the path.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Client;
use SCIM::Test;
use Test::More;

my $t = SCIM::Test->new(workers => 1);
my $port = $t->nginx->port;
my $token = $SCIM::Test::admin_token;

for my $case (
    [ 'a transfer coding', 501, 'Not Implemented', 'POST /api/v1/demo/roles',
        'Transfer-Encoding: foo' ],
    [ 'a body that is too large', 413, 'Content Too Large',
        'POST /api/v1/demo/roles', 'Content-Length: 9999999' ],
    [ 'no host', 400, 'Bad Request', 'GET /api/v1/demo/roles', 'Host: ' ],
    [ 'a URI that is too long', 414, 'URI Too Long',
        'GET /api/v1/demo/roles?q=' . 'x' x 40_000 ],
    [ 'an escape that is none', 400, 'Bad Request',
        'GET /api/v1/demo/roles/%zz' ],
    [ 'a path above the root', 400, 'Bad Request',
        'GET /api/v1/demo/../../../../x' ],
    [ 'a NUL', 400, 'Bad Request', 'GET /api/v1/demo/roles/%00?a=b' ],
    [ 'a path of the API alone', 404, 'Not Found', 'GET /api/v1' ])
{
    my ($name, $status, $title, $request, @headers) = @$case;
    my $answer = SCIM::Client::raw($port, join "\r\n", "$request HTTP/1.1",
        (map { /^Host/ ? () : 'Host: localhost' } @headers ? @headers : 'x'),
        "Authorization: Bearer $token", 'Connection: close', @headers, '',
        '');

    like($answer, qr{^HTTP/1.1 $status }, "$name: $status");
    like($answer, qr{^Content-Type: application/problem\+json\r$}m,
        "$name: problem details");
    like($answer, qr/"title":"$title","status":$status,/, "$name: its title");
}

for my $case ([ "GET /other/%zz HTTP/1.1\r\n", 400 ],
    [ "GET /api/v1/demo/integrations/x/scim/v2/%zz HTTP/1.1\r\n", 400 ],
    [ "nonsense\r\n", 400 ], [ "GET \r\n", 400 ],
    [ 'GET /api/v1/demo/integrations/x/scim/v2/Users?' . 'x' x 40_000
        . " HTTP/1.1\r\n", 414 ])
{
    my ($line, $status) = @$case;
    my $answer = SCIM::Client::raw($port, "$line\r\n");
    like($answer, qr/"status":"$status"/, substr($line, 0, 50)
        =~ s/\s+/ /gr . ': as SCIM has it');
}

$t->finish;
done_testing();
