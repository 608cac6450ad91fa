# Values that several users have, or that one has very many of: externalId and
# addresses are found for each, page by page, and nothing is left behind.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Test;
use Test::More;

my $t = SCIM::Test->new(http => 'scim_max_results 5000;');
my $scim = $t->scim;
my $redis = $t->redis;


# user(NAME, ADDRESS, ...): created; the id
sub user {
    my ($name, @addresses) = @_;
    my $answer = $scim->post('/Users', {
        userName => $name, externalId => 'the same',
        emails => [ map { { value => $_ } } @addresses ],
    });
    is($answer->{status}, 201, "$name is there");
    return $answer->{json}{id};
}


# found(FILTER, MORE): the ids, in order
sub found {
    my ($filter, $more) = @_;
    my $answer = $scim->get("/Users?filter=$filter" . ($more // ''));
    return join ' ', map { $_->{id} } @{ $answer->{json}{Resources} // [] };
}

my $external = 'externalId+eq+%22the+same%22';
my $address = 'emails.value+eq+%22ALL@example.com%22';

sub left { return $redis->command($_[0], "scim:{demo}:users:$_[1]") }


# --- one, several, one, none, one ---

my $ann = user('ann', 'all@example.com', 'ann@example.com');
is(found($external), $ann, 'one has it');
is(found($address), $ann, 'the address, too');

my @ids = sort $ann, map { user($_, 'all@example.com') } qw(bob cid);
is(found($external), "@ids", 'three have it');
is(found($address), "@ids", 'the address, too');
is(found('emails.value+eq+%22ann@example.com%22'), $ann, 'hers alone');
is(found($external, '&startIndex=2&count=1'), $ids[1], 'a page of them');
is($scim->get("/Users?filter=$external&count=0")->{json}{totalResults}, 3,
    'how many there are');

# whoever was on the page before leaves the walk
my ($page, $cursor, @seen) = (0, '');
while (defined $cursor) {
    my $answer = $scim->get("/Users?filter=$address&count=1&cursor=$cursor");
    push @seen, map { $_->{id} } @{ $answer->{json}{Resources} };
    $cursor = $answer->{json}{nextCursor};
    is($scim->delete("/Users/$seen[-1]")->{status}, 204, 'one leaves')
        if $page++ < 2;
}
is("@seen", "@ids", 'a walk from which they leave misses none');
is(found($external), $ids[2], 'the last one has it');

is($scim->patch("/Users/$ids[2]", { Operations => [
    { op => 'remove', path => 'externalId' },
    { op => 'replace', path => 'emails', value => [
        { value => 'other@example.com' } ] } ] })->{status}, 200,
    'the last one gives them up');
is(found($external), '', 'nobody has it');
is(found($address), '', 'nobody has the address');
is(left('ZCARD', 'shared'), 0, 'nothing is left among the shared');
is(left('HLEN', 'index'), 2, 'nor in the index, but for who is there');

is($scim->patch("/Users/$ids[2]", { Operations => [
    { op => 'add', path => 'externalId', value => 'the same' } ] })->{status},
    200, 'and takes it again');
is(found($external), $ids[2], 'found again');
is(left('ZCARD', 'shared'), 0, 'as the only one');


# --- very many ---

my @many = map { "n$_\@example.com" } 1 .. 2500;
my $dora = user('dora', @many, 'other@example.com');
for my $value ($many[0], $many[999], $many[1000], $many[-1]) {
    is(found("emails.value+eq+%22$value%22"), $dora, "found by $value");
}
is(found('emails.value+eq+%22other@example.com%22'),
    join(' ', sort $dora, $ids[2]), 'and by the one that she shares');

is($scim->put("/Users/$dora", { userName => 'dora',
    emails => [ map { { value => $_ } } @many[100 .. 1100] ] })->{status}, 200,
    'many less');
is(found("emails.value+eq+%22$many[0]%22"), '', 'not found by those');
is(found("emails.value+eq+%22$many[1100]%22"), $dora, 'but by the others');

$scim->delete("/Users/$_") for $dora, $ids[2];
is(left('EXISTS', 'index'), 0, 'all have left: so has the index');
is(left('EXISTS', 'shared'), 0, 'and who shared');

$t->finish;
done_testing();
