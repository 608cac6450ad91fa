# A zone that is too small for all: who was not seen for the longest time makes
# room, nothing fails, and what is kept is right.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Client;
use SCIM::Faults;
use SCIM::Status;
use SCIM::Test;
use Test::More;

my $t = SCIM::Test->new(server => "$status_location\n" . <<'END');
    add_header X-Cache $scim_access_cache always;
    location = /small {
        scim_access_cache zone=small:32k;
        scim_access tenant=demo user=$http_x_user;
        empty_gif;
    }
    location = /large {
        scim_access_cache zone=large:2m;
        scim_access tenant=demo user=$http_x_user;
        empty_gif;
    }
END
my $scim = $t->scim;
my $client = SCIM::Client->new(base => $t->nginx->base);

sub seen {
    my ($path, $user) = @_;
    my $answer = $client->get("/$path", undef, { 'X-User' => $user });
    return join ' ', $answer->{status}, $answer->{headers}{'x-cache'} // ();
}

my $many = 600;
my @operations = map { {
    method => 'POST', path => '/Users', bulkId => "u$_",
    data => { userName => "u$_-" . 'x' x ($_ * 7 % 400) },
} } 1 .. $many;
my @users = map { $_->{data}{userName} } @operations;
my $answer = $scim->post('/Bulk', {
    schemas => ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations => \@operations });
is($answer->{status}, 200, 'users');

for my $path (qw(small large)) {
    ok(wait_for(sub { seen($path, $users[0]) eq '200 HIT' }), "$path: kept");
}

for my $round (1 .. 3) {
    my %seen;
    for my $user (@users) {
        $seen{ seen('small', $user) }++;
        seen('small', $users[0]);          # it stays
    }
    is(join(' ', map { (split)[0] } keys %seen) =~ s/ ?200//gr, '',
        "small, round $round: all are let in");
    cmp_ok($seen{'200 MISS'} // 0, '>', $many - 100,
        "small, round $round: most had to make room");
    is(seen('small', $users[0]), '200 HIT',
        "small, round $round: who is seen often stays");
    is(seen('small', $users[-1]), '200 HIT', "small, round $round: the last one");
    is(seen('small', $users[300]), '200 MISS', "small, round $round: another");
}

seen('large', $_) for @users;
my %seen;
$seen{ seen('large', $_) }++ for @users;
is($seen{'200 HIT'}, $many, 'large: all are kept');

my $metrics = metrics($t);
for my $case (
    [ large => listening => 1, 1 ],
    [ large => records => $many, $many ],
    [ large => evictions_total => 0, 0 ],
    [ small => listening => 1, 1 ],
    [ small => records => 1, 100 ],
    [ small => evictions_total => 2 * $many, 6 * $many ],
) {
    my ($zone, $what, $least, $most) = @$case;
    my $n = sample($metrics, "scim_access_cache_$what", zone => $zone);
    ok($n >= $least && $n <= $most, "$zone: $what") or diag($n);
}
my ($status, $text) = promtool($metrics, qw(check metrics));
is("$status $text", '0 ', 'promtool accepts it');

# a record that is larger than all of the zone, and one of several pages
my $id = $scim->post('/Users', { userName => 'member' })->{json}{id};
for my $groups (20, 480) {
    $answer = $scim->post('/Bulk', {
        schemas => ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations => [ map { {
            method => 'POST', path => '/Groups', bulkId => "g$_",
            data => { displayName => "g$groups-$_-" . 'y' x 80,
                members => [{ value => $id }] },
        } } 1 .. $groups ] });
    is($answer->{status}, 200, "$groups groups");
    is(seen('small', 'member'), '200 MISS', "a user in $groups groups");

    # Redis may still be telling of these writes, which drops it once more
    ok(wait_for(sub { seen('large', 'member') eq '200 HIT' }),
        "a user in $groups groups, in a large zone");
    my $kept = $groups < 100;
    is(!!wait_for(sub { seen('small', 'member') eq '200 HIT' }, $kept ? 5 : 0.2),
        $kept, "a user in $groups groups, again");
}

$t->finish;
done_testing();
