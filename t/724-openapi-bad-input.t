# Bodies, parameters and headers of the management API with one thing wrong at a
# time: 400, the field is named, and nothing was changed.

use strict;
use warnings;

use lib 't/lib';

use SCIM::OpenAPI;
use SCIM::Test;
use Test::More;

# no entries, and so no changes, by what is refused
my $t = SCIM::Test->new(workers => 2, provision => 0,
    http => 'scim_audit_refusals 0;');

SCIM::OpenAPI::run('bad-input', $t->nginx->base . '/api/v1',
    $SCIM::Test::admin_token, $t->redis->socket);

$t->finish;
done_testing();
