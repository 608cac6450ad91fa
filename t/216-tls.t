# TLS in front: the README's synopsis, and what conf/nginx.conf has for it, as
# they are but for paths and ports. Nothing below TLS 1.2.

use strict;
use warnings;

use lib 't/lib';

use Digest::SHA qw(sha256_hex);
use File::Temp ();
use SCIM::Test;
use Test::More;

my $dir = File::Temp->newdir('scim-tls-XXXXXX', TMPDIR => 1);
chmod 0755, "$dir";
system("openssl req -x509 -days 2 -newkey rsa:2048 -nodes -subj /CN=x"
    . " -keyout $dir/x.key -out $dir/x.crt 2>$dir/log") == 0
    or die "no certificate\n";

my $t = SCIM::Test->new;
my $path = $t->scim->base =~ s{^https?://[^/]+}{}r;
my $jane = $t->scim->post('/Users', { userName => 'jane' })->{json}{id};


sub slurp {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!";
    local $/;
    return <$in>;
}


# started(TEXT): an nginx with this configuration
sub started {
    my ($text) = @_;

    my $module = SCIM::Nginx::module();
    my $load = $module ? "load_module $module;" : '';
    my $user = $> == 0 ? 'user root;' : '';
    $text =~ s{^load_module .*}{$load\n$user\npid \$DIR/nginx.pid;\n}m;
    $text =~ s{^(error_log|pid) (?!\$DIR).*}{}mg;
    $text =~ s|^http \{\n|$&    access_log \$DIR/logs/access.log;\n|m;
    $text =~ s{^(    )(?=access_log logs)}{$1# }m;
    $text =~ s{(\w+_temp_path +).*}{$1\$DIR/temp/x;}g;
    $text =~ s{scim_redis +\S+;}{'scim_redis ' . $t->redis->address . ';'}e;
    $text =~ s{scim_admin_tokens .*}{scim_admin_tokens \$DIR/tokens;};
    $text =~ s{listen( +)443 }{listen${1}127.0.0.1:\$PORT };
    $text =~ s{(ssl_certificate +).*}{$1$dir/x.crt;};
    $text =~ s{(ssl_certificate_key +).*}{$1$dir/x.key;};

    my $nginx = SCIM::Nginx->new(conf => $text);
    $nginx->write_file('tokens',
        'test:' . sha256_hex($SCIM::Test::admin_token) . "\n");
    $nginx->write_file('scim.conf', slurp('conf/scim.conf'));
    return $nginx->start;
}


# asked(NGINX, OPTION...): what is answered to a request over openssl
sub asked {
    my ($nginx, @options) = @_;

    my $request = $nginx->write_file('request', join "\r\n",
        "GET $path/Users/$jane HTTP/1.1", 'Host: localhost',
        'Authorization: Bearer ' . $t->token, 'Connection: close', '', '');
    my $command = 'openssl s_client -quiet -connect 127.0.0.1:'
        . $nginx->port . " @options <$request 2>/dev/null";
    return `$command`;
}

# for a client that would go as low as that
my $low = '-cipher DEFAULT:@SECLEVEL=0';


# --- a client of old versions is one: where they are allowed, it is served ---

my $readme = slurp('README.md');
my ($synopsis) = $readme =~ /^## Synopsis\n+```nginx\n(.*?)^```/ms
    or die "README.md: no synopsis\n";

my $old = started($synopsis =~ s{ssl_protocols .*}
    {ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers DEFAULT:\@SECLEVEL=0;}r);
like(asked($old, "-$_", $low), qr/"userName":"jane"/, "a client of $_")
    for qw(tls1 tls1_1 tls1_2);
$old->finish;


# --- as it is documented, and as it is shipped ---

my $shipped = slurp('conf/nginx.conf');
my ($server) = $shipped =~ /^(    # server \{\n.*?^    # \}\n)/ms
    or die "conf/nginx.conf: no server with TLS\n";
$server =~ s/^    # ?/    /mg;
$shipped =~ s/^\@USER\@\n//m;
$shipped =~ s/^    server \{\n.*?^    \}\n/$server/ms;

for my $case ([ 'the synopsis', $synopsis ],
              [ 'the shipped configuration', $shipped ])
{
    my ($name, $text) = @$case;
    my $nginx = started($text);

    is(asked($nginx, "-$_", $low), '', "$name: $_ is refused (#49)")
        for qw(tls1 tls1_1);
    for my $version (qw(tls1_2 tls1_3)) {
        my $answer = asked($nginx, "-$version");
        like($answer, qr{^HTTP/1\.1 200 .*"userName":"jane"}s,
            "$name: $version is served (#49)");
        like($answer, qr{"location":"https://localhost\Q$path\E/Users/$jane"},
            "$name, $version: URLs are of https");
    }

    my $port = $nginx->port;
    my $curl = "curl -s -k -H 'Authorization: Bearer " . $t->token . "'"
        . ' -w "%{http_version} %{http_code}" -o /dev/null'
        . " https://127.0.0.1:$port$path/Users";
    is(`$curl --http2`, '2 200', "$name: HTTP/2");
    is(`$curl --http1.1`, '1.1 200', "$name: HTTP/1.1");

    my $plain = SCIM::Client::raw($port,
        "GET $path/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    like($plain, qr{^HTTP/1\.1 400 .*"status":"400"}s,
        "$name: without TLS, an error as SCIM has it");
    my $admin = SCIM::Client::raw($port,
        "GET /api/v1/tenants HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    like($admin, qr{"status":400,"detail":"this port takes HTTPS only"},
        "$name: without TLS, an error as the management API has it");
    $nginx->finish;
}

$t->finish;
done_testing();
