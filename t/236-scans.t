# Filters and orders that no index serves, over more than one batch: what is
# found is what a look at each resource finds, and nobody else is disturbed.

use strict;
use warnings;
use utf8;

use lib 't/lib';

use SCIM::Faults;
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;

use constant COUNT => 350;
use constant GROUPS => 150;
use constant ENTERPRISE =>
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

binmode $_, ':encoding(UTF-8)'
    for map { Test::More->builder->$_ } qw(output failure_output todo_output);

my $t = SCIM::Test->new(http => 'scim_max_scan ' . (COUNT + GROUPS) . ';');
my $scim = $t->scim;


# --- the directory ---

my @titles = ('Engineer', 'Director', undef, "Chef d'\"école\" \\ Łódź");

my @users = map { {
    userName => sprintf('user%03d', $_),
    active => $_ % 3 ? JSON::PP::true : JSON::PP::false,
    emails => [
        { type => 'work', value => "w$_\@example.com" },
        { type => 'home', value => 'h' . ($_ % 10) . '@example.org' },
    ],
    name => { familyName => sprintf('F%d', (COUNT - $_) / 2) },
    shoeSize => $_ % 50,
    ENTERPRISE, { department => 'D' . $_ % 7 },
    ($titles[$_ % 4] ? (title => $titles[$_ % 4]) : ()),
} } 1 .. COUNT;

# create(PATH, RESOURCES): by Bulk, in order; sets the ids
sub create {
    my ($path, @resources) = @_;
    my $answer = $scim->post('/Bulk', { Operations => [ map { {
        method => 'POST', path => $path, bulkId => "b$_",
        data => $resources[$_],
    } } 0 .. $#resources ] });
    my %id = map { $_->{bulkId} => $_->{location} =~ m{([^/]+)$} }
        @{ $answer->{json}{Operations} };
    $resources[$_]{id} = $id{"b$_"} for 0 .. $#resources;
    return scalar grep { $_ } values %id;
}

is(create('/Users', @users), COUNT, 'the users are there');

my @groups = map { {
    displayName => sprintf('group%03d', $_),
    externalId => 'x' . $_ % 5,
    members => [ map { { value => $_->{id} } }
        $_ == 120 ? @users[0 .. 299] : $users[$_] ],
} } 1 .. GROUPS;

is(create('/Groups', @groups), GROUPS, 'the groups are there');


# --- pages of more than a batch ---

is_deeply([ map { $_->{userName} }
    @{ $scim->get('/Users?count=1000')->{json}{Resources} } ],
    [ map { $_->{userName} } @users ], 'all users on one page');
is_deeply([ map { $_->{userName} }
    @{ $scim->get('/Users?startIndex=77&count=201')->{json}{Resources} } ],
    [ map { $_->{userName} } @users[76 .. 276] ], 'many of them');
my $both = $scim->get('/?count=400')->{json};
is_deeply([ map { $_->{userName} // $_->{displayName} }
    @{ $both->{Resources} } ],
    [ map { $_->{userName} // $_->{displayName} } @users, @groups[0 .. 49] ],
    'users and groups');
is($both->{totalResults}, COUNT + GROUPS, 'users and groups: how many');
is($both->{itemsPerPage}, 400, 'users and groups: on the page');


# --- filters ---

sub text {
    my ($text) = @_;
    utf8::encode($text);
    return $text =~ s/([^A-Za-z0-9.])/sprintf '%%%02X', ord $1/ger;
}

sub names {
    my ($answer) = @_;
    return [ map { $_->{userName} // $_->{displayName} }
        @{ $answer->{json}{Resources} // [] } ];
}

# walk(PATH): the names on all pages by cursor
sub walk {
    my ($path) = @_;
    my ($cursor, @names) = ('');
    for my $page (1 .. COUNT) {
        my $answer = $scim->get("$path&cursor=$cursor");
        push @names, @{ names($answer) };
        $cursor = $answer->{json}{nextCursor};
        return \@names if !defined $cursor;
    }
    return 'no end';
}

# pages(PATH, EXPECTED, NAME): all of them, some of them, none, and by cursor
sub pages {
    my ($path, $expected, $name) = @_;
    my $n = @$expected;

    my $all = $scim->get("$path&count=1000");
    is($all->{json}{totalResults}, $n, "$name: $n");
    is_deeply(names($all), $expected, "$name: which, and in order");
    is($all->{json}{itemsPerPage}, $n, "$name: on one page");

    my $some = $scim->get("$path&startIndex=7&count=60");
    is($some->{json}{totalResults}, $n, "$name: the total with a page");
    is_deeply(names($some), [ map { $expected->[$_] }
        grep { $_ >= 6 && $_ < 66 } 0 .. $n - 1 ], "$name: a page");

    my $none = $scim->get("$path&count=0");
    is($none->{json}{totalResults}, $n, "$name: the total alone");
    is_deeply(names($none), [], "$name: and nobody");

    is_deeply(walk("$path&count=23"), $expected, "$name: by cursor");
}

my %place = map { $users[$_]{userName} => $_ } 0 .. $#users;

for my $case (
    [ 'title co "irect"', sub { ($_->{title} // '') =~ /irect/ } ],
    [ 'title co "ŁÓDŹ"', sub { ($_->{title} // '') =~ /Łódź/ } ],
    [ 'title ew "\"école\" \\\\ łódź"',
        sub { ($_->{title} // '') =~ /Łódź/ } ],
    [ 'not (title pr)', sub { !$_->{title} } ],
    [ 'not (active eq true)', sub { !$_->{active} } ],
    [ 'name.familyName sw "f1"', sub { $_->{name}{familyName} =~ /^F1/ } ],
    [ 'emails[type eq "home" and value sw "h3"]',
        sub { $_->{emails}[1]{value} =~ /^h3/ } ],
    [ 'emails.value ew "7@example.com"',
        sub { $_->{emails}[0]{value} =~ /7\@example.com$/ } ],
    [ ENTERPRISE . ':department eq "d3" and title pr',
        sub { $_->{ENTERPRISE()}{department} eq 'D3' && $_->{title} } ],
    [ 'SHOESIZE ge 48 or shoeSize lt 1',
        sub { $_->{shoeSize} >= 48 || $_->{shoeSize} < 1 } ],
    [ 'nobody eq "x"', sub { 0 } ],
    [ 'id pr', sub { 1 } ],
    [ 'meta.resourceType co "ser" and userName ge "user340"',
        sub { $_->{userName} ge 'user340' } ],
    [ 'meta.created gt "2020-01-01T00:00:00Z" and title pr',
        sub { $_->{title} } ],
    [ 'groups.display co "120"', sub { $place{ $_->{userName} } < 300 } ],
    [ 'groups[display eq "group007"]', sub { $_ eq $users[7] || 0 } ],
) {
    my ($filter, $matches) = @$case;
    pages('/Users?filter=' . text($filter),
        [ map { $_->{userName} } grep { $matches->() } @users ], $filter);
}

for my $case (
    [ 'displayName co "p1"', sub { $_->{displayName} =~ /p1/ } ],
    [ 'externalId sw "x" and not (displayName ew "1")',
        sub { $_->{displayName} !~ /1$/ } ],
    [ 'members.value eq "' . $users[200]{id} . '"',
        sub { $_->{displayName} eq 'group120' } ],
    [ 'meta.version pr', sub { 1 } ],
) {
    my ($filter, $matches) = @$case;
    pages('/Groups?filter=' . text($filter),
        [ map { $_->{displayName} } grep { $matches->() } @groups ], $filter);
}

pages('/?filter=' . text('displayName co "p14" or title co "ngine"'),
    [ (map { $_->{userName} } grep { ($_->{title} // '') eq 'Engineer' }
        @users),
      (map { $_->{displayName} } grep { $_->{displayName} =~ /p14/ }
        @groups) ], 'users and groups');


is_deeply(walk('/Users?count=140'), [ map { $_->{userName} } @users ],
    'without a filter, by cursor');
is_deeply(walk('/?count=123'),
    [ map { $_->{userName} // $_->{displayName} } @users, @groups ],
    'users and groups, by cursor');


# --- what is shown ---

for my $case (
    [ '', 'everything' ],
    [ '&attributes=userName,groups,meta', 'some attributes' ],
    [ '&excludedAttributes=emails,name', 'all but some' ],
) {
    my ($query, $name) = @$case;
    my $answer = $scim->get("/Users?filter=title+co+%22irect%22$query");
    my @alone = map { $scim->get("/Users/$_->{id}?$query")->{json} }
        @{ $answer->{json}{Resources} };
    is_deeply($answer->{json}{Resources}, \@alone,
        "$name: as each of them alone");
}

for my $query ('', '&excludedAttributes=members', '&attributes=members.value') {
    my $answer = $scim->get("/Groups?filter=displayName+co+%2220%22$query");
    is_deeply(names($scim->get('/Groups?filter=displayName+co+%2220%22'
        . '&attributes=displayName')), [qw(group020 group120)], 'two groups');
    my @alone = map { $scim->get("/Groups/$_->{id}?$query")->{json} }
        @{ $answer->{json}{Resources} };
    is_deeply($answer->{json}{Resources}, \@alone,
        "groups$query: as each of them alone");
    is(scalar @{ $answer->{json}{Resources}[1]{members} // [] },
        $query =~ /excluded/ ? 0 : 300, "groups$query: with their members");
}


# --- orders ---

my %key = map { $_ => sprintf '%s %03d', $users[$_]{name}{familyName}, $_ }
    0 .. $#users;
my @sorted = map { $users[$_]{userName} } sort { $key{$a} cmp $key{$b} }
    0 .. $#users;

my $answer = $scim->get('/Users?sortBy=name.familyName&count=1000');
is_deeply(names($answer), \@sorted, 'in another order');
is($answer->{json}{totalResults}, COUNT, 'all of them');
$answer = $scim->get('/Users?sortBy=name.familyName&startIndex=120&count=150');
is_deeply(names($answer), [ @sorted[119 .. 268] ],
    'a page of more than a batch');
$answer = $scim->get('/Users?sortBy=meta.created&filter=title+co+%22irect%22');
is_deeply(names($answer), [ map { $_->{userName} }
    grep { ($_->{title} // '') =~ /irect/ } @users ],
    'by what is no attribute');
$answer = $scim->get('/Groups?sortBy=displayName&sortOrder=descending'
    . '&count=31');
is_deeply(names($answer),
    [ reverse map { $_->{displayName} } @groups[119 .. 149] ], 'groups');
is(scalar @{ $answer->{json}{Resources}[-1]{members} }, 300,
    'with their members');


# --- clients that leave, and a Redis that does ---

my ($worker) = $t->nginx->workers;
my $path = $scim->base =~ s{^https?://[^/]+}{}r;
my @headers = ('Authorization: Bearer ' . $t->token);
my $slow = http("GET $path/Users?filter=not+(title+co+%22x%22)", @headers);

for my $round (1 .. 20) {
    wire($t->nginx->port, $slow)->close for 1 .. 5;
    is($scim->get("/Users/$users[0]{id}")->{status}, 200,
        "round $round: others are answered");
}

my %seen;
for my $round (1 .. 20) {
    my @wires = map { wire($t->nginx->port, $slow) } 1 .. 10;
    $t->redis->command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    $seen{ ($_->answer(10) // { status => 'none' })->{status} }++ for @wires;
}
is(join(' ', grep { !/^(200|503)$/ } keys %seen), '',
    'a connection to Redis that is lost meanwhile: 200 or 503');
ok(wait_for(sub { $scim->get('/Users?filter=title+co+%22irect%22')
    ->{status} == 200 }), 'then it works again');
is(($t->nginx->workers)[0], $worker, 'in the same worker');


# --- the limit ---

is($scim->post('/Users', { userName => 'onemore' })->{status}, 201,
    'one user or group more than scim_max_scan');
$answer = $scim->get('/?filter=title+co+%22irect%22&count=5');
is($answer->{status}, 400, 'are too many');
is($answer->{json}{scimType}, 'tooMany', 'and that is what is said');
is($scim->get('/?sortBy=title')->{json}{scimType}, 'tooMany',
    'to be sorted, too');
is($scim->get('/?filter=title+co+%22irect%22&count=5&cursor')->{status}, 200,
    'a page by cursor need not look at all');

my $all = '/?filter=id+pr&count=' . (COUNT + GROUPS);
$answer = $scim->get("$all&cursor");
is($answer->{status}, 200, 'a page that is full where the limit is reached');
is(@{ names($answer) }, COUNT + GROUPS, 'has as many as it may');
$answer = $scim->get("$all&cursor=" . ($answer->{json}{nextCursor} // 'none'));
is_deeply(names($answer), [ $groups[-1]{displayName} ],
    'and the next one the last');
ok(!exists $answer->{json}{nextCursor}, 'which it says');
is($scim->get('/?filter=not+(id+pr)&count=5&cursor')->{json}{scimType},
    'tooMany', 'a page that is not full by then is not shown');

$t->finish;
done_testing();
