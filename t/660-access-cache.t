# scim_access_cache: what is kept, for whom, and that each kind of change drops
# it before the change is answered.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Client;
use SCIM::Faults;
use SCIM::Test;
use Test::More;
use Time::HiRes qw(sleep);

my $t = SCIM::Test->new(workers => 2, server => <<'END');
    add_header X-Cache $scim_access_cache always;
    scim_access_cache zone=access:1m valid=30s;

    location = /user {
        scim_access tenant=demo user=$http_x_user;
        empty_gif;
    }
    location = /id {
        scim_access tenant=demo user=$http_x_user by=id;
        empty_gif;
    }
    location = /external {
        scim_access tenant=demo user=$http_x_user by=externalId;
        empty_gif;
    }
    location = /email {
        scim_access tenant=demo user=$http_x_user by=email;
        empty_gif;
    }
    location = /staff {
        scim_access tenant=demo user=$http_x_user group=Staff;
        empty_gif;
    }
    location = /role {
        scim_access tenant=demo user=$http_x_user role=Reader;
        empty_gif;
    }
    location = /permission {
        scim_access tenant=demo user=$http_x_user permission=FLOW:READ;
        empty_gif;
    }
    location = /two {
        scim_access tenant=demo user=$http_x_user group=Staff;
        scim_access tenant=acme user=$http_x_user;
        empty_gif;
    }
    location = /acme {
        scim_access tenant=acme user=$http_x_user;
        empty_gif;
    }
    location = /off {
        scim_access_cache off;
        scim_access tenant=demo user=$http_x_user;
        empty_gif;
    }
    location = /short {
        scim_access_cache zone=short:256k valid=300ms;
        scim_access tenant=demo user=$http_x_user;
        empty_gif;
    }
    location = /same {
        scim_access_cache zone=access;
        scim_access tenant=demo user=$http_x_user;
        empty_gif;
    }
END

my $scim = $t->scim;
my $acme = $t->scim($t->create('acme', 'authentik'));


sub user {
    my ($scim, $name, %more) = @_;
    my $answer = $scim->post('/Users', { userName => $name, %more });
    die "user $name: $answer->{body}\n" if $answer->{status} != 201;
    return $answer->{json}{id};
}

sub group {
    my ($name, @members) = @_;
    my $answer = $scim->post('/Groups', { displayName => $name,
        members => [ map { { value => $_ } } @members ] });
    die "group $name: $answer->{body}\n" if $answer->{status} != 201;
    return $answer->{json}{id};
}

sub members {
    my ($group, $op, @ids) = @_;
    my $answer = $scim->patch("/Groups/$group", { Operations => [ map {
        $op eq 'add'
            ? { op => 'add', path => 'members', value => [{ value => $_ }] }
            : { op => 'remove', path => "members[value eq \"$_\"]" }
    } @ids ] });
    die "group: $answer->{body}\n" if $answer->{status} !~ /^20/;
}

sub active {
    my ($id, $active) = @_;
    my $answer = $scim->patch("/Users/$id", { Operations => [{
        op => 'replace', path => 'active',
        value => $active ? \1 : \0 }] });
    die "user: $answer->{body}\n" if $answer->{status} != 200;
}


# seen(PATH, USER): "200 HIT"; a connection each time, so that both workers have
# their turn
sub seen {
    my ($path, $user) = @_;
    my $answer = SCIM::Client->new(base => $t->nginx->base, keep_alive => 0)
        ->get("/$path", undef, { 'X-User' => $user });
    return join ' ', $answer->{status},
        $answer->{headers}{'x-cache'} // ();
}

# kept(PATH, USER, STATUS): until all answers come from the cache; the own
# message of an earlier change may still be under way
sub kept {
    my ($path, $user, $status) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return ok(wait_for(sub {
        !grep { seen($path, $user) ne "$status HIT" } 1 .. 4
    }, 5), "$user at $path: $status from the cache")
        || diag(seen($path, $user));
}

# dropped(PATH, USER, STATUS, NAME): by a change that has been answered
sub dropped {
    my ($path, $user, $status, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(seen($path, $user), "$status MISS", "$name: $status at once");
    kept($path, $user, $status);
}


my $jane = user($scim, 'Jane', externalId => 'X-1',
    emails => [{ value => 'jane@example.com' }]);
my $joe = user($scim, 'joe');
user($acme, 'jane');
my $staff = group('Staff', $joe);


# --- what is kept ---

like(seen('user', 'jane'), qr/^200 (BYPASS|MISS)$/,
    'the first request asks Redis');
kept('user', 'jane', 200);
is(seen('user', 'JANE'), '200 HIT', 'without case, as names are compared');
is(seen('same', 'jane'), '200 HIT', 'the same zone by its name');
is(seen('acme', 'jane'), '200 MISS', 'another tenant');
is(seen('acme', 'jane'), '200 HIT', 'another tenant, again');
is(seen('id', $jane), '200 MISS', 'by id');
is(seen('id', $jane), '200 HIT', 'by id, again');
is(seen('external', 'X-1'), '200 MISS', 'by externalId');
is(seen('external', 'X-1'), '200 HIT', 'by externalId, again');
is(seen('external', 'x-1'), '403 MISS', 'by externalId, with its case');
is(seen('email', 'jane@example.com'), '200 MISS', 'by address');
is(seen('email', 'jane@example.com'), '200 HIT', 'by address, again');
is(seen('email', 'jane'), '403 MISS', 'a name is no address');
is(seen('staff', 'jane'), '403 HIT', 'another condition, the same record');
is(seen('user', 'nobody'), '403 MISS', 'nobody') for 1, 2;
is(seen('two', 'jane'), '200 HIT', 'two lines');
is(seen('two', 'joe'), '200 MISS', 'two lines, one of them unknown');
is(seen('off', 'jane'), '200', 'off');
is(seen('user', ''), '401', 'no identity');

ok(wait_for(sub { seen('short', 'jane') eq '200 HIT' }, 5),
    'another zone');
sleep 0.4;
is(seen('short', 'jane'), '200 MISS', 'and another time');


# --- a user ---

kept('user', 'joe', 200);
active($jane, 0);
dropped('user', 'jane', 403, 'deactivated');
is(seen('user', 'joe'), '200 HIT', 'others stay');
is(seen('acme', 'jane'), '200 HIT', 'and those of other tenants');
is(seen('id', $jane), '403 MISS', 'deactivated, by id');
is(seen('external', 'X-1'), '403 MISS', 'deactivated, by externalId');
is(seen('email', 'jane@example.com'), '403 MISS', 'deactivated, by address');
active($jane, 1);
dropped('user', 'jane', 200, 'activated');

kept('email', 'jane@example.com', 200);
my $third = user($scim, 'third', emails => [{ value => 'jane@example.com' }]);
is(seen('email', 'jane@example.com'), '403 MISS',
    'an address that another one has now, too');
$scim->delete("/Users/$third");
is(seen('email', 'jane@example.com'), '200 MISS', 'and no longer has');
kept('email', 'jane@example.com', 200);
$third = user($scim, 'third', emails => [{ value => 'jane@example.com' }]);
is(seen('email', 'jane@example.com'), '403 MISS', 'and has again');
$scim->delete("/Users/$third");

kept('user', 'jane', 200);
$scim->put("/Users/$jane", { userName => 'janet', externalId => 'X-1',
    emails => [{ value => 'jane@example.com' }] });
is(seen('user', 'jane'), '403 MISS', 'renamed: the old name is nobody\'s');
dropped('user', 'janet', 200, 'renamed');
my $other = user($scim, 'jane.other');
kept('user', 'jane.other', 200);
$scim->delete("/Users/$other");
is(seen('user', 'jane.other'), '403 MISS', 'deleted');
is(user($scim, 'jane.other'), $other, 'the same person comes back');
dropped('user', 'jane.other', 200, 'created again');
$scim->put("/Users/$jane", { userName => 'Jane', externalId => 'X-1',
    emails => [{ value => 'jane@example.com' }] });


# --- groups ---

kept('staff', 'jane', 403);
kept('user', 'joe', 200);
members($staff, add => $jane);
dropped('staff', 'jane', 200, 'joined');
kept('user', 'joe', 200);
members($staff, remove => $jane);
dropped('staff', 'jane', 403, 'left');

my $devs = group('Devs', $jane);
dropped('staff', 'jane', 403, 'in a new group');
members($staff, add => $devs);
dropped('staff', 'jane', 200, 'the group has become a member');
members($staff, remove => $devs);
dropped('staff', 'jane', 403, 'the group has left');
members($staff, add => $devs);
dropped('staff', 'jane', 200, 'and come again');

$scim->patch("/Groups/$staff", { Operations => [{ op => 'replace',
    path => 'displayName', value => 'Personnel' }] });
dropped('staff', 'jane', 403, 'a group renamed');
$scim->put("/Groups/$staff", { displayName => 'Staff',
    members => [{ value => $devs }] });
dropped('staff', 'jane', 200, 'and back, by PUT');
is(seen('staff', 'joe'), '403 MISS', 'whom the PUT left out');
$scim->put("/Groups/$staff", { displayName => 'Staff',
    members => [{ value => $joe }] });
dropped('staff', 'jane', 403, 'all members replaced: who left');
dropped('staff', 'joe', 200, 'all members replaced: who joined');
$scim->delete("/Groups/$staff");
dropped('staff', 'joe', 403, 'a group deleted');

{
    my @crowd = map { user($scim, "crowd-$_") } 1 .. 70;
    $staff = group('Staff');
    kept('staff', $_, 403) for 'crowd-1', 'crowd-70';
    members($staff, add => @crowd);
    dropped('staff', $_, 200, 'many at a time') for 'crowd-1', 'crowd-70';
}


# --- roles, bindings, rules ---

# admin(STATUS, METHOD, PATH, [BODY]): the answer's JSON
sub admin {
    my ($status, $method, $path, @body) = @_;
    my $answer = $t->admin->request($method, "/demo/$path", @body);
    die "$method $path: $answer->{status} $answer->{body}\n"
        if $answer->{status} != $status;
    return $answer->{json};
}

kept('role', 'jane', 403);
admin(201, POST => 'roles', { name => 'Reader',
    permissions => { FLOW => ['READ'] } });
for my $case (
    [ 'a binding of the user', 'bindings', { role => 'Reader',
        subject => { type => 'USER', id => $jane } } ],
    [ 'a binding of the group', 'bindings', { role => 'Reader',
        subject => { type => 'GROUP', id => $devs } } ],
    [ 'a rule', 'role-rules', { role => 'Reader',
        attribute => 'displayName', pattern => 'dev*' } ],
) {
    my ($name, $path, $body) = @$case;
    my $id = admin(201, POST => $path, $body)->{id};
    dropped('role', 'jane', 200, $name);
    admin(204, DELETE => "$path/$id");
    dropped('role', 'jane', 403, "$name removed");
}

admin(201, POST => 'bindings', { role => 'Reader',
    subject => { type => 'USER', id => $jane } });
kept('permission', 'jane', 200);
admin(200, PATCH => 'roles/Reader', { permissions => { FLOW => ['EDIT'] } });
dropped('permission', 'jane', 403, 'a role that permits something else');
admin(200, PATCH => 'roles/Reader', { permissions => { FLOW => ['READ'] } });
dropped('permission', 'jane', 200, 'and again the same');


# --- in bulk ---

{
    kept('user', 'jane', 200);
    my $answer = $scim->post('/Bulk', {
        schemas => ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations => [
            { method => 'PATCH', path => "/Users/$jane", data => {
                Operations => [{ op => 'replace', path => 'active',
                    value => \0 }] } },
        ],
    });
    is($answer->{status}, 200, 'bulk');
    dropped('user', 'jane', 403, 'deactivated in bulk');
    active($jane, 1);
}


# --- nothing else ---

kept('user', 'jane', 200);
is($scim->put("/Users/$jane", { userName => 'x' },
    { 'If-Match' => 'W/"1"' })->{status}, 412, 'a write that is refused');
is($scim->get("/Users/$jane")->{status}, 200, 'a read');
$scim->patch("/Groups/$devs", { Operations => [{ op => 'add',
    path => 'members', value => [{ value => $jane }] }] });
user($scim, 'somebody');
$t->admin->post('/demo/integrations', { name => 'another' });
is(seen('user', 'jane'), '200 HIT', 'drop nothing');

$t->finish;
done_testing();
