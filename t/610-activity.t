# What an integration does, in Redis for who looks after it: counted without a
# write for each request, by hours, with the last error and the last full sync.

use strict;
use warnings;

use lib 't/lib';

use List::Util qw(sum);

use SCIM::Faults;
use SCIM::Status;
use SCIM::Test;
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SCIM::Test->new(workers => 2, server => $status_location);
my $id = $t->{integration}{id};
my $other = $t->create('demo', 'other');
my $acme = $t->create('acme', 'authentik');

# read_function(): as the management API calls it, by its name with the version
sub read_function {
    my ($tenant, $integration) = @_;

    my ($version) = map { /^scim_(\w+)$/ } grep { /^scim_/ }
        map { @$_ } @{ $t->redis->command('FUNCTION', 'LIST') };
    die "no library\n" if !defined $version;
    return $t->redis->command('FCALL_RO', "scim_activity_read_$version", 1,
        "scim:{$tenant}", integration => $integration);
}

# activity([INTEGRATION, TENANT]): the record
sub activity {
    my ($integration, $tenant) = @_;

    my ($word, $record) = @{ read_function($tenant // 'demo',
        ($integration // $t->{integration})->{id}) };
    is($word, 'OK', 'the record is there') if $word ne 'OK';
    my %record = @$record;
    $_ = { @$_ } for @{ $record{hours} };
    my %error = @{ $record{last_error} };
    $record{"last_error_$_"} = $error{$_} // ''
        for qw(time status operation detail);
    return \%record;
}

# settled(NUMBER): when so many requests have been written
sub settled {
    my ($number, @of) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    ok(wait_for(sub { activity(@of)->{requests} >= $number }, 10),
        "$number requests are there");
    return activity(@of);
}

sub writes {
    my ($calls) = $t->redis->command('INFO', 'commandstats')
        =~ /cmdstat_fcall:calls=(\d+)/;
    return $calls // 0;
}

sub ms { return time * 1000 }


# --- nothing yet ---

$t->scim->get('/Users?filter=userName+eq+"nobody"');
my $record = settled(1);
is($record->{$_}, '', "$_: never") for qw(last_error_time last_error_status
    last_error_operation last_error_detail last_full_sync);
cmp_ok(abs($record->{last_request} - ms()), '<', 5000, 'the last request');
is(activity($other)->{requests}, 0, 'of another integration: none');
is(activity($other)->{last_request}, '', 'of another integration: never');
is(scalar @{ activity($other)->{hours} }, 0, 'of another integration: no hours');
is(read_function('demo', '00000000-0000-4000-8000-000000000000')->[0],
    'MISSING', 'of none: MISSING');


# --- what is counted, at which cost ---

my $jane = $t->scim->post('/Users', { userName => 'jane' })->{json}{id};
settled(2);
my $writes = writes();
my $begin = time;
for (1 .. 20) {
    $t->scim->get("/Users/$jane") for 1 .. 10;
    client($t)->get("/Users/$jane") for 1 .. 10;
}
$record = settled(402);
my $seconds = time - $begin;
is($record->{requests}, 402, 'each is counted once');
is($record->{errors}, 0, 'none is an error');
# each worker once a second, and the reading of the record is none
cmp_ok(writes() - $writes, '<=', 2 * ($seconds + 2),
    'not with a write for each of them');
is(sum(map { $_->{requests} } @{ $record->{hours} }), 402, 'by hours');
is($record->{hours}[-1]{hour} % 3600000, 0, 'an hour is its beginning');
cmp_ok(abs($record->{hours}[-1]{hour} - ms()), '<=', 3600000, 'this one');

client($t, token => undef)->get('/Users');       # not known who it was
SCIM::Client->new(base => $t->scim->base, token => $acme->{secretToken})
    ->get('/Users');
$record = settled(403);
is($record->{errors}, 1, 'a wrong token is an error');
is($record->{last_error_status}, 401, 'the last error: its status');
is($record->{last_error_operation}, 'users.list', 'its operation');
like($record->{last_error_detail}, qr/bearer token/, 'its detail');
cmp_ok(abs($record->{last_error_time} - ms()), '<', 5000, 'its time');

$t->scim->post('/Users', { userName => 'jane' });
$record = settled(404);
is($record->{errors}, 2, 'a conflict is one');
is($record->{last_error_status}, 409, 'and the last');
unlike($record->{last_error_detail}, qr/jane/, 'which names nobody');

my $when = $record->{last_error_time};
$t->scim->get("/Users/$jane");
$record = settled(405);
is($record->{last_error_time}, $when, 'a success leaves it');

$t->admin->post("/demo/integrations/$id/disable");
$t->scim->get('/Users');
$record = settled(406);
is($record->{last_error_detail}, 'this integration is disabled',
    'that it is disabled is one');
$t->admin->post("/demo/integrations/$id/enable");

is(activity($acme, 'acme')->{requests}, 0, 'tenants are apart');


# --- the last full sync ---

is($record->{last_full_sync}, '', 'none yet');
$t->scim->post('/Users', { userName => "user$_" }) for 1 .. 4;

my $n = 410;
sub syncs {
    my ($name, $yes, @paths) = @_;

    $t->redis->command('HDEL', "scim:{demo}:integration:$id:activity",
        'last_full_sync');
    is($t->scim->get($_)->{status}, 200, "$name: $_") for @paths;
    $n += @paths;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $sync = settled($n)->{last_full_sync};
    return $yes ? cmp_ok(abs(($sync || 0) - ms()), '<', 5000, "$name: a sync")
        : is($sync, '', "$name: none");
}

syncs('all at once', 1, '/Users');
syncs('pages', 1, '/Users?startIndex=1&count=3', '/Users?startIndex=4&count=3');
syncs('the first page', 0, '/Users?startIndex=1&count=3');
syncs('how many', 0, '/Users?count=0');
syncs('a filter', 0, '/Users?filter=active+eq+true');
syncs('no groups', 1, '/Groups?excludedAttributes=members');
syncs('beyond the end', 0, '/Users?startIndex=100');

my $page = $t->scim->get('/Users?cursor&count=3');
$n++;
syncs('the last page by cursor', 1,
    "/Users?count=3&cursor=$page->{json}{nextCursor}");
syncs('the first page by cursor', 0, '/Users?cursor&count=3');
syncs('the configuration', 0, '/ServiceProviderConfig');


# --- the hours go round ---

my $key = "scim:{demo}:integration:$id:activity";
my $hour = int(ms() / 3600000);
$t->redis->command('DEL', $key);
$t->redis->command('HSET', $key, 'hour:' . (($hour - $_) % 24),
    ($hour - $_) . " $_ 0") for 1 .. 23;
my $place = 'hour:' . $hour % 24;
$t->redis->command('HSET', $key, $place, ($hour - 24) . ' 1000000 1000000');
$record = activity();
is(scalar @{ $record->{hours} }, 23, 'hours: a day ago is not today');
is($record->{requests}, 276, 'hours: their sum');
is(join(' ', map { $_->{requests} } @{ $record->{hours} }),
    join(' ', reverse 1 .. 23), 'hours: the oldest first');
$t->scim->get("/Users/$jane");
ok(wait_for(sub { @{ activity()->{hours} } == 24 }), 'hours: a new one');
is(activity()->{hours}[-1]{requests}, 1, 'hours: which begins anew');
cmp_ok($t->redis->command('HLEN', $key), '<=', 24 + 6, 'hours: no more');


# --- workers that end, and a Redis that is away ---

sub requests { return activity()->{requests} }

$n = requests();
client($t)->get("/Users/$jane") for 1 .. 20;
$t->nginx->reload;
ok(wait_for(sub { requests() == $n + 20 }, 10), 'reload: nothing is lost');

client($t)->get("/Users/$jane") for 1 .. 20;
$t->nginx->stop;
is(requests(), $n + 40, 'a stop: nothing is lost');
$t->nginx->start;
client($t)->get("/Users/$jane") for 1 .. 20;
$t->nginx->stop('TERM');
is(requests(), $n + 60, 'a fast one: nothing is lost');
$t->nginx->start;

$n = requests();
client($t)->get("/Users/$jane") for 1 .. 5;
my $save = $t->redis->snapshot;
$t->redis->stop('KILL');
client($t)->get("/Users/$jane") for 1 .. 5;
sleep 1.5;
$t->redis->start;
$t->redis->restore($save);
ok(wait_for(sub { eval { requests() >= $n + 5 } }, 15),    # with the library
    'Redis away: what was counted comes later');
is(sample(metrics($t), 'scim_activity_lost_total'), 0, 'nothing is lost');

# of an integration that is gone nothing comes back
$t->scim($other)->get('/Users');
$t->admin->delete("/demo/integrations/$other->{id}?provisioned=keep");
sleep 1.5;
is(join(' ', $t->redis->keys("*$other->{id}*")), '',
    'a removed integration leaves nothing');

$t->finish;
done_testing();
