# The JSON log format of the shipped configuration: one valid object a line,
# whatever bytes a client sends; and the variables in it.

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use SCIM::Faults qw(wait_for);
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;

my $json = JSON::PP->new->utf8;
my $shipped = do {
    open my $in, '<', 'conf/nginx.conf' or die "conf/nginx.conf: $!";
    local $/;
    <$in>;
};
my ($format) = $shipped =~ /^(    log_format scim_json .*?)^    access_log/ms
    or die "no log_format scim_json\n";

my $t = SCIM::Test->new(
    http => $format,
    server => 'access_log $DIR/logs/json.log scim_json;',
);
my $path = $t->scim->base =~ s{^https?://[^/]+}{}r;
my $bearer = 'Authorization: Bearer ' . $t->token;
my $seen = 0;

# lines(NAME, [NUMBER]): those that are new, decoded; there must be one, or so
# many, and a line comes a moment after its answer
sub lines {
    my ($name, $number) = @_;

    my $file = $t->nginx->dir . '/logs/json.log';
    my @lines;
    wait_for(sub {
        open my $in, '<:raw', $file or die "$file: $!";
        @lines = <$in>;
        return @lines >= $seen + ($number // 1);
    }, 5);
    my @new = @lines[$seen .. $#lines];
    $seen = @lines;
    my @decoded = map { scalar eval { $json->decode($_) } } @new;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(scalar(grep { ref $_ ne 'HASH' } @decoded), 0, "$name: valid JSON")
        or diag(map { ref $decoded[$_] ? () : $new[$_] } 0 .. $#new);
    return @decoded;
}

sub one {
    my ($name, %is) = @_;

    my @lines = lines($name);
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(scalar @lines, 1, "$name: one line");
    for my $member (sort keys %is) {
        my $wanted = $is{$member};
        ref $wanted ? like($lines[0]{$member}, $wanted, "$name: $member")
            : is($lines[0]{$member}, $wanted, "$name: $member");
    }
    return $lines[0];
}


# --- what they say ---

lines('the beginning', 2);
my $id = $t->{integration}{id};
my $jane = $t->scim->post('/Users', { userName => 'jane' })->{json}{id};
one('create', method => 'POST', path => "$path/Users", status => 201,
    tenant => 'demo', integration => $id, actor => "integration:$id",
    token => substr($t->token, 0, 12), profile => 'lenient',
    operation => 'users.create', resource => $jane, reason => '', error => '',
    error_type => '', client => '127.0.0.1', agent => 'test',
    id => qr/^[0-9a-f]{32}$/, seconds => qr/^\d/,
    redis_seconds => qr/^\d/);

$t->scim->get('/Users?filter=userName+eq+"jane"');
my $line = one('list', operation => 'users.list', plan => 'index(userName)',
    path => "$path/Users");
unlike($json->encode($line), qr/jane/, 'list: nobody is named');

$t->scim->post('/Users', { userName => 'jane' });
one('conflict', status => 409, reason => 'conflict',
    error_type => 'uniqueness', error => qr/./);
$t->scim->put("/Users/$jane", { userName => 'jane' },
    { 'If-Match' => 'W/"0"' });
one('version', status => 412, reason => 'version');
$t->scim->get('/Users/jane@example.com');
one('a stranger\'s id', status => 404, reason => 'not_found', resource => '');

my $other = $t->create('demo', 'other');
lines('another integration', 2);
SCIM::Client->new(base => $t->scim->base, token => $other->{secretToken})
    ->get('/Users');
one('wrong token', status => 401, reason => 'unauthorized', actor => '',
    token => '', profile => '', integration => $id);

$t->admin->patch("/demo/integrations/$id", { profile => 'strict' });
one('administrator', actor => 'admin:test', operation => 'integrations.update',
    resource => $id, token => '', profile => '', tenant => 'demo');
$t->scim->get('/Users');
one('strict', profile => 'strict');
$t->admin->post("/demo/integrations/$id/disable");
lines('disable');
$t->scim->get('/Users');
one('disabled', status => 503, reason => 'disabled', actor => "integration:$id");
$t->admin->post("/demo/integrations/$id/enable");
lines('enable');

# of what nginx itself refuses
my $wire = wire($t->nginx->port, "POST $path/Users HTTP/1.1\r\nHost: x\r\n"
    . "Content-Length: 100000000\r\n\r\n");
$wire->answer(20);
$wire->close;
one('too large', status => 413, reason => 'invalid', operation => 'unknown',
    tenant => 'demo', integration => $id, redis_seconds => 0);

$wire = wire($t->nginx->port, http('GET /else'));
$wire->answer(20);
one('elsewhere', status => 404, tenant => '');


# --- any bytes ---

srand 20;

sub bytes {
    my ($n, @from) = @_;
    @from = grep { $_ != 10 && $_ != 13 && $_ != 0 } 1 .. 255 if !@from;
    return join '', map { chr $from[ rand @from ] } 1 .. $n;
}

my $sent = 0;
for my $round (1 .. 60) {
    my $junk = bytes(1 + rand 30) =~ s/[ ?#%]/x/gr;
    my @lines = (
        "GET $path/Users/$junk HTTP/1.1\r\nHost: x\r\n$bearer\r\n",
        "GET $path/$junk HTTP/1.1\r\nHost: x\r\n$bearer\r\n",
        "GET /api/v1/$junk/integrations/$junk/scim/v2/Users HTTP/1.1\r\n"
            . "Host: x\r\n$bearer\r\n",
        "GET /api/v1/$junk HTTP/1.1\r\nHost: x\r\n",
        "GET $path/Users?$junk HTTP/1.1\r\nHost: x\r\n$bearer\r\n",
        "GET $path/Users HTTP/1.1\r\nHost: x\r\nUser-Agent: $junk\r\n"
            . "Authorization: Bearer $junk\r\n",
        "$junk $path/Users HTTP/1.1\r\nHost: x\r\n",
        "GET $path/Users HTTP/1.1\r\nHost: $junk\r\n",
        "GET $path/Users?filter=$junk+eq+1 HTTP/1.1\r\nHost: x\r\n$bearer\r\n",
        "$junk\r\n",
    );
    for my $bytes (@lines) {
        $wire = wire($t->nginx->port, "${bytes}Connection: close\r\n\r\n");
        $wire->more(20);
        $wire->close;
        $sent++;
    }
}
my @lines = lines('any bytes', $sent);
is(scalar @lines, $sent, 'any bytes: each request is logged');
is(scalar(grep { $json->encode($_) =~ /[^\x20-\x7e]/ } @lines), 0,
    'any bytes: plain ASCII');

# quotes and backslashes are printable: they are escaped
$wire = wire($t->nginx->port, http("GET $path/\"Users\\", $bearer,
    'User-Agent: "a\\b"'));
$wire->answer(20);
one('quotes', path => "$path/\"Users\\", agent => '"a\\b"');

$t->finish;
done_testing();
