# scim_access among what else nginx has: passwords, auth_request, proxies,
# redirects, subrequests, HTTP/2, WebSocket, error pages; and what the
# application is told.

use strict;
use warnings;

use lib 't/lib';

use IO::Socket::UNIX;
use MIME::Base64 qw(encode_base64);
use SCIM::Access;
use SCIM::Client;
use SCIM::Faults;
use SCIM::Test;
use SCIM::Wire qw(frame h2_headers http wire);
use Test::More;
use Time::HiRes qw(sleep time);

my $h2_port = SCIM::Redis::free_port();
my @told = qw(id name email groups roles permissions);
my $told = join ' ', map { "$_=\$http_x_scim_user_$_" } @told;
my $headers = join "\n", map { "proxy_set_header X-Scim-User-\u$_ "
    . "\$scim_user_$_;" } @told;

my $http = <<"END";
    map \$scim_user_name \$who { default nobody; jane somebody; }
    map \$scim_user_name \$who_volatile {
        volatile;
        default nobody;
        jane somebody;
    }

    upstream app { server unix:\$DIR/app.sock; }

    # the application says what it was told
    server {
        listen unix:\$DIR/app.sock;
        location = /accel {
            add_header X-Accel-Redirect /internal/file;
            return 200;
        }
        location / { return 200 "\$request_uri $told"; }
    }

    # a server that knows who somebody is
    server {
        listen unix:\$DIR/idp.sock;
        location / {
            if (\$http_x_session = "") { return 401; }
            add_header X-Auth-User \$http_x_session;
            add_header X-Auth-Mail "\$http_x_session\@example.com";
            return 200;
        }
        location = /refused {
            add_header X-Auth-User jane always;
            return 401;
        }
    }

    server {
        listen 127.0.0.1:$h2_port http2;
        location = /h2 {
            scim_access tenant=demo user=\$http_x_user;
            proxy_pass http://app;
        }
    }
END

my $server = <<"END";
    $headers
    proxy_set_header Host app;

    location = /told {
        scim_access tenant=demo user=\$http_x_user;
        proxy_pass http://app;
    }
    location = /early {
        scim_access tenant=demo user=\$http_x_user;
        set \$early \$who\$who_volatile;
        proxy_set_header Host app;
        proxy_set_header X-Scim-User-Id \$early;
        proxy_set_header X-Scim-User-Name \$who;
        proxy_set_header X-Scim-User-Email \$who_volatile;
        proxy_pass http://app;
    }
    location = /open { proxy_pass http://app; }

    # --- passwords ---
    location = /basic {
        auth_basic app;
        auth_basic_user_file \$DIR/passwords;
        scim_access tenant=demo user=\$remote_user;
        proxy_pass http://app;
    }
    location = /any {
        satisfy any;
        allow 127.0.0.2;
        deny all;
        scim_access tenant=demo user=\$http_x_user;
        proxy_pass http://app;
    }
    location = /any_basic {
        satisfy any;
        auth_basic app;
        auth_basic_user_file \$DIR/passwords;
        scim_access tenant=demo user=\$http_x_user;
        proxy_pass http://app;
    }
    location = /any_allowed {
        satisfy any;
        allow 127.0.0.1;
        deny all;
        scim_access tenant=demo user=\$http_x_user;
        proxy_pass http://app;
    }
    location = /all {
        allow 127.0.0.2;
        deny all;
        scim_access tenant=demo user=\$http_x_user;
        proxy_pass http://app;
    }

    # --- auth_request ---
    location = /auth {
        internal;
        proxy_pass http://unix:\$DIR/idp.sock:/;
        proxy_pass_request_body off;
        proxy_set_header Content-Length "";
    }
    location = /request_set {
        auth_request /auth;
        auth_request_set \$auth_user \$upstream_http_x_auth_user;
        scim_access tenant=demo user=\$auth_user;
        proxy_pass http://app;
    }
    location = /request {
        auth_request /auth;
        scim_access tenant=demo user=\$upstream_http_x_auth_user;
        scim_access tenant=acme user=\$upstream_http_x_auth_mail by=email;
        proxy_pass http://app;
    }
    location = /request_and_other {
        scim_access tenant=demo user=\$upstream_http_x_auth_user;
        proxy_pass http://app;
    }
    location = /auth_refused {
        internal;
        proxy_pass http://unix:\$DIR/idp.sock:/refused;
    }
    location = /auth_anybody {
        internal;
        proxy_pass http://unix:\$DIR/idp.sock:/refused;
        proxy_intercept_errors on;
        error_page 401 = /anybody;
    }
    location = /anybody { internal; return 200; }
    location = /request_anybody {
        auth_request /auth_anybody;
        scim_access tenant=demo user=\$upstream_http_x_auth_user;
        proxy_pass http://app;
    }
    location = /request_any {
        satisfy any;
        auth_request /auth_refused;
        scim_access tenant=demo user=\$upstream_http_x_auth_user;
        proxy_pass http://app;
    }
    location = /request_redirected {
        auth_request /auth_refused;
        scim_access tenant=demo user=\$upstream_http_x_auth_user;
        error_page 401 = /request_and_other;
        proxy_pass http://app;
    }
    # it lets pass whom scim_access then never looks at
    location = /request_elsewhere {
        satisfy any;
        auth_request /auth;
        scim_access tenant=demo user=\$upstream_http_x_auth_user;
        try_files /none /request_more;
    }
    location = /request_more {
        scim_access tenant=demo user=\$upstream_http_x_auth_mail;
        scim_access tenant=demo user=\$upstream_http_x_auth_user;
        proxy_pass http://app;
    }
    location = /authz {
        internal;
        scim_authz tenant=demo user=\$http_x_user;
    }
    location = /request_authz {
        auth_request /authz;
        auth_request_set \$user_id \$sent_http_x_scim_user_id;
        proxy_set_header X-Scim-User-Id \$user_id;
        proxy_set_header X-Scim-User-Name "";
        proxy_pass http://app;
    }

    # --- redirects and subrequests ---
    location = /page {
        scim_access tenant=demo user=\$http_x_user;
        error_page 401 = \@login;
        error_page 403 /denied;
        proxy_pass http://app;
    }
    location \@login { return 302 /login; }
    location = /denied { proxy_pass http://app; }
    location = /guarded_page {
        scim_access tenant=demo user=\$http_x_user;
        error_page 403 /guarded_denied;
        proxy_pass http://app;
    }
    location = /guarded_denied {
        scim_access tenant=demo user=\$http_x_user;
        proxy_pass http://app;
    }
    location = /try {
        scim_access tenant=demo user=\$http_x_user;
        try_files /none /try_again;
    }
    location = /try_again {
        scim_access tenant=demo user=\$http_x_user group=Staff;
        proxy_pass http://app;
    }
    location = /try_open {
        scim_access tenant=demo user=\$http_x_user;
        try_files /none /open;
    }
    location = /accel {
        scim_access tenant=demo user=\$http_x_user;
        proxy_pass http://app;
    }
    location /internal/ { internal; proxy_pass http://app; }
    location = /ssi.html {
        scim_access tenant=demo user=\$http_x_user;
        ssi on;
        root \$DIR;
    }
    location = /included { proxy_pass http://app; }

    # a response of the application is no identity
    location = /upstream_redirected {
        proxy_pass http://unix:\$DIR/idp.sock:/;
        proxy_intercept_errors on;
        error_page 401 404 = /request_and_other;
    }

    location = /body {
        scim_access tenant=demo user=\$http_x_user;
        client_body_buffer_size 1k;
        proxy_pass http://app;
    }
    location = /socket {
        scim_access tenant=demo user=\$http_x_user;
        proxy_http_version 1.1;
        $headers
        proxy_set_header Upgrade \$http_upgrade;
        proxy_set_header Connection upgrade;
        proxy_pass http://unix:\$DIR/socket.sock;
    }
    location = /scimmed {
        scim_access tenant=demo user=\$http_x_user;
        scim;
    }
    location = /lines {
        scim_access tenant=demo user=\$http_x_user group=None;
        scim_access tenant=demo user=\$http_x_user group=Staff;
        scim_access tenant=demo user=\$http_x_user role=Editor;
        scim_access tenant=acme user=\$http_x_user;
        proxy_pass http://app;
    }
END

my $t = SCIM::Test->new(http => "scim_redis_timeout 1s; $http",
    server => $server, before => sub {
        my ($nginx) = @_;
        $nginx->write_file('passwords',
            join '', map { "$_:{PLAIN}secret\n" } qw(jane late stranger));
        $nginx->write_file('ssi.html',
            'page <!--#include virtual="/included" -->');
    });
my $scim = $t->scim;
my $access = SCIM::Access->new($t->redis, 'demo');
my $dir = $t->nginx->dir;


my %id;
for my $user (
    { userName => 'jane', emails => [ { value => 'jane@example.com' } ] },
    { userName => 'late', active => \0 },
    { userName => "J\x{f6}rg, 100%\x{1f600}",
        emails => [ { value => 'a+b@example.com' } ] },
    { userName => 'nobody in particular' },
) {
    $id{ $user->{userName} } = $scim->post('/Users', $user)->{json}{id};
}
my $odd = "J\x{f6}rg, 100%\x{1f600}";
my $group = sub {
    my ($name, @members) = @_;
    return $scim->post('/Groups', { displayName => $name,
        members => [ map { { value => $_ } } @members ] })->{json}{id};
};
my $staff = $group->('Staff', $id{jane});
$group->("R & D, \"x\"\x{e9}", $staff);
$access->role(Editor => 'FLOW:EXECUTE FLOW:READ');
$access->role(Reader => 'FLOW:READ KV:READ');
$access->bind(Editor => user => $id{jane}, 'prod');
$access->bind(Reader => group => $staff);
$access->bind(Reader => group => $staff, 'prod');
my $acme = $t->scim($t->create('acme', 'authentik'));
$acme->post('/Users', { userName => 'x',
    emails => [ { value => 'stranger@example.com' } ] });

my $client = SCIM::Client->new(base => $t->nginx->base);

sub get {
    my ($path, $user, %headers) = @_;
    return $client->get($path, undef, { defined $user ? ('X-User' => $user)
        : (), %headers });
}

sub status { return get(@_)->{status} }

sub basic { return (Authorization => 'Basic ' . encode_base64("$_[0]:$_[1]",
    '')) }

# how often Redis was asked while CODE ran
sub asked {
    my ($code) = @_;
    $t->redis->command('CONFIG', 'RESETSTAT');
    $code->();
    my ($calls) = $t->redis->command('INFO', 'commandstats')
        =~ /cmdstat_fcall_ro:calls=(\d+)/;
    return $calls // 0;
}


# --- what the application is told ---

is(get('/told', 'JANE')->{body}, "/told id=$id{jane} name=jane "
    . 'email=jane@example.com groups=R%20&%20D%2C%20"x"%C3%A9,Staff '
    . 'roles=Editor@prod,Reader,Reader@prod permissions=FLOW:EXECUTE@prod,'
    . 'FLOW:READ,FLOW:READ@prod,KV:READ,KV:READ@prod',
    'told: who it is, and what he may do');
is(get('/told', 'nobody in particular')->{body},
    "/told id=$id{'nobody in particular'} name=nobody%20in%20particular "
    . 'email= groups= roles= permissions=', 'told: somebody who has nothing');
my $answer = wire($t->nginx->port, http('GET /told', 'X-User: ' . do {
    my $name = $odd; utf8::encode($name); $name }))->answer;
is($answer->{body}, "/told id=$id{$odd} "
    . 'name=J%C3%B6rg%2C%20100%25%F0%9F%98%80 email=a+b@example.com '
    . 'groups= roles= permissions=', 'told: a name beyond ASCII');

like(get('/early', 'jane')->{body},
    qr/^\S+ id=nobodynobody name=nobody email=somebody /,
    'before the access phase: nobody');
my %forged = map { ("X-Scim-User-$_" => 'forged') } @told;
unlike(get('/told', 'jane', %forged)->{body}, qr/forged/,
    'told: nothing that the client says');
is(get('/open', 'jane', %forged)->{body}, '/open ' . join(' ',
    map { "$_=" } @told), 'told: nothing where nobody was asked');

$access->role(Many => join ' ', map { sprintf 'R%04d:READ', $_ } 1 .. 2000);
my $many = $access->bind(Many => user => $id{jane});
$answer = get('/told', 'jane');
my ($permissions) = $answer->{body} =~ /permissions=(\S*)/;
cmp_ok(length $permissions, '<=', 8000, 'told: no more than headers hold');
cmp_ok(length $permissions, '>', 7900, 'told: but as much');
like($permissions, qr/,R0\d\d\d:READ$/, 'told: no half of one');
$access->unbind($many);


# --- passwords ---

is(status('/basic'), 401, 'auth_basic: nothing');
is(status('/basic', undef, basic('jane', 'wrong')), 401,
    'auth_basic: a wrong password');
is(status('/basic', undef, basic('late', 'wrong')), 401,
    'auth_basic: a wrong password of somebody inactive: the same answer');
is(asked(sub { status('/basic', undef, basic('jane', 'wrong')) }), 0,
    'auth_basic: a wrong password: Redis is not asked');
like(get('/basic')->{headers}{'www-authenticate'}, qr/^Basic/,
    'auth_basic: asks for the password');
is(status('/basic', undef, basic('jane', 'secret')), 200, 'auth_basic: passes');
is(status('/basic', undef, basic('late', 'secret')), 403,
    'auth_basic: inactive');
is(status('/basic', undef, basic('stranger', 'secret')), 403,
    'auth_basic: not provisioned');

is(status('/any', 'jane'), 200, 'satisfy any: this one');
is(status('/any', 'late'), 403, 'satisfy any: neither');
is(status('/any'), 401, 'satisfy any: no identity');
is(status('/any_allowed', 'late'), 200, 'satisfy any: the other one');
is(asked(sub { status('/any_allowed', 'jane') }), 0,
    'satisfy any: the other one is enough');
like(get('/any_allowed', 'jane')->{body}, qr/ id= /,
    'satisfy any: who was not looked at is not told');
is(status('/any_basic', 'jane'), 200, 'satisfy any: without the password');
is(status('/any_basic', 'late', basic('jane', 'secret')), 200,
    'satisfy any: with it');
is(status('/any_basic', 'late', basic('jane', 'wrong')), 401,
    'satisfy any: neither, and the password may be asked for');
is(status('/all', 'jane'), 403, 'satisfy all: the other one refuses');


# --- auth_request ---

is(status('/request_set'), 401, 'auth_request: nobody');
is(status('/request_set', undef, 'X-Session' => 'jane'), 200,
    'auth_request_set: passes');
is(status('/request_set', undef, 'X-Session' => 'late'), 403,
    'auth_request_set: inactive');
is(status('/request'), 401, 'auth_request: nobody');
is(status('/request', undef, 'X-Session' => 'jane'), 200,
    'auth_request: passes, by its answer\'s header');
is(status('/request', undef, 'X-Session' => 'late'), 403,
    'auth_request: inactive');
is(status('/request', undef, 'X-Session' => 'stranger'), 200,
    'auth_request: by another header, in another tenant');
is(status('/request_and_other', undef, 'X-Session' => 'jane',
    'X-Auth-User' => 'jane'), 401,
    'no auth_request: no identity, whatever the client says');
is(status('/upstream_redirected', undef), 401,
    'an answer of an application is no identity');
is(status('/request_any'), 401,
    'auth_request: whom it refuses is no identity, with satisfy any either');
is(status('/request_anybody'), 401,
    'auth_request: whom it refuses is no identity, whatever error_page says');
is(status('/request_redirected'), 401,
    'auth_request: whom it refuses is no identity, behind a redirect either');
is(status('/request_elsewhere', undef, 'X-Session' => 'jane'), 401,
    'auth_request: an identity is of the location that asked for it');
like(get('/request_authz', 'jane')->{body}, qr/ id=$id{jane} name= /,
    'auth_request to scim_authz: passes');
is(status('/request_authz', 'late'), 403, 'auth_request to scim_authz: 403');
is(status('/request_authz'), 401, 'auth_request to scim_authz: 401');


# --- redirects, subrequests ---

is(get('/page')->{headers}{location} // '-',
    'http://127.0.0.1:' . $t->nginx->port . '/login', 'error_page: 401');
$answer = get('/page', 'late');
is("$answer->{status} $answer->{body}", '403 /denied ' . join(' ',
    map { "$_=" } @told), 'error_page: 403, and nobody is told');
is(get('/guarded_page', 'late')->{status}, 403,
    'error_page: one that may not be seen either');
is(asked(sub { get('/guarded_page', 'late') }), 1,
    'error_page: Redis is asked once');
like(get('/try', 'jane')->{body}, qr{^/try_again id=$id{jane} },
    'try_files: passes twice');
is(asked(sub { get('/try', 'jane') }), 1, 'try_files: Redis is asked once');
is(status('/try', 'nobody in particular'), 403,
    'try_files: does not pass the second');
like(get('/try_open', 'jane')->{body}, qr{^/open id=$id{jane} },
    'try_files: told behind it, too');
like(get('/accel', 'jane')->{body}, qr{^/internal/file id=$id{jane} },
    'X-Accel-Redirect: told');
is(status('/accel', 'late'), 403, 'X-Accel-Redirect: refused');
like(get('/ssi.html', 'jane')->{body},
    qr{^page /included id=$id{jane} name=jane }, 'a subrequest: told');
is(status('/ssi.html', 'late'), 403, 'a page with subrequests: refused');
is(get('/lines', 'nobody in particular')->{status}, 403, 'several lines');
is(asked(sub { get('/lines', 'nobody in particular') }), 2,
    'several lines: each user of each tenant once');


# --- bodies, connections, other protocols ---

is($client->post('/body', 'x' x 100_000, { 'X-User' => 'jane' })->{status},
    200, 'a large body: passes');
is($client->post('/body', 'x' x 100_000, { 'X-User' => 'late' })->{status},
    403, 'a large body: refused');
is($client->get('/told', undef, { 'X-User' => 'jane' })->{status}, 200,
    'and the connection goes on');

my $pipeline = wire($t->nginx->port, join '', map { http('GET /told',
    "X-User: $_") } qw(jane late jane nobody));
is(join(' ', map { $pipeline->answer->{status} } 1 .. 4), '200 403 200 403',
    'pipelined');

my $slow = wire($t->nginx->port);
$slow->send("POST /body HTTP/1.1\r\nHost: x\r\nX-User: jane\r\n"
    . "Content-Length: 10\r\n\r\n");
sleep 0.1;
$slow->send('0123456789');
is($slow->answer->{status}, 200, 'a body that comes later');

my $h2 = wire($h2_port, $SCIM::Wire::h2_preface
    . h2_headers(1, 1, GET => '/h2', 'x-user' => 'jane')
    . h2_headers(3, 1, GET => '/h2', 'x-user' => 'late')
    . h2_headers(5, 1, GET => '/h2'));
is($h2->h2_status(1), 200, 'HTTP/2: passes');
$h2 = wire($h2_port, $SCIM::Wire::h2_preface
    . h2_headers(3, 1, GET => '/h2', 'x-user' => 'late'));
is($h2->h2_status(3), 403, 'HTTP/2: refused');
$h2 = wire($h2_port, $SCIM::Wire::h2_preface
    . h2_headers(1, 1, GET => '/h2'));
is($h2->h2_status(1), 401, 'HTTP/2: nobody');

# an application that speaks after 101
my $listener = IO::Socket::UNIX->new(Local => "$dir/socket.sock", Listen => 5)
    or die "socket: $!";
my $app = background(sub {
    while (my $socket = $listener->accept) {
        local $/ = "\r\n\r\n";
        my $head = <$socket>;
        print {$socket} "HTTP/1.1 101 Switching Protocols\r\n"
            . "Upgrade: echo\r\nConnection: upgrade\r\n\r\n";
        $socket->flush;
        my ($user) = $head =~ /^X-Scim-User-Name: (\S+)/m;
        local $/ = "\n";
        my $line = <$socket>;
        print {$socket} $user, ' said ', $line;
        $socket->flush;
        return $head;
    }
});
my @upgrade = ('Upgrade: echo', 'Connection: upgrade');
is(wire($t->nginx->port, http('GET /socket', @upgrade, 'X-User: late'))
    ->answer->{status}, 403, 'an upgrade: refused');
my $socket = wire($t->nginx->port, http('GET /socket', @upgrade,
    'X-User: jane'));
is($socket->answer->{status}, 101, 'an upgrade: passes');
$socket->send("hello\n");
$socket->more(5);
is($socket->{in}, "jane said hello\n", 'an upgrade: goes through');
reap($app);

is(status('/scimmed', 'late'), 403, 'before a handler of ours: refused');
is(status('/scimmed', 'jane'), 404, 'before a handler of ours: its answer');


# --- Redis away ---

my $ready = sub { wait_for(sub { status('/told', 'jane') == 200 }) };
my ($worker) = $t->nginx->workers;

$t->redis->hang;
my @waiting = map { wire($t->nginx->port, http("GET /told", "X-User: jane",
    'Connection: close')) } 1 .. 20;
my @gone = map { wire($t->nginx->port, http("GET /told", 'X-User: jane')) }
    1 .. 20;
sleep 0.2;
$_->close for @gone;
sleep 0.1;
$t->redis->resume;
is(join(' ', map { $_->answer->{status} } @waiting), join(' ', (200) x 20),
    'some went away while they waited, others are served');

$t->redis->hang;
$answer = get('/told', 'jane');
is($answer->{status}, 503, 'Redis hangs: 503');
is($answer->{headers}{'retry-after'}, 5, 'Redis hangs: come again');
$t->redis->resume;
ok($ready->(), 'Redis answers: as before');

my $keep = $t->redis->snapshot;
$t->redis->stop('KILL');
is(status('/told', 'jane'), 503, 'Redis is away: 503');
is(status('/told', 'late'), 503, 'Redis is away: for everybody');
is(status('/told'), 401, 'Redis is away: without an identity 401');
is(status('/request_authz', 'jane'), 500,
    'Redis is away: auth_request knows no 503');
is(status('/page', 'jane'), 503, 'Redis is away: with error pages');
is(status('/open', 'jane'), 200, 'Redis is away: what is open is open');
like($t->nginx->error_log,
    qr/\[error\].*scim access: redis cannot tell who may pass: /,
    'Redis is away: the log says so');
$t->redis->start;
$t->redis->restore($keep);
ok($ready->(), 'Redis is back: as before');
is(join(' ', $t->nginx->workers), $worker, 'the same worker');

# a reload while requests wait
$t->redis->hang;
my $before = wire($t->nginx->port, http('GET /told', 'X-User: jane'));
sleep 0.1;
$t->nginx->reload;
$t->redis->resume;
is($before->answer->{status}, 200, 'a reload meanwhile: served');
is(status('/told', 'jane'), 200, 'a reload: goes on');
is(status('/request', undef, 'X-Session' => 'jane'), 200,
    'a reload: with auth_request');

# one process, without a master
my $other_port = SCIM::Redis::free_port();
my $single = SCIM::Test->new(main => 'master_process off;',
    http => $http =~ s/:$h2_port /:$other_port /r,
    server => $server, redis => $t->redis, provision => 0, before => sub {
        $_[0]->write_file('passwords', '') });
$client = SCIM::Client->new(base => $single->nginx->base);
is(status('/told', 'jane'), 200, 'a single process: passes');
is(status('/request', undef, 'X-Session' => 'jane'), 200,
    'a single process: with auth_request');
$single->nginx->finish;

$t->finish;
done_testing();
