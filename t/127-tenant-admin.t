# A tenant's administrator, who is none of all tenants: a service account with
# the role Admin and a token. What it may give and take, and what not; and that
# it may do nothing more once that has ended, whatever it has begun.

use strict;
use warnings;

use lib 't/lib';

use IO::Socket::INET;
use JSON::PP qw(encode_json);
use SCIM::Client;
use SCIM::Test;
use Test::More;
use Time::HiRes qw(sleep);

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



# --- what nobody is to keep ---

{
    my ($chief, $account) = of('Admin');
    for my $case ([ post => "/demo/service-accounts/$account/tokens", 201 ],
        [ post => '/demo/integrations', 201, { name => 'kept' } ],
        [ get => '/demo/users', 200 ], [ get => '/demo/users/x', 404 ])
    {
        my ($method, $path, $status, $body) = @$case;
        my $answer = $chief->$method($path, $body // ());
        is("$answer->{status} $answer->{headers}{'cache-control'}",
            "$status no-store", "$method $path: no cache keeps it");
    }
}


# --- a body that is held back until its sender may do nothing more ---

# held(CLIENT, METHOD, PATH, BODY): a request but for the end of its body; sub,
# which sends that, and answers the status
sub held {
    my ($client, $method, $path, $body) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => $t->nginx->port) or die "connect: $!";
    my $text = encode_json($body);
    my ($to) = ($client->base . $path) =~ m{^http://[^/]+(/.*)};
    print {$socket} join "\r\n", "$method $to HTTP/1.1", 'Host: localhost',
        "Authorization: Bearer $client->{token}",
        "Content-Type: $client->{type}",
        'Content-Length: ' . length $text, 'Connection: close', '',
        substr $text, 0, 1;
    $socket->flush;
    sleep 0.2;
    return sub {
        print {$socket} substr $text, 1;
        $socket->flush;
        local $/;
        my $answer = <$socket> // '';
        return $answer =~ m{^HTTP/1\.1 (\d+)} ? $1 : 'none';
    };
}

{
    my ($chief, $account) = of('Admin');
    my $path = "/demo/service-accounts/$account";
    my @held = map { held($chief, @$_) } (
        [ POST => '/demo/roles', { name => 'before', permissions => {} } ],
        [ POST => "$path/tokens", {} ],
        [ POST => '/demo/roles', { name => 'late', permissions => {} } ],
        [ PATCH => '/demo/roles/flows', { description => 'late' } ],
    );
    is($held[0]->(), 201, 'a body that comes late');

    my ($token) = @{ $admin->get("$path/tokens")->{json}{results} };
    is($admin->delete("$path/tokens/$token->{id}")->{status}, 204, 'revoked');
    is(join(' ', map { $_->() } @held[ 1 .. 3 ]), '401 401 401',
        'a token that was revoked meanwhile makes no other one');
    is(scalar @{ $admin->get("$path/tokens")->{json}{results} }, 0,
        'there is none');
    is($admin->get('/demo/roles/late')->{status}, 404, 'nor a role');
}

{
    my ($chief, $account) = of('Admin');
    my $held = held($chief, POST => '/demo/integrations', { name => 'late' });
    my ($binding) = @{ $admin->get("/demo/bindings?subject=$account")->{json}
        {results} };
    $admin->delete("/demo/bindings/$binding->{id}");
    is($held->(), 403, 'a role that was taken away meanwhile');

    $held = held($admin, POST => '/demo/roles',
        { name => 'slow', permissions => {} });
    is($held->(), 201, 'an administrator of all tenants');
}

{
    my ($scim, $path) = ($t->scim,
        "/demo/integrations/$t->{integration}{id}");
    my $user = $scim->post('/Users', { userName => 'jane' })->{json}{id};
    my @requests = ([ POST => '/Users', { userName => 'late' } ],
        [ PUT => "/Users/$user", { userName => 'late' } ],
        [ PATCH => "/Users/$user", { Operations => [ { op => 'replace',
            path => 'userName', value => 'late' } ] } ],
        [ POST => '/Groups', { displayName => 'late' } ],
        [ POST => '/Bulk', { Operations => [ { method => 'DELETE',
            path => "/Users/$user" } ] } ]);

    my @held = map { held($scim, @$_) } @requests;
    $admin->post("$path/disable");
    is(join(' ', map { $_->() } @held), '503 503 503 503 503',
        'an integration that was disabled meanwhile');
    $admin->post("$path/enable");

    @held = map { held($scim, @$_) } @requests;
    my $new = $t->scim({ %{ $t->{integration} }, secretToken => $admin->post(
        "$path/rotate", { overlap => 0 })->{json}{secretToken} });
    is(join(' ', map { $_->() } @held), '401 401 401 401 401',
        'a token that was rotated meanwhile');
    is($new->get("/Users/$user")->{json}{userName}, 'jane',
        'nothing has changed');
    is($new->get('/Users?count=0')->{json}{totalResults}, 1,
        'and nobody has come');
    is(join(' ', map { held($new, @$_)->() } @requests[ 0, 3 ]), '201 201',
        'who is still permitted is waited for');
    is(held($new, PUT => "/Users/$user", { userName => 'joe' })->(), 200,
        'to change, too');
    is($new->get("/Users/$user")->{json}{userName}, 'joe', 'which is done');
}

$t->finish;
done_testing();
