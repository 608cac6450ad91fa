# Clients that go away, send slowly, by halves or many requests at once, over
# HTTP/1.1 and HTTP/2; and many of them that change the same things.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Faults;
use SCIM::Test;
use SCIM::Wire qw(http wire frame h2_headers);
use Test::More;
use Time::HiRes qw(sleep);

my $h2 = SCIM::Redis::free_port();
my $redis = SCIM::Redis->new;
my $t = SCIM::Test->new(redis => $redis,
    http => 'scim_redis_timeout 5s; lingering_timeout 300ms; '
        . 'keepalive_requests 100000;',
    server => "listen 127.0.0.1:$h2 http2;");
my $port = $t->nginx->port;
my $scim = $t->scim;
my $path = $scim->base =~ s{^https?://[^/]+}{}r;
my @headers = ('Authorization: Bearer ' . $t->token,
    'Content-Type: application/scim+json');
my $id = $scim->post('/Users', { userName => 'jane' })->{json}{id};
my $group = $scim->post('/Groups', { displayName => 'all' })->{json}{id};
my $before = before_fault($t);
my $number = 0;


sub user_body { return '{"userName":"client-' . ++$number . '"}' }

sub found {
    my ($body) = @_;
    my ($name) = $body =~ /"userName":"([^"]+)"/;
    return $scim->get("/Users?filter=userName+eq+%22$name%22")
        ->{json}{totalResults};
}


# --- a client goes away ---

# before its request is whole, at each of many places
{
    my $body = user_body();
    my $request = http("POST $path/Users", @headers, \$body);
    for (my $length = 1; $length < length $request; $length += 37) {
        wire($port, substr $request, 0, $length)->close;
        my $half = wire($port, substr $request, 0, $length);
        $half->finish_sending;
        $half->answers(5) if $length % 2;
    }
    recovered($before, 'gone before the request was whole');
    is(found($body), 0, 'gone before the request was whole: nothing is done');
}

# while Redis is at work; a read ends, a write is carried through
{
    $redis->command('CLIENT', 'PAUSE', 400);
    my @bodies = map { user_body() } 1 .. 20;
    my @reads = map { wire($port, http("GET $path/Users/$id", @headers)) }
        1 .. 50;
    my @stay = map { wire($port, http("GET $path/Users/$id", @headers)) }
        1 .. 10;
    my @writes = map { wire($port, http("POST $path/Users", @headers,
        \$_)) } @bodies;
    sleep 0.1;
    $_->close for @reads, @writes;
    is(join(' ', map { ($_->answer // {})->{status} // '-' } @stay),
        join(' ', (200) x @stay), 'gone meanwhile: the others are answered');
    ok(wait_for(sub { () = $t->nginx->access_log =~ / 499 /g; }),
        'gone meanwhile: reads are logged as 499');
    is((() = $t->nginx->access_log =~ /"GET [^"]*" 499 /g), 50,
        'gone meanwhile: all of them');
    $_->close for @stay;

    # Redis gets it after the authentication, and after the client went
    ok(wait_for(sub { !grep { my $n = found($_); $n != 0 && $n != 1 }
        @bodies }), 'gone meanwhile: a write is made wholly or not at all');
    recovered($before, 'gone meanwhile');
}

# after the request, before the answer was taken
{
    for (1 .. 50) {
        wire($port, http("GET $path/Users/$id", @headers))->close;
        wire($port, http("POST $path/Users", @headers, \user_body()))->close;
    }
    recovered($before, 'gone before the answer');
}

# it has said that it will send no more, and waits for the answer
{
    my $body = user_body();
    my $wire = wire($port, http("POST $path/Users", @headers, \$body));
    $wire->finish_sending;
    my $answer = $wire->answer;
    ok(!$answer || $answer->{status} == 201, 'half-close behind a write');
    ok(wait_for(sub { found($body) == 1 }),
        'half-close behind a write: it is made');
    $wire->close;
    recovered($before, 'half-close');
}


# --- a client is slow ---

{
    my $body = user_body();
    my $wire = wire($port);
    for my $byte (split //, http("POST $path/Users", @headers, \$body)) {
        $wire->send($byte);
    }
    is(($wire->answer // {})->{status}, 201, 'byte by byte: created');

    $body = user_body();
    $wire = wire($port, http("POST $path/Users", @headers,
        'Transfer-Encoding: chunked'));
    for my $byte (split //, $body) {
        $wire->send("1\r\n$byte\r\n");
    }
    sleep 0.05;
    $wire->send("0\r\n\r\n");
    is(($wire->answer // {})->{status}, 201, 'chunk by chunk: created');

    # one that goes through a temporary file
    my $large = user_body();
    $large =~ s/\}\z/',"title":"' . 'x' x 900_000 . '"}'/e;
    my $request = http("POST $path/Users", @headers, \$large);
    $wire = wire($port, substr $request, 0, 400_000);
    sleep 0.1;
    $wire->send(substr $request, 400_000);
    is(($wire->answer // {})->{status}, 201, 'a large body, in two: created');
    is(found($large), 1, 'a large body, in two: is there');
    $wire->close;
    recovered($before, 'slow');
}


# --- many requests on a connection, sent at once ---

{
    my @bodies = map { user_body() } 1 .. 3;
    my @requests = (
        [200, http("GET $path/Users/$id", @headers)],
        [201, http("POST $path/Users", @headers, \$bodies[0])],
        [200, http("HEAD $path/Users/$id", @headers)],
        [401, http("POST $path/Users", \$bodies[1])],
        [404, http("GET $path/Nothing", @headers)],
        [405, http("PUT $path/Users", @headers, \$bodies[1])],
        [201, http("POST $path/Users", @headers, 'Transfer-Encoding: chunked')
            . sprintf("%x\r\n%s\r\n0\r\n\r\n", length $bodies[1], $bodies[1])],
        [400, http("POST $path/Users", @headers, \'{"userName":')],
        [204, http("PATCH $path/Groups/$group", @headers,
            \('{"Operations":[{"op":"add","path":"members","value":'
                . '[{"value":"' . $id . '"}]}]}'))],
        [204, http("OPTIONS $path/Users", @headers)],
        [404, http("DELETE $path/Users/none", @headers)],
        [415, http("POST $path/Users", $headers[0], 'Content-Type: text/xml',
            \'<user/>')],
        [200, http("GET $path/Users?count=0", @headers)],
        [200, http("GET $path/Schemas", @headers)],
        [200, http("GET $path/Users/$id", @headers, \'a body')],
        [409, http("POST $path/Users", @headers, \$bodies[0])],
    );
    for my $try (1 .. 5) {
        if ($try > 1) {
            $scim->delete('/Users/' . $scim->get(
                "/Users?filter=userName+eq+%22client-$_%22")
                    ->{json}{Resources}[0]{id})
                for $number - 2, $number - 1;
        }
        my @order = $try == 1 ? 0 .. $#requests
            # what is there already comes last
            : ((map { $_->[0] } sort { $a->[1] <=> $b->[1] }
                map { [$_, rand] } 0 .. $#requests - 1), $#requests);
        my $wire = wire($port, join '', map { $requests[$_][1] } @order);
        my @statuses = map {
            my $answer = $wire->answer(20, $requests[$_][1] =~ /^HEAD/);
            $answer ? $answer->{status} : 'closed';
        } @order;
        is("@statuses", join(' ', map { $requests[$_][0] } @order),
            "a mix in one go, $try");
        $wire->close;
    }
    recovered($before, 'a mix in one go');
}


# --- HTTP/2 ---

my @h2_headers = (authorization => 'Bearer ' . $t->token,
    'content-type' => 'application/scim+json');

sub h2 {
    return wire($h2, $SCIM::Wire::h2_preface . join '', @_);
}

{
    my $body = user_body();
    my $wire = h2(
        h2_headers(1, 1, GET => "$path/Users/$id", @h2_headers),
        h2_headers(3, 0, POST => "$path/Users", @h2_headers),
        frame(0, 1, 3, $body),
    );
    is($wire->h2_status(1), 200, 'HTTP/2: a read');
    $wire = h2(h2_headers(1, 0, POST => "$path/Users", @h2_headers),
        frame(0, 1, 1, user_body()));
    is($wire->h2_status(1), 201, 'HTTP/2: a creation');
    $wire = h2(h2_headers(1, 1, HEAD => "$path/Users/$id", @h2_headers));
    is($wire->h2_status(1), 200, 'HTTP/2: HEAD');
    $wire = h2(h2_headers(1, 1, DELETE => "$path/Groups/none", @h2_headers));
    is($wire->h2_status(1), 404, 'HTTP/2: a removal');
    $wire = h2(h2_headers(1, 0, POST => "$path/Users",
        'content-type' => 'application/scim+json'),
        frame(0, 0, 1, 'x' x 10_000), frame(0, 1, 1, 'x' x 10_000));
    is($wire->h2_status(1), 401, 'HTTP/2: a refused body');
    $wire->close;
    recovered($before, 'HTTP/2');
}

# streams that are reset, and connections that are closed, at each step
{
    my $reset = sub { frame(3, 0, $_[0], pack 'N', 8) };
    my @bodies = map { user_body() } 1 .. 30;

    $redis->command('CLIENT', 'PAUSE', 300);
    my @wires;
    for my $i (0 .. 29) {
        my $wire = h2(
            h2_headers(1, 1, GET => "$path/Users/$id", @h2_headers),
            h2_headers(3, 0, POST => "$path/Users", @h2_headers),
            # all of the body, but it is not said that it ends
            frame(0, 0, 3, $bodies[$i]),
            h2_headers(5, 1, GET => "$path/Users", @h2_headers),
            h2_headers(7, 1, DELETE => "$path/Groups/none", @h2_headers),
        );
        push @wires, $wire;
    }
    sleep 0.1;
    for my $i (0 .. 29) {
        $wires[$i]->send(join '', map { $reset->($_) } 1, 3, 7) if $i % 3;
        $wires[$i]->close if $i % 3 != 1;
    }
    my @left = map { $wires[$_]->h2_status(5) } grep { $_ % 3 == 1 } 0 .. 29;
    is(join(' ', map { $_ // '-' } @left), join(' ', (200) x 10),
        'HTTP/2, reset: the other streams are answered');
    $wires[$_]->close for grep { $_ % 3 == 1 } 0 .. 29;
    recovered($before, 'HTTP/2, reset');
    is(scalar(grep { found($_) } @bodies), 0,
        'HTTP/2, reset: what came of a body is not taken for all of it');
}


# --- many clients change the same things ---

{
    my @members = map { $scim->post('/Users',
        { userName => "member-$_" })->{json}{id} } 1 .. 64;
    my @children = map {
        my @mine = splice @members, 0, 8;
        background(sub { map { my $member = $_; client($t)->patch(
            "/Groups/$group", { Operations => [{ op => 'add',
                path => 'members', value => [{ value => $member }] }] })
                ->{status} } @mine });
    } 1 .. 8;
    my @statuses = map { reap($_) } @children;
    is(join(' ', grep { $_ != 204 } @statuses), '',
        '64 PATCHes of a group at once: all succeed');
    is(scalar(@{ $scim->get("/Groups/$group")->{json}{members} }), 65,
        '64 PATCHes of a group at once: no member is lost');

    # the same within a turn of the worker
    my @wires = map {
        wire($port, http("PATCH $path/Groups/$group", @headers, \$_))
    } map {
        '{"Operations":[{"op":"remove","path":"members[value eq \"'
            . $_->{value} . '\"]"}]}'
    } grep { $_->{value} ne $id }
        @{ $scim->get("/Groups/$group")->{json}{members} };
    is(join(' ', map { ($_->answer // {})->{status} // '-' } @wires),
        join(' ', (204) x 64), '64 removals at once: all succeed');
    is(scalar(@{ $scim->get("/Groups/$group")->{json}{members} }), 1,
        '64 removals at once: one member remains');
}

{
    my @wires = map {
        wire($port, http("PUT $path/Users/$id", @headers,
            \('{"userName":"jane","title":"' . $_ . '"}')))
    } 1 .. 16;
    my @answers = map { $_->answer // {} } @wires;
    is(join(' ', grep { !/^(200|503)$/ } map { $_->{status} // '-' }
        @answers), '', 'PUTs of a user at once: served or told to come again');
    my %version = map { $_->{json}{meta}{version} => $_->{json}{title} }
        grep { $_->{status} == 200 } @answers;
    is(scalar(keys %version), scalar(grep { $_->{status} == 200 } @answers),
        'PUTs of a user at once: each is a version of its own');
    my $last = $scim->get("/Users/$id")->{json};
    is($last->{title}, $version{ $last->{meta}{version} },
        'PUTs of a user at once: the last one stands');

    # only one of those that name the version it has
    @wires = map {
        wire($port, http("PUT $path/Users/$id", @headers,
            "If-Match: $last->{meta}{version}",
            \('{"userName":"jane","title":"match ' . $_ . '"}')))
    } 1 .. 16;
    my %seen;
    $seen{ ($_->answer // {})->{status} // '-' }++ for @wires;
    is(join(' ', map { "$_:$seen{$_}" } sort keys %seen), '200:1 412:15',
        'PUTs with If-Match at once: one wins');
}

# names: whoever gets it, nobody else has it
{
    my @people = map { $scim->post('/Users',
        { userName => "racer-$_" })->{json}{id} } 1 .. 8;
    for my $round (1 .. 5) {
        my @wires = map {
            wire($port, http("PUT $path/Users/$_", @headers,
                \(qq({"userName":"prize-$round"}))))
        } @people;
        push @wires, wire($port, http("POST $path/Users", @headers,
            \(qq({"userName":"prize-$round"}))));
        my %seen;
        $seen{ ($_->answer // {})->{status} // '-' }++ for @wires;
        my $won = ($seen{200} // 0) + ($seen{201} // 0);
        is($won, 1, "a race for a name, $round: one wins");
        is($won + ($seen{409} // 0), 9,
            "a race for a name, $round: the others are told why")
            or diag(join ' ', %seen);
        is($scim->get("/Users?filter=userName+eq+%22prize-$round%22")
            ->{json}{totalResults}, 1, "a race for a name, $round: one has it");
    }

    my @wires = map { wire($port, http("POST $path/Users", @headers,
        \'{"userName":"same"}')) } 1 .. 16;
    my %seen;
    $seen{ ($_->answer // {})->{status} // '-' }++ for @wires;
    is(join(' ', map { "$_:$seen{$_}" } sort keys %seen), '201:1 409:15',
        'creations of one name at once: one wins');

    # two swap their names, again and again: neither name is lost or doubled
    my ($one, $two) = @people;
    for my $round (1 .. 5) {
        my @swap = map { wire($port, http("PUT $path/Users/$_->[0]", @headers,
            \(qq({"userName":"$_->[1]"})))) }
            [$one, 'swap-a'], [$two, 'swap-b'], [$one, 'swap-b'],
            [$two, 'swap-a'];
        $_->answer for @swap;
    }
    my @names = map { $scim->get("/Users/$_")->{json}{userName} } $one, $two;
    isnt($names[0], $names[1], 'swapped names: they differ');
    is(join(' ', map { $scim->get("/Users?filter=userName+eq+%22$_%22")
        ->{json}{Resources}[0]{id} } @names), "$one $two",
        'swapped names: each is found under its own');
    is($scim->put("/Users/$one", { userName => 'free-1' })->{status}, 200,
        'swapped names: given up');
    is($scim->put("/Users/$two", { userName => $names[0] })->{status}, 200,
        'swapped names: and taken');
}

recovered($before, 'after all that');
$t->finish;
done_testing();
