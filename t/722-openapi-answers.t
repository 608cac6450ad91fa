# Each operation of the management API with each status that the OpenAPI
# document has for it: status, headers and body are as documented.

use strict;
use warnings;

use lib 't/lib';

use Digest::SHA qw(sha256_hex);
use SCIM::OpenAPI;
use SCIM::Test;
use Test::More;

my $t = SCIM::Test->new(workers => 2, provision => 0);

# its Redis is away; what asks for "limited" may do so once
my $dead = SCIM::Nginx->new(
    address => 'unix:$DIR/none.sock',
    http => <<'END',
        map $args $limited { limited 1; default ""; }
        limit_req_zone $limited zone=limited:1m rate=1r/m;
END
    server => 'limit_req zone=limited; limit_req_status 429;',
);
$dead->{admin_tokens} = $dead->write_file('admin-tokens',
    'test:' . sha256_hex($SCIM::Test::admin_token) . "\n");
$dead->start;

SCIM::OpenAPI::run('answers', $t->nginx->base . '/api/v1',
    $SCIM::Test::admin_token, $dead->base . '/api/v1');

$dead->finish;
$t->finish;
done_testing();
