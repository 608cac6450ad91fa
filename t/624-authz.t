# scim_authz: the same decision for other proxies, and for auth_request.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Access;
use SCIM::Client;
use SCIM::Faults;
use SCIM::Nginx;
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;

# the README's server for other proxies
my $readme = SCIM::Nginx::_slurp("$SCIM::Nginx::top/README.md");
my ($proxies) = $readme =~ /^### Other proxies.*?^```nginx\n(.*?)^```/ms
    or die "README.md: no server for other proxies\n";
my $port = SCIM::Redis::free_port();
$proxies =~ s/10\.0\.0\.1:9090/127.0.0.1:$port/ or die;
$proxies =~ s/10\.0\.0\.0/127.0.0.0/ or die;
$proxies =~ s/APP:USE/FLOW:READ/ or die;

my $t = SCIM::Test->new(http => "scim_redis_timeout 1s; $proxies",
    locations => 0, server => <<'END' =~ s/\$OTHER/$port/gr);
    location ~ ^/api/v1/[^/]+/integrations/[^/]+/scim(/|$) { scim; }
    location /api/v1/ { scim_admin; }

    location /authz {
        scim_authz tenant=demo user=$http_x_forwarded_user group=Staff;
        scim_authz tenant=acme user=$http_x_forwarded_mail by=email;
    }
    location = /login {
        scim_authz tenant=demo user=$http_x_forwarded_user;
        error_page 401 = @login;
    }
    location @login { return 302 https://login.example.com/; }
    location = /inside {
        allow 127.0.0.2;
        deny all;
        scim_authz tenant=demo user=$http_x_forwarded_user;
    }
    location = /other {
        internal;
        client_max_body_size 0;
        proxy_pass http://127.0.0.1:$OTHER;
        proxy_buffer_size 32k;
        proxy_buffers 4 32k;
    }
    location = /asks_other {
        client_max_body_size 2m;
        auth_request /other;
        auth_request_set $groups $upstream_http_x_scim_user_groups;
        add_header X-Groups $groups;
        empty_gif;
    }
    location = /conditions {
        scim_authz tenant=demo user=$http_x_forwarded_user;
        if ($arg_a) { set $b 1; }
        limit_except GET { deny 127.0.0.2; }
    }
END
my $scim = $t->scim;
my $access = SCIM::Access->new($t->redis, 'demo');
my $jane = $scim->post('/Users', { userName => "J\x{e4}ne",
    emails => [ { value => 'jane@example.com' } ] })->{json}{id};
$scim->post('/Users', { userName => 'late', active => \0 });
$scim->post('/Users', { userName => 'joe' });
my $staff = $scim->post('/Groups', { displayName => 'Staff, and more',
    members => [ { value => $jane } ] })->{json}{id};
$scim->patch("/Groups/$staff", { Operations => [ { op => 'replace',
    path => 'displayName', value => 'Staff' } ] });
$access->role(Editor => 'FLOW:EXECUTE FLOW:READ');
$access->bind(Editor => group => $staff, 'prod');
my $acme = $t->scim($t->create('acme', 'authentik'));
$acme->post('/Users', { userName => 'x',
    emails => [ { value => 'x@example.com' } ] });

my $client = SCIM::Client->new(base => $t->nginx->base);

sub ask {
    my ($path, $user, %headers) = @_;
    return $client->get($path, undef, { defined $user
        ? ('X-Forwarded-User' => $user) : (), %headers });
}

my @told = map { "x-scim-user-$_" } qw(id name email groups roles
    permissions);
my $told = sub { my ($answer) = @_;
    return join ' ', map { $answer->{headers}{$_} // '-' } @told };

# "Jäne", as bytes
my $answer = wire($t->nginx->port, http('GET /authz',
    "X-Forwarded-User: j\xc3\xa4ne"))->answer;
is($answer->{status}, 204, 'passes: 204');
like($answer->{head}, qr/^X-Scim-User-$_\r$/m, "passes: $_") for
    "Id: $jane", 'Name: J%C3%A4ne', 'Email: jane@example.com',
    'Groups: Staff', 'Roles: Editor@prod',
    'Permissions: FLOW:EXECUTE@prod,FLOW:READ@prod';
unlike($answer->{head}, qr/^Content-Type|^Transfer-Encoding/mi,
    'passes: no body');

$answer = ask('/authz', undef, 'X-Forwarded-Mail' => 'X@example.com');
is($answer->{status}, 204, 'the second line');
is($answer->{headers}{'x-scim-user-groups'}, '',
    'an empty header takes the place of what a client says');

for my $case (
    [ 'joe', 403, 'a condition that does not hold' ],
    [ 'late', 403, 'inactive' ],
    [ 'nobody', 403, 'nobody' ],
    [ undef, 401, 'no identity' ],
    [ '', 401, 'an empty one' ],
    [ 'j*', 403, 'a wildcard' ],
) {
    my ($user, $status, $name) = @$case;
    $answer = ask('/authz', $user);
    is("$answer->{status} " . $told->($answer),
        "$status " . join(' ', ('-') x @told), "$name: $status, no headers");
}

# as Envoy asks: the path and the method of the request that it holds
for my $method (qw(GET HEAD POST PUT PATCH DELETE OPTIONS)) {
    for my $body ('', 'x' x 5000) {
        next if $body && $method =~ /GET|HEAD|OPTIONS/;
        $answer = $client->request($method, '/authz/app/thing?a=b',
            $body || undef, { 'X-Forwarded-Mail' => 'x@example.com' });
        is($answer->{status}, 204, "$method, "
            . length($body) . ' bytes: passes');
        $answer = $client->request($method, '/authz/app', $body || undef,
            { 'X-Forwarded-User' => 'joe' });
        is($answer->{status}, 403, "$method, "
            . length($body) . ' bytes: refused');
    }
}

is(ask('/login')->{headers}{location}, 'https://login.example.com/',
    'error_page 401: to the login, which Traefik passes on');
is(ask('/login', 'joe')->{status}, 204, 'or passes');
is(ask('/inside', 'joe')->{status}, 403, 'only who may ask is answered');

for my $case ([ 'GET', '?a=1', 'inside an if' ],
    [ 'POST', '', 'inside limit_except' ],
    [ 'POST', '?a=1', 'inside both' ])
{
    my ($method, $query, $name) = @$case;
    is(join(' ', map { $client->request($method, "/conditions$query", undef,
        { 'X-Forwarded-User' => $_ })->{status} } '', 'late', 'joe'),
        '401 403 204', "$name: the same lines");
}

# the README's server, to which any path leads
$access->bind(Editor => group => $staff);
my $many = $scim->post('/Users', { userName => 'many' })->{json}{id};
for my $n (1 .. 100) {
    $scim->post('/Groups', { displayName => sprintf('%03d ', $n) . 'x' x 74,
        members => [ { value => $many } ] });
}
$access->role(Wide => join ' ', 'FLOW:READ', map { "RESOURCE_$_:READ" }
    100 .. 999);
$access->bind(Wide => user => $many);
for my $path ('/', '/app', '/authz/../metrics', '/%2e%2e/x', '/a/%2e%2e/b') {
    my @statuses = map { wire($port, http("GET $path",
        "X-Forwarded-User: $_"))->answer->{status} } 'many', 'joe', '';
    is("@statuses", $path eq '/%2e%2e/x' ? '400 400 400' : '204 403 401',
        "$path: is decided");
}
is($client->post('/asks_other', 'x' x 2_000_000,
    { 'X-Forwarded-User' => 'many' })->{status}, 405,
    'auth_request to another nginx: with a large body');
my $long = ask('/asks_other', 'many')->{headers}{'x-groups'};
cmp_ok(length $long, '>', 7900, 'auth_request to another nginx: long headers');

my $log = $t->nginx->error_log;
like($log, qr/scim access: refused, the user is not in the group/,
    'the log says why');

# a client that goes away while it waits, and Redis away
$t->redis->hang;
my @gone = map { wire($t->nginx->port, http('POST /authz',
    'X-Forwarded-User: joe', \'body')) } 1 .. 5;
select undef, undef, undef, 0.1;
$_->close for @gone;
is(ask('/authz', 'joe')->{status}, 503, 'Redis hangs: 503');
$t->redis->resume;
ok(wait_for(sub { ask('/login', 'joe')->{status} == 204 }),
    'Redis answers: as before');
$t->redis->stop;
$answer = ask('/authz', 'joe');
is($answer->{status}, 503, 'Redis is away: 503');
is($answer->{headers}{'retry-after'}, 5, 'Redis is away: come again');
$t->finish;


# --- in a configuration ---

sub tested {
    my ($server) = @_;
    return SCIM::Nginx->new(http => 'scim_redis 127.0.0.1:1;',
        server => $server, locations => 0)->test;
}

my $line = 'scim_authz tenant=demo user=$http_x_user';
my ($status, $text) = tested("location / { $line; $line by=email; }");
is($status, 0, 'lines are taken') or diag($text);

for my $case (
    ['beside another handler', "location / { scim; $line; }",
        qr/another handler already/],
    ['before another handler', "location / { $line; scim; }",
        qr/another handler already/],
    ['before a proxy', "location / { $line; proxy_pass http://127.0.0.1:1; }",
        qr/"scim_authz" would do nothing, .* in \S+nginx\.conf:\d+/],
    ['off', 'location / { scim_authz off; }', qr/invalid parameter "off"/],
    ['no user', 'location / { scim_authz tenant=demo; }',
        qr/"scim_authz" directive needs a user=/],
    ['in a server', "$line;", qr/"scim_authz" directive is not allowed here/],
    ['$upstream_', 'location / { scim_authz tenant=demo'
        . ' user=$upstream_http_x; }', qr/there is no \$upstream_ variable/],
) {
    my ($name, $server, $pattern) = @$case;
    ($status, $text) = tested($server);
    isnt($status, 0, "$name: is refused");
    like($text, $pattern, "$name: with the reason");
}

done_testing();
