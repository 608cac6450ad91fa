# The unit tests' branch coverage of the protocol's code, which is printed: at
# least 90 %.

use strict;
use warnings;

use Test::More;

my $text = `make -s -C t/unit coverage 2>&1`;
my $status = $?;
my ($summary) = $text =~ /^(src\/scim\s.*)$/m;

like($summary // '', qr/branches +\d+\.\d+ % of \d+/, 'it is measured');
is($status, 0, 'tests pass, and 90 % of the branches are taken')
    or diag($text);
diag($summary =~ s/ +/ /gr) if $summary;

done_testing();
