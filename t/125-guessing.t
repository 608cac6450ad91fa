# Who guesses tokens: learns nothing from the answers, and is slowed down by
# nginx's limit_req as the README has it.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;
use Time::HiRes qw(sleep time);

# the README's words, without the handler of a location that is there already
open my $in, '<', 'README.md' or die "README.md: $!";
my $readme = do { local $/; <$in> };
my ($zone, $limit) = $readme =~ /^```nginx\n(limit_req_zone .*?;\n).*?
    ^\ +scim;\n\n(.*?)\ {4}\}/msx or die "README.md: no limit_req\n";
like($limit, qr/limit_req .*limit_req_status 429;/s, 'the README has a limit');

my $t = SCIM::Test->new(http => $zone);
my $other = $t->create('demo', 'other');
my $acme = $t->create('acme', 'authentik');
my $path = $t->scim->base =~ s{^https?://[^/]+}{}r;
my $bearer = 'Authorization: Bearer ' . $t->token;
my $error = 'urn:ietf:params:scim:api:messages:2.0:Error';


# --- the answers ---

my $token = $t->token;
my $mistyped = $token;
substr($mistyped, 100, 1) =~ tr/a-zA-Z0-9_-/b-zaB-ZA1-90\-_/;
my $nowhere = '00000000-0000-4000-8000-000000000000';
my ($foreign) = $acme->{endpoint} =~ m{^https?://[^/]+(.*)};

my @wrong = (
    [ 'no token', "GET $path/Users" ],
    [ 'an empty one', "GET $path/Users", 'Authorization: Bearer ' ],
    [ 'another scheme', "GET $path/Users", "Authorization: Basic $token" ],
    [ 'nonsense', "GET $path/Users", 'Authorization: Bearer nonsense' ],
    [ 'a mistyped one', "GET $path/Users", "Authorization: Bearer $mistyped" ],
    [ 'a long one', "GET $path/Users",
        'Authorization: Bearer ' . 'x' x 5000 ],
    [ 'that of another integration', "GET $path/Users",
        "Authorization: Bearer $other->{secretToken}" ],
    [ 'that of another tenant', "GET $path/Users",
        "Authorization: Bearer $acme->{secretToken}" ],
    [ 'an administrator\'s', "GET $path/Users",
        "Authorization: Bearer $SCIM::Test::admin_token" ],
    [ 'the right one for another tenant', "GET $foreign/Users", $bearer ],
    [ 'no such integration', "GET "
        . $path =~ s{integrations/[^/]+}{integrations/$nowhere}r . '/Users',
        $bearer ],
    [ 'no such tenant', 'GET ' . $path =~ s{/demo/}{/nobody/}r . '/Users',
        $bearer ],
    [ 'a tenant with a name that cannot be',
        'GET ' . $path =~ s{/demo/}{/No%20One/}r . '/Users', $bearer ],
    [ 'a user that is none', "GET $path/Users/nobody" ],
    [ 'a broken filter', "GET $path/Users?filter=(" ],
    [ 'a creation', "POST $path/Users", \'{"userName":"x"}' ],
    [ 'a broken one', "POST $path/Users", \'{' ],
    [ 'a bulk request', "POST $path/Bulk", \'{}' ],
    [ 'a removal', "DELETE $path/Users/x" ],
    [ 'the configuration', "GET $path/ServiceProviderConfig" ],
);

my $alike;
for my $case (@wrong) {
    my ($name, @request) = @$case;
    my $wire = wire($t->nginx->port, http(@request));
    my $answer = $wire->answer(20);
    is($answer->{status}, 401, "$name: 401");
    my $whole = $answer->{head} =~ s/^Date: .*\r\n//mr . $answer->{body};
    $alike //= $whole;
    is($whole, $alike, "$name: as to any other (#159)");
}
like($alike, qr/^WWW-Authenticate: Bearer realm="scim"\r$/m,
    'which says what is wanted (#48)');


# --- the limit ---

my $conf = $t->nginx->{locations};
$t->nginx->{locations} = 0;
open $in, '<', 'conf/scim.conf' or die "conf/scim.conf: $!";
my $locations = do { local $/; <$in> };
$locations =~ s/^    scim;\n/    scim;\n$limit/m or die 'no location';
$t->nginx->{server} = $locations;
$t->nginx->reload;

# flood(NUMBER, FROM, HEADER...): how often each status was answered, and the
# last answer with 429
sub flood {
    my ($number, $from, @headers) = @_;

    my (%seen, $limited);
    my $wire = wire($t->nginx->port, undef, LocalHost => $from);
    while ($number > 0) {
        my $some = $number > 50 ? 50 : $number;
        $wire->send(http("GET $path/Users?filter=userName+eq+%22jane%22",
            @headers) x $some);
        for (1 .. $some) {
            my $answer = $wire->answer(20) or die "no answer\n";
            $seen{ $answer->{status} }++;
            $limited = $answer if $answer->{status} == 429;
        }
        $number -= $some;
    }
    $wire->close;
    return (\%seen, $limited);
}

my $begin = time;
my ($seen, $limited) = flood(400, '127.0.0.1',
    "Authorization: Bearer $other->{secretToken}");
my $seconds = time - $begin;
is(join(' ', sort keys %$seen), '401 429', 'guesses: 401, or 429');
cmp_ok($seen->{401}, '<=', 101 + 50 * ($seconds + 1),
    'guesses: no more than the limit are looked at (#159)');
cmp_ok($seen->{429}, '>=', 400 - 102 - 50 * ($seconds + 1),
    'guesses: the others are refused (#159)');
like($limited->{head}, qr/^Retry-After: [1-9]\d*\r$/m,
    'refused: when to come again, an integer (#199)');
is(() = $limited->{head} =~ /^Retry-After:/mg, 1, 'refused: said once');
like($limited->{head}, qr{^Content-Type: application/scim\+json\r$}m,
    'refused: as a SCIM error');
is($limited->{json}{schemas}[0], $error, 'refused: its schema (#54)');
is($limited->{json}{status}, '429', 'refused: its status, a string (#54)');
ok(length $limited->{json}{detail}, 'refused: its detail');

($seen) = flood(20, '127.0.0.2', $bearer);
is(join(' ', %$seen), '200 20', 'clients elsewhere notice nothing');

sleep 1.1;
($seen) = flood(20, '127.0.0.1', $bearer);
is(join(' ', %$seen), '200 20', 'and the same one is served after a second');

# as many at a time as identity providers send
($seen) = flood(60, '127.0.0.3', $bearer);
is(join(' ', %$seen), '200 60', 'an identity provider\'s pages are served');

like($t->nginx->error_log, qr/limiting requests/, 'the log tells of it');
unlike($t->nginx->error_log, qr/jane|filter=|\Q$other->{secretToken}\E/,
    'and names nobody (#160)');

$t->finish;
done_testing();
