# The OpenAPI document of the management API: valid, its examples as its
# schemas say, nothing of what an operation must have forgotten, and the same
# routes as the server's tables.

use strict;
use warnings;

use lib 't/lib';

use SCIM::OpenAPI;
use Test::More;

plan(skip_all => 'the same with any nginx') if $ENV{SCIM_SANITIZE};

SCIM::OpenAPI::run('well-formed');
SCIM::OpenAPI::run('routes', 'src/http');

done_testing();
