# Who asks too much is slowed down: the README's recipes with nginx's own modules,
# which know the integration, and what is built in against bad tokens.

use strict;
use warnings;

use lib 't/lib';

use Digest::SHA qw(sha256 sha256_hex);
use SCIM::Status;
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;
use Time::HiRes qw(sleep time);

sub slurp {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!";
    local $/;
    return <$in>;
}

my $readme = slurp('README.md');
my $error = 'urn:ietf:params:scim:api:messages:2.0:Error';

# recipe(WORD): the README's block that has it: what stands before the server,
# and in the location behind its handler
sub recipe {
    my ($word) = @_;

    for my $block ($readme =~ /^```nginx\n(.*?)^```/msg) {
        next if $block !~ /\Q$word\E/;
        my ($http, $location)
            = $block =~ /\A(.*?)^server \{.*?^ +scim;\n(.*?)^    \}/ms
            or die "README.md: $word: not a recipe\n";
        return ($http, $location);
    }
    die "README.md: no recipe with $word\n";
}

# locations(TEXT): conf/scim.conf with it in the location of the SCIM API
sub locations {
    my ($text) = @_;

    my $conf = slurp('conf/scim.conf');
    $conf =~ s/^    scim;\n/    scim;\n$text/m or die 'no location';
    return (locations => 0, server => "$conf\n$status_location");
}

sub path { return $_[0]{endpoint} =~ s{^https?://[^/]+}{}r }

# ask(SCIM::Test, INTEGRATION, %): an answer on a connection of its own; from
# => address, token => another one, request => 'GET PATH'
sub ask {
    my ($t, $integration, %option) = @_;

    my $wire = wire($t->nginx->port, undef,
        LocalHost => $option{from} // '127.0.0.1');
    my $token = $option{token} // $integration->{secretToken};
    $wire->send(http($option{request} // 'GET ' . path($integration) . '/Users',
        "Authorization: Bearer $token"));
    my $answer = $wire->answer(20) or die "no answer\n";
    $wire->close;
    return $answer;
}

# refused(ANSWER, STATUS, NAME): a SCIM error
sub refused {
    my ($answer, $status, $name) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($answer->{status}, $status, "$name: $status");
    like($answer->{head}, qr{^Content-Type: application/scim\+json\r$}m,
        "$name: a SCIM error");
    is($answer->{json}{schemas}[0], $error, "$name: its schema");
    is($answer->{json}{status}, "$status", "$name: its status");
    if ($status == 429) {
        is(join(' ', $answer->{head} =~ /^Retry-After: (.*)\r$/mg),
            ($answer->{head} =~ /^Retry-After: ([1-9]\d*)\r$/m)[0] // 'none',
            "$name: one Retry-After, an integer");
    }
}


# --- limit_req and limit_conn, by integration ---

my ($http, $location) = recipe('limit_conn_zone $scim_integration');
my ($burst) = $location =~ /burst=(\d+)/;
my ($connections) = $location =~ /limit_conn +\w+ (\d+)/;
my $t = SCIM::Test->new(http => $http,
    locations("$location if (\$args) { set \$asked \$args; }\n"));
my $other = $t->create('demo', 'other');

sub flood {
    my ($number, $integration, $query) = (@_, '');

    my (%seen, $limited);
    my $wire = wire($t->nginx->port);
    for (1 .. $number / 50) {
        $wire->send(http('GET ' . path($integration) . '/Users/none'
            . $query, "Authorization: Bearer $integration->{secretToken}") x 50);
        for (1 .. 50) {
            my $answer = $wire->answer(20) or die "no answer\n";
            $seen{ $answer->{status} }++;
            $limited = $answer if $answer->{status} == 429;
        }
    }
    $wire->close;
    return (\%seen, $limited);
}

my ($seen, $limited) = flood(400, $t->{integration});
cmp_ok($seen->{404}, '>', $burst, 'limit_req: the burst is served');
cmp_ok($seen->{429}, '>', 0, 'limit_req: not what is above');
refused($limited, 429, 'limit_req');
is(ask($t, $other)->{status}, 200, 'limit_req: another integration is served');
is(sample(counted($t), 'scim_refusals_total', reason => 'limited'),
    $seen->{429}, 'limit_req: counted');
like($t->nginx->access_log, qr/ 429 .*integration=$t->{integration}{id} /,
    'limit_req: the log tells of whom');

my ($inside) = flood(400, $t->create('demo', 'third'), '?a=b');
cmp_ok($inside->{429}, '>', 0, 'limit_req: inside an if, too');

my ($nobody) = flood(100, { %$other, endpoint =>
    $other->{endpoint} =~ s{integrations/[^/]+}{integrations/Nobody}r });
is(join(' ', keys %$nobody), '401', 'what is no integration has no limit');

# connections that are busy: bodies that do not come
my $creation = 'POST ' . path($other) . "/Users HTTP/1.1\r\nHost: x\r\n"
    . "Authorization: Bearer $other->{secretToken}\r\n"
    . "Content-Type: application/scim+json\r\nContent-Length: 10\r\n\r\n";
my @busy = map { my $wire = wire($t->nginx->port); $wire->send($creation); $wire }
    1 .. $connections;
my $answer;
for (1 .. 100) {
    $answer = ask($t, $other);
    last if $answer->{status} == 429;
    sleep 0.05;
}
refused($answer, 429, 'limit_conn');
sleep 2.1;                       # for limit_req to forget
is(ask($t, $t->{integration})->{status}, 200,
    'limit_conn: another integration is served');
$_->close for @busy;
$t->finish;


# --- addresses ---

($http, $location) = recipe('geo $scim_client');
$t = SCIM::Test->new;
$other = $t->create('demo', 'other');
$http =~ s/198\.51\.100\.0\/24/127.0.0.2/ or die;
$http =~ s/[0-9a-f]{8}-[0-9a-f-]{27}/$t->{integration}{id}/ or die;
my %new = locations($location);
@{ $t->nginx }{ 'http', keys %new } = ($http, values %new);
$t->nginx->reload;

is(ask($t, $t->{integration}, from => '127.0.0.2')->{status}, 200,
    'geo: from where it may');
refused(ask($t, $t->{integration}), 403, 'geo: from elsewhere');
is(ask($t, $other)->{status}, 200, 'geo: others are not asked');

%new = locations((recipe('allow 198'))[1] =~ s/198\.51\.100\.0\/24/127.0.0.2/r);
@{ $t->nginx }{ 'http', keys %new } = ('', values %new);
$t->nginx->reload;
is(ask($t, $other, from => '127.0.0.2')->{status}, 200, 'allow: may');
refused(ask($t, $other), 403, 'deny');

%new = locations("limit_except GET { allow 127.0.0.2; deny all; }\n");
@{ $t->nginx }{ keys %new } = values %new;
$t->nginx->reload;
my $delete = 'DELETE ' . path($other) . '/Users/none';
is(ask($t, $other)->{status}, 200, 'limit_except: reads, from anywhere');
refused(ask($t, $other, request => $delete), 403,
    'limit_except: writes, from elsewhere');
$answer = ask($t, $other, request => $delete, from => '127.0.0.2');
is("$answer->{status} $answer->{json}{detail}", '404 there is no User with this id in the tenant',
    'limit_except: writes, from where they may');
$t->finish;


# --- bad tokens ---

my $bad = 'scim_bad_tokens zone=bad:64k rate=1r/s burst=5;';
$t = SCIM::Test->new(workers => 2, http => $bad, server => $status_location);
$other = $t->create('demo', 'other');
my $guess = $other->{secretToken};       # of our form, and wrong here
my $id = $t->{integration}{id};

my @statuses = map {
    ask($t, $t->{integration}, token => 'nonsense')->{status}
} 1 .. 8;
is("@statuses[0 .. 4]", '401 401 401 401 401', 'bad tokens: a burst is 401');
is("@statuses[6 .. 7]", '429 429', 'bad tokens: further ones are 429');
$answer = ask($t, $t->{integration}, token => 'nonsense');
refused($answer, 429, 'bad tokens');
unlike($answer->{head}, qr/^WWW-Authenticate/m, 'bad tokens: no challenge');
refused(ask($t, $t->{integration}, token => $guess), 429,
    'bad tokens: of our form');
is(ask($t, $t->{integration}, from => '127.0.0.2', token => 'x')->{status}, 401,
    'bad tokens: from another address');
is(ask($t, $t->{integration})->{status}, 200,
    'bad tokens: the right one gets through');

my $fresh = $t->create('demo', 'fresh');
is(ask($t, $fresh)->{status}, 200,
    'bad tokens: one that was never seen, too; and the administrator');
is($t->admin->get('/tenants')->{status}, 200,
    'bad tokens: a right token of the management API that is known');
$answer = SCIM::Client->new(base => $t->nginx->base . '/api/v1', token => 'x')
    ->get('/tenants');
is($answer->{status}, 429, 'bad tokens: of the management API');
is($answer->{headers}{'content-type'}, 'application/problem+json',
    'bad tokens: in its own form');
like($answer->{headers}{'retry-after'}, qr/^[1-9]\d*$/,
    'bad tokens: with Retry-After, too');
like($t->nginx->error_log, qr/\[warn\].* more than 5 bad tokens, .*client: 127\.0\.0\.1/,
    'bad tokens: an operator is told');
is(() = $t->nginx->error_log =~ /more than 5 bad tokens/g, 1, 'once');
is(ask($t, $t->{integration}, token => '')->{status}, 429,
    'bad tokens: none at all is one');
is(SCIM::Client->new(base => $t->scim->base)->get('/Users')->{status}, 401,
    'bad tokens: nothing at all is none');

# a flood of our own form is not looked at; what was right before is
my $before = counted($t);
$t->redis->command('CONFIG', 'RESETSTAT');
my $wire = wire($t->nginx->port);
my %flood;
my $begin = time;
for (1 .. 20) {
    $wire->send(http('GET ' . path($t->{integration}) . '/Users',
        "Authorization: Bearer $guess") x 50);
    $flood{ $wire->answer(20)->{status} }++ for 1 .. 50;
}
my $seconds = time - $begin;
$wire->close;
cmp_ok($flood{401} // 0, '<=', $seconds + 2,
    'bad tokens: a flood is answered with 401 at the rate');
is(($flood{401} // 0) + $flood{429}, 1000, 'bad tokens: else with 429');
my ($calls) = $t->redis->command('INFO', 'commandstats')
    =~ /cmdstat_hmget:calls=(\d+)/;
cmp_ok($calls // 0, '<=', 10 * ($seconds + 2),
    'bad tokens: and does not reach Redis');
my $after = counted($t);
cmp_ok(sample($after, 'scim_bad_tokens_total', looked_at => 'no')
    - sample($before, 'scim_bad_tokens_total', looked_at => 'no'), '>=',
    1000 - 10 * ($seconds + 2), 'bad tokens: counted');
cmp_ok(sample($after, 'scim_refusals_total', reason => 'bad_tokens')
    - sample($before, 'scim_refusals_total', reason => 'bad_tokens'), '==', $flood{429},
    'bad tokens: the refusals, too');
is(ask($t, $_)->{status}, 200, 'bad tokens: those that were right before')
    for $t->{integration}, $fresh;
is($t->scim->post('/Users', { userName => 'jane' })->{status}, 201,
    'bad tokens: and may create');

# a reload forgets nobody
$t->nginx->reload;
my @after = map { ask($t, $t->{integration}, token => 'x')->{status} } 1 .. 5;
is($after[-1], 429, 'bad tokens: nor does a reload forget them');
is(ask($t, $t->{integration})->{status}, 200, 'nor the right ones');

sleep 1.1;
is(ask($t, $t->{integration}, token => 'x')->{status}, 401,
    'bad tokens: after a while one is 401 again');
unlike($t->nginx->error_log, qr/\Q$guess\E|nonsense/, 'no token in the log');

# many addresses: the zone is bounded
for my $n (0 .. 1023) {
    ask($t, $t->{integration}, token => 'x',
        from => '127.1.' . ($n >> 8) . '.' . ($n & 255));
}
is(ask($t, $t->{integration}, from => '127.1.0.1')->{status}, 200,
    'bad tokens: from more addresses than there is room for');
$t->finish;


# --- right tokens, whose places in the zone are few ---

my %place;
my @alike = do {
    my ($n, $place) = 0;
    do {
        $place = unpack('Q<', sha256("token-$n")) % 1024;
        push @{ $place{$place} }, 'token-' . $n++;
    } until @{ $place{$place} } == 5;
    @{ $place{$place} };
};
$t = SCIM::Test->new(http => $bad, before => sub {
    my ($nginx) = @_;
    $nginx->{admin_tokens} = $nginx->write_file('admin-tokens', join '',
        map { "test:" . sha256_hex($_) . "\n" } $SCIM::Test::admin_token,
            @alike);
});
sub tenants {
    return join ' ', map { SCIM::Client->new(token => $_,
        base => $t->nginx->base . '/api/v1')->get('/tenants')->{status} } @_;
}
is(tenants(@alike), '200 200 200 200 200', 'right tokens');
like(tenants(('x') x 7), qr/ 429$/, 'right tokens: and then wrong ones');
is(tenants(@alike), '200 200 200 200 200', 'right tokens: all are remembered');
$t->finish;


# --- IPv6: a /64 is one ---

$t = SCIM::Test->new(http => $bad
    . 'real_ip_header X-From; set_real_ip_from 127.0.0.1;');

sub from_address {
    my ($address) = @_;
    return SCIM::Client->new(base => $t->scim->base, token => 'x')
        ->get('/Users', undef, { 'X-From' => $address })->{status};
}

from_address("2001:db8:1:2::$_") for 1 .. 6;
is(from_address('2001:db8:1:2:ffff::1'), 429, 'IPv6: the same /64');
is(from_address('2001:db8:1:3::1'), 401, 'IPv6: another /64');
is(from_address('192.0.2.1'), 401, 'IPv4 beside it');
is(from_address("::ffff:192.0.2.$_"), 401, 'IPv4 as IPv6') for 1, 1, 1, 1;
like(join(' ', map { from_address($_) } ('192.0.2.1') x 3), qr/429 429$/,
    'is the same address');
$t->finish;

done_testing();
