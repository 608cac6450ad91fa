# The OpenAPI document of the management API: valid, its examples as its
# schemas say, and nothing of what an operation must have forgotten.

use strict;
use warnings;

use lib 't/lib';

use SCIM::OpenAPI;
use Test::More;

plan(skip_all => 'the same with any nginx') if $ENV{SCIM_SANITIZE};

SCIM::OpenAPI::run('well-formed');

done_testing();
