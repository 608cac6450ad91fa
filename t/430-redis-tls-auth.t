# Ways to Redis: unix socket and TCP, TLS with certificates that are right and
# wrong, passwords, users with just the permissions that are needed, database
# numbers.

use strict;
use warnings;

use lib 't/lib';

use File::Temp ();
use SCIM::Faults;
use SCIM::Test;
use Test::More;
use Time::HiRes qw(sleep);

my $dir = File::Temp->newdir('scim-tls-XXXXXX', TMPDIR => 1);
chmod 0755, "$dir";
my $patience = 'scim_redis_timeout 1s; scim_redis_connect_timeout 1s;';


# openssl(ARGUMENT...): says nothing unless it fails
sub openssl {
    my (@arguments) = @_;
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        open STDOUT, '>', "$dir/openssl.log";
        open STDERR, '>&', \*STDOUT;
        exec 'openssl', @arguments;
        exit 127;
    }
    waitpid $pid, 0;
    die "openssl @arguments: failed\n" if $?;
}


# certificate(NAME, CA, SAN): NAME.key and NAME.crt; CA undef: its own
sub certificate {
    my ($name, $ca, $san) = @_;

    my @key = ('-newkey', 'rsa:2048', '-nodes', '-keyout', "$dir/$name.key",
        '-subj', "/CN=$name");
    if (!$ca) {
        openssl('req', '-x509', '-days', 2, @key, '-out', "$dir/$name.crt");
        return;
    }
    openssl('req', @key, '-out', "$dir/$name.csr");
    open my $extensions, '>', "$dir/$name.ext" or die "$dir: $!";
    print {$extensions} "subjectAltName=$san\n";
    close $extensions;
    openssl('x509', '-req', '-days', 2, '-in', "$dir/$name.csr",
        '-CA', "$dir/$ca.crt", '-CAkey', "$dir/$ca.key", '-CAcreateserial',
        '-extfile', "$dir/$name.ext", '-out', "$dir/$name.crt");
}


# works(NAME, REDIS, %): an nginx with these settings does its work
sub works {
    my ($name, $redis, %option) = @_;

    my $check = delete $option{check};
    my $t = SCIM::Test->new(redis => $redis, %option,
        http => $patience . ($option{http} // ''),
        tenant => 'tenant-' . $redis->command('INCR', 'tenants'));
    my $scim = $t->scim;
    my $user = $scim->post('/Users', { userName => 'jane' });
    is($user->{status}, 201, "$name: writes");
    is($scim->get("/Users/$user->{json}{id}")->{status}, 200, "$name: reads");
    $check->($t) if $check;
    unlike($t->nginx->error_log, qr/\[error\]|secret/, "$name: no errors");
    $t->nginx->finish;
}


# refused(NAME, REDIS, PATTERN, %): 503, and the log says what is wrong
sub refused {
    my ($name, $redis, $pattern, %option) = @_;

    my $t = SCIM::Test->new(redis => $redis, %option, provision => 0,
        http => $patience . ($option{http} // ''));
    my $answer = $t->admin->get('/tenants');
    is($answer->{status}, 503, "$name: 503");
    like($t->nginx->error_log, $pattern, "$name: the log says why");
    unlike($t->nginx->error_log . $answer->{body}, qr/secret/,
        "$name: and shows no secret");
    my ($worker) = $t->nginx->workers;
    my $fds = nginx_fds($worker);
    for (1 .. 3) {
        sleep 0.15;
        $t->admin->get('/tenants');
    }
    ok(wait_for(sub { nginx_fds($worker) <= $fds }),
        "$name: no connection is left open");
    $t->nginx->finish(except => $option{except});
}


# --- addresses ---

{
    my $redis = SCIM::Redis->new;
    my $port = $redis->port;
    works('a unix socket', $redis);
    works('an address and a port', $redis, address => "127.0.0.1:$port");
    works('a name with several addresses', $redis,
        address => "localhost:$port");
    refused('a port where nobody listens', $redis,
        qr/\[error\].*cannot be connected.*refused/,
        address => '127.0.0.1:' . SCIM::Redis::free_port());
    refused('a socket that is not there', $redis,
        qr/\[error\].*cannot be connected.*No such file/,
        address => 'unix:/nonexistent/redis.sock');

    # the tenants' list is in each database that is used
    works('a database', $redis, http => 'scim_redis_database 3;',
        check => sub {
            $redis->command('SELECT', 3);
            is($redis->command('EXISTS', 'scim:tenants'), 1,
                'a database: it is used');
            $redis->command('SELECT', 0);
        });
    refused('a database that is not there', $redis,
        qr/\[error\].*refused SELECT; check scim_redis_database/,
        http => 'scim_redis_database 16;');
}


# --- passwords ---

{
    my $redis = SCIM::Redis->new;
    my $write = sub {
        my ($name, $text) = @_;
        open my $out, '>:raw', "$dir/$name" or die "$dir: $!";
        print {$out} $text;
        close $out;
        return "scim_redis_password_file $dir/$name;";
    };
    my $right = $write->('right', "my secret \$\"\\word\n");
    my $wrong = $write->('wrong', "another secret\n");

    refused('a password that Redis does not have', $redis,
        qr/\[error\].*refused AUTH; has it a password at all/, http => $wrong);

    # the test's own connection stays as it is
    $redis->command('CONFIG', 'SET', 'requirepass', 'my secret $"\word');
    works('a password', $redis, http => $right);
    refused('no password', $redis,
        qr/\[error\].*scim_redis_password_file/);
    refused('a wrong password', $redis,
        qr/\[error\].*refused the user or password/, http => $wrong);
    works('a user and a password', $redis,
        http => "scim_redis_user default; $right");
    refused('a wrong user', $redis,
        qr/\[error\].*refused the user or password/,
        http => "scim_redis_user nobody; $right");
    $redis->command('CONFIG', 'SET', 'requirepass', '');
}


# --- a user that may do just what is needed (redis/README.md) ---

{
    my $redis = SCIM::Redis->new;
    my $password = "$dir/acl";
    open my $out, '>', $password or die "$dir: $!";
    print {$out} "secret\n";
    close $out;

    # as it is documented
    open my $readme, '<', 'redis/README.md' or die "redis/README.md: $!";
    my ($rule) = do { local $/; <$readme> } =~ /^(user nginx on .*?)^```/ms;
    my @commands = $rule =~ /\+(\S+)/g;
    cmp_ok(scalar(@commands), '>', 10, 'the rule is documented');

    my $user = sub {
        $redis->command('ACL', 'SETUSER', 'nginx', 'reset', 'on', '>secret',
            '~scim:*', map { "+$_" } @_);
        $redis->command('CLIENT', 'KILL', 'USER', 'nginx');
        # after FUNCTION FLUSH it has to load them
        $redis->command('FUNCTION', 'FLUSH');
    };
    $user->(@commands);

    my $t = SCIM::Test->new(redis => $redis, http => $patience
        . "scim_redis_user nginx; scim_redis_password_file $password;"
        . 'scim_audit_age 1d;',
        server => 'location = /gate { empty_gif;'
            . ' scim_access tenant=demo user=$http_x_user group=$http_x_group;'
            . ' }');

    # flow(N): all that can be done; how it was answered
    my $flow = sub {
        my ($n) = @_;
        my @statuses;
        my $did = sub { push @statuses, $_[0]{status}; return $_[0] };
        my $admin = $t->admin;
        my $scim = $t->scim;

        $did->($admin->get('/tenants'));
        $did->($admin->post('/tenants', { id => "acl-$n" },
            { 'Idempotency-Key' => "key-$n" }));
        $did->($admin->get("/tenants/acl-$n"));
        $did->($admin->patch("/tenants/acl-$n", { defaultRole => 'Viewer' }));
        my $second = $did->($admin->post("/acl-$n/integrations",
            { name => 'second' }))->{json}{id} // 'none';
        my $account = $did->($admin->post("/acl-$n/service-accounts",
            { name => 'robot' }))->{json}{id} // 'none';
        my $accounts = "/acl-$n/service-accounts/$account";
        my $token = $did->($admin->post("$accounts/tokens"))->{json}{id}
            // 'none';
        $did->($admin->get($_)) for "/acl-$n/service-accounts", $accounts,
            "$accounts/tokens", "/acl-$n/me";
        $did->($admin->patch($accounts, { name => 'android' }));
        $did->($admin->delete($_)) for "$accounts/tokens/$token", $accounts,
            "/acl-$n/integrations/$second?provisioned=remove",
            "/tenants/acl-$n?cascade=true";
        $did->($admin->get('/demo/integrations'));
        my $integration = $did->($admin->post('/demo/integrations',
            { name => "acl-$n" }))->{json}{id} // 'none';
        $did->($admin->post("/demo/integrations/$integration/$_"))
            for qw(disable enable rotate);
        $did->($admin->get("/demo/integrations/$integration/$_"))
            for qw(tokens activity);

        $did->($admin->post('/demo/roles', { name => "role-$n",
            permissions => { FLOW => ['READ'] } },
            { 'Idempotency-Key' => "key-$n" }));
        $did->($admin->get($_)) for '/demo/roles', "/demo/roles/role-$n";

        my @users = map { $did->($scim->post('/Users', {
            userName => "$_-$n", externalId => "e-$_-$n",
            emails => [{ value => "$_-$n\@example.com" },
                { value => "both-$n\@example.com" }],
        }))->{json}{id} // 'none' } qw(jane joe);
        my $group = $did->($scim->post('/Groups', {
            displayName => "all-$n", externalId => "g-$n",
            members => [map { { value => $_ } } @users],
        }))->{json}{id} // 'none';
        my $inner = $did->($scim->post('/Groups', {
            displayName => "inner-$n" }))->{json}{id} // 'none';
        my $binding = $did->($admin->post('/demo/bindings', {
            role => "role-$n", subject => { type => 'GROUP', id => $inner },
        }))->{json}{id} // 'none';
        $did->($admin->get($_)) for '/demo/bindings',
            "/demo/bindings?role=role-$n", "/demo/bindings/$binding";
        my $rule = $did->($admin->post('/demo/role-rules', {
            role => "role-$n", attribute => 'displayName', pattern => 'in*',
        }))->{json}{id} // 'none';
        $did->($admin->get($_)) for '/demo/role-rules',
            "/demo/role-rules/$rule";
        $did->($admin->get($_)) for '/demo/audit', '/demo/audit?format=jsonl',
            "/demo/tenant-access/$users[0]",
            "/demo/check?user=$users[0]&permission=A&action=B";
        $did->($admin->delete($_)) for "/demo/bindings/$binding",
            "/demo/role-rules/$rule", "/demo/roles/role-$n";
        $did->($scim->patch("/Groups/$group", { Operations => [{
            op => 'add', path => 'members', value => [{ value => $inner }],
        }] }));
        $did->($scim->patch("/Groups/$group", { Operations => [{
            op => 'remove', path => "members[value eq \"$users[1]\"]" }] }));
        $did->($scim->put("/Groups/$group", { displayName => "every-$n",
            externalId => "h-$n", members => [{ value => $users[0] }] }));
        $did->($scim->put("/Users/$users[0]", { userName => "janet-$n",
            emails => [{ value => "janet-$n\@example.com" }] }));
        $did->($scim->get("/$_")) for 'Users', 'Groups', "Users/$users[0]",
            "Groups/$group", 'Users?startIndex=2&count=1',
            map { "Users?filter=" . s/ /+/gr =~ s/"/%22/gr }
                "userName eq \"janet-$n\"", "externalId eq \"e-joe-$n\"",
                "emails.value eq \"joe-$n\@example.com\"",
                "emails.value eq \"both-$n\@example.com\"",
                "id eq \"$users[0]\"", 'userName sw "j"', 'active pr',
                "groups.value eq \"$group\"",
                'meta.lastModified gt "2000-01-01T00:00:00Z"';
        $did->($scim->get("/Groups?filter=externalId+eq+%22h-$n%22"));
        $did->($scim->get($t->nginx->base . '/gate', undef, {
            'X-User' => "janet-$n", 'X-Group' => "every-$n" }));
        $did->($admin->get("/demo/$_")) for 'users', "users?q=$n",
            "users?group=$group", "users?integration=$integration",
            "users/$users[0]", 'groups', "groups/$group",
            "groups/$group/members";
        $did->($admin->patch("/demo/users/$users[0]?force=true",
            { active => JSON::PP::false() }));
        $did->($scim->delete("/Users/$_")) for @users;
        $did->($scim->delete("/Groups/$_")) for $group, $inner;
        $did->($admin->get("/$_")) for 'users', 'users?orphaned=true',
            "users?q=joe-$n", "users/$users[1]";
        $did->($admin->delete("/users/$_")) for @users;
        $did->($admin->delete("/demo/integrations/$integration?provisioned=keep"));
        return join ' ', grep { !/^20[014]$/ } @statuses;
    };

    my $n = 0;
    is($flow->(++$n), '', 'a user with few permissions: may do all of it');
    unlike($t->nginx->error_log, qr/NOPERM|\[error\]/,
        'a user with few permissions: Redis refuses nothing');

    for my $command (@commands) {
        my $offset = length $t->nginx->error_log;
        $user->(grep { $_ ne $command } @commands);
        my $statuses = $flow->(++$n);
        like(substr($t->nginx->error_log, $offset),
            qr/lacks a permission \((?:NOPERM|ERR) .*ACL LOG/,
            "a user without +$command: something is refused");
        like($statuses, qr/503/, "a user without +$command: 503");
    }

    $user->(@commands);
    $redis->command('ACL', 'SETUSER', 'nginx', 'resetkeys', '~other:*');
    like($flow->(++$n), qr/503/, 'a user without the keys: is refused');
    $user->(@commands);
    ok(wait_for(sub { $flow->(++$n) eq '' }), 'a user with few permissions: '
        . 'works again');
    $t->finish;
}


# --- TLS ---

certificate('ca');
certificate('other-ca');
certificate('redis', 'ca', 'DNS:redis.test,DNS:localhost,IP:127.0.0.1');
certificate('named', 'ca', 'DNS:redis.test');
certificate('client', 'ca', 'DNS:client');
certificate('stranger', 'other-ca', 'DNS:client');

sub tls_redis {
    my ($certificate, $clients) = @_;

    my $port = SCIM::Redis::free_port();
    my $redis = SCIM::Redis->new(args => ['--tls-port', $port,
        '--tls-cert-file', "$dir/$certificate.crt",
        '--tls-key-file', "$dir/$certificate.key",
        '--tls-ca-cert-file', "$dir/ca.crt",
        '--tls-auth-clients', $clients // 'no']);
    return ($redis, $port);
}

my $ca = "scim_redis_ssl on; scim_redis_ssl_trusted_certificate $dir/ca.crt;";
my $other_ca = $ca =~ s{/ca\.crt}{/other-ca.crt}r;

{
    my ($redis, $port) = tls_redis('redis');

    works('TLS, an address', $redis, address => "127.0.0.1:$port",
        http => $ca);
    works('TLS, a name', $redis, address => "localhost:$port", http => $ca);
    works('TLS, a name of its own', $redis, address => "127.0.0.1:$port",
        http => "$ca scim_redis_ssl_name redis.test;");
    works('TLS, and who listens', $redis, address => "127.0.0.1:$port",
        http => "$ca scim_access_cache zone=access:1m;",
        server => 'location = /user { scim_access user=$http_x_user '
            . 'tenant=$http_x_tenant; add_header X-Cache $scim_access_cache; '
            . 'empty_gif; }',
        check => sub {
            my ($t) = @_;
            ok(wait_for(sub {
                ($t->admin->get($t->nginx->base . '/user', undef,
                    { 'X-Tenant' => $t->{tenant}, 'X-User' => 'jane' })->{headers}{'x-cache'}
                    // '') eq 'HIT'
            }), 'TLS, and who listens: hears');
        });
    works('TLS that checks nothing', $redis, address => "127.0.0.1:$port",
        http => 'scim_redis_ssl on; scim_redis_ssl_verify off;');
    works('TLS, a wrong CA that is not asked', $redis,
        address => "127.0.0.1:$port",
        http => "$other_ca scim_redis_ssl_verify off;");

    refused('TLS, a wrong CA', $redis,
        qr/\[error\].*certificate of redis is not to be trusted/,
        address => "127.0.0.1:$port", http => $other_ca);
    refused('TLS, a wrong name', $redis,
        qr/\[error\].*another name than scim_redis_ssl_name/,
        address => "127.0.0.1:$port",
        http => "$ca scim_redis_ssl_name elsewhere.test;");
    refused('in the clear where TLS is wanted', $redis,
        qr/\[error\].*does it expect TLS/, address => "127.0.0.1:$port");
    refused('TLS where none is spoken', $redis,
        qr/\[error\].*no TLS handshake/,
        address => '127.0.0.1:' . $redis->port, http => $ca,
        except => qr/SSL_do_handshake\(\) failed/);

    # much of it, and Redis restarted, and hanging
    my $t = SCIM::Test->new(redis => $redis, workers => 2,
        address => "127.0.0.1:$port", tenant => 'large',
        http => "scim_redis_timeout 500ms; $ca");
    my $title = 'x' x 20_000;
    my %seen;
    $seen{ $t->scim->post('/Users', { userName => "u$_",
        title => $title })->{status} }++ for 1 .. 100;
    is($seen{201}, 100, 'TLS, much of it: written');
    my $answer = $t->scim->get('/Users?count=100');
    is(length $answer->{json}{Resources}[99]{title}, 20_000,
        'TLS, much of it: read');

    $redis->hang;
    unavailable(client($t)->get('/Users'), 'TLS, hanging');
    sleep 0.2;
    unavailable(client($t)->get('/Users'), 'TLS, hanging in the handshake');
    $redis->resume;
    ok(wait_for(sub { client($t)->get('/Users')->{status} == 200 }),
        'TLS, hanging: works again');
    my $keep = $redis->snapshot;
    $redis->stop('KILL');
    unavailable(client($t)->get('/Users'), 'TLS, killed');
    $redis->start;
    $redis->restore($keep);
    ok(wait_for(sub { client($t)->get('/Users')->{status} == 200 }),
        'TLS, restarted: works again');
    $t->nginx->reload;
    is(client($t)->get('/Users')->{status}, 200, 'TLS, a reload');
    $t->finish;
}

{
    my ($redis, $port) = tls_redis('named');
    refused('TLS, an address that the certificate does not have', $redis,
        qr/\[error\].*another name than scim_redis_ssl_name/,
        address => "127.0.0.1:$port", http => $ca);
    works('TLS, the name that it has', $redis, address => "127.0.0.1:$port",
        http => "$ca scim_redis_ssl_name redis.test;");
}

{
    my ($redis, $port) = tls_redis('redis', 'yes');
    my $own = sub {
        my ($name) = @_;
        return "$ca scim_redis_ssl_certificate $dir/$name.crt; "
            . "scim_redis_ssl_certificate_key $dir/$name.key;";
    };
    works('TLS, a client certificate', $redis, address => "127.0.0.1:$port",
        http => $own->('client'));
    refused('TLS, no client certificate', $redis,
        qr/\[error\].*(client certificate|no TLS handshake)/,
        address => "127.0.0.1:$port", http => $ca,
        except => qr/SSL_(?:read|do_handshake)\(\) failed/);
    refused('TLS, a client certificate of a stranger', $redis,
        qr/\[error\].*(client certificate|no TLS handshake)/,
        address => "127.0.0.1:$port", http => $own->('stranger'),
        except => qr/SSL_(?:read|do_handshake)\(\) failed/);
}


# --- what nginx says of itself in the handshake ---

for my $case (
    ['localhost', 'localhost', 'localhost'],
    ['localhost', 'redis.test', 'redis.test'],
    ['127.0.0.1', undef, undef],
) {
    my ($host, $name, $expected) = @$case;

    my $port = SCIM::Redis::free_port();
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$dir/server.log";
        open STDERR, '>&', \*STDOUT;
        exec 'openssl', 's_server', '-accept', "127.0.0.1:$port", '-www',
            '-cert', "$dir/redis.crt", '-key', "$dir/redis.key",
            '-tlsextdebug';
        exit 127;
    }
    wait_for(sub { IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port") });

    my $t = SCIM::Test->new(address => "$host:$port", provision => 0,
        redis => SCIM::Redis->new, http => $ca
            . ($name && $name ne $host ? "scim_redis_ssl_name $name;" : ''));
    $t->admin->get('/tenants');
    my $log = sub {
        open my $in, '<:raw', "$dir/server.log" or return '';
        local $/;
        return <$in> // '';
    };
    wait_for(sub { $log->() =~ /extension "key share"/ }, 5);
    my ($dump) = $log->() =~ /extension "server name"[^\n]*\n((?:\d{4} - .*\n)+)/;
    my $sent = join '', map { chr hex } map { /([0-9a-f]{2})/g }
        map { /^\d{4} - (.{48})/ } split /\n/, $dump // '';
    is(length $sent ? substr($sent, 5) : undef, $expected,
        'TLS, server_name: ' . ($expected // "none for $host"));
    kill TERM => $pid;
    waitpid $pid, 0;
    $t->finish(except => qr/SSL_/);
}

done_testing();
