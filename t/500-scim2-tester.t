# scim2-cli's tester, another project's view of what a service provider must
# do: in full, each of its checks a test here, against a ./run of its own. With
# the sanitizers' nginx against that one, as ./run has Debian's.

use strict;
use warnings;

use lib 't/lib';

use Cwd qw(getcwd);
use File::Temp ();
use SCIM::Redis;
use SCIM::Test;
use Test::More;

my $top = getcwd();
my $work = File::Temp->newdir(TMPDIR => 1);
my $home = "$work/home";
my $owner = $$;

END {
    if ($$ == $owner) {
        local $?;
        system("SCIM_HOME='$home' ./run --stop >/dev/null 2>&1") if -d $home;
    }
}


# what a run of the tester must have in it, however it is grown by now
my @expected = qw(
    service_provider_config_endpoint service_provider_config_endpoint_methods
    query_all_resource_types query_resource_type_by_id
    resource_types_schema_validation access_invalid_resource_type
    resource_types_endpoint_methods query_all_schemas access_schema_by_id
    access_invalid_schema schemas_endpoint_methods random_url
    object_creation object_query object_query_without_id
    object_query_with_attributes object_list_with_attributes
    search_with_attributes object_replacement object_deletion
    check_add_attribute check_remove_attribute check_replace_attribute
);


sub slurp {
    my ($file) = @_;
    open my $in, '<', $file or return '';
    local $/;
    return scalar(<$in>) // '';
}


# endpoint and token of a ./run
sub demonstration {
    for my $try (1 .. 3) {
        my $port = SCIM::Redis::free_port();
        next if system("SCIM_HOME='$home' SCIM_PORT=$port ./run --detach"
                       . " >'$work/out' 2>&1") != 0;
        my %env = slurp("$home/demo.env") =~ /^(\w+)=(.*)$/mg;
        return @env{qw(SCIM_ENDPOINT SCIM_TOKEN)};
    }
    BAIL_OUT('./run does not start: ' . slurp("$work/out"));
}


# check_all(ENDPOINT, TOKEN): status, title and reason of each check; the
# command's status
sub check_all {
    my ($command, $endpoint, $token) = @_;

    # not on the command line, which everybody can read
    local $ENV{SCIM_CLI_HEADERS} = "Authorization: Bearer $token";
    delete local @ENV{ grep { /_proxy$/i } keys %ENV };
    my $text = `'$command' -u '$endpoint' test 2>&1`;
    my $status = $? >> 8;

    my @checks;
    for my $line (split /\n/, $text) {
        if ($line =~ /^([A-Z]+) (\w+)$/) {
            push @checks, { status => $1, title => $2, reason => '' };
        } elsif (@checks) {
            $checks[-1]{reason} .= $line =~ s/^  //r . "\n";
        }
    }
    return ($status, $text, @checks);
}


my $command = `t/tester/install`;
if ($? != 0) {
    plan(tests => 1);
    fail('scim2-cli can be installed');
    exit;
}
chomp $command;

my $t = $ENV{SCIM_SANITIZE} ? SCIM::Test->new(workers => 2) : undef;
my ($endpoint, $token) = $t ? ($t->scim->base, $t->token) : demonstration();

my ($status, $text, @checks) = check_all($command, $endpoint, $token);

my %count;
for my $check (@checks) {
    my $reason = (split /\n/, $check->{reason})[0] // '';
    my $name = sprintf '%s %d%s', $check->{title}, ++$count{ $check->{title} },
        length $reason ? ": $reason" : '';
    is($check->{status}, 'SUCCESS', substr $name, 0, 110)
        or diag($check->{reason});
}

cmp_ok(scalar @checks, '>=', 129, 'all checks have run');
is_deeply([ grep { !$count{$_} } @expected ], [], 'of each kind');
is($status, 0, 'scim2 test: status 0') or diag(@checks ? '' : $text);

$t->finish if $t;

done_testing();
