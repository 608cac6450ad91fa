# Users in the management API, 20,000 of them: found while one types, page by
# page, by what an administrator and a service account may see.

use strict;
use warnings;

use lib 't/lib';

use Digest::SHA qw(sha256_hex);
use List::Util qw(min);
use SCIM::Client;
use SCIM::Test;
use Test::More;
use Time::HiRes qw(time);

use constant COUNT => 20_000;
use constant BULK => 1000;

my $t = SCIM::Test->new(http => 'scim_max_scan 7000;');
my $admin = $t->admin;
my $okta = $t->create('demo', 'okta');


# --- the directory ---

my @rare = (4_321, 19_998);

# user(NUMBER): every hundredth is not active
sub user {
    my ($n) = @_;
    return {
        userName => sprintf('user%05d', $n),
        displayName => (grep { $_ == $n } @rare) ? "Rare Bird $n" : "Person $n",
        emails => [ { value => "p$n\@example.com" } ],
        active => $n % 100 ? JSON::PP::true() : JSON::PP::false(),
    };
}

my @ids;

# create(CLIENT, FROM, TO)
sub create {
    my ($client, $from, $to) = @_;

    while ($from <= $to) {
        my $last = min($from + BULK - 1, $to);
        my $answer = $client->post('/Bulk', { Operations => [ map { {
            method => 'POST', path => '/Users', bulkId => "b$_",
            data => user($_),
        } } $from .. $last ] });
        my %id = map { $_->{bulkId} => $_->{location} =~ m{([^/]+)$} }
            @{ $answer->{json}{Operations} };
        $ids[$_] = $id{"b$_"} for $from .. $last;
        $from = $last + 1;
    }
}

create($t->scim, 1, COUNT - 30);
create($t->scim($okta), COUNT - 29, COUNT);
is(scalar(grep { defined } @ids), COUNT, COUNT . ' users are there');

my $group = $t->scim->post('/Groups', { displayName => 'some',
    members => [ map { { value => $ids[$_ * 50] } } 1 .. 120 ] })->{json}{id};


# walk(CLIENT, PATH): what all pages show, and how many these are
sub walk {
    my ($client, $path) = @_;
    my ($pages, $cursor, @found) = (0);

    do {
        my $page = $client->get($path . ($path =~ /\?/ ? '&' : '?')
            . (defined $cursor ? "cursor=$cursor" : ''));
        die "$page->{status} $page->{body}\n" if $page->{status} != 200;
        push @found, map { $_->{userName} } @{ $page->{json}{results} };
        $cursor = $page->{json}{nextCursor};
        $pages++;
    } while (defined $cursor && $pages < 1000);
    return (\@found, $pages);
}

sub names { return [ map { sprintf 'user%05d', $_ } @_ ] }


# --- pages ---

my $first = $admin->get('/demo/users')->{json};
is_deeply([ map { $_->{userName} } @{ $first->{results} } ], names(1 .. 50),
    'a first page of 50');
is($first->{total}, COUNT, 'it says how many there are');
like($first->{nextCursor}, qr/^[A-Za-z0-9_-]+$/, 'and where to go on');

my ($found, $pages) = walk($admin, '/demo/users?count=200');
is_deeply($found, names(1 .. COUNT), 'all of them, page by page');
is($pages, COUNT / 200, 'in so many pages');

($found, $pages) = walk($admin, '/demo/users?count=1&group=' . $group
    . '&active=false');
is_deeply($found, names(map { $_ * 100 } 1 .. 60),
    'the inactive ones of a group, one by one');
is_deeply((walk($admin, "/demo/users?count=77&group=$group"))[0],
    names(map { $_ * 50 } 1 .. 120), 'a group');
is_deeply([ sort @{ (walk($admin, '/demo/users?count=70&active=false'))[0] } ],
    names(map { $_ * 100 } 1 .. COUNT / 100), 'those that are not active');
is_deeply((walk($admin, '/demo/users?q=0000&count=7'))[0],
    names(grep { /0000/ } map { sprintf '%05d', $_ } 1 .. COUNT),
    'a text, page by page');


# --- what is rare ---

($found, $pages) = walk($admin, '/demo/users?q=rare%20BIRD');
is_deeply($found, names(@rare), 'two of all are found');
is($pages, 3, 'a page ends when enough has been looked at');

my $page = $admin->get('/demo/users?q=rare%20bird%2019998')->{json};
is_deeply($page->{results}, [], 'it may be empty');
ok($page->{nextCursor}, 'with a cursor');
ok(!exists $page->{total}, 'and without a total');

is_deeply((walk($admin, "/demo/users?integration=$okta->{id}&count=8"))[0],
    names(COUNT - 29 .. COUNT), 'what one integration created');

my @times;
for my $q (qw(p pe per pers perso person person%201 person%2019)) {
    my $begun = time;
    my $answer = $admin->get("/demo/users?q=$q");
    push @times, time - $begun;
    is(scalar @{ $answer->{json}{results} }, 50, "typing $q finds a page");
}
diag(sprintf 'as one types: %.1f ms at most, and %.1f ms for 7000 in vain',
    1000 * (sort { $b <=> $a } @times)[0],
    1000 * do {
        my $begun = time;
        $admin->get('/demo/users?q=nobody');
        time - $begun;
    });


# --- cursors are of one query, one tenant and one asker ---

# refused(NAME, ANSWER)
sub refused {
    my ($name, $answer) = @_;
    is($answer->{status}, 400, "$name: 400");
    is($answer->{json}{field}, 'cursor', "$name: the cursor");
}

my $cursor = $first->{nextCursor};
my $acme = $t->create('acme', 'authentik');
$t->scim($acme)->post('/Users', { userName => "u$_" }) for 1 .. 3;

is(scalar @{ $admin->get("/demo/users?count=3&cursor=$cursor")
    ->{json}{results} }, 3, 'the size of pages may change on the way');
refused('another query', $admin->get("/demo/users?q=a&cursor=$cursor"));
refused('another tenant', $admin->get("/acme/users?cursor=$cursor"));
refused('of users, for groups', $admin->get("/demo/groups?cursor=$cursor"));
refused('cut', $admin->get('/demo/users?cursor=' . substr $cursor, 0, -2));
refused('padded', $admin->get("/demo/users?cursor=${cursor}AA"));
refused('none', $admin->get('/demo/users?cursor=' . 'A' x 60));

for my $i (0, 20, 40, length($cursor) - 2) {
    my $forged = $cursor;
    substr($forged, $i, 1) =~ tr/A-Za-z0-9_-/B-ZAb-za1-90\-_/;
    refused("forged at $i", $admin->get("/demo/users?cursor=$forged"))
        if $forged ne $cursor;
}

my $filtered = $admin->get('/demo/users?q=person&active=true&count=2')->{json};
is($admin->get('/demo/users?active=true&count=2&q=person&cursor='
    . $filtered->{nextCursor})->{status}, 200,
    'the order of parameters says nothing');


# --- service accounts ---

# account(TENANT, ROLE): a client, by a token whose text an integration has
sub account {
    my ($tenant, $role) = @_;
    my $token = $t->create($tenant, lc "$role-token")->{secretToken};
    my ($key, $id) = ("scim:{$tenant}", lc "account-of-$role");

    $t->redis->command(HSET => "$key:token-hashes", sha256_hex($token), $id);
    $t->redis->command(HSET => "$key:token:$id", owner =>
        "service-account:$id", expires => 0, last_used => 0);
    $t->redis->command(HSET => "$key:service-account:$id", name => $id);
    $t->redis->command(HSET => "$key:binding:b-$id", role => $role,
        subject_type => 'service-account', subject => $id, namespace => '');
    $t->redis->command(SADD => "$key:service-account:$id:bindings", "b-$id");
    return SCIM::Client->new(base => $t->nginx->base . '/api/v1',
        token => $token, type => 'application/json');
}

my $viewer = account('demo', 'Viewer');
my $manager = account('demo', 'Admin');
my $scimmer = account('demo', 'SCIMProvisioner');

is(scalar @{ $viewer->get('/demo/users?q=person')->{json}{results} }, 50,
    'who may look finds');
refused("the administrator's cursor",
    $viewer->get("/demo/users?cursor=$cursor"));
is($viewer->get("/demo/users/$ids[1]")->{status}, 200, 'and reads');
is($viewer->get('/acme/users')->{status}, 401, 'in one tenant only');

my $path = "/demo/users/$ids[7]?force=true";
my $answer = $viewer->patch($path, { active => JSON::PP::false() });
is($answer->{status}, 403, 'who may only look changes nothing');
like($answer->{json}{detail}, qr/USER:UPDATE/, 'and is told what is missing');
like($viewer->delete($path)->{json}{detail}, qr/USER:DELETE/, 'nor deletes');
is($scimmer->get('/demo/users')->{status}, 403, 'and others do not even look');
like($scimmer->get("/demo/users/$ids[7]")->{json}{detail}, qr/USER:READ/,
    'at one');

is($manager->patch($path, { active => JSON::PP::false() })->{json}{active},
    JSON::PP::false(), 'who may change does');
is($manager->delete($path)->{status}, 204, 'who may delete does');
is($t->redis->command(EVAL => q{return redis.call('XREVRANGE',
    'scim:{demo}:audit', '+', '-', 'COUNT', '1')[1][2][2]}, 0),
    'service-account:account-of-admin', 'as the trail says');


# --- while the directory changes ---

my $at = $admin->get('/demo/users?q=person&count=5')->{json};
$t->scim->delete("/Users/$at->{results}[4]{id}");
is_deeply([ map { $_->{userName} } @{ $admin->get(
    "/demo/users?q=person&count=5&cursor=$at->{nextCursor}")
    ->{json}{results} } ], names(6, 8 .. 11), 'nobody is missed or shown twice');

$t->finish;
done_testing();
