# What a user may do, as the function library finds it: by what the user is
# known, in which groups, with which roles in which namespaces.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Access;
use SCIM::Test;
use Test::More;

my $t = SCIM::Test->new;
my $scim = $t->scim;
my $redis = $t->redis;
my $access = SCIM::Access->new($redis, 'demo');


sub user {
    my ($name, %more) = @_;
    my $answer = $scim->post('/Users', { userName => $name, %more });
    die "user $name: $answer->{body}\n" if $answer->{status} != 201;
    return $answer->{json}{id};
}

sub group {
    my ($name, @members) = @_;
    my $answer = $scim->post('/Groups', { displayName => $name,
        externalId => "E-$name", members => [ map { { value => $_ } }
        @members ] });
    die "group $name: $answer->{body}\n" if $answer->{status} != 201;
    return $answer->{json}{id};
}

sub add {
    my ($group, @members) = @_;
    $scim->patch("/Groups/$group", { Operations => [ { op => 'add',
        path => 'members', value => [ map { { value => $_ } } @members ] } ] });
}

# the displays of a user's groups
sub groups_of {
    my ($id) = @_;
    return join ' ', sort map { $_->[1] } @{ $access->read(id => $id)
        ->{groups} };
}

sub grants_of {
    my ($id) = @_;
    return join ', ', @{ $access->read(id => $id)->{grants} };
}


# --- who is meant ---

my $jane = user('Jane', externalId => 'X1', displayName => 'Jane Doe',
    emails => [ { value => 'other@example.com' },
        { value => 'Jane@Example.com', primary => \1 } ]);
my $joe = user('joe', externalId => 'x1',
    emails => [ { value => 'shared@example.com' } ]);
my $ann = user("J\x{f6}rg \"J\" \\", emails => [
    { value => 'shared@example.com', display => 'a [b]' } ]);

for my $case (
    [ id => $jane, $jane ],
    [ userName => 'jane', $jane ],
    [ externalId => 'X1', $jane ],
    [ externalId => 'x1', $joe ],
    [ 'emails.value' => 'jane@example.com', $jane ],
    [ 'emails.value' => 'other@example.com', $jane ],
    [ userName => "j\x{f6}rg \"j\" \\", $ann ],
    [ 'emails.value' => 'shared@example.com', undef, 'SEVERAL' ],
    [ userName => 'Jane', undef, 'MISSING' ],
    [ userName => '', undef, 'MISSING' ],
    [ userName => '*', undef, 'MISSING' ],
    [ userName => "jane\0", undef, 'MISSING' ],
    [ userName => "jane\0externalId", undef, 'MISSING' ],
    [ id => '', undef, 'MISSING' ],
    [ id => "$jane:groups", undef, 'MISSING' ],
    [ id => uc $jane, undef, 'MISSING' ],
    [ 'emails.value' => 'x' x 65536, undef, 'MISSING' ],
) {
    my ($by, $value, $id, $word) = @$case;
    my $found = $access->read($by => $value);
    my $shown = substr $value, 0, 40;
    utf8::encode($shown);
    is($found->{id} // $found->{word}, $id // $word, "by $by: $shown");
}

my $foreign = SCIM::Access->new($redis, 'acme');
$t->create('acme', 'authentik');
is($foreign->read(id => $jane)->{word}, 'MISSING',
    'by id: nobody of another tenant');

my $record = $access->read(id => $jane);
is("@$record{qw(active name email cut)}", '1 Jane Jane@Example.com 0',
    'the name as it was sent, the primary address');
$record = $access->read(id => $ann);
is($record->{name}, do { my $n = "J\x{f6}rg \"J\" \\"; utf8::encode($n); $n },
    'a name with quotes and more');
is($record->{email}, 'shared@example.com', 'an address beside brackets');
is($access->read(id => user('plain'))->{email}, '', 'no address');

# what looks like it, elsewhere
my $nested = user('outer', 'urn:a:1.0:User' => { userName => 'inner',
    emails => [ { value => 'inner@example.com' } ] });
$record = $access->read(id => $nested);
is("$record->{name} $record->{email}", 'outer ',
    'a name within an extension is another');
$nested = user('outer2', emails => [ { value => 'o@example.com' } ],
    'urn:a:1.0:User' => { userName => 'inner', userName2 => '"userName":"x"',
    emails => [ { value => 'inner@example.com', primary => \1 } ] });
$record = $access->read(id => $nested);
is("$record->{name} $record->{email}", 'outer2 o@example.com',
    'and so is an address');


# --- groups ---

my $devs = group('Devs', $jane);
my $staff = group('Staff', $devs, $joe);
my $all = group('All', $staff);

is(groups_of($jane), 'All Devs Staff', 'groups in groups');
is(groups_of($joe), 'All Staff', 'from the middle');
is_deeply([ map { $_->[2] } @{ $access->read(id => $joe)->{groups} } ],
    [ qw(staff all) ], 'as they are compared');

add($devs, $all);
is(groups_of($jane), 'All Devs Staff', 'in a circle');
is(groups_of($joe), 'All Devs Staff', 'in a circle, from the middle');
add($devs, $devs);
is(groups_of($jane), 'All Devs Staff', 'a group in itself');

is($scim->delete("/Groups/$staff")->{status}, 204, 'a group is deleted');
is(groups_of($jane), 'Devs', 'a group that is gone leads nowhere');
is(groups_of($joe), '', 'nor is anybody in it');

# one that is still named: more members than are touched when it goes
$redis->command('SADD', "scim:{demo}:user:$joe:groups", $staff);
is(groups_of($joe), '', 'a group that is still named counts for nothing');


# --- roles ---

$access->role(Editor => 'FLOW:EXECUTE FLOW:READ');
$access->role(Viewer => 'FLOW:READ');
my $own = $access->bind(Viewer => user => $jane);
my $prod = $access->bind(Editor => group => $devs, 'prod');
is(grants_of($jane), 'Editor prod, Viewer ', 'own and through a group');
is_deeply($access->read(id => $jane)->{roles}, {
    Editor => 'FLOW:EXECUTE FLOW:READ', Viewer => 'FLOW:READ',
}, 'what they permit');
is(grants_of($joe), '', 'others have none');

$access->bind(Editor => group => $all, 'prod');
is(grants_of($jane), 'Editor prod, Viewer ', 'the same twice is once');
$access->bind(Gone => user => $jane);
is(grants_of($jane), 'Editor prod, Viewer ',
    'a role that is gone is none');
$redis->command('DEL', "scim:{demo}:binding:$own");
is(grants_of($jane), 'Editor prod', 'nor is a binding that is gone');

$scim->patch("/Users/$jane", { Operations => [ { op => 'replace',
    path => 'active', value => \0 } ] });
$record = $access->read(id => $jane);
is("$record->{active} @{ $record->{grants} }", '0 ', 'inactive: none');
$scim->patch("/Users/$jane", { Operations => [ { op => 'replace',
    path => 'active', value => \1 } ] });
is(grants_of($jane), 'Editor prod', 'active again: as before');


# --- rules ---

my $team = group("Team-Bl\x{e5} [x]", $joe);
for my $case (
    [ displayName => 'team-*', 1 ],
    [ displayName => 'TEAM-*', 1 ],
    [ displayName => '*', 1 ],
    [ displayName => '**', 1 ],
    [ displayName => 'team-bl? [x]', 1 ],
    [ displayName => 'team-bl?? [x]', 0 ],
    [ displayName => 'team-bl?x]', 0 ],
    [ displayName => '*bl*[*]', 1 ],
    [ displayName => '*]', 1 ],
    [ displayName => 'team', 0 ],
    [ displayName => 'eam-*', 0 ],
    [ displayName => '*bl', 0 ],
    [ displayName => 'team-*team-*', 0 ],
    [ displayName => '.*', 0 ],
    [ displayName => '%a*', 0 ],
    [ displayName => '????????????', 1 ],
    [ displayName => '???????????', 0 ],
    [ displayName => '', 0 ],
    [ externalId => 'e-team*', 1 ],
    [ externalId => 'team*', 0 ],
    [ other => '*', 0 ],
) {
    my ($attribute, $pattern, $matches) = @$case;
    my $id = $access->rule(Viewer => $attribute => $pattern, 'test');
    is(grants_of($joe), $matches ? 'Viewer test' : '',
        "a rule: $attribute $pattern");
    $redis->command('ZREM', 'scim:{demo}:rules', $id);
}

$access->rule(Viewer => displayName => "team-bl\x{e5}*");
is(grants_of($joe), 'Viewer ', 'a rule beyond ASCII');
$scim->patch("/Groups/$team", { Operations => [ { op => 'replace',
    path => 'displayName', value => 'other' } ] });
is(grants_of($joe), '', 'a group of another name');
$access->rule(Viewer => displayName => 'other', 'x');
is(grants_of($joe), 'Viewer x', 'matches another rule');

# many at once, each against what a regular expression says
sub expression {
    my ($pattern) = @_;
    my $text = join '', map { $_ eq '*' ? '.*' : $_ eq '?' ? '.' : quotemeta }
        split //, $pattern;
    return qr/\A$text\z/s;
}

my $seed = $ENV{SCIM_SEED} // 1;
my $pick = sub {
    $seed = ($seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return int($seed / 65_536) % $_[0];
};
my $text = sub { return join '', map { $_[1][$pick->(scalar @{ $_[1] })] }
    1 .. $pick->($_[0]) };
my @letters = ('a', 'b', "\x{e9}", '[', '%');
my $many = user('many');

for my $round (1 .. 20) {
    my %names = map { $_ => 1 } map { 'n' . $text->(6, \@letters) } 1 .. 10;
    $redis->command('DEL', 'scim:{demo}:rules',
        "scim:{demo}:user:$many:groups");
    my $n = 0;
    for my $name (keys %names) {
        my $id = sprintf '00000000-0000-4000-b000-%012d', ++$n;
        utf8::upgrade($name);
        $redis->command('HSET', "scim:{demo}:group:$id", display => $name,
            index => "displayName\0$name\0externalId\0$name",
            state => '1 0 0 1', doc => '{}');
        $redis->command('SADD', "scim:{demo}:user:$many:groups", $id);
    }
    my @expected;
    for my $rule (1 .. 100) {
        my $pattern = ('n', '*', '', '?', 'n')[$pick->(5)]
            . $text->(5, [ @letters, '*', '?' ]);
        $access->rule(Viewer => ('displayName', 'externalId')[$rule % 2]
            => $pattern, "r$rule");
        my $matching = expression($pattern);
        push @expected, "Viewer r$rule" if grep { /$matching/ } keys %names;
    }
    is(grants_of($many), join(', ', sort @expected),
        "a hundred rules, round $round");
}
$redis->command('DEL', 'scim:{demo}:rules');

$access->rule(Viewer => displayName => '*', 'any');
my $lengthy = user('lengthy');
my $longest = group('l' x 1024, $lengthy);
is(grants_of($lengthy), 'Viewer any', 'a name of 1024 bytes');
$scim->patch("/Groups/$longest", { Operations => [ { op => 'replace',
    path => 'displayName', value => 'l' x 1025 } ] });
is(grants_of($lengthy), '', 'a longer one matches nothing');
$redis->command('DEL', 'scim:{demo}:rules');

# patterns that take long where every star is tried at every place
my $long = 'a' x 3000;
my $slow = group($long, user('slow'));
$access->rule(Viewer => displayName => 'a*' x 120 . 'b') for 1 .. 100;
$redis->command('CONFIG', 'SET', 'slowlog-log-slower-than', 100_000);
$redis->command('SLOWLOG', 'RESET');
$access->read(userName => 'slow');
is($redis->command('SLOWLOG', 'LEN'), 0, 'a hundred bad patterns: not slow');

# and those that take long anyway
$redis->command('DEL', 'scim:{demo}:rules');
my $worst = user('worst');
group('a' x 1000 . $_, $worst) for 1 .. 8;
$access->rule(Viewer => displayName => '*' . 'a?' x 60 . 'b*') for 1 .. 99;
is($access->read(id => $worst)->{cut}, 1, 'the worst patterns: it is cut');
$access->rule(Viewer => displayName => 'a*', 'plain');
is(grants_of($worst), 'Viewer plain', 'the worst patterns: others hold');
is($access->read(id => $joe)->{cut}, 0, 'the worst patterns: others are not');
$redis->command('DEL', 'scim:{demo}:rules');


# --- limits ---

my $crowd = user('crowd');
my @many = map { sprintf '00000000-0000-4000-a000-%012d', $_ } 1 .. 1100;
for my $id (@many) {
    $redis->command('HSET', "scim:{demo}:group:$id", display => "g$id",
        index => "displayName\0g$id", state => '1 0 0 1', doc => '{}');
    $redis->command('SADD', "scim:{demo}:user:$crowd:groups", $id);
    $access->bind(Viewer => group => $id, "n$id");
}
$record = $access->read(id => $crowd);
is("$record->{cut} " . @{ $record->{groups} }, '1 1000',
    'a thousand groups count');
cmp_ok(scalar @{ $record->{grants} }, '<=', 1000,
    'and a thousand bindings');

# who is in ten times as many costs no more than the names of their groups
$redis->command('EVAL', <<'LUA', 0, $crowd);
for n = 2000, 12000 do
    redis.call('SADD', 'scim:{demo}:user:' .. ARGV[1] .. ':groups',
               string.format('00000000-0000-4000-a000-%012d', n))
    redis.call('HSET', string.format('scim:{demo}:group:'
               .. '00000000-0000-4000-a000-%012d', n), 'display', 'g' .. n,
               'state', '1 0 0 1', 'doc', '{}')
end
LUA
$redis->command('CONFIG', 'RESETSTAT');
is($access->read(id => $crowd)->{cut}, 1, 'ten thousand: there are more');
my ($calls) = $redis->command('INFO', 'commandstats')
    =~ /cmdstat_hmget:calls=(\d+)/;
cmp_ok($calls, '<', 2200, 'ten thousand: others are not looked at');


# --- a tenant that is being deleted ---

$redis->command('HSET', 'scim:{demo}:tenant', deleting => 1);
is($access->read(id => $jane)->{word}, 'MISSING',
    'a tenant that is being deleted: nobody');

$t->finish;
done_testing();
