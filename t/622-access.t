# scim_access: who is let through, by what, and what is no identity.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Access;
use SCIM::Client;
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;

my %lines = (
    user => '',
    id => 'by=id',
    external => 'by=externalId',
    email => 'by=email',
    group => '"group=platform DEVS"',
    nested => 'group=Staff',
    groups => '"group=Platform Devs" group=Staff',
    both => 'group=Staff permission=FLOW:READ',
    role => 'role=Reader',
    role_case => 'role=reader',
    role_prod => 'role=Editor namespace=prod.sub',
    role_everywhere => 'role=Editor',
    permission => 'permission=FLOW:READ',
    permission_prod => 'permission=FLOW:EXECUTE namespace=prod',
    permission_deep => 'permission=FLOW:EXECUTE namespace=prod.a.b',
    permission_like => 'permission=FLOW:EXECUTE namespace=production',
    permission_half => 'permission=FLOW:EXEC namespace=prod',
    namespace => 'permission=FLOW:EXECUTE namespace=$arg_ns',
    any_group => 'group=$arg_group',
    any_permission => 'permission=$arg_permission',
);

my $locations = join '', map {
    "location = /$_ { scim_access tenant=demo user=\$http_x_user $lines{$_};"
        . ' empty_gif; }' . "\n"
} sort keys %lines;

my $t = SCIM::Test->new(http => '', server => $locations . <<'END');
    large_client_header_buffers 4 128k;
    location ~ "(?s)^/who/(?<who>.*)\z" {
        scim_access tenant=demo user=$who;
        empty_gif;
    }
    location ~ "(?s)^/of/(?<group>.*)\z" {
        scim_access tenant=demo user=$http_x_user group=$group;
        empty_gif;
    }
    location ~ "(?s)^/at/(?<tenant>.*)\z" {
        scim_access tenant=$tenant user=$http_x_user;
        empty_gif;
    }
    location = /tenant {
        scim_access tenant=$arg_tenant user=$http_x_user;
        empty_gif;
    }
    location = /either {
        scim_access tenant=demo user=$http_x_user group=Staff;
        scim_access tenant=acme user=$http_x_user;
        scim_access tenant=demo user=$http_x_mail by=email;
        empty_gif;
    }
    location /inherited/ {
        scim_access tenant=demo user=$http_x_user;
        location /inherited/off { scim_access off; empty_gif; }
        location /inherited/other {
            scim_access tenant=demo user=$http_x_user role=Reader;
            empty_gif;
        }
        location /inherited/same { empty_gif; }
        empty_gif;
    }
    location = /writes {
        limit_except GET { scim_access tenant=demo user=$http_x_user; }
        empty_gif;
    }
END

my $scim = $t->scim;
my $access = SCIM::Access->new($t->redis, 'demo');


sub user {
    my ($name, %more) = @_;
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

my $jane = user('Jane', externalId => 'X-1', emails => [
    { value => 'Jane@Example.com' }, { value => 'all@example.com' } ]);
my $joe = user('joe', emails => [ { value => 'all@example.com' } ]);
my $late = user('late', active => \0);
my $jorg = user("J\x{f6}rg");
my $star = user('a*');

my $devs = group('Platform Devs', $jane);
my $staff = group('Staff', $devs, $joe, $late);
group($devs, $joe);                    # named as another's id

$access->role(Editor => 'FLOW:EXECUTE FLOW:READ');
$access->role(Reader => 'FLOW:READ');
$access->bind(Editor => group => $devs, 'prod');
$access->bind(Reader => user => $joe);
$access->bind(Reader => user => $late);

my $acme = $t->scim($t->create('acme', 'authentik'));
my $mallory = $acme->post('/Users', { userName => 'mallory' })->{json}{id};

my $client = SCIM::Client->new(base => $t->nginx->base);


sub status {
    my ($path, $user, %headers) = @_;
    return $client->get($path, undef, { defined $user ? ('X-User' => $user)
        : (), %headers })->{status};
}


# --- who ---

for my $case (
    # location, identity, status, why
    [ user => 'jane', 200, 'a user' ],
    [ user => 'JANE', 200, 'a user, in capitals' ],
    [ user => 'joe', 200, 'another one' ],
    [ user => 'late', 403, 'an inactive user' ],
    [ user => 'nobody', 403, 'nobody' ],
    [ user => 'mallory', 403, 'a user of another tenant' ],
    [ user => '', 401, 'an empty identity' ],
    [ user => undef, 401, 'no identity' ],
    [ user => 'ja*', 403, 'a wildcard' ],
    [ user => '*', 403, 'a star' ],
    [ user => 'j?e', 403, 'a question mark' ],
    [ user => 'a*', 200, 'a user whose name has a star' ],
    [ user => '[a-z]oe', 403, 'a class' ],
    [ user => "joe\tx", 403, 'a tab' ],
    [ user => 'x' x 1025, 403, 'too long' ],
    [ user => 'x' x 1024, 403, 'as long as may be' ],
    [ user => $jane, 403, 'an id is no name' ],
    [ user => 'X-1', 403, 'nor is an externalId' ],
    [ user => 'jane@example.com', 403, 'nor is an address' ],

    [ id => $jane, 200, 'by id' ],
    [ id => uc $jane, 403, 'by id, in capitals' ],
    [ id => 'jane', 403, 'by id: a name' ],
    [ id => $mallory, 403, 'by id: of another tenant' ],
    [ id => "$jane:groups", 403, 'by id: a key behind it' ],
    [ id => "$jane ", 200, 'by id: a blank that HTTP takes away' ],
    [ id => $devs, 403, 'by id: of a group' ],
    [ id => $late, 403, 'by id: inactive' ],

    [ external => 'X-1', 200, 'by externalId' ],
    [ external => 'x-1', 403, 'by externalId: its case matters' ],
    [ external => 'jane', 403, 'by externalId: a name' ],

    [ email => 'jane@example.com', 200, 'by address' ],
    [ email => 'JANE@EXAMPLE.COM', 200, 'by address, in capitals' ],
    [ email => 'all@example.com', 403, 'by address: of two' ],
    [ email => 'no@example.com', 403, 'by address: of nobody' ],

    # --- conditions ---

    [ group => 'jane', 200, 'in the group' ],
    [ group => 'joe', 403, 'not in the group' ],
    [ nested => 'jane', 200, 'in a group within the group' ],
    [ nested => 'joe', 200, 'in the group itself' ],
    [ nested => 'late', 403, 'in the group, but inactive' ],
    [ groups => 'jane', 200, 'in both groups' ],
    [ groups => 'joe', 403, 'in one of both groups' ],
    [ both => 'joe', 200, 'in the group, with the permission' ],
    [ both => 'jane', 403, 'in the group, with the permission elsewhere' ],

    [ role => 'joe', 200, 'with the role' ],
    [ role => 'jane', 403, 'without the role' ],
    [ role => 'late', 403, 'with the role, but inactive' ],
    [ role_case => 'joe', 403, 'a role of another spelling' ],
    [ role_prod => 'jane', 200, 'the role in the namespace above' ],
    [ role_prod => 'joe', 403, 'another role' ],
    [ role_everywhere => 'jane', 403, 'the role in a namespace only' ],

    [ permission => 'joe', 200, 'with the permission' ],
    [ permission => 'jane', 403, 'with the permission in a namespace only' ],
    [ permission_prod => 'jane', 200, 'the permission in the namespace' ],
    [ permission_deep => 'jane', 200, 'the permission far above' ],
    [ permission_like => 'jane', 403, 'a namespace that begins alike' ],
    [ permission_half => 'jane', 403, 'half a permission' ],
    [ permission_prod => 'joe', 403, 'another permission' ],

    [ 'namespace?ns=prod' => 'jane', 200, 'a namespace of the request' ],
    [ 'namespace?ns=prod.x' => 'jane', 200, 'one below' ],
    [ 'namespace?ns=test' => 'jane', 403, 'another namespace' ],
    [ 'namespace?ns=' => 'jane', 403, 'an empty namespace' ],
    [ 'namespace?ns=prod.' => 'jane', 403, 'a namespace that ends in a dot' ],
    [ 'namespace?ns=prod..x' => 'jane', 403, 'a namespace with two dots' ],
    [ 'namespace?ns=prod./x' => 'jane', 403, 'a namespace with a slash' ],
    [ 'namespace?ns=' . 'prod.' . 'x' x 300 => 'jane', 403,
        'a namespace that is too long' ],
    [ 'any_group?group=staff' => 'jane', 200, 'a group of the request' ],
    [ 'any_group?group=' => 'jane', 403, 'an empty group' ],
    [ 'any_group?group=*' => 'jane', 403, 'a wildcard for a group' ],
    [ "any_group?group=$devs" => 'jane', 200, 'a group by its id' ],
    [ "any_group?group=$devs" => 'joe', 403,
        'a group by its id: another one of that name does not do' ],
    [ "any_group?group=\xff" => 'jane', 403, 'a group that is no UTF-8' ],
    [ 'any_permission?permission=FLOW:READ' => 'joe', 200,
        'a permission of the request' ],
    [ 'any_permission?permission=' => 'joe', 403, 'an empty permission' ],
    [ 'any_permission?permission=READ' => 'joe', 403, 'half of it' ],
    [ 'any_permission?permission=FLOW:*' => 'joe', 403,
        'a wildcard for a permission' ],

    [ 'tenant?tenant=demo' => 'jane', 200, 'a tenant of the request' ],
    [ 'tenant?tenant=acme' => 'jane', 403, 'another tenant' ],
    [ 'tenant?tenant=acme' => 'mallory', 200, 'another tenant of its own' ],
    [ 'tenant?tenant=' => 'jane', 403, 'an empty tenant' ],
    [ 'tenant?tenant=demo}:x' => 'jane', 403, 'what cannot be a tenant' ],
    [ 'tenant?tenant=none' => 'jane', 403, 'a tenant that is not there' ],

    # --- several lines ---

    [ either => 'jane', 200, 'the first line' ],
    [ either => 'mallory', 200, 'the second line' ],
    [ either => 'late', 403, 'no line' ],
    [ either => undef, 401, 'no line has an identity' ],

    # --- inheritance ---

    [ 'inherited/same' => 'late', 403, 'inherited' ],
    [ 'inherited/same' => 'jane', 200, 'inherited, and passed' ],
    [ 'inherited/off' => 'late', 200, 'off' ],
    [ 'inherited/other' => 'jane', 403, 'another line instead' ],
    [ 'inherited/other' => 'joe', 200, 'another line instead, and passed' ],
    [ writes => undef, 200, 'limit_except: what it excepts' ],
) {
    my ($path, $user, $status, $name) = @$case;
    is(status("/$path", $user), $status, $name);
}

is(status('/either', undef, 'X-Mail' => 'jane@example.com'), 200,
    'the third line');
is(status('/either', 'nobody', 'X-Mail' => 'all@example.com'), 403,
    'identities, and none of them will do');
is($client->post('/writes')->{status}, 401, 'limit_except: the others');


# --- bytes that no client library sends ---

my $raw = sub {
    my ($value) = @_;
    my $answer = wire($t->nginx->port, http('GET /user', "X-User: $value",
        'Connection: close'))->answer(10);
    return $answer ? $answer->{status} : 'closed';
};

is($raw->("J\xc3\xb6rg"), 200, 'a user beyond ASCII');
is($raw->("J\xc3\x96RG"), 200, 'a user beyond ASCII, in capitals');
is($raw->("Jo\xcc\x88rg"), 200, 'a user beyond ASCII, decomposed');
is($raw->("J\xf6rg"), 403, 'no UTF-8');
is($raw->("joe\xff"), 403, 'no UTF-8 at the end');
is($raw->("jane\0"), 400, 'NUL: nginx refuses it itself');
is($raw->("jane\rx"), 400, 'CR: so it does');
is($raw->('x' x 65536), 403, '64 KB: nobody');
is($raw->("jane\x01"), 403, 'a control character');
is($raw->("jane\x7f"), 403, 'DEL');
is($raw->("jane\xc2\x85"), 403, 'a control character of Unicode');


# out of a path, which nginx decodes
for my $case (
    [ 'who/jane', 200, 'a name in a path' ],
    [ 'who/jane%0d%0aX-Scim-User-Id:%20x', 403, 'line breaks' ],
    [ 'who/jane%0a', 403, 'a line feed' ],
    [ 'who/jane%7f', 403, 'DEL' ],
    [ 'who/jane%00', 400, 'NUL: nginx refuses it itself' ],
    [ 'who/jane%20', 403, 'a blank more' ],
    [ 'who/%20jane', 403, 'a blank before it' ],
    [ 'who/jane%2a', 403, 'a star more' ],
    [ 'who/J%C3%B6rg', 200, 'a name beyond ASCII' ],
    [ 'who/J%C3', 403, 'half a character' ],
    [ 'who/%ED%A0%80', 403, 'half a surrogate pair' ],
    [ 'who/%C2%AD', 403, 'a soft hyphen alone' ],
    [ 'who/ja%C2%ADne', 200, 'a soft hyphen, which does not count' ],
    [ 'who/' . 'jane' x 10_000, 403, 'forty kilobytes' ],
    [ 'who/', 401, 'nothing' ],
    [ 'of/staff', 200, 'a group in a path' ],
    [ 'of/staff%0a', 403, 'a group with a line feed' ],
    [ 'of/%2a', 403, 'a star for a group' ],
    [ 'of/' . 'x' x 40_000, 403, 'a group of forty kilobytes' ],
    [ 'at/demo', 200, 'a tenant in a path' ],
    [ 'at/demo%0a', 403, 'a tenant with a line feed' ],
    [ 'at/demo%7d:user', 403, 'a tenant with a brace' ],
    [ 'at/%2a', 403, 'a star for a tenant' ],
    [ 'at/' . 'x' x 40_000, 403, 'a tenant of forty kilobytes' ],
) {
    my ($path, $status, $name) = @$case;
    is(status("/$path", 'jane'), $status, "decoded: $name");
}


# --- at once ---

my $patch = sub { return { Operations => [ { op => 'replace',
    path => 'active', value => $_[0] ? \1 : \0 } ] } };

is(status('/user', 'jane'), 200, 'active');
$scim->patch("/Users/$jane", $patch->(0));
is(status('/user', 'jane'), 403, 'deactivated: the next request is refused');
$scim->patch("/Users/$jane", $patch->(1));
is(status('/user', 'jane'), 200, 'activated: the next one passes');
$scim->delete("/Users/$jane");
is(status('/user', 'jane'), 403, 'deleted: refused');


# --- what the log says ---

my $log = $t->nginx->error_log;
like($log, qr/\[info\].*scim access: refused, the user is inactive, client/,
    'the log says why');
is_deeply([ grep { /scim access/ && /jane|joe|late|X-1|example\.com/i }
    map { s/, client: .*//r } split /\n/, $log ], [],
    'the log names nobody');

$t->finish;
done_testing();
