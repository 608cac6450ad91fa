# The audit trail: who did what, what it changed, what was refused; read by
# filters, page by page, and as lines; bounded by count and by age.

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use SCIM::Test;
use Test::More;
use Time::HiRes qw(sleep);

my $t = SCIM::Test->new(workers => 1, http => <<'END');
    scim_audit_values TITLE active
        urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department;
    scim_audit_refusals 2s;
END
my ($scim, $admin, $redis) = ($t->scim, $t->admin, $t->redis);
my $integration = $t->{integration}{id};
my $json = JSON::PP->new->utf8;
my $enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

# entries(QUERY): those of a page
sub entries {
    my ($query) = @_;
    my $answer = $admin->get('/demo/audit' . ($query ? "?$query" : ''));
    is($answer->{status}, 200, 'audit: ' . ($query // 'all'))
        or diag($answer->{body});
    return @{ $answer->{json}{results} // [] };
}

sub operations { return join ' ', map { $_->{operation} } entries(@_) }

sub until_there {
    my ($check) = @_;
    for (1 .. 100) {
        return 1 if $check->();
        sleep 0.1;
    }
    return 0;
}


# --- an entry ---

my $user = $scim->post('/Users', { userName => 'jane', title => 'Clerk',
    nickName => 'J', active => \1 })->{json};
my ($entry) = entries();
like(delete $entry->{id}, qr/^\d+-\d+$/, 'id');
like(delete $entry->{time}, qr/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'time');
like(delete $entry->{request}, qr/^[0-9a-f]{32}$/, 'request');
is_deeply($entry, {
    actor => "integration:$integration", token => substr($t->token, 0, 12),
    address => '127.0.0.1', operation => 'users.create',
    resource => $user->{id}, changed => [], before => undef,
    after => $user->{meta}{version} =~ /(\d+)/, outcome => 'success',
    count => 1, values => { title => { after => 'Clerk' },
        active => { after => JSON::PP::true } },
}, 'a creation');

$scim->patch("/Users/$user->{id}", { Operations => [
    { op => 'replace', path => 'title', value => 'Chief' },
    { op => 'replace', path => 'nickName', value => 'secret' },
    { op => 'add', path => "$enterprise:department", value => 'x' },
    { op => 'replace', value => { 'not a name' => 'x' } },
    { op => 'replace', path => 'active', value => \1 },
] });
my $before = $entry->{after};
($entry) = entries();
is_deeply([ sort @{ $entry->{changed} } ],
    [ 'nickName', 'title', "$enterprise:department" ], 'what has changed');
is_deeply($entry->{values}, { title => { before => 'Clerk',
    after => 'Chief' }, "$enterprise:department" => { after => 'x' } },
    'with the values that are allowed');
is($entry->{before}, $before, 'the version before');
cmp_ok($entry->{after}, '>', $before, 'and after');

$scim->put("/Users/$user->{id}", { userName => 'jane', active => \0 });
($entry) = entries();
is_deeply($entry->{values}{active}, { before => JSON::PP::true,
    after => JSON::PP::false }, 'a PUT');
is_deeply([ sort @{ $entry->{changed} } ], [ 'active', 'nickName', 'title',
    "$enterprise:department" ], 'takes away what it does not name');

$scim->put("/Users/$user->{id}", { userName => 'jane', active => \0 });
is((entries())[0]{id}, $entry->{id}, 'nothing changed: no entry');

$scim->patch("/Users/$user->{id}", { Operations => [ { op => 'replace',
    path => 'title', value => 'x' x 5000 } ] });
($entry) = entries();
is_deeply([ @$entry{qw(changed values)} ], [ ['title'], undef ],
    'values that are too long are left out');

my $group = $scim->post('/Groups', { displayName => 'Devs' })->{json};
$scim->patch("/Groups/$group->{id}", { Operations => [ { op => 'add',
    path => 'members', value => [ { value => $user->{id} } ] } ] });
is_deeply((entries())[0]{changed}, ['members'], 'members');
$scim->put("/Groups/$group->{id}", { displayName => 'Ops', members => [] });
is_deeply((entries())[0]{changed}, [ 'displayName', 'members' ],
    'a name and members');
$scim->put("/Groups/$group->{id}", { displayName => 'Dev', members => [] });
is_deeply((entries())[0]{changed}, ['displayName'], 'a name alone');
is((entries())[0]{values}, undef, 'a value that nobody allowed');

$admin->post('/demo/roles', { name => 'r', permissions => {} });
$admin->patch('/demo/roles/r', { description => 'secret' });
($entry) = entries();
is($entry->{actor}, 'admin:test', 'an administrator');
is_deeply([ @$entry{qw(operation resource changed values token)} ],
    [ 'roles.update', 'r', ['description'], undef, undef ],
    'a change in the management API');
my $raw = join "\n", map { @{ $_->[1] } } @{ $redis->command('XRANGE',
    'scim:{demo}:audit', '-', '+') };
unlike($raw, qr/secret/, 'no other value is in the stream');


# --- filters and pages ---

is(operations("user=$user->{id}"), 'users.patch users.replace users.patch '
    . 'users.create', 'of a user');
is(operations("group=$group->{id}"), 'groups.replace groups.replace '
    . 'groups.patch groups.create', 'of a group');
is(operations('actor=admin:test'), 'roles.update roles.create'
    . ' integrations.create tenants.create', 'by an administrator');
is(operations("integration=$integration&operation=groups.create"),
    'groups.create', 'by an integration, of one kind');
is(operations('operation=roles'), 'roles.update roles.create',
    'all of a kind');
is(operations('operation=role'), '', 'not what begins like it');
my @all = entries();
my ($first, $middle) = @all[ -1, 4 ];
is(scalar entries("since=$middle->{time}"), (grep {
    $_->{time} ge $middle->{time} } @all) + 0, 'since');
is(scalar entries("until=$middle->{time}"), (grep {
    $_->{time} lt $middle->{time} } @all) + 0, 'until');
is(scalar entries("until=$first->{time}"), 0, 'before the first');

my (@paged, $cursor);
do {
    my $answer = $admin->get('/demo/audit?count=2'
        . ($cursor ? "&cursor=$cursor" : ''));
    is($answer->{json}{total}, scalar @all, 'a page: the total');
    cmp_ok(scalar @{ $answer->{json}{results} }, '<=', 2, 'a page: the count');
    push @paged, @{ $answer->{json}{results} };
    $cursor = $answer->{json}{nextCursor};
} while ($cursor && @paged < 100);
is_deeply(\@paged, \@all, 'pages');
is($admin->get('/demo/audit?operation=users')->{json}{total}, undef,
    'with a filter nobody knows the total');

for my $case ([ 'count=0', 'count' ], [ 'cursor=1', 'cursor' ],
    [ 'cursor=1-', 'cursor' ], [ 'cursor=1-1-1', 'cursor' ],
    [ 'cursor=' . '9' x 30 . '-0', 'cursor' ], [ 'user=jane', 'user' ],
    [ 'since=yesterday', 'since' ], [ 'actor=', 'actor' ],
    [ 'format=xml', 'format' ], [ 'x=1', 'x' ],
    [ 'format=jsonl&count=3', 'count' ])
{
    my $answer = $admin->get("/demo/audit?$case->[0]");
    is($answer->{status}, 400, "bad: $case->[0]");
    is($answer->{json}{field}, $case->[1], "bad: $case->[0]: the field");
}
is($admin->get('/nowhere/audit')->{status}, 404, 'no such tenant');
is($admin->get('/nowhere/audit?format=jsonl')->{status}, 404,
    'no such tenant: lines');
$t->create('acme', 'okta');
is(scalar @{ $admin->get("/acme/audit?user=$user->{id}")->{json}{results} },
    0, 'nothing of another tenant');


# --- lines ---

my $answer = $admin->get('/demo/audit?format=jsonl');
is($answer->{headers}{'content-type'}, 'application/x-ndjson', 'lines: type');
my @lines = map { $json->decode($_) } split /\n/, $answer->{body};
is_deeply(\@lines, [ reverse @all ], 'lines: all, oldest first');
like($answer->{body}, qr/\n\z/, 'lines: each ends');
$answer = $admin->get("/demo/audit?format=jsonl&cursor=$lines[3]{id}");
is((split /\n/, $answer->{body}) + 0, @lines - 4,
    'lines: behind the last one that was seen');
$answer = $admin->get('/demo/audit?format=jsonl&operation=nothing');
is($answer->{status} . $answer->{body}, '200', 'lines: none');
is($admin->request(HEAD => '/demo/audit?format=jsonl')->{status}, 200,
    'lines: HEAD');

# many of them, in little memory
$redis->command('EVAL', <<'END', 0);
for n = 1, 50000 do
    redis.call('XADD', 'scim:{many}:audit', n .. '-1', 'actor', 'admin:x',
               'token', '', 'request', '', 'address', '', 'operation',
               n % 1000 == 0 and 'rare.one' or 'users.create', 'resource',
               '00000000-0000-4000-8000-000000000000', 'before', '', 'after',
               n, 'changed', 'title', 'values', '', 'outcome', '', 'count',
               '')
end
redis.call('HSET', 'scim:{many}:tenant', 'name', 'many')
END
sub memory {
    my ($pid) = $t->nginx->workers;
    open my $in, '<', "/proc/$pid/status" or die "/proc: $!";
    local $/;
    return <$in> =~ /VmRSS:\s+(\d+)/ ? $1 : die "no VmRSS\n";
}
$admin->get('/many/audit?format=jsonl&since=1970-01-01T00:00:49Z');
my $memory = memory();
$answer = $admin->get('/many/audit?format=jsonl');
is(($answer->{body} =~ tr/\n//), 50_000, 'lines: fifty thousand');
cmp_ok(memory() - $memory, '<', 2000, 'lines: memory stays')
    if !$ENV{SCIM_SANITIZE};
$answer = $admin->get('/many/audit?format=jsonl&operation=rare');
is(($answer->{body} =~ tr/\n//), 50, 'lines: a filter that finds few');
$answer = $admin->get('/many/audit?operation=rare&count=200')->{json};
cmp_ok(scalar @{ $answer->{results} }, '<=', 3,
    'a page with a filter that finds few ends early');
ok($answer->{nextCursor}, 'and says where to go on');


# --- refusals ---

my $bad = SCIM::Client->new(base => $scim->base,
    token => $t->create('acme', 'other')->{secretToken});
$bad->get('/Users') for 1 .. 5;
$bad->post('/Users', { userName => 'x' }) for 1 .. 3;
$scim->post('/Users', { userName => 'jane' }) for 1 .. 4;
$scim->put("/Users/$user->{id}", { userName => 'jane' },
    { 'If-Match' => 'W/"1"' });
$scim->get('/Users/none');
$bad->get('/Users/%ff');
my @refused;
ok(until_there(sub {
    @refused = grep { $_->{outcome} ne 'success' }
        @{ $admin->get('/demo/audit')->{json}{results} };
    @refused >= 5;
}), 'refusals are there soon');
is_deeply({ map { ("$_->{operation} $_->{outcome}" => $_->{count}) }
    @refused }, { 'users.list unauthorized' => 5,
    'users.create unauthorized' => 3, 'users.create conflict' => 4,
    'users.replace stale' => 1, 'users.read unauthorized' => 1 }, 'one of each kind, and how many');
is((grep { $_->{operation} eq 'users.read' } @refused)[0]{resource}, undef,
    'what is no id is not kept');
my ($stale) = grep { $_->{outcome} eq 'stale' } @refused;
is($stale->{resource}, $user->{id}, 'a refusal: of what');
is_deeply([ @$stale{qw(actor address changed before after)} ],
    [ "integration:$integration", '127.0.0.1', [], undef, undef ],
    'a refusal: whose');
like($stale->{request}, qr/^[0-9a-f]{32}$/, 'a refusal: which request');

# again and again: together
my $count = sub {
    my @found = grep { "$_->{operation} $_->{outcome}"
        eq 'users.create conflict' }
        @{ $admin->get('/demo/audit')->{json}{results} };
    return (scalar @found, eval { join '+', map { $_->{count} } @found });
};
my $started = time;
my $sent = 4;
while (time - $started < 3) {
    $scim->post('/Users', { userName => 'jane' });
    $sent++;
    sleep 0.02;
}
ok(until_there(sub {
    my ($n, $counts) = $count->();
    my $sum = 0;
    $sum += $_ for split /\+/, $counts;
    $sum == $sent;
}), 'each is counted');
cmp_ok(($count->())[0], '<=', 4, 'but not each has an entry');

# disabled, and forbidden
$admin->post("/demo/integrations/$integration/disable");
$scim->get('/Users');
ok(until_there(sub { operations('operation=users.list&count=1')
    && (entries('operation=users.list&count=1'))[0]{outcome} eq 'disabled' }),
    'a disabled integration');
$admin->post("/demo/integrations/$integration/enable");

# what a worker has when it ends
$scim->post('/Groups', { displayName => 'Dev' });
$t->nginx->reload;
ok(until_there(sub { (entries('operation=groups.create&count=1'))[0]{outcome}
    eq 'conflict' }), 'a worker that ends leaves none behind');

# nobody of a tenant that is not there
my $none = SCIM::Client->new(base => $scim->base =~ s/demo/none/r,
    token => $t->token);
is($none->get('/Users')->{status}, 401, 'no tenant');
sleep 1.5;
is($redis->command('EXISTS', 'scim:{none}:audit'), 0, 'no trail of nobody');


# --- a consumer group, in the words of redis/README.md ---

{
    my ($group, $read, $ack, $claim, $user)
        = SCIM::Nginx::_slurp('redis/README.md')
        =~ /^(XGROUP\ [^\n]*)\n(XREADGROUP\ [^\n]*)\n(XACK\ [^\n]*?)
            \ [\d-]+\ \.\.\.\n.*?`(XAUTOCLAIM\ [^`]*)`
            .*?`user\ (siem\ [^`]*)`/msx
        or die "redis/README.md: no consumer group\n";
    $redis->command('ACL', 'SETUSER', split / /, $user);
    my $connection = do { local $redis->{connection}; $redis->client };
    my $siem = sub {
        my ($command) = @_;
        local $redis->{connection} = $connection;
        return $redis->command(split / /, $command =~ s/\{T\}/{demo}/r);
    };
    $siem->('AUTH siem PASSWORD');
    is($siem->($group), 'OK', 'a consumer group');
    my $length = $redis->command('XLEN', 'scim:{demo}:audit');
    my @read = @{ $siem->($read =~ s/COUNT 100/COUNT 10000/r)->[0][1] };
    is(scalar @read, $length, 'a consumer group: all of them');
    $admin->post('/demo/roles', { name => 'siem', permissions => {} });
    my ($entry) = @{ $siem->($read)->[0][1] };
    is({ @{ $entry->[1] } }->{resource}, 'siem', 'and what comes');
    is($siem->("$ack $read[0][0]"), 1, 'a consumer group: acknowledged');
    is($siem->($claim =~ s/60000/0/r)->[1][0][0], $read[1][0],
        'a consumer group: by another one');
}
$t->finish;


# --- bounds ---

$t = SCIM::Test->new(workers => 1,
    http => 'scim_audit_length 200; scim_audit_age 1h;'
        . ' scim_audit_refusals 0;');
$redis = $t->redis;
is($t->scim->get('/Users')->{status}, 200, 'bounds: works');
my $old = (time - 7200) * 1000;
$redis->command('DEL', 'scim:{demo}:audit');
$redis->command('EVAL', <<'END', 0, $old);
for n = 1, 250 do
    redis.call('XADD', 'scim:{demo}:audit', ARGV[1] + n .. '-0', 'a', 'b')
end
END
$t->scim->post('/Users', { userName => 'a' });
cmp_ok($redis->command('XLEN', 'scim:{demo}:audit'), '<=', 101,
    'entries that are too old are gone, but for a rest');
$t->scim->post('/Users', { userName => "u$_" }) for 1 .. 450;
cmp_ok($redis->command('XLEN', 'scim:{demo}:audit'), '<=', 301,
    'and those that are too many');
$t->scim->post('/Users', { userName => 'a' });
sleep 1.5;
is(scalar(grep { $_->{outcome} ne 'success' } @{ $t->admin->get(
    '/demo/audit?count=10')->{json}{results} }), 0,
    'scim_audit_refusals 0: none');
$t->finish;

done_testing();
