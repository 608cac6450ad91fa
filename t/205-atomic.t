# Checked and written in one step: of many requests that want the same, or name
# the same version, one is served, in whichever worker they arrive.

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;

my $AT_ONCE = 16;

my $t = SCIM::Test->new(workers => 2);
my $scim = $t->scim;
my $path = $scim->base =~ s{^https?://[^/]+}{}r;
my @headers = ('Authorization: Bearer ' . $t->token,
    'Content-Type: application/scim+json');
my $json = JSON::PP->new->utf8->canonical;


# at_once(REQUEST...): their answers; each on a connection of its own, and all
# of them sent before any is waited for
sub at_once {
    my (@requests) = @_;
    my @wires = map { wire($t->nginx->port) } @requests;
    $wires[$_]->send($requests[$_]) for 0 .. $#requests;
    return map { $_->answer(20) // { status => 'none' } } @wires;
}

sub request {
    my ($line, $body, @more) = @_;
    my ($method, $where) = split / /, $line;
    return http("$method $path$where", @headers, @more,
        defined $body ? (\$json->encode($body)) : ());
}

sub statuses {
    my (@answers) = @_;
    my %seen;
    $seen{ $_->{status} }++ for @answers;
    return join ' ', map { "$_:$seen{$_}" } sort keys %seen;
}

sub total {
    my ($query) = @_;
    return $scim->get("/$query&count=0")->{json}{totalResults};
}

my $one = sub { "$_[0]:1 $_[1]:" . ($AT_ONCE - 1) };


# --- the same version ---

my @people = map { $scim->post('/Users', { userName => "person$_" })
    ->{json}{id} } 1 .. $AT_ONCE;
my $user = $people[0];
my $group = $scim->post('/Groups', { displayName => 'group' })->{json}{id};

my $patch = sub { { Operations => [ { op => $_[0], path => $_[1],
    value => $_[2] } ] } };

# each case: where, with which answer, and what is asked: n is another number
# in each request, of 0 to 15 and more
my @cases = (
    [ 'PUT of a user', "PUT /Users/$user", 200,
        sub { { userName => 'person1', title => "title $_[0]" } } ],
    [ 'PATCH of a user', "PATCH /Users/$user", 200,
        sub { $patch->(replace => 'nickName', "nick $_[0]") } ],
    [ 'another name', "PUT /Users/$user", 200,
        sub { { userName => "name$_[0]" } } ],
    [ 'PUT of a group', "PUT /Groups/$group", 200,
        sub { { displayName => "group $_[0]" } } ],
    [ 'PATCH of a group', "PATCH /Groups/$group", 204,
        sub { $patch->(replace => 'externalId', "e$_[0]") } ],
    [ 'a member more', "PATCH /Groups/$group", 204,
        sub { $patch->(add => 'members',
            [ { value => $people[$_[0] % $AT_ONCE] } ]) } ],
    [ 'other members', "PUT /Groups/$group", 200,
        sub { { displayName => 'group', members =>
            [ { value => $people[$_[0] % $AT_ONCE] } ] } } ],
);

my $n = 0;
for my $case (@cases) {
    my ($name, $line, $status, $body) = @$case;
    my (undef, $where) = split / /, $line;
    for my $round (1 .. 3) {
        $scim->put("/Groups/$group", { displayName => 'group',
            members => [] });
        my $before = $scim->get($where)->{headers}{etag};
        my @answers = at_once(map { request($line, $body->($n++),
            "If-Match: $before") } 1 .. $AT_ONCE);
        is(statuses(@answers), $one->($status, 412),
            "$name, $round: one of those of the same version (#148)");
        my ($won) = grep { $_->{status} == $status } @answers;
        my $after = $scim->get($where)->{headers}{etag};
        isnt($after, $before, "$name, $round: there is another version");
        like($won->{head}, qr/^ETag: \Q$after\E\r$/m,
            "$name, $round: it is the one that was answered");
    }
}

# in one bulk request
my $before = $scim->get("/Users/$user")->{headers}{etag};
my $bulk = $scim->post('/Bulk', { Operations => [ map {
    { method => 'PATCH', path => "/Users/$user", version => $before,
        data => $patch->(replace => 'title', "bulk $_") } } 1 .. $AT_ONCE ] });
is(statuses(@{ $bulk->{json}{Operations} }), $one->(200, 412),
    'bulk: one of those of the same version (#139, #148)');

# a removal beside changes: whoever comes first
for my $round (1 .. 5) {
    my $id = $scim->post('/Users', { userName => "leaves$round" })
        ->{json}{id};
    my $version = $scim->get("/Users/$id")->{headers}{etag};
    my @answers = at_once(map { ($_ == 8
        ? request("DELETE /Users/$id", undef, "If-Match: $version")
        : request("PUT /Users/$id", { userName => "leaves$round",
            title => "$_" }, "If-Match: $version")) } 1 .. $AT_ONCE);
    my $gone = $scim->get("/Users/$id")->{status} == 404;
    is($answers[7]{status}, $gone ? 204 : 412,
        "a removal, $round: done if it is answered so (#148)");
    is(scalar(grep { $_->{status} == 200 } @answers), $gone ? 0 : 1,
        "a removal, $round: or one of the changes is");
}


# --- the same name ---

for my $round (1 .. 3) {
    my @answers = at_once(map { request('POST /Users',
        { userName => $_ % 2 ? "same$round" : "SAME$round" }) }
        1 .. $AT_ONCE);
    is(statuses(@answers), $one->(201, 409),
        "a userName, $round: one gets it (#41)");
    is(total("Users?filter=userName+eq+%22same$round%22"), 1,
        "a userName, $round: one has it (#41)");
    is(join(' ', grep { $_ ne 'uniqueness' } map { $_->{json}{scimType} }
        grep { $_->{status} == 409 } @answers), '',
        "a userName, $round: the others are told why (#64)");

    @answers = at_once(map { request('POST /Groups',
        { displayName => $_ % 2 ? "Gr\x{fc}n$round" : "GR\x{dc}N$round" }) }
        1 .. $AT_ONCE);
    is(statuses(@answers), $one->(201, 409),
        "a displayName, $round: one gets it (#41, #200)");
    is(total("Groups?filter=displayName+eq+%22gr%C3%BCn$round%22"), 1,
        "a displayName, $round: one has it (#41, #200)");

    @answers = at_once(map { request("PUT /Users/$people[$_]",
        { userName => "wanted$round" }) } 0 .. $AT_ONCE - 1);
    is(statuses(@answers), $one->(200, 409),
        "a new userName, $round: one gets it (#41)");

    my @groups = map { $scim->post('/Groups',
        { displayName => "group $round $_" })->{json}{id} } 1 .. $AT_ONCE;
    @answers = at_once(map { request("PATCH /Groups/$_",
        $patch->(replace => 'displayName', "wanted$round")) } @groups);
    is(statuses(@answers), $one->(204, 409),
        "a new displayName, $round: one gets it (#41, #200)");
}

$t->finish;
done_testing();
