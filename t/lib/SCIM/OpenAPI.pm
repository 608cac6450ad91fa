package SCIM::OpenAPI;

# The scripts of t/openapi: installs the packages they need, runs one in node,
# and makes a test of each of its findings.

use strict;
use warnings;

use Cwd qw(getcwd);
use JSON::PP ();
use Test::More ();

our $document = 'src/http/openapi.json';

my $installed;


sub directory { return getcwd() . '/.build/openapi' }


# several suites may run at a time
sub install {
    return if $installed++;
    mkdir '.build';
    my $said = `flock .build/openapi.lock make -s -C t/openapi 2>&1`;
    die "the packages do not install: $said\n" if $? != 0;
}


# run(SCRIPT, ARGUMENT...): the script is given the document, the directory of
# the packages and the arguments
sub run {
    my ($script, @arguments) = @_;

    install();

    my $pid = open my $out, '-|';
    die "fork: $!" if !defined $pid;
    if ($pid == 0) {
        exec 'node', "t/openapi/$script.mjs", $document, directory(),
            @arguments;
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
