# The protocol's code as a plain library: its unit tests, and its fuzz targets
# for a moment each (FUZZ seconds).

use strict;
use warnings;

use Test::More;

my $seconds = $ENV{FUZZ} // 10;

sub passes {
    my ($name, $command) = @_;
    my $text = `$command 2>&1`;
    ok($? == 0, $name) or diag($text);
}

passes('unit tests', 'make -s -j "$(nproc)" -C t/unit check');
passes("fuzz targets, $seconds seconds each", "t/fuzz/run $seconds");

done_testing();
