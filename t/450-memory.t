# A worker's memory after tens of thousands of requests of all kinds, errors
# and clients that leave included, is what it was after the first thousands.
# (Under the sanitizers freed memory is kept back on purpose; they look for what
# was not freed when the worker ends.)

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use SCIM::Faults;
use SCIM::Test;
use SCIM::Wire qw(http wire frame h2_headers);
use Test::More;
use Time::HiRes qw(sleep);

my $rounds = $SCIM::Nginx::sanitize ? 1 : 5;
my $turns = $SCIM::Nginx::sanitize ? 20 : 100;

my $json = JSON::PP->new->utf8->canonical;
my $h2 = SCIM::Redis::free_port();
my $redis = SCIM::Redis->new;
my $t = SCIM::Test->new(redis => $redis, log => 'error',
    http => 'keepalive_requests 1000000; lingering_timeout 100ms; '
        . 'scim_audit_length 100;',
    server => "listen 127.0.0.1:$h2 http2;");
my $port = $t->nginx->port;
my $scim = $t->scim;
my $path = $scim->base =~ s{^https?://[^/]+}{}r;
my @headers = ('Authorization: Bearer ' . $t->token,
    'Content-Type: application/scim+json');
my $admin = "Authorization: Bearer $SCIM::Test::admin_token";

my @users = map { $scim->post('/Users', {
    userName => "user-$_", externalId => "e-$_",
    emails => [{ value => "user-$_\@example.com", type => 'work' }],
    title => 'x' x 300,
})->{json}{id} } 1 .. 120;
my $group = $scim->post('/Groups', { displayName => 'all',
    members => [map { { value => $_ } } @users] })->{json}{id};
my $id = $users[0];


sub patch {
    my ($place, @operations) = @_;
    return http("PATCH $path/$place", @headers,
        \$json->encode({ Operations => \@operations }));
}

my $n = 0;

# one of each; those that create are undone by name in the next turn
sub turn {
    $n++;
    my $big = '{"userName":"' . 'x' x 300_000 . '"}';
    return (
        http("GET $path/Users/$id", @headers),
        http("GET $path/Users/$id?attributes=userName,emails.type", @headers),
        http("GET $path/Users?count=50", @headers),
        http("GET $path/Users?filter=userName+eq+%22user-7%22", @headers),
        http("GET $path/Users?filter=title+co+%22y%22", @headers),
        http("GET $path/Users?cursor&count=10", @headers),
        http("GET $path/Groups/$group", @headers),
        http("GET $path/Groups", @headers),
        http("HEAD $path/Users/$id", @headers),
        http("GET $path/Schemas", @headers),
        http("GET $path/ServiceProviderConfig", @headers),
        http("OPTIONS $path/Users"),
        http("POST $path/.search", @headers,
            \'{"filter":"userName eq \"user-9\""}'),
        http("POST $path/Users", @headers, \'{"userName":"user-1"}'),
        http("POST $path/Users", @headers, \"{\"userName\":\"new-$n\"}"),
        http("PUT $path/Users/$users[1]", @headers,
            \"{\"userName\":\"renamed-$n\",\"displayName\":\"$n\"}"),
        patch("Users/$id", { op => 'replace', path => 'displayName',
            value => "name $n" }),
        patch("Users/$id", { op => 'replace',
            path => 'emails[type eq "work"].value', value => "$n\@x.org" }),
        patch("Groups/$group", { op => 'remove',
            path => "members[value eq \"$users[2]\"]" }),
        patch("Groups/$group", { op => 'add', path => 'members',
            value => [{ value => $users[2] }] }),
        # what is wrong
        http("GET $path/Users/$id"),
        http("GET $path/Users/none", @headers),
        http("GET $path/Nothing", @headers),
        http("PUT $path/Users", @headers, \'{}'),
        http("POST $path/Users", @headers, \'{"userName":'),
        http("POST $path/Users", @headers, \'{"emails":[{"value":1}]}'),
        http("POST $path/Users", $headers[0], 'Content-Type: text/plain',
            \'hello'),
        http("GET $path/Users?filter=userName+xx+%22", @headers),
        patch("Users/$id", { op => 'add', path => 'emails[type eq',
            value => 1 }),
        patch("Groups/$group", { op => 'add', path => 'members',
            value => [{ value => 'nobody' }] }),
        http("DELETE $path/Users/none", @headers),
        http("POST $path/Users", \$big),
        http('GET /nowhere'),
        # the management API
        http('GET /api/v1/tenants', $admin),
        http('GET /api/v1/demo/integrations', $admin),
        http('POST /api/v1/tenants', $admin, \'{"id":"demo"}'),
        http('GET /api/v1/tenants'),
    );
}


# a turn on a connection, and those that come and go beside it
my %seen;

sub run {
    my ($turns) = @_;

    my $requests = 0;
    my $wire = wire($port)->plain;
    for (1 .. $turns) {
        my @turn = turn();
        # the answers must not fill what lies between while it sends
        while (my @some = splice @turn, 0, 12) {
            $wire->send(join '', @some);
            for my $request (@some) {
                my $answer = $wire->answer(20, $request =~ /^HEAD/)
                    or die "no answer to $request\n";
                $seen{ $answer->{status} }++;
                $requests++;
                next if $request !~ /^POST \S+\/Users .*"new-/s
                    || $answer->{status} != 201;
                my ($new) = $answer->{head} =~ m{^Location: \S+/(\S+)}m;
                $wire->send(http("DELETE $path/Users/$new", @headers));
            }
            if (grep { /"new-/ } @some) {
                $seen{ $wire->answer->{status} }++;
                $requests++;
            }
        }

        wire($port, http("GET $path/Groups/$group", @headers))->close;
        wire($port, http("POST $path/Users", @headers,
            \'{"userName":"user-2"}'))->close;
        wire($port, "POST $path/Users HTTP/1.1\r\nHost: x\r\nContent-Le")
            ->close;
        my $both = wire($h2, join '', $SCIM::Wire::h2_preface,
            h2_headers(1, 1, GET => "$path/Users/$id",
                authorization => 'Bearer ' . $t->token),
            h2_headers(3, 1, GET => "$path/Users",
                authorization => 'Bearer ' . $t->token));
        $both->send(frame(3, 0, 3, pack 'N', 8));
        $seen{ $both->h2_status(1) }++;
        $both->close;
        $requests += 5;
    }
    $wire->close;
    return $requests;
}

sub memory {
    my ($pid) = @_;
    sleep 0.3;
    open my $in, '<', "/proc/$pid/status" or return 0;
    my ($kilobytes) = do { local $/; <$in> } =~ /^VmRSS:\s+(\d+) kB/m;
    return $kilobytes;
}


my ($worker) = $t->nginx->workers;
my $requests = run($turns);
my @memory = memory($worker);
for (1 .. $rounds) {
    $requests += run($turns);
    push @memory, memory($worker);
}
note("$requests requests, kilobytes after each round: @memory");

is(($t->nginx->workers)[0], $worker, 'the same worker');
is(join(' ', grep { !/^(20[014]|4\d\d)$/ } sort keys %seen), '',
    'each request got the answer that it should');
SKIP: {
    skip 'the sanitizers look for it', 1 if $SCIM::Nginx::sanitize;
    cmp_ok($memory[-1] - $memory[0], '<', 1024,
        "less than a megabyte more after $requests requests");
}
cmp_ok($memory[-1], '<', 50 * 1024, 'less than 50 megabytes')
    if !$SCIM::Nginx::sanitize;

# a connection that is lost with commands in flight, again and again
my $kilobytes = memory($worker);
for (1 .. 40) {
    my @wires = map { wire($port, http("GET $path/Users/$id", @headers)) }
        1 .. 20;
    $redis->command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    $_->answer(5) for @wires;
}
ok(wait_for(sub { client($t)->get("/Users/$id")->{status} == 200 }),
    'after many lost connections: works');
SKIP: {
    skip 'the sanitizers look for it', 1 if $SCIM::Nginx::sanitize;
    cmp_ok(memory($worker) - $kilobytes, '<', 1024,
        'after many lost connections: less than a megabyte more');
}

$t->finish;
done_testing();
