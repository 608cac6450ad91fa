# The console in Chromium, the whole story in one go: from a fresh server to a
# person's permission, with what an identity provider sends in between.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Console;
use SCIM::Test;
use Test::More;

my $t = SCIM::Test->new(workers => 2, provision => 0,
    before => \&SCIM::Console::place);

SCIM::Console::run('story', $t);

$t->finish;
done_testing();
