# A password is taken, and goes nowhere: in whatever shape it comes, it is not
# stored, returned, found or logged (RFC 7643, sections 4.1.1, 9.2 and 9.3).

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use SCIM::Test;
use Test::More;

my $core = 'urn:ietf:params:scim:schemas:core:2.0:User';
my $enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
my $api = 'urn:ietf:params:scim:api:messages:2.0';
my $SECRET = 'c0rrect-horse';
my $json = JSON::PP->new->utf8->canonical;

my $redis = SCIM::Redis->new(
    args => [qw(--appendonly yes --appendfsync always)]);
my $t = SCIM::Test->new(redis => $redis, http => 'scim_me $http_x_me;');
my $scim = $t->scim;
my ($integration) = $t->endpoint =~ m{/integrations/([^/]+)/};
my $jane = $scim->post('/Users', { userName => 'jane' })->{json}{id};
my $devs = $scim->post('/Groups', { displayName => 'devs' })->{json}{id};


# answered(NAME, STATUS, ANSWER): so, and without the secret
sub answered {
    my ($name, $status, $answer) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($answer->{status}, $status, "$name: $status")
        or diag($answer->{body});
    my $headers = join "\n", %{ $answer->{headers} };
    unlike("$headers\n$answer->{body}", qr/\Q$SECRET\E|"password"/i,
        "$name: no password in the answer (#22, #39)");
    return $answer;
}

sub patch {
    my ($path, @operations) = @_;
    return $scim->patch($path, { schemas => [ "$api:PatchOp" ],
        Operations => \@operations });
}

sub profile {
    $redis->command(HSET => "scim:{demo}:integration:$integration",
        profile => $_[0]);
}


# --- it is written ---

my @shapes = (
    [ 'its place', { password => $SECRET } ],
    [ 'in capitals', { PassWord => $SECRET } ],
    [ 'behind its URN', { "$core:password" => $SECRET } ],
    [ 'in an object of its URN', { $core => { password => $SECRET } } ],
    [ 'in an extension', { $enterprise =>
        { password => $SECRET, department => 'Sales' } } ],
    [ 'in an extension of nobody', { 'urn:example:2.0:User' =>
        { password => $SECRET, deep => [ { Password => [ $SECRET ] } ] } } ],
    [ 'in a name', { name => { givenName => 'J', password => $SECRET } } ],
    [ 'in a list', { emails => [ { value => 'a@x', password => $SECRET } ] } ],
    [ 'with a dot', { 'name.password' => $SECRET } ],
    [ 'in an unknown attribute', { login => { password => $SECRET } } ],
    [ 'in a body that goes through a file',
        { password => $SECRET, nickName => 'x' x 400_000 } ],
);

my $n = 0;
for my $shape (@shapes) {
    my ($name, $more) = @$shape;
    my $user = { schemas => [ $core ], userName => 'user' . ++$n, %$more };
    my $id = answered("POST, $name", 201, $scim->post('/Users', $user))
        ->{json}{id};
    answered("PUT, $name", 200, $scim->put("/Users/$id", $user));
    answered("PATCH without a path, $name", 200, patch("/Users/$jane",
        { op => 'replace', value => $more }));
    answered("bulk, $name", 200, $scim->post('/Bulk', {
        schemas => [ "$api:BulkRequest" ], Operations => [
            { method => 'POST', path => '/Users', bulkId => 'a',
                data => { %$user, userName => "bulk$n" } },
            { method => 'PUT', path => "/Users/$id", data => $user },
            { method => 'PATCH', path => "/Users/$id", data => {
                Operations => [ { op => 'add', value => $more } ] } },
        ] }));
    is(join(' ', map { $_->{status} } @{ $scim->post('/Bulk', {
        schemas => [ "$api:BulkRequest" ], Operations => [
            { method => 'PUT', path => "/Users/$id", data => $user } ] })
        ->{json}{Operations} }), '200', "bulk, $name: taken");
}

for my $path ('password', 'PASSWORD', "$core:password", 'name.password',
    "$enterprise:password", 'urn:example:2.0:User:password',
    'emails[type eq "home"].password')
{
    answered("PATCH $_ $path", 200, patch("/Users/$jane", { op => $_,
        path => $path, $_ eq 'remove' ? () : (value => $SECRET) }))
        for qw(add replace Replace remove);
}
answered('PATCH with a path to an object', 200, patch("/Users/$jane",
    { op => 'add', path => 'name', value => { password => $SECRET } },
    { op => 'add', path => $enterprise, value => { password => $SECRET } },
    { op => 'add', path => $core, value => { password => $SECRET } }));
answered('PATCH of a group', 204, patch("/Groups/$devs",
    { op => 'replace', value => { password => $SECRET } }));
answered('a group', 200, $scim->put("/Groups/$devs",
    { displayName => 'devs', password => $SECRET }));
answered('/Me', 200, $scim->put('/Me',
    { userName => 'jane', password => $SECRET }, { 'X-Me' => 'jane' }));

# what it is alone does not make a new version
my $before = $scim->get("/Users/$jane")->{headers}{etag};
is(patch("/Users/$jane", { op => 'replace', path => 'password',
    value => $SECRET })->{headers}{etag}, $before,
    'a new password alone is no change');


# --- it is refused ---

for my $wrong ([ $SECRET ], { value => $SECRET }, \1) {
    answered('a password of a wrong type', 400, $scim->post('/Users',
        { userName => 'wrong', password => $wrong }));
    answered('PATCH, a password of a wrong type', 400, patch("/Users/$jane",
        { op => 'replace', path => 'password', value => $wrong }));
}
answered('with something wrong besides', 400, $scim->post('/Users',
    { userName => 'wrong', password => $SECRET, active => $SECRET }));
answered('in broken JSON', 400, $scim->post('/Users',
    qq({"userName":"wrong","password":"$SECRET")));
answered('for a name that is taken', 409, $scim->post('/Users',
    { userName => 'jane', password => $SECRET }));
answered('without a token', 401, $scim->post('/Users',
    { userName => 'wrong', password => $SECRET }, { authorization => undef }));
answered('as a value to select by', 400, patch("/Users/$jane",
    { op => 'replace', path => "password[value eq \"$SECRET\"]",
        value => 'x' }));

profile('strict');
my $user = { schemas => [ $core ], userName => 'strict',
    password => $SECRET };
answered('strict: POST', 201, $scim->post('/Users', $user));
answered('strict: PATCH', 200, patch("/Users/$jane",
    { op => 'replace', path => 'password', value => $SECRET },
    { op => 'replace', value => { password => $SECRET } }));
answered('strict: where there is none', 400, $scim->post('/Users',
    { %$user, userName => 'wrong', name => { password => $SECRET } }));
profile('lenient');


# --- it is asked for ---

for my $filter (qq(password eq "$SECRET"), 'password pr', 'not (password pr)',
    qq(userName eq "jane" and PASSWORD sw "c"), "$core:password pr",
    'password[value pr]', 'password ne null', 'userName pr or password co "c"')
{
    for my $endpoint ('/Users', '') {
        my $escaped = $filter =~ s/([^A-Za-z0-9])/sprintf '%%%02x', ord $1/ger;
        my $answer = $scim->get("$endpoint/?filter=$escaped");
        my $as_message = $scim->post("$endpoint/.search", {
            schemas => [ "$api:SearchRequest" ], filter => $filter });
        for ($answer, $as_message) {
            is($_->{status}, 400, "$endpoint, $filter: 400 (#23, #87)");
            is($_->{json}{scimType}, 'invalidFilter',
                "$endpoint, $filter: invalidFilter (#23)");
            unlike($_->{body}, qr/\Q$SECRET/, 'and does not repeat it');
        }
    }
}

for my $unknown ('name.password', "$enterprise:password",
    'urn:example:2.0:User:password', 'login.password',
    'urn:example:2.0:User:deep.password')
{
    my $answer = $scim->get("/Users?filter=$unknown+pr");
    is($answer->{json}{totalResults}, 0, "$unknown finds nobody (#23)");
}

is($scim->get('/Users?sortBy=password')->{status}, 400,
    'and is nothing to sort by');

for my $query ('attributes=password', "attributes=$core:password,userName",
    'attributes=name,login,emails,' . $enterprise, 'excludedAttributes=id')
{
    answered("?$query", 200, $scim->get("/Users/$jane?$query"));
    answered("a list, ?$query", 200, $scim->get("/Users?$query&count=1000"));
}
answered('all users', 200, $scim->get('/Users?count=1000'));
answered('all groups', 200, $scim->get('/Groups?count=1000'));
my $config = $scim->get('/ServiceProviderConfig')->{json};
ok(!$config->{changePassword}{supported}, 'it cannot be changed (#31)');


# --- it is nowhere ---

sub slurp {
    my ($file) = @_;
    open my $in, '<:raw', $file or return '';
    local $/;
    return scalar(<$in>) // '';
}

my $stored = join "\n", map {
    my $type = $redis->command('TYPE', $_);
    my $value = $type eq 'hash' ? $redis->command('HGETALL', $_)
        : $type eq 'stream' ? $redis->command('XRANGE', $_, '-', '+')
        : $type eq 'zset' ? $redis->command('ZRANGE', $_, 0, -1)
        : $type eq 'set' ? $redis->command('SMEMBERS', $_)
        : $redis->command('GET', $_);
    $json->encode([ $_, $value ])
} $redis->keys;
like($stored, qr/user11.*bulk11/s, 'Redis has the users');
unlike($stored, qr/\Q$SECRET/, 'and no password of theirs (#22)');

$t->nginx->stop;
my @files = glob $redis->dir . '/appendonlydir/*';
my $log = join '', map { slurp($_) } @files;
like($log, qr/bulk11/, 'the append-only file has the users');
unlike($log, qr/\Q$SECRET/, 'and no password of theirs (#22)');

$log = $t->nginx->error_log . $t->nginx->access_log;
like($log, qr/scim: 400 /, 'the logs have the refusals');
unlike($log, qr/\Q$SECRET/, 'and no password (#160)');

@files = grep { -f } glob $t->nginx->dir . '/temp/{*,*/*,*/*/*,*/*/*/*}';
is("@files", '', 'no temporary file is left');

$t->finish;
done_testing();
