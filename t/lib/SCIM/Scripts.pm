package SCIM::Scripts;

# The node scripts of a folder in t/: installs the packages that they need, runs
# one, and makes a test of each of its findings.

use strict;
use warnings;

use Cwd qw(getcwd);
use JSON::PP ();
use Test::More ();

my %installed;


# directory(FOLDER): where its packages are
sub directory {
    my ($folder) = @_;
    return getcwd() . "/.build/$folder";
}


# install(FOLDER); several suites may run at a time
sub install {
    my ($folder) = @_;
    return if $installed{$folder}++;
    mkdir '.build';
    my $said = `flock .build/$folder.lock make -s -C t/$folder 2>&1`;
    die "the packages do not install: $said\n" if $? != 0;
}


# run(FOLDER, SCRIPT, ARGUMENT...)
sub run {
    my ($folder, $script, @arguments) = @_;

    install($folder);

    my $pid = open my $out, '-|';
    die "fork: $!" if !defined $pid;
    if ($pid == 0) {
        exec 'node', "t/$folder/$script.mjs", @arguments;
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
