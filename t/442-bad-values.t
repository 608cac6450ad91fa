# Texts that nobody means, where a text may be: what is refused is told in the
# RFC's words, where it is and what was expected, without repeating it, and
# nothing has changed; what is taken comes back as it was. SCIM_SEED=N tries
# others.

use strict;
use warnings;

use lib 't/lib';

use Encode ();
use JSON::PP ();
use SCIM::Bytes;
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;

my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my $error = 'urn:ietf:params:scim:api:messages:2.0:Error';

my $redis = SCIM::Redis->new(args => [qw(--enable-debug-command yes)]);
my $t = SCIM::Test->new(redis => $redis, http => 'keepalive_requests 100000;'
    . ' scim_audit_refusals 0;');       # they would be written
my $scim = $t->scim;
my $path = $scim->base =~ s{^https?://[^/]+}{}r;
my ($integration) = $path =~ m{/integrations/([^/]+)/};
my $bearer = 'Authorization: Bearer ' . $t->token;
my $type = 'Content-Type: application/scim+json';
my $jane = $scim->post('/Users', { userName => 'jane',
    emails => [ { value => 'jane@example.com', type => 'work' } ] })
    ->{json}{id};
my $devs = $scim->post('/Groups', { displayName => 'devs',
    members => [ { value => $jane } ] })->{json}{id};
my $cursor = $scim->get('/?cursor&count=1')->{json}{nextCursor};
my $bytes = SCIM::Bytes->new(words => [ $jane, $devs ]);

# so that no request remembers that it was used
$redis->command(HSET => "scim:{demo}:integration:$integration",
    tokens_used => 4_000_000_000_000);

sub escaped { $_[0] =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02x', ord $1/ger }

# all but what an integration did, which is counted beside the requests
sub digest {
    my @keys = grep { !/:activity$/ } sort @{ $redis->command('KEYS', '*') };
    my $digests = $redis->command('DEBUG', 'DIGEST-VALUE', @keys);
    return join ' ', map { "$keys[$_] $digests->[$_]" } 0 .. $#keys;
}


# each kind: what is made worse; how it is asked; which scimTypes may be
# answered; what a detail looks like
my $position = qr/position \d+: /;
my $filter_detail = qr/^filter: |^filter, $position/;
my $json_detail = qr/^line \d+, column \d+: /;
my @patch_types = qw(invalidPath invalidFilter noTarget mutability invalidValue
    invalidSyntax uniqueness);
my $patch_detail = qr/^Operations\[0\]|^\w+: |^line \d|^userName is taken/;

my @kinds = (
    [ 'filter', [ 'userName eq "jane"', 'emails[type eq "work"] and id pr',
            'not (active eq true) or externalId sw "\u00e4"' ],
        sub { http("GET $path/Users?filter=" . escaped($_[0]), $bearer) },
        [ qw(invalidFilter) ], $filter_detail ],
    [ 'filter of a message', [ 'displayName eq "devs"', 'members[value pr]' ],
        sub { http("POST $path/Groups/.search", $bearer, $type,
            \$json->encode({ filter => $_[0] })) },
        [ qw(invalidFilter invalidValue invalidSyntax) ],
        qr/$filter_detail|$json_detail/ ],
    [ 'attributes', [ 'userName,emails.value', 'id, meta.version' ],
        sub { http("GET $path/Users/$jane?attributes=" . escaped($_[0]),
            $bearer) },
        [ qw(invalidValue) ], qr/^attributes: / ],
    [ 'sortBy', [ 'userName', 'emails.value' ],
        sub { http("GET $path/Users?sortBy=" . escaped($_[0]), $bearer) },
        [ qw(invalidValue) ], qr/^sortBy: / ],
    [ 'sortOrder', [ 'ascending', 'descending' ],
        sub { http("GET $path/Users?sortBy=userName&sortOrder="
            . escaped($_[0]), $bearer) },
        [ qw(invalidValue) ], qr/^sortOrder: / ],
    [ 'startIndex', [ '1', '-5', '99999999999' ],
        sub { http("GET $path/Users?startIndex=" . escaped($_[0]), $bearer) },
        [ qw(invalidValue) ], qr/^startIndex: / ],
    [ 'count', [ '1', '0', '-1' ],
        sub { http("GET $path/Users?count=" . escaped($_[0]), $bearer) },
        [ qw(invalidValue) ], qr/^count: / ],
    [ 'cursor', [ $cursor ],
        sub { http("GET $path/?count=1&cursor=" . escaped($_[0]), $bearer) },
        [ qw(invalidCursor) ], qr/cursor/ ],
    [ 'path of a PATCH', [ 'displayName', 'emails[type eq "work"].value',
            'name.givenName', 'urn:example:2.0:User:x.y' ],
        sub { http("PATCH $path/Users/$jane", $bearer, $type, \$json->encode(
            { Operations => [ { op => 'replace', path => $_[0],
                value => 'x' } ] })) },
        \@patch_types, $patch_detail ],
    [ 'path of a removal', [ 'members', qq(members[value eq "$jane"]),
            'externalId' ],
        sub { http("PATCH $path/Groups/$devs", $bearer, $type, \$json->encode(
            { Operations => [ { op => 'remove', path => $_[0] } ] })) },
        \@patch_types, $patch_detail ],
    [ 'op of a PATCH', [ 'add', 'replace', 'remove' ],
        sub { http("PATCH $path/Users/$jane", $bearer, $type, \$json->encode(
            { Operations => [ { op => $_[0], path => 'title',
                value => 'x' } ] })) },
        \@patch_types, $patch_detail ],
    [ 'name of an attribute', [ 'title', 'name', 'urn:example:2.0:User' ],
        sub { http("PATCH $path/Users/$jane", $bearer, $type, \$json->encode(
            { Operations => [ { op => 'add', value => { $_[0] => 'x' } } ]
            })) },
        \@patch_types, $patch_detail ],
    [ 'member', [ $jane, $devs ],
        sub { http("PATCH $path/Groups/$devs", $bearer, $type, \$json->encode(
            { Operations => [ { op => 'add', path => 'members',
                value => [ { value => $_[0] } ] } ] })) },
        [ qw(invalidValue invalidSyntax) ], qr/members|$json_detail/ ],
    [ 'URN among schemas', [ 'urn:ietf:params:scim:schemas:core:2.0:User' ],
        sub { http("PUT $path/Users/$jane", $bearer, $type, \$json->encode(
            { userName => 'jane', schemas => [ $_[0] ] })) },
        [ qw(invalidValue invalidSyntax) ], qr/^schemas|$json_detail/ ],
    [ 'message', [ $json->encode({ userName => 'jane', active => \1,
            emails => [ { value => 'x', primary => \0 } ] }) ],
        sub { http("PUT $path/Users/$jane", $bearer, $type, \$_[0]) },
        [ qw(invalidSyntax invalidValue uniqueness mutability) ],
        qr/$json_detail|^\S+: |^userName is taken/ ],
    [ 'bulk message', [ $json->encode({ failOnErrors => 1, Operations => [
            { method => 'POST', path => '/Users', bulkId => 'a', data => {} }
        ] }) ],
        sub { http("POST $path/Bulk", $bearer, $type, \$_[0]) },
        [ qw(invalidSyntax invalidValue) ], qr/$json_detail|: / ],
    [ 'id', [ $jane ],
        sub { http("PUT $path/Users/" . escaped($_[0]), $bearer, $type,
            \'{"userName":"jane","title":"id"}') },
        [], qr/./ ],
);

my $wire = wire($t->nginx->port);

for my $kind (@kinds) {
    my ($name, $texts, $request, $types, $detail) = @$kind;
    my %known = map { $_ => 1 } @$types;
    my (%seen, @wrong);
    my $before = digest();

    for my $n (1 .. 150) {
        my $text = $n % 6 ? $bytes->mutate($texts->[$n % @$texts])
            : $bytes->bytes(60);
        my $sent = $request->($text);
        $wire->send($sent);
        my $answer = $wire->answer(20);
        if (!$answer || $answer->{head} =~ /^Connection: close/mi) {
            $wire = wire($t->nginx->port);
        }
        my $after = digest();
        my @why;

        if (!$answer) {
            push @why, 'no answer';
        } elsif ($answer->{status} !~ /^(2\d\d|400|404|405|409|414)$/) {
            push @why, 'a status that is not to be expected';
        } elsif ($answer->{status} >= 400) {
            my $message = $answer->{json} // {};
            my $told = $message->{detail} // '';
            push @why, 'something was written' if $after ne $before;
            push @why, 'no SCIM error'
                if ($message->{schemas}[0] // '') ne $error
                || ($message->{status} // '') ne $answer->{status};
            push @why, 'no word of the RFC' if $answer->{status} == 400
                && @$types && !$known{ $message->{scimType} // '' };
            push @why, 'no such detail' if $told !~ $detail
                && $answer->{status} == 400 && @$types;
            push @why, 'no detail' if !length $told;
            # a name may be told as a place, a text may not
            push @why, 'a detail that repeats it' if length $text > 12
                && index($told, $text) >= 0;
            push @why, 'a detail that is not printable'
                if $told =~ /[^\x20-\x7e]/;
        }
        $seen{ $answer ? $answer->{status} . ' '
            . ($answer->{json}{scimType} // '') : 'none' }++;
        $before = $after;
        push @wrong, join('; ', @why) . "\n$sent\n" . ($answer
            ? $answer->{body} : '') if @why;
    }
    is(scalar @wrong, 0, "$name: each is taken, or refused as the RFC has it")
        or diag(map { s/[^\n -~]/sprintf '\x%02x', ord $&/ger . "\n---\n" }
            @wrong[0 .. ($#wrong > 2 ? 2 : $#wrong)]);
    note(join ', ', map { "$_: $seen{$_}" } sort keys %seen);
    ok((grep { /^400|^404/ } keys %seen), "$name: some are refused");
}


# --- what is taken comes back as it was ---

my @round_trip;
for my $n (1 .. 300) {
    my $text = Encode::decode('UTF-8', join('', map { $bytes->one_of(
        chr $bytes->pick(128),
        Encode::encode_utf8(chr(128 + $bytes->pick(60_000))),
        $bytes->odd, 'a') } 1 .. 1 + $bytes->pick(12)), Encode::FB_DEFAULT);
    $text =~ s/[\0\x{d800}-\x{dfff}]//g;
    my $answer = $scim->put("/Users/$jane", { userName => 'jane',
        nickName => $text, name => { formatted => $text },
        emails => [ { value => $text } ], "x$n" => $text,
        'urn:example:2.0:User' => { "k$n" => [ $text ] } });
    my $read = $scim->get("/Users/$jane")->{json};
    push @round_trip, $json->encode($text) if $answer->{status} != 200
        || $read->{nickName} ne $text || $read->{name}{formatted} ne $text
        || $read->{emails}[0]{value} ne $text || $read->{"x$n"} ne $text
        || $read->{'urn:example:2.0:User'}{"k$n"}[0] ne $text
        || $answer->{json}{nickName} ne $text;
}
is("@round_trip", '', '300 texts: each comes back as it was');

is($scim->get("/Groups/$devs")->{status}, 200, 'and the others are there');
unlike($t->nginx->error_log, qr/\[error\]/, 'nothing of it is the server\'s');

$t->finish;
done_testing();
