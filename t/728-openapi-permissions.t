# Who may do what in the management API: each operation's permission, what nobody
# may give away, the life of tokens; versions and Idempotency-Key.

use strict;
use warnings;

use lib 't/lib';

use SCIM::OpenAPI;
use SCIM::Test;
use Test::More;

# no entries, and so no changes, by what is refused
my $t = SCIM::Test->new(workers => 2, provision => 0,
    http => 'scim_audit_refusals 0;');

SCIM::OpenAPI::run('permissions', $t->nginx->base . '/api/v1',
    $SCIM::Test::admin_token, $t->redis->socket);

$t->finish;
done_testing();
