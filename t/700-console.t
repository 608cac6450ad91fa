# console/ as files: how nginx serves them, that they need nothing from
# elsewhere, and that what is vendored is what was published.

use strict;
use warnings;

use lib 't/lib';

use Digest::SHA;
use File::Find ();
use File::Temp ();
use SCIM::Client;
use SCIM::Console;
use SCIM::Test;
use Test::More;

plan(skip_all => 'the same with any nginx') if $ENV{SCIM_SANITIZE};

my %types = (
    html => 'text/html; charset=utf-8',
    css => 'text/css; charset=utf-8',
    js => 'text/javascript; charset=utf-8',
    svg => 'image/svg+xml',
    woff2 => 'font/woff2',
);

my $policy = join '; ', "default-src 'none'",
    (map { "$_-src 'self'" } qw(script style font img connect)),
    (map { "$_ 'none'" } qw(base-uri form-action frame-ancestors)),
    "require-trusted-types-for 'script'", "trusted-types 'none'";

my %headers = (
    'content-security-policy' => $policy,
    'x-content-type-options' => 'nosniff',
    'x-frame-options' => 'DENY',
    'referrer-policy' => 'no-referrer',
    'cross-origin-opener-policy' => 'same-origin',
    'cross-origin-resource-policy' => 'same-origin',
    'cache-control' => 'no-cache',
);

my $t = SCIM::Test->new(before => \&SCIM::Console::place);
my $client = SCIM::Client->new(base => $t->nginx->base);


sub slurp {
    my ($file) = @_;
    open my $in, '<:raw', $file or die "$file: $!";
    local $/;
    return scalar <$in>;
}

sub files {
    my ($dir) = @_;
    my @files;
    File::Find::find({ no_chdir => 1, wanted => sub {
        push @files, substr $_, 1 + length $dir if -f $_;
    } }, $dir);
    return sort @files;
}

my @files = files('console');


# --- served ---

for my $file (grep { !/README|LICENSE/ } @files) {
    my ($ending) = $file =~ /\.(\w+)$/;
    my $answer = $client->get("/console/$file");
    my %got = %{ $answer->{headers} };
    is(join(' ', $answer->{status}, $got{'content-type'}),
        "200 $types{$ending}", $file);
    is($answer->{body}, slurp("console/$file"), "$file: the whole of it");
    is_deeply({ map { $_ => $got{$_} } keys %headers }, \%headers,
        "$file: headers");
}

my $answer = $client->get('/console/');
like($answer->{body}, qr/^<!doctype html>/, 'the folder is its index');
is($client->get('/console/', undef,
    { 'if-none-match' => $answer->{headers}{etag} })->{status}, 304,
    'asked again, it is what one has');

$answer = $client->get('/console');
is("$answer->{status} $answer->{headers}{location}", '301 /console/',
    'without its slash');

$answer = $client->get('/console/js/main.js', undef,
    { 'accept-encoding' => 'gzip' });
is($answer->{headers}{'content-encoding'}, 'gzip', 'scripts are compressed');

for my $method (qw(POST PUT PATCH DELETE)) {
    is($client->request($method, '/console/index.html')->{status}, 403,
        "$method: refused");
}
for my $path ('no-such.js', '../nginx.conf', '%2e%2e/nginx.conf', 'js/',
    '..%2fadmin-tokens')
{
    my $status = $client->get("/console/$path")->{status};
    ok((grep { $_ == $status } 400, 403, 404), "/console/$path: nothing")
        or diag($status);
}


# --- nothing inline, nothing from elsewhere ---

my $index = slurp('console/index.html');
is(join(' ', $index =~ /<script(?![^>]*\ssrc=)[^>]*>/g), '',
    'no script in the page');
is(join(' ', $index =~ /<style|\sstyle=|\son\w+=/g), '',
    'no style and no handler in the page');

my @modules = grep { m{\.js$} && $_ ne 'js/main.js'
    && $_ ne 'js/theme-first.js' } @files;
is_deeply([ sort $index =~ /<link rel="modulepreload" href="([^"]+)">/g ],
    \@modules, 'each module is announced');

for my $file (grep { m{^(js|css)/|html$} } @files) {
    my $text = slurp("console/$file");
    is(join(' ', $text =~ m{https?://\S+}g), '', "$file: no other host");
    next if $file !~ /js$/;

    my @bad = $text =~ /\b(?:innerHTML|outerHTML|eval|document\.write
        |insertAdjacentHTML|new\ Function|setAttribute)\b|\sstyle=/gx;
    is(join(' ', @bad), '', "$file: nothing becomes code or style");
    my $keeps = $file =~ m{^js/theme(-first)?\.js$};
    is(scalar($text =~ /localStorage\./), $keeps ? 1 : '',
        "$file: " . ($keeps ? 'keeps the appearance' : 'keeps nothing'));

    my ($dir) = $file =~ m{^(.*)/};
    my @missing = grep { !-f "console/$dir/$_" }
        $text =~ /\bfrom '([^']+)'/g;
    is(join(' ', @missing), '', "$file: imports what there is");
    my @long = grep { length > 80 } split /\n/, decoded($text);
    is(join("\n", @long), '', "$file: 80 columns");
}

sub decoded {
    my ($text) = @_;
    utf8::decode($text);
    return $text;
}


# --- vendored as published ---

SCIM::Console::install();
my $made = File::Temp->newdir(TMPDIR => 1);
my $packages = SCIM::Console::directory() . '/node_modules';
is(system('node', 't/console/vendor.mjs', $packages, "$made"), 0,
    'what is vendored is made from the packages');
is_deeply([ files("$made") ], [ grep { $_ ne 'README.md' }
    files('console/vendor') ], 'the same files');

my %sum = reverse slurp('console/vendor/README.md')
    =~ /^([0-9a-f]{64})  (\S+)$/mg;
for my $file (files("$made")) {
    is(slurp("console/vendor/$file"), slurp("$made/$file"), "$file: the same");
    next if $file =~ /LICENSE/;
    is($sum{$file},
        Digest::SHA->new(256)->addfile("$made/$file")->hexdigest,
        "$file: SHA-256");
}

my $versions = slurp('t/console/package.json');
for my $line (slurp('console/vendor/README.md') =~ /^\| `.*$/mg) {
    my ($package, $version) = $line =~ /\| (\S+) (\d[\d.]+)/ or next;
    like($versions, qr/"\Q$package\E": "\Q$version\E"/,
        "README: $package $version");
}

$t->finish;
done_testing();
