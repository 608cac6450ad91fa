# Each requirement of t/conformance.txt has a test that names it.

use strict;
use warnings;

use Test::More;

plan(skip_all => 'the same with any nginx') if $ENV{SCIM_SANITIZE};

my @lines = split /\n/, `t/conformance`;
my $status = $? >> 8;
my $summary = pop @lines // '';

like($summary, qr/^\d+ of \d+ without a test$/, 'the requirements are read');

is($status, 0, 'each has a test') or diag(join "\n", @lines);

`t/conformance --no-such-option 2>&1`;
is($? >> 8, 2, 'another option is refused');

done_testing();
