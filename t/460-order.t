# A user is written in several calls, as what is global lies elsewhere in Redis
# than what is the tenant's. Redis is killed between any two of them: what
# remains is a claim that nobody needs, the same request succeeds when it is
# sent again, and nobody else is kept from anything.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Faults;
use SCIM::Proxy;
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;

my $redis = SCIM::Redis->new(
    args => [qw(--appendonly yes --appendfsync always)]);
my $proxy = SCIM::Proxy->new(redis => $redis);
my $t = SCIM::Test->new(redis => $redis, address => $proxy->address,
    http => 'scim_redis_timeout 10s;');
my $other = $t->create('other', 'authentik');
my $scim = $t->scim;
my $path = $scim->base =~ s{^https?://[^/]+}{}r;
my @headers = ('Authorization: Bearer ' . $t->token,
    'Content-Type: application/scim+json');


# killed_at(COMMAND, LINE, [BODY]): Redis is killed when it would get the
# command, and started again; the answer
sub killed_at {
    my ($command, $line, $body) = @_;

    $proxy->rule($command => 'silence');
    my $wire = wire($t->nginx->port, http($line, @headers,
        defined $body ? \$body : ()));
    wait_for(sub { grep { $_ eq $command } $proxy->commands })
        or die "$line does not call $command\n";
    $redis->stop('KILL');
    $proxy->hang_up;
    my $answer = $wire->answer(20);
    $redis->start;
    well();
    return $answer;
}

sub well {
    ok(wait_for(sub { client($t)->get('/Users?count=1')->{status} =~ /^2/ }),
        'Redis is there again');
}

sub user { return qq({"userName":"$_[0]"}) }

sub holder { return { $redis->hash("scim:username:$_[0]") } }
sub access { return { $redis->hash("scim:user:$_[0]") } }

sub found {
    my ($name) = @_;
    return map { $_->{id} } @{ $scim->get(
        "/Users?filter=userName+eq+%22$name%22")->{json}{Resources} };
}


# consistent(NAME): what is global agrees with what the tenant has
sub consistent {
    my ($name) = @_;

    my @wrong;
    for my $id (@{ $redis->command('ZRANGE', 'scim:{demo}:users', 0, -1) }) {
        my %user = $redis->hash("scim:{demo}:user:$id");
        my $bears = $scim->get("/Users/$id")->{json}{userName};
        my $holder = holder($bears);

        # the nonces of a person that came with the user are the id
        my $claim = $user{claim} // $id;
        my $access = $user{access} // $id;
        push @wrong, "$bears: held by another"
            if ($holder->{id} // '') ne $id;
        push @wrong, "$bears: a claim that no release will find"
            if ($holder->{'tenant:demo'} // '') ne $claim;
        push @wrong, "$bears: an access that no end will find"
            if (access($id)->{'tenant:demo'} // '') !~ / \Q$access\E$/;
        push @wrong, "$bears: not found by the name"
            if join(' ', found($bears)) ne $id;
    }
    is(join('; ', @wrong), '', "$name: global and tenant agree");
}


# --- a creation ---

# of somebody who is nowhere yet: one call; of one whom another tenant has: more
for my $case (
    ['user_create_new', 0, 0],
    ['name_claim', 1, 0], ['access_grant', 1, 1], ['user_create', 1, 1],
) {
    my ($command, $known, $claimed) = @$case;
    my $name = "create-$command" =~ tr/_/-/r;

    my $id = $known && $t->scim($other)->post('/Users', { userName => $name })
        ->{json}{id};
    my $answer = killed_at($command, "POST $path/Users", user($name));
    is($answer->{status}, 503, "a creation, killed at $command: 503");
    is(scalar(found($name)), 0, "killed at $command: there is no user");
    is(exists holder($name)->{'tenant:demo'} ? 1 : 0, $claimed,
        "killed at $command: there is " . ($claimed ? 'a' : 'no') . ' claim');

    $answer = $scim->post('/Users', { userName => $name });
    is($answer->{status}, 201, "killed at $command: sent again, created");
    is($answer->{json}{id}, $id, "killed at $command: the same person")
        if $known;
    is($scim->post('/Users', { userName => $name })->{status}, 409,
        "killed at $command: and once more, it is there");
    consistent("killed at $command");
}

# it was made, and only the answer is lost
{
    $proxy->rule(user_create_new => 'lose');
    my $answer = client($t)->post('/Users', { userName => 'lost' });
    unavailable($answer, 'a creation, the answer is lost');
    like($answer->{json}{detail}, qr/not known/,
        'the answer is lost: it is not claimed that nothing was done');
    $proxy->clear;
    well();
    is($scim->post('/Users', { userName => 'lost' })->{status}, 409,
        'the answer is lost: sent again, it is there');
    consistent('the answer is lost');
}


# --- a change of the name ---

for my $case (
    ['name_claim', 503], ['user_replace', 503], ['name_release', 200],
) {
    my ($command, $status) = @$case;
    my $old = "rename-$command-old" =~ tr/_/-/r;
    my $new = "rename-$command-new" =~ tr/_/-/r;

    my $id = $scim->post('/Users', { userName => $old })->{json}{id};
    my $answer = killed_at($command, "PUT $path/Users/$id", user($new));
    is($answer->{status}, $status, "a new name, killed at $command: $status");
    my $bears = $status == 200 ? $new : $old;
    is($scim->get("/Users/$id")->{json}{userName}, $bears,
        "killed at $command: bears the " . ($status == 200 ? 'new' : 'old'));

    is($scim->put("/Users/$id", { userName => $new })->{status}, 200,
        "killed at $command: sent again, has it");
    consistent("a new name, killed at $command");
    my $next = $scim->post('/Users', { userName => $old });
    is($next->{status}, 201, "killed at $command: the old name is free");
    isnt($next->{json}{id}, $id, 'for another person');
    consistent("an old name, killed at $command");
}

# the claim of the new name stays behind, and somebody else wants it
{
    my $id = $scim->post('/Users', { userName => 'mary' })->{json}{id};
    killed_at('user_replace', "PUT $path/Users/$id", user('marianne'));
    my $answer = $scim->post('/Users', { userName => 'marianne' });
    is($answer->{status}, 201, 'a claim left behind: somebody else gets it');
    isnt($answer->{json}{id}, $id, 'a claim left behind: as another person');
    is($scim->put("/Users/$id", { userName => 'marianne' })->{status}, 409,
        'a claim left behind: and who had it does not');
    consistent('a claim left behind');
}


# --- a removal ---

for my $case (
    ['user_delete', 503], ['name_release', 204], ['access_revoke', 204],
) {
    my ($command, $status) = @$case;
    my $name = "delete-$command" =~ tr/_/-/r;

    my $id = $scim->post('/Users', { userName => $name })->{json}{id};
    my $answer = killed_at($command, "DELETE $path/Users/$id");
    is($answer->{status}, $status, "a removal, killed at $command: $status");
    is($scim->delete("/Users/$id")->{status}, $status == 503 ? 204 : 404,
        "killed at $command: sent again");
    is(scalar(found($name)), 0, "killed at $command: gone");

    $answer = $scim->post('/Users', { userName => $name });
    is($answer->{status}, 201, "killed at $command: comes back");
    is($answer->{json}{id}, $id, "killed at $command: as the same person");
    consistent("a removal, killed at $command");
}


# --- without a crash: what is refused leaves nothing behind ---

{
    my $jane = $scim->post('/Users', { userName => 'jane' })->{json}{id};
    is($scim->post('/Users', { userName => 'JANE' })->{status}, 409,
        'a name that is there: refused');
    consistent('a name that is there');
    is($scim->put("/Users/$jane", { userName => 'janet' })->{status}, 200,
        'its bearer gets another');
    is($scim->post('/Users', { userName => 'jane' })->{status}, 201,
        'a name that was refused to others: is free then');

    my @wires = map { wire($t->nginx->port,
        http("PUT $path/Users/$jane", @headers, \user('janine'))) } 1 .. 8;
    $_->answer for @wires;
    consistent('eight times the same change at once');
    is($scim->put("/Users/$jane", { userName => 'janet' })->{status}, 200,
        'and back');
    is($scim->post('/Users', { userName => 'janine' })->{status}, 201,
        'eight times the same change at once: the name is free then');

    is($scim->delete("/Users/$jane")->{status}, 204, 'removed');
    ok(!exists access($jane)->{'tenant:demo'},
        'a removal after changes of the name: ends the access');

    @wires = map { wire($t->nginx->port, http("POST $path/Users", @headers,
        \user('twin'))) } 1 .. 8;
    $_->answer for @wires;
    consistent('eight times the same creation at once');
    my ($twin) = found('twin');
    is($scim->put("/Users/$twin", { userName => 'single' })->{status}, 200,
        'its bearer gets another');
    is($scim->post('/Users', { userName => 'twin' })->{status}, 201,
        'eight times the same creation at once: the name is free then');
    consistent('in the end');
}


# --- another tenant ---

{
    my $elsewhere = $t->scim($other);
    my $known = $elsewhere->post('/Users', { userName => 'known' })->{json}{id};
    my @wires = map { wire($t->nginx->port, http("POST $path/Users", @headers,
        \user('known'))) } 1 .. 8;
    $_->answer for @wires;
    consistent('eight times the same person of another tenant');
    is($scim->put("/Users/$known", { userName => 'unknown' })->{status}, 200,
        'the same person under another name here');
    is($scim->post('/Users', { userName => 'known' })->{status}, 409,
        'whose name there is the name of nobody else here');
    consistent('a person with two names');

    my $id = $scim->post('/Users', { userName => 'both' })->{json}{id};
    is($elsewhere->post('/Users', { userName => 'both' })->{json}{id}, $id,
        'another tenant: the same person');
    is($elsewhere->post('/Users', { userName => 'both' })->{status}, 409,
        'another tenant: only once');
    is($elsewhere->delete("/Users/$id")->{status}, 204,
        'another tenant: removed there');
    is(join(' ', grep { /^tenant/ } sort keys %{ access($id) }),
        'tenant:demo', 'another tenant: the access here stays');
    consistent('another tenant');
}

$t->finish;
done_testing();
