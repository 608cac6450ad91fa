# A Redis that closes, is silent, talks nonsense or answers with an error, at
# each of the places that matter: where nginx greets it, where a request
# authenticates, where it writes, and behind the write.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Faults;
use SCIM::Proxy;
use SCIM::Test;
use Test::More;

my $redis = SCIM::Redis->new;
my $proxy = SCIM::Proxy->new(redis => $redis);
my $t = SCIM::Test->new(redis => $redis, address => $proxy->address,
    http => 'scim_redis_timeout 400ms; scim_redis_connect_timeout 400ms;');
my $id = $t->scim->post('/Users', { userName => 'jane' })->{json}{id};
my $before;


sub write_user {
    return client($t)->put("/Users/$id",
        { userName => 'jane', displayName => 'Jane ' . rand });
}

sub version {
    return $t->scim->get("/Users/$id")->{json}{meta}{version};
}


# --- a request authenticates; it writes ---

my @faults = (
    # what, the rule, what the log says, whether a write is made
    ['closes', 'drop', qr/closed the connection/],
    ['closes after it', 'lose', qr/closed the connection/, 1],
    ['is silent', 'silence', qr/no reply from redis in time/],
    ['half a reply', 'half', qr/no reply from redis in time/, 1],
    ['half a reply, closes', 'cut', qr/closed the connection/, 1],
    ['garbage', 'reply HTTP/1.1 400 Bad Request\r\n\r\n',
        qr/not a reply of redis/],
    ['a huge array', 'reply *277777777\r\n', qr/not a reply of redis/],
    ['too deep an array', 'reply ' . '*1\r\n' x 20, qr/not a reply of redis/],
    ['an error', 'reply -ERR jane is my secret\r\n',
        qr/redis answered with an error/],
    ['-LOADING', 'reply -LOADING Redis is loading\r\n', qr/loading its data/],
    ['-READONLY', 'reply -READONLY You cannot\r\n', qr/read-only replica/],
    ['-OOM', 'reply -OOM command not allowed\r\n', qr/out of memory/],
    ['-NOAUTH', 'reply -NOAUTH Authentication required.\r\n',
        qr/scim_redis_password_file/],
    ['-NOPERM', 'reply -NOPERM jane has no permissions\r\n',
        qr/lacks a permission/],
    ['-BUSY', 'reply -BUSY Redis is busy\r\n', qr/busy with a script/],
    ['-MOVED', 'reply -MOVED 3999 127.0.0.1:6381\r\n', qr/cluster/],
    ['-MISCONF', 'reply -MISCONF Errors writing\r\n', qr/cannot save/],
    ['-CLUSTERDOWN', 'reply -CLUSTERDOWN Hash slot\r\n', qr/cluster is down/],
    ['-WRONGTYPE', 'reply -WRONGTYPE Operation against\r\n',
        qr/another type/],
);

for my $place (['reading', 'HMGET'], ['writing', 'user_replace']) {
    my ($where, $command) = @$place;

    for my $fault (@faults) {
        my ($what, $rule, $pattern, $writes) = @$fault;
        my $name = "$where, $what";
        $writes = 0 if $command eq 'HMGET';

        $before = before_fault($t);
        my $version = version();
        $proxy->rule($command => $rule);
        my $answer = write_user();
        unavailable($answer, $name);
        logged($before, $pattern, $name);
        unlike($answer->{body}, qr/secret|jane/,
            "$name: the answer names nobody");
        $proxy->clear;
        recovered($before, $name);

        my $written = version() ne $version;
        is($written ? 1 : 0, $writes ? 1 : 0,
            "$name: the write was " . ($writes ? 'made' : 'not made'));
        my $sure = $answer->{json}{detail} =~ /nothing was changed/;
        ok(!($sure && $written), "$name: what the answer says is true");
        ok($sure, "$name: nothing can have been written, and it says so")
            if $command eq 'HMGET';
    }
}


# --- replies that come, but otherwise than usual ---

$before = before_fault($t);
$proxy->rule('*' => 'bytes');
is(write_user()->{status}, 200, 'byte by byte: works');
$proxy->clear;
recovered($before, 'byte by byte');

$before = before_fault($t);
$proxy->rule(user_replace => 'more +OK\r\n');
is(write_user()->{status}, 200, 'an extra reply: what came before counts');
logged($before, qr/unexpected reply/, 'an extra reply');
$proxy->clear;
recovered($before, 'an extra reply');

# of the right form, and not what was asked for
for my $reply ('+OK', ':1', '$-1', '*-1', '*0', '$0\r\n', '*2\r\n$-1\r\n$-1',
    '*4\r\n*0\r\n:1\r\n$-1\r\n*1\r\n$-1',
    '*6\r\n$1\r\n1\r\n$1\r\n1\r\n$1\r\n1\r\n$1\r\n1\r\n$1\r\n1\r\n$1\r\n1',
    '*4\r\n$0\r\n\r\n$1\r\na\r\n$-1\r\n:1')
{
    for my $case (
        ['user_groups', sub { $_[0]->get("/Users/$id") }],
        ['user_list', sub { $_[0]->get('/Users') }],
        ['group_list', sub { $_[0]->get('/Groups') }],
        ['name_claim', sub { $_[0]->post('/Users', { userName => 'joe' }) }],
        ['user_create', sub { $_[0]->post('/Users', { userName => 'joe' }) }],
        ['user_create_new', sub { $_[0]->post('/Users',
            { userName => 'joe' }) }],
        ['user_replace', sub { write_user() }],
        ['group_create', sub { $_[0]->post('/Groups',
            { displayName => 'all', members => [{ value => $id }] }) }],
        ['integration_list', sub { $t->admin->get('/demo/integrations') }],
        ['integration_create', sub { $t->admin->post('/demo/integrations',
            { name => 'x' }) }],
        ['tenant_create', sub { $t->admin->post('/tenants',
            { id => 'x' }) }],
        ['ZRANGE', sub { $t->admin->get('/tenants') }],
        ['tenant_read', sub { $t->admin->get('/tenants') }],
        ['tenant_update', sub { $t->admin->patch('/tenants/demo',
            { name => 'x' }) }],
        (map { [$_, sub {
            $t->admin->post('/tenants', { id => 'gone' });
            return $t->admin->delete('/tenants/gone');
        }] } qw(tenant_delete removal_next tenant_end ZREM)),
        ['account_create', sub { $t->admin->post('/demo/service-accounts',
            { name => 'x' }) }],
        ['me_read', sub { $t->admin->get('/demo/me') }],
        ['HMGET', sub { $_[0]->get("/Users/$id") }],
    ) {
        my ($command, $do) = @$case;
        my ($worker) = $t->nginx->workers;
        $proxy->rule($command => "reply $reply\\r\\n");
        my $status = $do->(client($t))->{status};
        $proxy->clear;
        like($status, qr/^[245]\d\d$/, "$command answered by $reply: $status");
        is(($t->nginx->workers)[0], $worker,
            "$command answered by $reply: the worker lives");
    }
}


# --- the greeting ---

for my $case (
    ['closes after accept', accept => 'drop',
        qr/closed the connection at once/],
    ['max clients', CLIENT => 'reply -ERR max number of clients reached\r\n',
        qr/maxclients/],
    ['wants a password', CLIENT => 'reply -NOAUTH Authentication\r\n',
        qr/wants a password/],
    ['protected mode', CLIENT => 'reply -DENIED Redis is running\r\n',
        qr/protected mode/],
    ['no answer to the greeting', CLIENT => 'silence',
        qr/accepts connections but does not answer/],
) {
    my ($name, $command, $rule, $pattern) = @$case;

    $before = before_fault($t);
    $proxy->rule('*' => 'drop');
    client($t)->get('/Users');
    $proxy->rule($command => $rule);
    ok(wait_for(sub { client($t)->get('/Users');
        substr($t->nginx->error_log, $before->{offset}) =~ $pattern }),
        "$name: the log says so");
    unavailable(client($t)->get("/Users/$id"), $name);
    $proxy->clear;
    recovered($before, $name);
}


# --- the functions ---

$before = before_fault($t);
$proxy->rule(FUNCTION => 'reply -OOM command not allowed\r\n');
$redis->command('FUNCTION', 'FLUSH');
unavailable(write_user(), 'the functions cannot be loaded');
logged($before, qr/out of memory \(OOM to "FUNCTION LOAD"\)/,
    'the functions cannot be loaded');
$proxy->clear;
recovered($before, 'the functions cannot be loaded');


# --- behind the commit: nothing may fail the request ---

my $renamed = 'jane0';
for my $rule (qw(drop lose silence cut), 'reply -OOM no\r\n') {
    my $well = sub { wait_for(sub { write_user()->{status} == 200 }) };

    $before = before_fault($t);
    my $other = $t->scim->post('/Users', { userName => "other $renamed" });

    $proxy->rule(name_release => $rule, group_read => $rule,
        group_members => $rule);
    my $answer = client($t)->put("/Users/$id", { userName => ++$renamed });
    is($answer->{status}, 200, "the old name's release, $rule: 200");
    is($answer->{json}{userName}, $renamed, "the release, $rule: the new name");
    $proxy->clear;

    $well->();
    $proxy->rule(group_members => $rule);
    $answer = client($t)->post('/Groups', { displayName => "of $renamed",
        members => [{ value => $id }] });
    is($answer->{status}, 201, "a new group's members, $rule: 201");
    is($answer->{json}{displayName}, "of $renamed",
        "a new group's members, $rule: the group");
    $proxy->clear;

    $well->();
    $proxy->rule(name_release => $rule);
    is(client($t)->delete("/Users/$other->{json}{id}")->{status}, 204,
        "a removed user's name, $rule: 204");
    $proxy->clear;
    recovered($before, "behind the commit, $rule");
}

$t->finish;
done_testing();
