# What scim_status shows of the gate: who was let through and why not, and what
# its cache did.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Faults;
use SCIM::Status;
use SCIM::Test;
use Test::More;

my $t = SCIM::Test->new(http => 'scim_redis_timeout 500ms;',
    server => <<"END");
    $status_location

    location = /app {
        scim_access tenant=demo user=\$http_x_user group=devs;
        empty_gif;
    }
    location = /cached {
        scim_access_cache zone=access:256k valid=30s;
        scim_access tenant=demo user=\$http_x_user;
        empty_gif;
    }
END
my $web = SCIM::Client->new(base => $t->nginx->base);

my %id = map {
    $_ => $t->scim->post('/Users', { userName => $_ })->{json}{id}
} qw(jane john joan);
$t->scim->patch("/Users/$id{joan}", { Operations => [
    { op => 'replace', path => 'active', value => JSON::PP::false() } ] });
$t->scim->post('/Groups', { displayName => 'devs', members => [
    map { { value => $id{$_} } } qw(jane joan) ] });

# ask(USER, [PATH]): the status
sub ask {
    my ($user, $path) = @_;
    return $web->get($path // '/app', undef, { 'x-user' => $user })->{status};
}

my $before;

sub grown {
    my ($name, %label) = @_;
    return sample(metrics($t), $name, %label) - sample($before, $name, %label);
}

for my $case (
    [ jane => 200, allowed => '' ],
    [ undef, 401, denied => 'anonymous' ],
    [ nobody => 403, denied => 'unknown' ],
    [ 'x' x 2000, 403, denied => 'unknown' ],
    [ joan => 403, denied => 'inactive' ],
    [ john => 403, denied => 'condition' ],
) {
    my ($user, $status, $decision, $reason) = @$case;
    my $name = substr $user // 'nobody at all', 0, 20;

    $before = metrics($t);
    is(ask($user), $status, "$name: $status");
    is(grown('scim_access_decisions_total', decision => $decision,
        reason => $reason), 1, "$name: $decision $reason");
    is(grown('scim_access_decisions_total'), 1, "$name: and nothing else");
    is(grown('scim_access_cache_total'), 0, "$name: there is no cache");
    is(grown('scim_requests_total'), 0, "$name: it is no request of SCIM");
}

ok(wait_for(sub {
    $before = metrics($t);
    ask('jane', '/cached');
    return grown('scim_access_cache_total', result => 'hit') == 1;
}), 'cache: a hit');
is(grown('scim_access_cache_total'), 1, 'cache: and no miss');

$before = metrics($t);
$t->scim->put("/Users/$id{jane}", { userName => 'jane', title => 'Dr' });
ok(wait_for(sub { grown('scim_access_cache_drops_total') }), 'cache: a drop');
$before = metrics($t);
is(ask('john', '/cached'), 200, 'cache: another one');
is(grown('scim_access_cache_total', result => 'miss'), 1, 'cache: a miss');

$before = metrics($t);
$t->redis->command('CLIENT', 'KILL', 'TYPE', 'pubsub');
ok(wait_for(sub {
    ask('john', '/cached');
    return grown('scim_access_cache_total', result => 'bypass');
}), 'cache: a bypass');

$t->redis->hang;
$before = metrics($t);
is(ask('jane'), 503, 'Redis away: closed');
is(grown('scim_access_decisions_total', reason => 'redis'), 1,
    'Redis away: counted');
$t->redis->resume;

$t->finish;
done_testing();
