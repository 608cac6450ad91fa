package SCIM::Test;

# The scene of most tests: a Redis, an nginx on it, a tenant, an integration
# in it, and a client for each of the two APIs.
#
#     use lib 't/lib';
#     use SCIM::Test;
#     use Test::More;
#
#     my $t = SCIM::Test->new(workers => 2);
#     my $answer = $t->scim->post('/Users', { userName => 'jane' });
#     is($answer->{status}, 201, 'created');
#     $t->finish;          # "no alerts" and "no sanitizer errors"
#     done_testing();

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);

use SCIM::Client;
use SCIM::Nginx;
use SCIM::Redis;

our $admin_token = 'test-admin-token';

# so that what was started is stopped by destructors and END blocks
$SIG{INT} = $SIG{TERM} = $SIG{HUP} = sub { exit 1 };


# new(%): what SCIM::Nginx->new takes; besides redis_args => [...],
# tenant => 'demo', provision => 0 for an empty Redis, and before => sub, which
# is given the SCIM::Nginx before it starts
sub new {
    my ($class, %option) = @_;

    my $redis_args = delete $option{redis_args};
    my $tenant = delete $option{tenant} // 'demo';
    my $provision = delete $option{provision} // 1;
    my $before = delete $option{before};

    my $redis = $option{redis} // SCIM::Redis->new(args => $redis_args);
    my $nginx = SCIM::Nginx->new(redis => $redis, %option);
    $nginx->{admin_tokens} //= $nginx->write_file('admin-tokens',
        '# name:SHA-256' . "\ntest:" . sha256_hex($admin_token) . "\n");
    $before->($nginx) if $before;
    $nginx->start;

    my $self = bless {
        redis => $redis,
        nginx => $nginx,
        tenant => $tenant,
    }, $class;

    if ($provision) {
        $self->{integration} = $self->create($tenant, 'authentik');
    }
    return $self;
}


sub redis { return $_[0]{redis} }
sub nginx { return $_[0]{nginx} }


# the management API
sub admin {
    my ($self) = @_;
    return $self->{admin} //= SCIM::Client->new(
        base => $self->nginx->base . '/api/v1',
        token => $admin_token,
        type => 'application/json',
    );
}


# create(TENANT, NAME): the tenant if it is not there, and in it an
# integration: what the management API answered
sub create {
    my ($self, $tenant, $name) = @_;

    my $answer = $self->admin->post('/tenants', { id => $tenant });
    die "tenant: $answer->{status} $answer->{body}\n"
        if $answer->{status} !~ /^(201|409)$/;

    $answer = $self->admin->post("/$tenant/integrations",
        { name => $name, type => 'SCIM 2.0' });
    die "integration: $answer->{status} $answer->{body}\n"
        if $answer->{status} != 201;
    return $answer->{json};
}


sub endpoint { return $_[0]{integration}{endpoint} }
sub token    { return $_[0]{integration}{secretToken} }


# scim([INTEGRATION]): a client for an integration, the first one if not named;
# a new connection each time it is asked for with new => 1
sub scim {
    my ($self, $integration, %option) = @_;

    $integration //= $self->{integration};
    my $path = $integration->{endpoint} =~ s{^https?://[^/]+}{}r;
    return SCIM::Client->new(
        base => $self->nginx->base . $path,
        token => $integration->{secretToken},
        %option,
    );
}


# finish(): see SCIM::Nginx; the Redis goes after its nginx
sub finish {
    my ($self, %option) = @_;
    $self->nginx->finish(%option);
    $self->redis->stop;
}

1;
