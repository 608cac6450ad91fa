# Okta: users that are never deleted, group push with whole lists of members,
# and imports, page by page.

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use POSIX ();
use SCIM::Test;
use Test::More;

my $PEOPLE = 1500;              # more than are read at a time

my $core = 'urn:ietf:params:scim:schemas:core:2.0';
my $api = 'urn:ietf:params:scim:api:messages:2.0';
my ($true, $false) = (JSON::PP::true, JSON::PP::false);

my $t = SCIM::Test->new(workers => 2);
my $token = $t->token;
my $okta = $t->scim;


# each request with Okta's headers
sub okta {
    my ($method, $path, $body) = @_;
    return $okta->request($method, $path, $body, {
        accept => 'application/scim+json; charset=utf-8',
        'content-type' => 'application/json',
    });
}


sub patch {
    my ($path, @operations) = @_;
    return okta(PATCH => $path,
        { schemas => [ "$api:PatchOp" ], Operations => \@operations });
}


# --- the connection ---

my $answer = okta(GET => '/Users?count=1&startIndex=1');
is($answer->{status}, 200, 'connection: 200');
like($answer->{headers}{'content-type'}, qr{^application/scim\+json},
    'connection: SCIM JSON');
like($answer->{body}, qr/"totalResults":0,"startIndex":1,"itemsPerPage":0/,
    'connection: numbers are numbers');
is(okta(GET => '/ServiceProviderConfig')->{status}, 200,
    'connection: configuration');

for my $wrong (undef, $token, "Bearer $token.", "Basic $token") {
    $answer = $okta->get('/Users?count=1', undef,
        { authorization => $wrong });
    is($answer->{status}, 401, 'a wrong header: 401');
    is($answer->{json}{schemas}[0], "$api:Error", 'a wrong header: SCIM JSON');
    ok(length $answer->{json}{detail}, 'a wrong header: detail');
}

$answer = okta(GET => '/Users/00000000-0000-4000-8000-000000000000');
is($answer->{status}, 404, 'nobody: 404');
is($answer->{json}{schemas}[0], "$api:Error", 'nobody: SCIM JSON');
is($answer->{json}{status}, '404', 'nobody: status');
ok(length $answer->{json}{detail}, 'nobody: detail');


# --- users ---

my $user = {
    schemas => [ "$core:User" ], userName => 'isaac@example.com',
    name => { givenName => 'Isaac', familyName => 'Brock' },
    emails => [ { primary => $true, value => 'isaac@example.com',
                  type => 'work' } ],
    displayName => 'Isaac Brock', locale => 'en-US', externalId => '00ujl29u',
    groups => [], password => '1mz050nq', active => $true,
};

$answer = okta(POST => '/Users', $user);
is($answer->{status}, 201, 'create: 201');
my $id = $answer->{json}{id};
ok(!exists $answer->{json}{password}, 'create: the password is not returned');
is($answer->{json}{displayName}, 'Isaac Brock', 'create: echoed');

is(okta(POST => '/Users', $user)->{status}, 409, 'create again: 409');

$answer = okta(GET => '/Users?filter=userName%20eq%20%22ISAAC@EXAMPLE.COM%22'
    . '&startIndex=1&count=100');
is($answer->{json}{totalResults}, 1, 'find: in capitals');
is($answer->{json}{Resources}[0]{id}, $id, 'find: the user');

delete $user->{password};
$answer = okta(PUT => "/Users/$id", { %$user, id => $id, title => 'Dr',
    meta => $answer->{json}{Resources}[0]{meta} });
is($answer->{status}, 200, 'replace: 200');
is($answer->{json}{title}, 'Dr', 'replace: echoed');

$answer = patch("/Users/$id",
    { op => 'replace', value => { active => $false } });
is($answer->{status}, 200, 'deactivate: 200');
is($answer->{json}{active}, $false, 'deactivate');
is($answer->{json}{title}, 'Dr', 'deactivate: nothing else');

$answer = okta(PUT => "/Users/$id", { %$user, id => $id, active => $true });
is($answer->{json}{active}, $true, 'activate');
is($answer->{json}{id}, $id, 'activate: the same id');

$answer = okta(PUT => "/Users/$id", { %$user, id => $id, active => $false });
is($answer->{json}{active}, $false, 'deactivate with a PUT');

$answer = patch("/Users/$id",
    { op => 'replace', value => { password => 'changed-secret' } });
like($answer->{status}, qr/^20[04]$/, 'a new password');
my $stored = join "\n", map {
    my $type = $t->redis->command('TYPE', $_);
    my $dump = $type eq 'hash' ? $t->redis->command('HGETALL', $_)
        : $type eq 'stream' ? $t->redis->command('XRANGE', $_, '-', '+') : [];
    JSON::PP->new->encode([ $_, $dump ])
} $t->redis->keys;
unlike($stored, qr/changed-secret|1mz050nq/, 'passwords are nowhere in Redis');
like($stored, qr/isaac/, '(where the user is)');
unlike($t->nginx->error_log, qr/changed-secret|1mz050nq|\Q$token\E/,
    'nor in the log, nor the token');


# --- many people, made by two processes ---

my @pipes;
for my $half (0, 1) {
    my $pid = open my $pipe, '-|';
    die "fork: $!" if !defined $pid;
    if ($pid == 0) {
        $okta = $t->scim;
        print join ' ', map { okta(POST => '/Users', {
            userName => "person$_\@example.com", displayName => "Person $_",
        })->{json}{id} // 'failed' } grep { $_ % 2 == $half } 1 .. $PEOPLE;
        close STDOUT;
        POSIX::_exit(0);
    }
    push @pipes, $pipe;
}
my @people = map { split / /, do { local $/; readline $_ } } @pipes;
close $_ for @pipes;
is(scalar grep({ /^[0-9a-f-]{36}$/ } @people), $PEOPLE, 'many people');


# --- import: page by page, while others come and go ---

my (%seen, @twice);
my $late = 0;
my ($start, $total) = (1, 1);
while ($start <= $total) {
    my $page = okta(GET => "/Users?startIndex=$start&count=200")->{json};
    push @twice, grep { $seen{$_}++ } map { $_->{id} }
        @{ $page->{Resources} };
    $total = $page->{totalResults};
    $start += $page->{itemsPerPage};
    last if !$page->{itemsPerPage};
    okta(POST => '/Users', { userName => 'late' . ++$late });
}
is_deeply(\@twice, [], 'import: nobody twice (pain 9)');
is_deeply([ grep { !$seen{$_} } $id, @people ], [],
    'import: nobody missed (pain 9)');

$answer = okta(GET => '/Users?count=5000')->{json};
is($answer->{itemsPerPage}, 1000, 'a page has a limit (#91)');
is($answer->{totalResults}, 1 + $PEOPLE + $late, 'and the total is all');

$answer = okta(GET => '/Users?filter=displayName%20co%20%22SON%20149%22'
    . '&count=3&startIndex=2')->{json};
is($answer->{totalResults}, 11, 'a filter without an index finds all');
is(scalar @{ $answer->{Resources} }, 3, 'and shows the page');


# --- group push ---

$answer = okta(POST => '/Groups', {
    schemas => [ "$core:Group" ], displayName => 'Everyone',
    members => [ { value => $id, display => 'isaac@example.com' } ],
});
is($answer->{status}, 201, 'push: 201');
my $group = $answer->{json}{id};
is($answer->{json}{members}[0]{value}, $id, 'push: with its member');

$answer = patch("/Groups/$group", { op => 'replace',
    value => { id => $group, displayName => 'All' } });
like($answer->{status}, qr/^20[04]$/, 'push: renamed');
$answer = okta(GET => "/Groups/$group")->{json};
is($answer->{displayName}, 'All', 'push: the new name');
is(scalar @{ $answer->{members} }, 1, 'push: members untouched');

$answer = patch("/Groups/$group", { op => 'replace', path => 'members',
    value => [ map { { value => $_, display => 'x' } } @people ] });
like($answer->{status}, qr/^20[04]$/, 'push: everybody');

my @expected = sort @people;
$answer = okta(GET => "/Groups/$group")->{json};
is_deeply([ sort map { $_->{value} } @{ $answer->{members} } ], \@expected,
    'push: everybody is there');
$answer = okta(GET => '/Groups?count=1')->{json};
is_deeply([ sort map { $_->{value} } @{ $answer->{Resources}[0]{members} } ],
    \@expected, 'push: everybody is in the list');
$answer = okta(GET => "/Groups/$group?excludedAttributes=members");
ok(length $answer->{body} < 1000, 'push: a group without its members');

$answer = patch("/Groups/$group",
    { op => 'remove', path => "members[value eq \"$people[0]\"]" },
    { op => 'add', path => 'members', value => [ { value => $id } ] });
like($answer->{status}, qr/^20[04]$/, 'push: one leaves, one joins');
$answer = okta(GET => "/Groups/$group")->{json};
is(scalar @{ $answer->{members} }, $PEOPLE, 'push: as many as before');
is((grep { $_->{value} eq $people[0] } @{ $answer->{members} }), 0,
    'push: the one has left');

$answer = okta(PUT => "/Groups/$group", {
    schemas => [ "$core:Group" ], id => $group, displayName => 'All',
    members => [ map { { value => $_ } } @people[0 .. 9] ],
});
is($answer->{status}, 200, 'push: ten of them, with a PUT');
is(scalar @{ $answer->{json}{members} }, 10, 'push: ten');

$answer = patch("/Groups/$group",
    { op => 'replace', path => 'members', value => [] });
like($answer->{status}, qr/^20[04]$/, 'push: nobody');
is_deeply(okta(GET => "/Groups/$group")->{json}{members}, [],
    'push: nobody is left');

is(okta(DELETE => "/Groups/$group")->{status}, 204, 'push: deleted');
is(okta(GET => "/Groups/$group")->{status}, 404, 'push: gone');
is(okta(GET => "/Users/$people[0]")->{status}, 200, 'push: the users stay');

$t->finish;
undef $t;
done_testing();
