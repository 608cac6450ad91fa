# scim_access in a configuration: what is taken, and what can't be meant.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Nginx;
use Test::More;

my $redis = 'scim_redis 127.0.0.1:1;';


# tested(HTTP, SERVER): what nginx -t says
sub tested {
    my ($http, $server) = @_;
    my $nginx = SCIM::Nginx->new(http => "$redis $http", server => $server,
        locations => 0);
    return $nginx->test;
}

sub taken {
    my ($name, @blocks) = @_;
    my ($status, $text) = tested(@blocks);
    is($status, 0, "$name: is taken") or diag($text);
    unlike($text, qr/\[(?!notice)/, "$name: without a warning");
}

my $line = 'scim_access tenant=demo user=$remote_user';

taken('as short as can be', '', "location / { $line; }");
taken('everything', '', <<'END');
location / {
    scim_access tenant=$arg_tenant "user=$ssl_client_s_dn" by=email
        "group=Platform Team" group=$arg_group role=Editor
        permission=FLOW:EXECUTE permission=KV_STORE:READ
        namespace=prod.$arg_ns;
    scim_access tenant=demo user=${http_x_user}@example.com by=userName;
    scim_access tenant=demo user=$http_x_user by=id;
    scim_access tenant=demo user=$http_x_user by=externalId;
    limit_except GET { scim_access tenant=demo user=$http_x_user role=Admin; }
}
END
taken('http, server, off', "$line;", 'location / { scim_access off; }');
taken('server', '', "$line; location / { $line; }");
taken('satisfy any with a certificate', 'satisfy any;',
    'scim_access tenant=demo user=$ssl_client_s_dn;');
taken('satisfy any elsewhere', '', "location / { satisfy any; }"
    . " location /in { $line; }");
taken('satisfy any, off', "$line;",
    'location / { satisfy any; scim_access off; }');
taken('a constant group of another script', '',
    "location / { $line group=\x{c3}\x{84}rzte; }");

for my $case (
    # name, parameters of one line, what is said of it
    ['no tenant', 'user=$remote_user', qr/needs a tenant=/],
    ['no user', 'tenant=demo', qr/needs a user=/],
    ['a user for everybody', 'tenant=demo user=remote_user',
        qr/"user=remote_user" has no variable/],
    ['a tenant that cannot be one', 'tenant=De_mo user=$remote_user',
        qr/"tenant=De_mo" can't name a tenant/],
    ['an empty tenant', 'tenant= user=$remote_user',
        qr/"tenant=" must have a value/],
    ['an empty group', 'tenant=demo user=$remote_user group=',
        qr/"group=" must have a value/],
    ['a tenant twice', 'tenant=demo tenant=acme user=$remote_user',
        qr/"tenant=acme" is duplicate/],
    ['a user twice', 'tenant=demo user=$remote_user user=$arg_user',
        qr/"user=\$arg_user" is duplicate/],
    ['by twice', 'tenant=demo user=$remote_user by=id by=id',
        qr/"by=id" is duplicate/],
    ['a namespace twice',
        'tenant=demo user=$remote_user role=A namespace=a namespace=b',
        qr/"namespace=b" is duplicate/],
    ['another parameter', 'tenant=demo user=$remote_user grp=x',
        qr/invalid parameter "grp=x": expected tenant=, user=/],
    ['no parameter', 'tenant=demo user=$remote_user Staff',
        qr/invalid parameter "Staff": expected/],
    ['a parameter in capitals', 'Tenant=demo user=$remote_user',
        qr/invalid parameter "Tenant=demo"/],
    ['by something else', 'tenant=demo user=$remote_user by=name',
        qr/"by=name" is none of userName, id, externalId and email/],
    ['a permission in lower case',
        'tenant=demo user=$remote_user permission=flow:read',
        qr/"permission=flow:read" is never true: expected RESOURCE:ACTION/],
    ['half a permission', 'tenant=demo user=$remote_user permission=FLOW',
        qr/is never true: expected RESOURCE:ACTION/],
    ['a permission too much',
        'tenant=demo user=$remote_user permission=FLOW:READ:ALL',
        qr/is never true/],
    ['no resource', 'tenant=demo user=$remote_user permission=:READ',
        qr/is never true/],
    ['no action', 'tenant=demo user=$remote_user permission=FLOW:',
        qr/is never true/],
    ['two permissions in one',
        'tenant=demo user=$remote_user "permission=FLOW:READ FLOW:EXECUTE"',
        qr/is never true/],
    ['a role that cannot be one', 'tenant=demo user=$remote_user role=a:b',
        qr/"role=a:b" is never true: nothing can have this name/],
    ['a group that cannot be one', "tenant=demo user=\$remote_user group=\xff",
        qr/is never true: nothing can have this name/],
    ['a namespace for nothing',
        'tenant=demo user=$remote_user group=Staff namespace=prod',
        qr/has a namespace= without a role= or a permission=/],
    ['a namespace that cannot be one',
        'tenant=demo user=$remote_user role=A namespace=prod.',
        qr/"namespace=prod." can't be a namespace/],
    ['a namespace of other characters',
        'tenant=demo user=$remote_user role=A namespace=prod/eng',
        qr{"namespace=prod/eng" can't be a namespace}],
    ['a permission that is too long', 'tenant=demo user=$remote_user'
        . ' permission=' . 'A' x 65 . ':READ', qr/is never true/],
    ['off and more', 'off tenant=demo', qr/invalid parameter "off"/],
    ['nothing', '', qr/invalid number of arguments in "scim_access"/],
) {
    my ($name, $parameters, $pattern) = @$case;
    my ($status, $text) = tested('',
        "location / {\n    scim_access $parameters;\n}");
    isnt($status, 0, "$name: is refused");
    like($text, qr/\[emerg\].*$pattern.* in \S+:\d+$/m,
        "$name: with the reason and the line");
}

my @others = (
    ['off, then something', '', "location / { scim_access off; $line; }",
        qr/"scim_access" directive is off here/],
    ['something, then off', '', "location / { $line; scim_access off; }",
        qr/"scim_access" directive can't be off where it says something/],
    ['off twice', '', 'location / { scim_access off; scim_access off; }',
        qr/can't be off where it says something else/],
    ['satisfy any with $remote_user', '',
        "location / { satisfy any; $line; }",
        qr/believe any \$remote_user.* in \S+nginx\.conf:\d+/],
    ['satisfy any around it', 'satisfy any;', "location / { $line; }",
        qr/believe any \$remote_user/],
    ['satisfy any below it', "$line;", 'location / { satisfy any; }',
        qr/believe any \$remote_user/],
    ['a variable that is not there', '',
        'location / { scim_access tenant=demo user=$nobody_has_this; }',
        qr/unknown "nobody_has_this" variable/],
    ['in an if', '', "location / { if (\$arg_a) { $line; } }",
        qr/"scim_access" directive is not allowed here/],
);
for my $case (@others) {
    my ($name, $http, $server, $pattern) = @$case;
    my ($status, $text) = tested($http, $server);
    isnt($status, 0, "$name: is refused");
    like($text, $pattern, "$name: with the reason");
}

my $nginx = SCIM::Nginx->new(server => "$line;", locations => 0);
my ($status, $text) = $nginx->test;
isnt($status, 0, 'no scim_redis: is refused');
like($text, qr/"scim_access" needs a "scim_redis" .* in \S+nginx\.conf:\d+/,
    'no scim_redis: why');

done_testing();
