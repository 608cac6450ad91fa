# What a cursor is (RFC 9865): a place in a fixed order, that nothing on the
# server is kept for, that ends, and that permits nothing.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Test;
use Test::More;
use Time::HiRes qw(sleep);

my $redis = SCIM::Redis->new(args => [qw(--enable-debug-command yes)]);
my $t = SCIM::Test->new(redis => $redis, workers => 2);
my $scim = $t->scim;
my $acme = $t->scim($t->create('acme', 'authentik'));
my ($integration) = $t->endpoint =~ m{/integrations/([^/]+)/};
my $key = "scim:{demo}:integration:$integration";

# so that no request remembers that it was used, which is no cursor's affair
$redis->command(HSET => $key, tokens_used => 4_000_000_000_000);

my @people = map { my $name = sprintf 'user%02d', $_;
    $scim->post('/Users', { userName => $name }); $name } 1 .. 25;
$scim->post('/Groups', { displayName => "group$_" }) for 1 .. 5;
$acme->post('/Users', { userName => "acme$_" }) for 1 .. 5;


sub names {
    my ($answer) = @_;
    return map { $_->{userName} // $_->{displayName} }
        @{ $answer->{json}{Resources} // [] };
}

# walk(CLIENT, QUERY): the names that its pages show, and the cursors
sub walk {
    my ($client, $query) = @_;
    my (@names, @cursors);
    for (my $cursor = ''; defined $cursor && @cursors < 30;
         $cursor = $cursors[-1])
    {
        my $answer = $client->get("/$query&cursor=$cursor");
        push @names, names($answer);
        push @cursors, $answer->{json}{nextCursor};
    }
    pop @cursors;
    return (\@names, \@cursors);
}


# --- in a fixed order ---

my ($names, $cursors) = walk($scim, 'Users?count=4');
is_deeply($names, \@people, 'pages have the order of creation (#172)');
is_deeply([ names($scim->get('/Users?count=25')) ], $names,
    'as a list by index has (#172)');
is_deeply((walk($scim, 'Users?count=7'))[0], $names,
    'whatever their size (#172)');
is_deeply((walk($t->scim, 'Users?count=4'))[0], $names,
    'and as often as they are asked for (#172)');
is_deeply([ (walk($scim, 'Users?count=3&filter=userName+co+%222%22'))[0] ],
    [ [ grep { /2/ } @people ] ], 'a filter keeps the order (#172)');

my $third = $scim->get("/Users?count=4&cursor=$cursors->[1]");
is_deeply([ names($third) ], [ @people[8 .. 11] ], 'a page once more (#172)');
my $ordered = $scim->get('/Users?count=4&cursor&sortBy=userName');
is($ordered->{status}, 400, 'another order is refused, not ignored (#172)');
is($ordered->{json}{scimType}, 'invalidValue', 'and it is said');
like($ordered->{json}{detail}, qr/sortBy|cursor/, 'of what');


# --- that nothing is kept for ---

my $before = $redis->command('DEBUG', 'DIGEST');
walk($scim, 'Users?count=2') for 1 .. 3;
walk($scim, 'Groups?count=2');
walk($scim, '?count=3&filter=id+pr');
$scim->get('/Users?count=1&cursor') for 1 .. 50;
is($redis->command('DEBUG', 'DIGEST'), $before,
    'Redis is the same after many cursors (#180)');

$t->nginx->reload;
is_deeply([ names($t->scim->get("/Users?count=4&cursor=$cursors->[1]")) ],
    [ @people[8 .. 11] ], 'other workers know a cursor (#180)');
$t->nginx->stop;
$t->nginx->start;
$scim = $t->scim;
is_deeply([ names($scim->get("/Users?count=4&cursor=$cursors->[1]")) ],
    [ @people[8 .. 11] ], 'and another nginx does (#180)');


# --- that permits nothing ---

# refused(ANSWER, STATUS, SCIMTYPE, NAME)
sub refused {
    my ($answer, $status, $type, $name) = @_;
    is($answer->{status}, $status, "$name: $status");
    is($answer->{json}{scimType}, $type, "$name: " . ($type // 'no scimType'));
    ok(!exists $answer->{json}{Resources}, "$name: shows nobody");
    return $answer;
}

$acme = $t->scim($t->create('acme', 'okta'));
my $foreign = refused($acme->get("/Users?count=4&cursor=$cursors->[1]"), 400,
    'invalidCursor', 'in another tenant (#156, #177)');
my $none = refused($scim->get('/Users?count=4&cursor=' . 'A' x 80), 400,
    'invalidCursor', 'one that never was (#178)');
is($foreign->{body}, $none->{body}, 'and both are told the same (#179)');
refused($acme->post('/Users/.search', { count => 4, cursor => $cursors->[1] }),
    400, 'invalidCursor', 'in a message to another tenant (#156, #174)');

for my $i (0 .. length($cursors->[1]) - 1) {
    my $forged = $cursors->[1];
    substr($forged, $i, 1) =~ tr/A-Za-z0-9_-/B-ZAb-za1-90\-_/;
    my $answer = $scim->get("/Users?count=4&cursor=$forged");
    # the last character may have bits that mean nothing
    next if $i == length($forged) - 1 && $answer->{status} == 200;
    is("$answer->{status} $answer->{json}{scimType}", '400 invalidCursor',
        "another character, $i: forged (#178)");
}
for my $length (1, 2, 20, length($cursors->[1]) - 1) {
    is($scim->get("/Users?count=4&cursor=" . substr $cursors->[1], 0, $length)
        ->{json}{scimType}, 'invalidCursor', "$length characters of it (#171)");
}
is($scim->get("/Users?count=4&cursor=$cursors->[1]AAAA")->{json}{scimType},
    'invalidCursor', 'more than it (#171)');
for my $query ('Groups?count=4', '?count=4', 'Users?count=4&filter=id+pr',
    'Users?count=4&attributes=userName',
    'Users?count=4&excludedAttributes=name')
{
    is($scim->get("/$query&cursor=$cursors->[1]")->{json}{scimType},
        'invalidCursor', "$query: another query (#170)");
}
is($scim->get("/Users?count=5&cursor=$cursors->[1]")->{json}{scimType},
    'invalidCount', 'another count (#170)');

my $permissions = $redis->command(HGET => $key, 'permissions');
$redis->command(HSET => $key, 'permissions', 'GROUPS:READ');
refused($scim->get("/Users?count=4&cursor=$cursors->[1]"), 403, undef,
    'without the permission (#177)');
refused($scim->get('/Users?count=4&cursor=AAAA'), 403, undef,
    'and a forged one is told the same (#179)');
$redis->command(HSET => $key, 'permissions', $permissions);
is($scim->get("/Users?count=4&cursor=$cursors->[1]")->{status}, 200,
    'with it again');


# --- that ends ---

$t->nginx->{http} = 'scim_cursor_timeout 300ms;';
$t->nginx->reload;
$scim = $t->scim;
my $first = $scim->get('/Users?count=4&cursor');
my $next = $first->{json}{nextCursor};
is($scim->get("/Users?count=4&cursor=$next")->{status}, 200,
    'in time: the next page');
sleep 0.5;
my $late = refused($scim->get("/Users?count=4&cursor=$next"), 400,
    'expiredCursor', 'too late (#171)');
like($late->{json}{detail}, qr/expired/, 'too late: it is said');
is($scim->post('/Users/.search', { count => 4, cursor => $next })
    ->{json}{scimType}, 'expiredCursor', 'too late, as a message (#171, #174)');

$t->finish;
done_testing();
