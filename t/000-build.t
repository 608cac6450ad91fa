# The built module: what it exports, what it is linked with, that it lives
# beside nchan, that it builds for other trees, and what is said when a library
# is missing.

use strict;
use warnings;

use lib 't/lib';

use File::Temp ();
use SCIM::Test;
use Test::More;

my $top = $SCIM::Nginx::top;
my $nchan = '/usr/lib/nginx/modules/ngx_nchan_module.so';

# a name in modules' common namespace is one that another module can replace
my @exported = qw(ngx_http_scim_module ngx_module_names ngx_module_order
                  ngx_modules);


sub check_module {
    my ($name, $file) = @_;

    my @symbols = sort map { (split)[-1] } split /\n/,
        `nm -D --defined-only '$file'`;
    is("@symbols", "@exported", "$name: exports nothing but the module");

    my $needed = join ' ', `objdump -p '$file'` =~ /NEEDED\s+(\S+)/g;
    unlike($needed, qr/hiredis/, "$name: hiredis is linked statically");
    like($needed, qr/libjansson/, "$name: jansson is linked");
}


sub loads {
    my ($name, %option) = @_;

    my $nginx = SCIM::Nginx->new(locations => 1, %option,
        address => 'unix:$DIR/none.sock');
    my ($status, $text) = $nginx->test;
    is($status, 0, "$name: is loaded by Debian's nginx") or diag($text);
}


# --- compilers ---

is(system("$top/tools/build.sh --quiet"), 0, 'gcc: no warning');
check_module('gcc', "$top/.build/ngx_http_scim_module.so");
loads('gcc', module => "$top/.build/ngx_http_scim_module.so");

is(system("CC=clang $top/tools/build.sh --quiet"), 0, 'clang: no warning');
check_module('clang', "$top/.build/clang/ngx_http_scim_module.so");
loads('clang', module => "$top/.build/clang/ngx_http_scim_module.so");


# --- a plain nginx source tree, only --with-compat ---

my $work = File::Temp->newdir(TMPDIR => 1);
my $tree = `$top/tools/build-sanitize.sh --source`;
chomp $tree;

sub build_plain {
    my ($name, $how) = @_;

    my $text = `cd '$tree' && ./configure --builddir='$work/$name' $how 2>&1 \\
        && make -j2 -f '$work/$name/Makefile' modules 2>&1`;
    ok($? == 0, "$name: builds") or diag(substr $text, -2000);
}

build_plain('compat', "--with-compat --add-dynamic-module='$top'");
check_module('compat', "$work/compat/ngx_http_scim_module.so");
# no SSL was asked of that tree: the module must not want it either
loads('compat', module => "$work/compat/ngx_http_scim_module.so");


# --- beside nchan, which exports a hiredis of another version ---

for my $order ('nchan first', 'nchan last') {
    my $redis = SCIM::Redis->new;
    my $load = "load_module $nchan;\n";
    my $t = SCIM::Test->new(
        redis => $redis,
        module => undef,
        main => $order eq 'nchan first'
            ? $load . 'load_module ' . SCIM::Nginx::module() . ';'
            : 'load_module ' . SCIM::Nginx::module() . ";\n$load",
        http => 'nchan_redis_url redis://127.0.0.1:' . $redis->port . ';',
        server => 'location ~ ^/pub/(\w+)$ { nchan_publisher;'
            . ' nchan_channel_id $1; nchan_use_redis on; }',
    );

    my $client = SCIM::Client->new(base => $t->nginx->base);

    # what is published before may wait for ever, and its connection with it
    ok($t->nginx->wait_log(qr/nchan: Redis host \S+ ready/, 20),
        "$order: nchan has its Redis");
    my $answer = $client->post('/pub/news', 'hello');
    like($answer->{status}, qr/^20/, "$order: nchan publishes through Redis");

    is($t->scim->post('/Users', { userName => 'jane' })->{status}, 201,
        "$order: a user is created");
    is($client->post('/pub/news', 'hello')->{status}, 202,
        "$order: nchan still publishes");
    is($t->scim->get('/Users')->{json}{totalResults}, 1,
        "$order: the user is found");
    $t->finish;
}


# --- a library is missing: one clear line with the package to install ---

my %package = (
    hiredis => 'libhiredis-dev',
    jansson => 'libjansson-dev',
    utf8proc => 'libutf8proc-dev',
    crypto => 'libssl-dev',
);

for my $library (sort keys %package) {
    # a compiler that does not find it
    open my $out, '>', "$work/cc" or die;
    print {$out} <<"END";
#!/bin/sh
case " \$* " in *$library.a*|*-l$library*) exit 1 ;; esac
exec gcc "\$@"
END
    close $out;
    chmod 0755, "$work/cc";

    my $text = `cd '$tree' && ./configure --with-cc='$work/cc' \\
        --builddir='$work/missing' --without-http_rewrite_module \\
        --without-http_gzip_module --add-dynamic-module='$top' 2>&1`;
    isnt($?, 0, "without $library: refused");
    like($text,
        qr/error: ngx_http_scim_module .*\(Debian package $package{$library}\)$/m,
        "without $library: the package is named");
}

done_testing();
