package SCIM::OpenAPI;

# The scripts of t/openapi, which hold the server to the document of its
# management API.

use strict;
use warnings;

use SCIM::Scripts;

our $document = 'src/http/openapi.json';


# run(SCRIPT, ARGUMENT...): the script is given the document, the directory of
# the packages and the arguments
sub run {
    my ($script, @arguments) = @_;
    return SCIM::Scripts::run('openapi', $script, $document,
        SCIM::Scripts::directory('openapi'), @arguments);
}

1;
