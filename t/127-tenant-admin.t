# A tenant's administrator, who is none of all tenants: a service account with
# the role Admin and a token. What it may give and take, and what not.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Client;
use SCIM::Test;
use Test::More;

my $t = SCIM::Test->new(workers => 2);
my $admin = $t->admin;
my $number = 0;


# of(ROLE...): the API as a service account with these roles sees it; and its id
sub of {
    my (@roles) = @_;

    my $account = $admin->post('/demo/service-accounts',
        { name => 'account-' . ++$number })->{json}{id};
    bind_to($_, 'SERVICE_ACCOUNT', $account) for @roles;
    my $token = $admin->post("/demo/service-accounts/$account/tokens")
        ->{json}{secretToken};
    return (SCIM::Client->new(base => $admin->base, token => $token,
        type => 'application/json'), $account);
}

sub bind_to {
    my ($role, $type, $id, %more) = @_;
    return $admin->post('/demo/bindings', { role => $role,
        subject => { type => $type, id => $id }, %more });
}

sub role {
    my ($name, $permissions) = @_;
    return $admin->post('/demo/roles',
        { name => $name, permissions => $permissions });
}

# said(ANSWER): status and field
sub said {
    my ($answer) = @_;
    return join ' ', $answer->{status}, $answer->{json}{field} // ();
}


# --- a role of permissions that one lacks ---

{
    my ($chief) = of('Admin');
    role('flows', { FLOW => [qw(READ EXECUTE)], LOG => ['READ'] });

    is(said($chief->patch('/demo/roles/flows', { permissions => {
        FLOW => [qw(READ EXECUTE)], LOG => ['READ'] } })), '200',
        'what it has may stay');
    is(said($chief->patch('/demo/roles/flows', { description => 'x',
        permissions => { FLOW => ['READ'], AUDIT => ['READ'] } })), '200',
        'some of it is taken away, and what one has oneself is given');
    is_deeply($chief->get('/demo/roles/flows')->{json}{permissions},
        { FLOW => ['READ'], AUDIT => ['READ'] }, 'so it is');

    my $refused = $chief->patch('/demo/roles/flows', { permissions => {
        FLOW => [qw(READ EXECUTE)], AUDIT => ['READ'] } });
    is(said($refused), '403 permissions', 'what was taken is not given back');
    like($refused->{json}{detail}, qr/: FLOW:EXECUTE$/, 'it is named');
    is(said($chief->patch('/demo/roles/flows', { permissions => {
        FLOW => ['REA'] } })), '403 permissions',
        'a part of a name is another name');
    is_deeply($chief->get('/demo/roles/flows')->{json}{permissions},
        { FLOW => ['READ'], AUDIT => ['READ'] }, 'nothing has changed');
}

$t->finish;
done_testing();
