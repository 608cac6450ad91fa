package SCIM::Console;

# The console beside the API of a SCIM::Test, and the scripts of t/console: an
# nginx with both, one script run in node with Chromium, and a test of each of
# its findings.

use strict;
use warnings;

use Cwd qw(getcwd);
use JSON::PP ();
use Test::More ();

# findings are text in any script
binmode(Test::More->builder->$_, ":encoding(UTF-8)")
    for qw(output failure_output todo_output);

my $installed;


sub directory { return getcwd() . '/.build/console' }


# several suites may run at a time
sub install {
    return if $installed++;
    mkdir '.build';
    my $said = `flock .build/console.lock make -s -C t/console 2>&1`;
    die "the packages do not install: $said\n" if $? != 0;
}


# place(SCIM::Nginx): console/ where the shipped configuration has it; for the
# "before" of a SCIM::Test
sub place {
    my ($nginx) = @_;
    symlink getcwd() . '/console', $nginx->dir . '/console'
        or die "console: $!";
}


# run(SCRIPT, SCIM::Test): the script is given the directory of the packages,
# where to put screenshots, the server and an administrator's token
sub run {
    my ($script, $t) = @_;

    install();

    my $screenshots = getcwd() . '/.build/screenshots';
    mkdir $screenshots;

    my $pid = open my $out, '-|';
    die "fork: $!" if !defined $pid;
    if ($pid == 0) {
        exec 'node', "t/console/$script.mjs", directory(), $screenshots,
            $t->nginx->base, $SCIM::Test::admin_token;
        exit 127;
    }

    my $found = 0;
    while (my $line = <$out>) {
        my $finding = JSON::PP->new->utf8->decode($line);
        my @problems = @{ $finding->{problems} };
        Test::More::ok(!@problems, $finding->{name})
            or Test::More::diag(join "\n", @problems);
        $found++;
    }
    close $out;
    Test::More::is($?, 0, "$script.mjs came to its end");
    Test::More::cmp_ok($found, '>', 0, "$script.mjs found something out");
}

1;
