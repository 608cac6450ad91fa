# Sorted lists (RFC 7644, section 3.4.2.3) and pages by cursor (RFC 9865).

use strict;
use warnings;

use lib 't/lib';

use SCIM::Test;
use Test::More;
use Time::HiRes qw(sleep);

my $t = SCIM::Test->new(http => 'scim_max_sorted 40; scim_max_scan 100;');
my $scim = $t->scim;


sub names {
    my ($answer) = @_;
    return join ' ', map { $_->{userName} // $_->{displayName} }
        @{ $answer->{json}{Resources} // [] };
}


# refused(ANSWER, SCIMTYPE, NAME)
sub refused {
    my ($answer, $type, $name) = @_;
    is($answer->{status}, 400, "$name: 400");
    is($answer->{json}{scimType}, $type, "$name: $type");
}


# --- sorting ---

my %id;
for my $user (
    [ 'ann', 'Zander', 'true', 3 ], [ 'Bob', 'adams', 'false', 1 ],
    [ 'cid', undef, 'true', 2 ], [ 'dora', 'Łuk', 'false', 0 ],
) {
    my ($name, $family, $active, $email) = @$user;
    my $answer = $scim->post('/Users', {
        userName => $name, active => $active,
        ($family ? (name => { familyName => $family }) : ()),
        emails => [ { value => "y$email\@x" },
            { value => "a$email\@x", primary => 'true' } ],
    });
    is($answer->{status}, 201, "$name is there");
    $id{$name} = $answer->{json}{id};
}

for my $case (
    [ 'userName', '', 'ann Bob cid dora', 'without case' ],
    [ 'USERNAME', '&sortOrder=descending', 'dora cid Bob ann', 'descending' ],
    [ 'name.familyName', '', 'Bob dora ann cid', 'what is missing comes last' ],
    [ 'name.familyName', '&sortOrder=descending', 'cid ann dora Bob',
        'and first when descending' ],
    [ 'active', '', 'Bob dora ann cid', 'false before true, then by creation' ],
    [ 'emails', '', 'dora Bob cid ann', 'by the primary value' ],
    [ 'meta.created', '', 'ann Bob cid dora', 'by time' ],
    [ 'userName', '&startIndex=2&count=2', 'Bob cid', 'a page' ],
    [ 'userName', '&startIndex=9', '', 'behind the end' ],
    [ 'userName', '&filter=active+eq+true', 'ann cid', 'with a filter' ],
    [ 'userName', '&filter=userName+eq+%22BOB%22', 'Bob', 'with an index' ],
) {
    my ($by, $more, $expected, $name) = @$case;
    my $answer = $scim->get("/Users?sortBy=$by$more&attributes=userName");
    # Łuk is prepared to an l with a stroke, which is behind z
    $expected =~ s/Bob dora ann cid/Bob ann dora cid/ if $by =~ /familyName/;
    $expected =~ s/cid ann dora Bob/cid dora ann Bob/ if $by =~ /familyName/;
    is(names($answer), $expected, "sortBy=$by$more: $name (#88)");
}

is($scim->get('/Users?sortBy=userName&count=0')->{json}{totalResults}, 4,
    'the total of a sorted list');
refused($scim->get('/Users?sortBy=name'), 'invalidValue',
    'a complex attribute without a value (#88)');
refused($scim->get('/Users?sortBy=userName&startIndex=41&count=2'), 'tooMany',
    'behind scim_max_sorted');
refused($scim->get('/Users?sortBy=userName&cursor'), 'invalidValue',
    'sorted, by cursor');
is(names($scim->post('/Users/.search', {
    sortBy => 'userName', sortOrder => 'descending', count => 1,
    attributes => ['userName'],
})), 'dora', 'sorted, as a message (#88)');


# --- cursors ---

my $group = $scim->post('/Groups', { displayName => 'devs',
    members => [ map { { value => $_ } } values %id ] });
is($group->{status}, 201, 'a group is there');

for my $n (1 .. 11) {
    $scim->post('/Users', { userName => sprintf 'user%02d', $n });
}

# walk(QUERY, BETWEEN): all the names that the pages have, and how many pages
sub walk {
    my ($query, $between) = @_;
    my ($cursor, $pages, @names) = ('', 0);
    while (defined $cursor && $pages < 20) {
        my $answer = $scim->get("/$query&cursor=$cursor");
        is($answer->{status}, 200, "$query, page $pages (#166)");
        push @names, split / /, names($answer);
        $pages++;
        $cursor = $answer->{json}{nextCursor};
        unlike($cursor // '', qr/[^A-Za-z0-9._~-]/,
            'only characters that need no escape (#169)');
        ok(!exists $answer->{json}{previousCursor}, 'no way back (#168)');
        $between->($pages) if $between;
    }
    return (\@names, $pages);
}

my ($all, $pages) = walk('Users?count=4&attributes=userName');
is(scalar @$all, 15, 'a walk shows all (#165)');
is($pages, 4, 'and ends with the last page (#167)');
is_deeply([ sort @$all ],
    [ sort qw(ann Bob cid dora), map { sprintf 'user%02d', $_ } 1 .. 11 ],
    'each once');

my ($filtered) = walk('Users?count=2&attributes=userName'
    . '&filter=userName+sw+%22user0%22');
is(join(' ', @$filtered), join(' ', map { "user0$_" } 1 .. 9),
    'a filter that no index serves');

my ($both) = walk('?count=7&attributes=userName,displayName');
is(scalar @$both, 16, 'users and groups');
is($both->[-1], 'devs', 'groups behind the users');

# some go and some come while the walk goes on
my ($moving) = walk('Users?count=3&attributes=userName', sub {
    my ($page) = @_;
    $scim->post('/Users', { userName => "late$page" });
    $scim->delete("/Users/$id{ann}") if $page == 2;
    $scim->patch("/Users/$id{Bob}", { Operations => [
        { op => 'replace', path => 'displayName', value => "Bob $page" } ] });
});
my %seen;
$seen{$_}++ for @$moving;
is_deeply([ grep { $_ > 1 } values %seen ], [], 'nobody is shown twice');
is(scalar(grep { /^user|^Bob$|^cid$|^dora$/ } keys %seen), 14,
    'who was there throughout is shown');

my $first = $scim->get('/Users?cursor&count=2');
is($first->{status}, 200, 'a cursor without a value (#165)');
is($first->{json}{totalResults},
    $scim->get('/Users?count=0')->{json}{totalResults},
    'a total, where it is exact (#176)');
ok(!exists $scim->get('/Users?cursor&count=2&filter=active+pr')
    ->{json}{totalResults}, 'and none where it is not (#176)');
my $next = $first->{json}{nextCursor};
is($scim->get("/Users?cursor=$next&count=2")->{status}, 200, 'goes on');
is($scim->post('/Users/.search', { cursor => $next, count => 2 })->{status},
    200, 'and as a message (#174)');

refused($scim->get("/Users?cursor=$next&count=3"), 'invalidCount',
    'another count (#170)');
refused($scim->get("/Users?cursor=$next&count=2&filter=active+eq+true"),
    'invalidCursor', 'another query (#170, #171)');
refused($scim->get("/Groups?cursor=$next&count=2"), 'invalidCursor',
    'another endpoint (#171)');
(my $forged = $next) =~ tr/A-Za-z/B-ZAb-za/;
refused($scim->get("/Users?cursor=$forged&count=2"), 'invalidCursor',
    'a forged one (#178)');
refused($scim->get('/Users?cursor=AAAA&count=2'), 'invalidCursor',
    'a broken one (#171)');

# each character counts, and none may be left out or put behind
my @changed = map { my $text = $next;
    substr($text, $_, 1) =~ tr/A-Za-z0-9_\-/B-ZAb-za1-90\-_/; $text }
    0 .. length($next) - 1;
my @cut = map { substr $next, 0, $_ } 1 .. length($next) - 1;
my %answers;
for my $text (@changed, @cut, map { $next . $_ } '%3D', '%3D%3D', 'A', '%00',
    '%0A', 'A' x 200)
{
    my $answer = $scim->get("/Users?cursor=$text&count=2");
    $answers{"$answer->{status} $answer->{json}{scimType}"}++;
}
is_deeply(\%answers, { '400 invalidCursor' => 6 + @changed + @cut },
    'any other characters (#171, #178)');
is($scim->get("/Users?cursor=$next&count=2")->{status}, 200,
    'and those that it had are still good');

my $other = $t->scim($t->create('demo', 'other'));
my $foreign = $other->get("/Users?cursor=$next&count=2");
refused($foreign, 'invalidCursor', 'of another integration (#177, #178)');
is($foreign->{json}{detail},
    $scim->get('/Users?cursor=AAAA&count=2')->{json}{detail},
    'which is told no more than that (#179)');

my $config = $scim->get('/ServiceProviderConfig')->{json};
ok($config->{sort}{supported}, 'sorting is announced (#155)');
ok($config->{pagination}{cursor} && $config->{pagination}{index},
    'both kinds of pages are announced (#175)');
is($config->{pagination}{defaultPaginationMethod}, 'index',
    'by index, if nobody asks for either (#173)');
ok(exists $scim->get('/Users?count=1')->{json}{startIndex},
    'and so it is (#173)');

$t->finish;


# --- a cursor that has expired ---

my $brief = SCIM::Test->new(http => 'scim_cursor_timeout 50ms;');
$scim = $brief->scim;
$scim->post('/Users', { userName => "brief$_" }) for 1 .. 3;
$next = $scim->get('/Users?cursor&count=1')->{json}{nextCursor};
sleep 0.3;
my $late = $scim->get("/Users?cursor=$next&count=1");
refused($late, 'expiredCursor', 'too late (#171)');
like($late->{json}{detail}, qr/begin anew/, 'what to do is told');
refused($scim->get("/Groups?cursor=$next&count=1"), 'invalidCursor',
    'that it has expired is told to its own query only (#179)');
$brief->finish;

done_testing();
