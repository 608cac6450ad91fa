# The scripts: ShellCheck finds nothing, and each says what it is for.

use strict;
use warnings;

use Test::More;

# not what was built or unpacked, in a checkout or without git
my @scripts = sort grep { -f } split /\n/, `git ls-files -co \\
    --exclude-standard 2>/dev/null || find . -name '.[a-z]*' ! -name .ci \\
    -prune -o -name node_modules -prune -o -type f -print`;
@scripts = grep { head($_) =~ m{^#!.*\b(ba)?sh\b} } @scripts;

sub head {
    my ($file) = @_;
    open my $in, '<:raw', $file or return '';
    return scalar(<$in>) // '';
}

cmp_ok(scalar @scripts, '>=', 6, 'the scripts are found');

for my $script (@scripts) {
    is(`shellcheck -x -- '$script' 2>&1`, '', "$script: ShellCheck");

    open my $in, '<', $script or die "$script: $!";
    my $top = join '', map { scalar(<$in>) // '' } 1 .. 3;
    like($top, qr/^# \w/m, "$script: says what it is for");
}

for my $script (qw(run test tools/install.sh tools/build.sh
                   tools/build-sanitize.sh tools/test-nginx.sh))
{
    ok(-x $script, "$script: may be executed");

    my $text = `./$script --help 2>&1`;
    if ($script !~ /test-nginx/) {
        is($?, 0, "$script --help: status 0");
        like($text, qr/usage: /, "$script --help: says how");

        system("./$script --no-such-option >/dev/null 2>&1");
        is($? >> 8, 2, "$script --no-such-option: status 2");
    }
}

done_testing();
