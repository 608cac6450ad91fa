# scim_access_cache in a configuration: what is taken, and what can't be meant.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Nginx;
use Test::More;

my $line = 'scim_access tenant=demo user=$http_x_user;';


# tested(HTTP, SERVER): what nginx -t says
sub tested {
    my ($http, $server) = @_;
    my $nginx = SCIM::Nginx->new(http => "scim_redis 127.0.0.1:1; $http",
        server => $server, locations => 0);
    return $nginx->test;
}

for my $case (
    ['in http', 'scim_access_cache zone=a:1m;', "location / { $line }"],
    ['in a server', '', "scim_access_cache zone=a:1m; $line"],
    ['all of it', '',
        "location / { scim_access_cache valid=10s zone=a:32k; $line }"],
    ['the size once, elsewhere', 'scim_access_cache zone=a valid=1s;',
        "location / { scim_access_cache zone=a:1m valid=1h; $line }"],
    ['the same size twice', 'scim_access_cache zone=a:1m;',
        "location / { scim_access_cache zone=a:1m valid=1h; $line }"],
    ['a long name', '', 'location / { scim_access_cache zone=' . 'z' x 63
        . ":1m; $line }"],
    ['several zones, and none', 'scim_access_cache zone=a:1m;',
        "location /b { scim_access_cache zone=b:1m; $line }"
            . " location /c { scim_access_cache off; $line }"],
    ['nobody who uses it', 'scim_access_cache zone=a:1m;', ''],
) {
    my ($name, @blocks) = @$case;
    my ($status, $text) = tested(@blocks);
    is($status, 0, "$name: is taken") or diag($text);
    unlike($text, qr/\[(?!notice)/, "$name: without a warning");
}

for my $case (
    ['nothing', '', qr/invalid number of arguments/],
    ['no zone', 'valid=10s', qr/needs a "zone=name:size"/],
    ['no name', 'zone=:1m', qr/invalid parameter "zone=:1m"/],
    ['no name at all', 'zone=', qr/invalid parameter "zone="/],
    ['a name that is too long', 'zone=' . 'z' x 64 . ':1m',
        qr/"zone=z+:1m", expected a name of 1 to 63 visible/],
    ['a name that is no label', "zone=\xc3\xa4:1m", qr/expected a name of/],
    ['a name with a quote', q{'zone=a"b:1m'}, qr/expected a name of/],
    ['no size', 'zone=a:', qr/"zone=a:".*at least/],
    ['a size that is none', 'zone=a:many', qr/"zone=a:many".*at least/],
    ['a negative size', 'zone=a:-1m', qr/"zone=a:-1m".*at least/],
    ['too small', 'zone=a:16k', qr/"zone=a:16k".*at least 32768 bytes/],
    ['a size nowhere', 'zone=a', qr/zero size shared memory zone "a"/],
    ['no time', 'zone=a:1m valid=', qr/"valid=", expected a time/],
    ['no time at all', 'zone=a:1m valid=0', qr/"valid=0", expected a time/],
    ['a time that is none', 'zone=a:1m valid=ever',
        qr/"valid=ever", expected a time/],
    ['another parameter', 'zone=a:1m key=x',
        qr/invalid parameter "key=x", expected "off" or/],
    ['on', 'on', qr/invalid parameter "on", expected "off" or/],
    ['off and a zone', 'off zone=a:1m', qr/invalid parameter "off"/],
    ['two zones', 'zone=a:1m zone=b:1m',
        qr/"zone=b:1m", expected .*, each once/],
    ['two times', 'valid=1s valid=2s', qr/"valid=2s", expected .*, each once/],
    ['twice', 'zone=a:1m; scim_access_cache off', qr/is duplicate/],
    ['two sizes', 'zone=a:1m; } location /x { scim_access_cache zone=a:2m',
        qr/size 2097152 of shared memory zone "a" conflicts/],
    ['a zone of another module', 'zone=limit',
        qr/zone "limit" is already declared for a different use/,
        'limit_req_zone $remote_addr zone=limit:1m rate=1r/s;'],
) {
    my ($name, $parameters, $pattern, $http) = @$case;
    my ($status, $text) = tested($http // '',
        "location / { scim_access_cache $parameters; $line }");
    is($status, 1, "$name: is refused");
    like($text, $pattern, "$name: says why") or diag($text);
    unlike($text, qr/\[alert\]|Sanitizer/, "$name: no alert");
}

done_testing();
