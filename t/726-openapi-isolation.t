# Two tenants: no id, name, cursor or filter of the one brings out, or changes,
# anything of the other, in any operation of the management API.

use strict;
use warnings;

use lib 't/lib';

use SCIM::OpenAPI;
use SCIM::Test;
use Test::More;

# no entries, and so no changes, by what is refused
my $t = SCIM::Test->new(workers => 2, provision => 0,
    http => 'scim_audit_refusals 0;');

SCIM::OpenAPI::run('isolation', $t->nginx->base . '/api/v1',
    $SCIM::Test::admin_token, $t->redis->socket);

$t->finish;
done_testing();
