# The console in Chromium when things go wrong.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Console;
use SCIM::Test;
use Test::More;

plan(skip_all => 'the same with any nginx') if $ENV{SCIM_SANITIZE};

my $t = SCIM::Test->new(workers => 2, provision => 0,
    before => \&SCIM::Console::place);

SCIM::Console::run('faults', $t);

$t->finish;
done_testing();
