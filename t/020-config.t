# What nginx -t says to configurations: the shipped one is right, a wrong value
# is refused with what was expected, and no secret is shown.

use strict;
use warnings;

use lib 't/lib';

use Digest::SHA qw(sha256_hex);
use SCIM::Nginx;
use Test::More;

my $hash = sha256_hex('token');


# refused(NAME, HTTP, LOCATION, PATTERN): at most one of the two texts matters
sub refused {
    my ($name, $http, $location, $pattern) = @_;

    my $nginx = SCIM::Nginx->new(
        locations => 0,
        http => $http,
        server => "location /x { $location }",
    );
    $nginx->write_file('empty', "\n");
    $nginx->write_file('tokens', "# name:SHA-256\nadmin:$hash\n\n");
    $nginx->write_file('bad-tokens', "admin:$hash\nclear-text-token\n");
    $nginx->write_file('short-token', "admin:abcdef\n");
    $nginx->write_file('names', "# of people\n\xc5\x81ukasz W.:$hash\n"
        . 'n' x 250 . ":$hash\n");
    $nginx->write_file('latin1-name', "al\xefce:$hash\n");
    $nginx->write_file('control-name', "al\tice:$hash\n");
    $nginx->write_file('long-name', 'n' x 251 . ":$hash\n");
    $nginx->write_file('password', "secret\n");

    my ($status, $text) = $nginx->test;
    if (defined $pattern) {
        is($status, 1, "$name: refused");
        like($text, $pattern, "$name: says why");
        unlike($text, qr/clear-text-token|secret/, "$name: shows no secret");
        unlike($text, qr/\[alert\]|Sanitizer/, "$name: no alert");
    } else {
        is($status, 0, "$name: taken") or diag($text);
    }
}

sub taken { return refused(@_, undef) }


my $redis = 'scim_redis 127.0.0.1:1;';

taken('nothing of the module', '', '');
taken('metrics without Redis', '', 'scim_status;');
taken('TCP address', 'scim_redis 127.0.0.1:6379;', 'scim;');
taken('address without a port', 'scim_redis 127.0.0.1;', 'scim;');
taken('IPv6 address', 'scim_redis [::1]:6379;', 'scim;');
taken('unix socket', 'scim_redis unix:/none.sock;', 'scim;');
taken('admin tokens', "$redis scim_admin_tokens \$DIR/tokens;", 'scim_admin;');
taken('an empty admin token file', "$redis scim_admin_tokens \$DIR/empty;",
    'scim_admin;');
taken('administrators by any name', "$redis scim_admin_tokens \$DIR/names;",
    'scim_admin;');
taken('all of Redis', <<'END', 'scim;');
scim_redis 127.0.0.1:6379;
scim_redis_user nginx;
scim_redis_password_file $DIR/password;
scim_redis_database 3;
scim_redis_connect_timeout 500ms;
scim_redis_timeout 3s;
scim_redis_max_commands 1000;
scim_audit_length 1000;
scim_audit_age 90d;
scim_audit_values active title;
scim_audit_refusals 10s;
END
taken('all of a location', $redis, <<'END');
scim;
scim_base_url https://$host;
scim_disabled_status 503;
scim_max_results 500;
scim_default_results 50;
scim_max_operations 100;
scim_max_depth 16;
scim_public_config on;
scim_max_filter_terms 10;
scim_max_attributes 10;
scim_max_scan 1000;
scim_max_sorted 100;
scim_cursor_timeout 10m;
scim_me $remote_user;
END
taken('variables', <<"END", 'scim;');
$redis
log_format mine '\$scim_tenant \$scim_integration \$scim_operation'
                '\$scim_resource_id \$scim_error \$scim_redis_time'
                '\$scim_plan \$scim_actor \$scim_token_prefix'
                '\$scim_profile \$scim_reason \$scim_error_type';
END
taken('bad tokens', "$redis scim_bad_tokens zone=bad:64k;", 'scim;');
taken('bad tokens, all of it', "$redis"
    . ' scim_bad_tokens burst=1 zone=bad:32k rate=1r/s;', 'scim;');
taken('TLS without verification', "$redis scim_redis_ssl on;"
    . ' scim_redis_ssl_verify off;', 'scim;');
taken('a location may have what the server has', "$redis scim_max_depth 8;",
    'scim; scim_max_depth 16;');

my @cases = (
    ['no scim_redis', '', 'scim;',
        qr/"scim" needs a "scim_redis" in the http block, in \S+:\d+/],
    ['no scim_redis, admin', '', 'scim_admin;',
        qr/"scim_admin" needs a "scim_redis"/],
    ['scim_redis twice', "$redis $redis", '', qr/"scim_redis".* is duplicate/],
    ['scim_redis without an address', 'scim_redis;', '',
        qr/invalid number of arguments in "scim_redis"/],
    ['a bad port', 'scim_redis 127.0.0.1:99999;', '',
        qr/invalid port in "127.0.0.1:99999", expected "host\[:port\]"/],
    ['a host that is not found', 'scim_redis no-such-host.invalid;', '',
        qr/host not found in "no-such-host.invalid"/],
    ['an empty unix path', 'scim_redis unix:;', '', qr/in "unix:"/],
    ['scim_redis in a location', '', $redis, qr/"scim_redis" .*not allowed/],

    ['a user without a password', "$redis scim_redis_user nginx;", '',
        qr/"scim_redis_user" needs a "scim_redis_password_file"/],
    ['no password file', "$redis scim_redis_password_file \$DIR/none;", '',
        qr/none" failed \(2: No such file/],
    ['an empty password file', "$redis scim_redis_password_file \$DIR/empty;",
        '', qr/password file .* is empty/],
    ['a negative database', "$redis scim_redis_database -1;", '',
        qr/invalid number/],
    ['a bad timeout', "$redis scim_redis_timeout soon;", '',
        qr/"scim_redis_timeout" directive invalid value/],
    ['a bad connect timeout', "$redis scim_redis_connect_timeout -1s;", '',
        qr/"scim_redis_connect_timeout" directive invalid value/],
    ['no commands at all', "$redis scim_redis_max_commands 0;", '',
        qr/value must be (equal to or )?greater than|between/],

    ['TLS without a CA', "$redis scim_redis_ssl on;", '',
        qr/needs a "scim_redis_ssl_trusted_certificate"/],
    ['TLS, neither on nor off', "$redis scim_redis_ssl yes;", '',
        qr/must be "on" or "off"/],
    ['a CA that is no certificate', "$redis scim_redis_ssl on;"
        . ' scim_redis_ssl_trusted_certificate $DIR/password;', '',
        qr/SSL_CTX_load_verify_locations|no certificate/],
    ['a certificate without a key', "$redis scim_redis_ssl on;"
        . ' scim_redis_ssl_verify off;'
        . ' scim_redis_ssl_certificate $DIR/password;', '',
        qr/needs a "scim_redis_ssl_certificate_key"/],

    ['a key without a certificate', "$redis scim_redis_ssl on;"
        . ' scim_redis_ssl_verify off;'
        . ' scim_redis_ssl_certificate_key $DIR/password;', '',
        qr/"scim_redis_ssl_certificate" needs a/],
    (map { ["$_->[0] without TLS", "$redis $_->[0] $_->[1];", '',
        qr/need "scim_redis_ssl on"/] }
        ['scim_redis_ssl_trusted_certificate', '$DIR/password'],
        ['scim_redis_ssl_name', 'redis.test'],
        ['scim_redis_ssl_certificate', '$DIR/password'],
        ['scim_redis_ssl_certificate_key', '$DIR/password']),
    ['TLS to a unix socket, whose name is not known', 'scim_redis unix:/x;'
        . 'scim_redis_ssl on; scim_redis_ssl_trusted_certificate '
        . '/etc/ssl/certs/ca-certificates.crt;', '',
        qr/over a unix socket needs a "scim_redis_ssl_name"/],
    ['no time for a command', "$redis scim_redis_timeout 0;", '',
        qr/must be greater than 0/],
    ['no time to connect', "$redis scim_redis_connect_timeout 0s;", '',
        qr/must be greater than 0/],

    ['no admin token file', "$redis scim_admin_tokens \$DIR/none;", '',
        qr/none" failed \(2: No such file/],
    ['a token in clear in the file',
        "$redis scim_admin_tokens \$DIR/bad-tokens;", '',
        qr/invalid line 2 in .*bad-tokens", expected/],
    ['a hash that is too short', "$redis scim_admin_tokens \$DIR/short-token;",
        '', qr/invalid line 1 in .*64 hexadecimal digits/],
    (map { ["a name of an administrator, $_", "$redis scim_admin_tokens"
        . " \$DIR/$_-name;", '', qr/invalid name in line 1 in .*$_-name"/] }
        qw(latin1 control long)),
    ['admin tokens twice', "$redis scim_admin_tokens \$DIR/tokens;"
        . ' scim_admin_tokens $DIR/tokens;', '', qr/is duplicate/],

    ['bad tokens without a zone', "$redis scim_bad_tokens rate=1r/s;", '',
        qr/"scim_bad_tokens" directive needs a "zone=name:size"/],
    ['bad tokens twice', "$redis" . ' scim_bad_tokens zone=bad:64k;' x 2, '',
        qr/"scim_bad_tokens" directive is duplicate/],
    (map { ["bad tokens, $_", "$redis scim_bad_tokens zone=bad:64k $_;", '',
        qr/invalid parameter "\Q$_\E", expected/] }
        qw(zone=other:64k rate=1 rate=0r/s rate=-1r/m rate=manyr/s burst=0
           burst=few dry_run)),
    (map { ["bad tokens, $_ twice", "$redis scim_bad_tokens zone=bad:64k $_"
        . " $_;", '', qr/invalid parameter "$_", expected .*, each once/] }
        qw(rate=1r/s burst=5)),
    (map { ["bad tokens, $_", "$redis scim_bad_tokens $_;", '',
        qr/invalid parameter "\Q$_\E", expected "zone=name:size" of at least 32k/]
    } qw(zone=bad zone=:64k zone=bad:4k zone=bad:much)),
    ['bad tokens in a location', $redis, 'scim_bad_tokens zone=bad:64k;',
        qr/"scim_bad_tokens" .*not allowed/],

    ['two handlers', $redis, 'scim; scim_admin;', qr/is duplicate/],
    ['a handler twice', $redis, 'scim; scim;', qr/is duplicate/],
    ['scim with an argument', $redis, 'scim on;',
        qr/invalid number of arguments in "scim"/],
    ['scim outside of a location', 'scim;', '', qr/"scim" .*not allowed/],
    ['a password in the audit trail', 'scim_audit_values title Password;', '',
        qr/"password" is not kept anywhere/],
    ['values in the audit trail twice',
        'scim_audit_values a; scim_audit_values b;', '', qr/is duplicate/],
    ['a disabled status that is none', $redis, 'scim_disabled_status 200;',
        qr/invalid value "200"/],
    ['no results at all', $redis, 'scim_max_results 0;',
        qr/value must be between 1 and/],
    ['operations that are no number', $redis, 'scim_max_operations many;',
        qr/invalid number/],
    ['no comparisons at all', $redis, 'scim_max_filter_terms 0;',
        qr/value must be between 1 and/],
    ['no attributes at all', $redis, 'scim_max_attributes 0;',
        qr/value must be between 1 and/],
    ['a depth without end', $redis, 'scim_max_depth 100000;',
        qr/value must be between/],
    ['a variable that is none', $redis, 'scim_base_url https://$no_such_var;',
        qr/unknown "no_such_var" variable/],
    ['a base URL with a query', $redis, 'scim_base_url https://x/?a=b;',
        qr/"scim_base_url" directive must not have a query/],
    ['a base URL with a fragment', $redis, 'scim_base_url "https://$host/#a";',
        qr/"scim_base_url" directive must not have a query or a fragment/],
    ['a variable of ours that is none', "$redis log_format x '\$scim_none';",
        '', qr/unknown "scim_none" variable/],
);

refused(@$_) for @cases;


# --- the shipped configuration, as ./run fills it in ---

sub slurp {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!";
    local $/;
    return <$in>;
}

my $shipped = slurp('conf/nginx.conf');
my $module = SCIM::Nginx::module();
$shipped =~ s{^load_module .*}{load_module $module;}m;
$shipped =~ s/^\@USER\@$//m;
$shipped =~ s/\@LISTEN\@/127.0.0.1:\$PORT/;
unlike($shipped, qr/\@[A-Z]+\@/, 'shipped: no other place to fill in');

my $nginx = SCIM::Nginx->new(conf => $shipped);
mkdir $nginx->dir . "/$_" for qw(run run/temp);
$nginx->write_file('scim.conf', slurp('conf/scim.conf'));
$nginx->write_file('admin-tokens', "admin:$hash\n");

my ($status, $text) = $nginx->test;
is($status, 0, 'shipped: is taken') or diag($text);
unlike($text, qr/\[warn\]/, 'shipped: without a warning');


# --- the README has all directives and variables, and no others ---

my $readme = slurp('README.md');
my ($commands) = slurp('ngx_http_scim_module.c')
    =~ /^static ngx_command_t .*?\{\n(.*?)^\};/ms;
my $variables = join '', map {
    slurp($_) =~ /^static ngx_http_variable_t .*?\{\n(.*?)^\};/ms
} glob 'src/http/*variables.c';
my $names = sub { join ' ', sort @_ };

is($names->($readme =~ /^### (scim\w*)$/mg),
    $names->($commands =~ /\{ ngx_string\("(\w+)"\)/g),
    'README: the directives are those that there are');
is($names->($readme =~ /^> syntax: \*\*(scim\w*)\*\*/mg),
    $names->($readme =~ /^### (scim\w*)$/mg),
    'README: each has its syntax');
is($names->($readme =~ /^\| `\$(scim\w*)` \|/mg),
    $names->($variables =~ /\{ ngx_string\("(\w+)"\)/g),
    'README: the variables are those that there are');

done_testing();
