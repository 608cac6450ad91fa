package SCIM::Console;

# The console beside the API of a SCIM::Test, and the scripts of t/console: an
# nginx with both, one script run in node with Chromium, and a test of each of
# its findings.

use strict;
use warnings;

use Cwd qw(getcwd);
use Test::More ();

use SCIM::Scripts;

# findings are text in any script
binmode(Test::More->builder->$_, ":encoding(UTF-8)")
    for qw(output failure_output todo_output);

sub directory { return SCIM::Scripts::directory('console') }
sub install   { return SCIM::Scripts::install('console') }


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

    mkdir '.build';
    my $screenshots = getcwd() . '/.build/screenshots';
    mkdir $screenshots;

    return SCIM::Scripts::run('console', $script, directory(), $screenshots,
        $t->nginx->base, $SCIM::Test::admin_token);
}

1;
