# What scim_status shows: what was asked and answered, how long it took, how the
# workers stand with Redis; across workers, reloads and their deaths.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Faults;
use SCIM::Status;
use SCIM::Test;
use Test::More;

my $t = SCIM::Test->new(
    workers => 2,
    server => "$status_location\n"
        . 'location = /own { scim_status; allow 127.0.0.2; deny all; }',
);
my $web = SCIM::Client->new(base => $t->nginx->base);


# --- the format ---

my $answer = $web->get('/metrics', undef, { accept => '*/*' });
is($answer->{status}, 200, 'the page is there');
is($answer->{headers}{'content-type'},
    'text/plain; version=0.0.4; charset=utf-8', 'as Prometheus reads it');
is($answer->{headers}{'content-length'}, length $answer->{body},
    'with its length');
is($web->post('/metrics', 'x')->{status}, 405, 'it is read only');
is($web->request(HEAD => '/metrics')->{status}, 200, 'HEAD');
is($web->get('/own')->{status}, 403, 'nginx decides who may');

my ($status, $text) = promtool($answer->{body}, qw(check metrics));
is($status, 0, 'promtool accepts it');
is($text, '', 'and finds nothing to mend');


# --- what is counted ---

my $before = metrics($t);
my $jane = $t->scim->post('/Users', { userName => 'jane' })->{json}{id};
my $devs = $t->scim->post('/Groups', { displayName => 'devs' })->{json}{id};

$t->scim->get("/Users/$jane") for 1 .. 20;
client($t)->get("/Users/$jane") for 1 .. 20;        # of the other worker, too
$t->scim->get('/Users/00000000-0000-4000-8000-000000000000');
$t->scim->post('/Users', { userName => 'jane' });
$t->scim->post('/Users', {});
$t->scim->put("/Users/$jane", { userName => 'jane' }, { 'If-Match' => 'W/"0"' });
SCIM::Client->new(base => $t->scim->base)->get('/Users') for 1 .. 3;
$t->scim->get('/Nonsense');
$t->admin->get('/tenants');

my $after = counted($t);

sub grown {
    my ($n, $name, @labels) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is((sample($after, $name, @labels) // 0)
        - (sample($before, $name, @labels) // 0), $n, "$name @labels");
}

grown(40, 'scim_requests_total', operation => 'users.read', status => '2xx');
grown(1, 'scim_requests_total', operation => 'users.read', status => '4xx');
grown(1, 'scim_requests_total', operation => 'users.create', status => '2xx');
grown(2, 'scim_requests_total', operation => 'users.create', status => '4xx');
grown(1, 'scim_requests_total', operation => 'groups.create', status => '2xx');
grown(3, 'scim_requests_total', operation => 'users.list', status => '4xx');
grown(1, 'scim_requests_total', operation => 'tenants.list', status => '2xx');
grown(1, 'scim_requests_total', operation => 'unknown', status => '4xx');
grown(0, 'scim_requests_total', status => '5xx');

grown(41, 'scim_request_duration_seconds_count', operation => 'users.read');
grown(41, 'scim_request_duration_seconds_bucket', operation => 'users.read',
    le => '+Inf');
grown(47, 'scim_redis_wait_seconds_count');
cmp_ok(sample($after, 'scim_request_duration_seconds_sum',
    operation => 'users.read'), '<', 10, 'times are in seconds');

grown(3, 'scim_refusals_total', reason => 'unauthorized');
grown(1, 'scim_refusals_total', reason => 'conflict');
grown(1, 'scim_refusals_total', reason => 'version');
grown(1, 'scim_refusals_total', reason => 'invalid');
grown(2, 'scim_refusals_total', reason => 'not_found');
grown(0, 'scim_refusals_total', reason => 'redis');

$before = counted($t);
my $bulk = $t->scim->post('/Bulk', { failOnErrors => 4, Operations => [
    (map { { method => 'POST', path => '/Users', bulkId => "b$_",
        data => { userName => "bulk$_" } } } 1 .. 3),
    { method => 'POST', path => '/Users', bulkId => 'again',
        data => { userName => 'bulk1' } },
    { method => 'PATCH', path => "/Groups/$devs", data => { Operations => [
        { op => 'add', path => 'members', value => [ { value => $jane } ] },
    ] } },
    { method => 'DELETE', path => '/Users/bulkId:none' },
    { method => 'GET', path => "/Users/$jane" },
    { method => 'DELETE', path => "/Users/$devs" },
    { method => 'DELETE', path => "/Users/$jane" },
] });
is(join(' ', map { $_->{status} } @{ $bulk->{json}{Operations} }),
    '201 201 201 409 204 409 400 404', 'a bulk request, not carried to its end')
    or diag($bulk->{body});
$after = counted($t);
grown(1, 'scim_requests_total', operation => 'bulk', status => '2xx');
grown(0, 'scim_requests_total', operation => 'users.create');
grown(3, 'scim_bulk_operations_total', operation => 'users.create',
    status => '2xx');
grown(1, 'scim_bulk_operations_total', operation => 'users.create',
    status => '4xx');
grown(1, 'scim_bulk_operations_total', operation => 'groups.patch',
    status => '2xx');
grown(2, 'scim_bulk_operations_total', operation => 'users.delete',
    status => '4xx');
grown(1, 'scim_bulk_operations_total', operation => 'unknown',
    status => '4xx');
grown(8, 'scim_bulk_operations_total');
$before = counted($t);

my $id = $t->{integration}{id};
$t->admin->post("/demo/integrations/$id/disable");
$t->scim->get('/Users');
$t->admin->post("/demo/integrations/$id/enable");
$after = counted($t);
grown(1, 'scim_refusals_total', reason => 'disabled');

# buckets are cumulative, and every histogram is whole
for my $name (qw(scim_request_duration_seconds scim_redis_wait_seconds)) {
    my %last;
    my $wrong = 0;
    while ($after =~ /^${name}_bucket\{(?:operation="([^"]*)",)?le="([^"]*)"\} (\d+)$/mg) {
        my ($operation, $le, $n) = ($1 // '', $2, $3);
        $wrong++ if $n < ($last{$operation} // 0);
        $last{$operation} = $n;
    }
    is($wrong, 0, "$name: buckets are cumulative");
    for my $operation (sort keys %last) {
        is(sample($after, "${name}_count",
            ($operation ne '' ? (operation => $operation) : ())),
            $last{$operation}, "$name $operation: as many as are in the last");
    }
}

($status, $text) = promtool($after, qw(check metrics));
is("$status $text", '0 ', 'promtool accepts it, too');


# --- workers ---

sub workers_shown {
    my ($text) = @_;
    my %seen;
    $seen{$_}++ for $text =~ /^scim_redis_commands\{worker="(\d+)"\}/mg;
    return join ' ', sort keys %seen;
}

# each worker has answered something, whoever takes a connection
sub both_workers {
    return wait_for(sub {
        client($t)->get("/Users/$jane") for 1 .. 10;
        return workers_shown(metrics($t)) eq join ' ', sort $t->nginx->workers;
    });
}

ok(both_workers(), 'both workers are shown, by their pids');
$after = metrics($t);
is(sample($after, 'scim_redis_connections', state => 'ready'), 2,
    'their connections are ready');
is(sample($after, 'scim_redis_connections'), 2, 'each is in one state');
is(sample($after, 'scim_redis_commands'), 0, 'nothing is on its way');
cmp_ok(sample($after, 'scim_redis_connects_total'), '>=', 2, 'connects');

$t->redis->hang;
my $waiting = background(sub { client($t)->get("/Users/$jane")->{status} });
ok(wait_for(sub { sample(metrics($t), 'scim_redis_commands') }),
    'what waits for Redis is seen');
$t->redis->resume;
is((reap($waiting))[0], 200, 'and answered then');
ok(wait_for(sub { !sample(metrics($t), 'scim_redis_commands') }),
    'and no more seen');


# --- a reload keeps the counters, and leaves no worker behind ---

$before = counted($t);
$t->nginx->reload;
ok(wait_for(sub { workers_shown(metrics($t)) eq '' }),
    'reloaded: no gauge of a worker that is gone');
$after = metrics($t);
grown(0, 'scim_requests_total');
grown(0, 'scim_redis_connects_total');
ok(both_workers(), 'reloaded: those of the new ones');
$after = metrics($t);
cmp_ok(sample($after, 'scim_requests_total'), '>',
    sample($before, 'scim_requests_total'), 'reloaded: counting goes on');
grown(0, 'scim_start_time_seconds');

# a worker that is killed tells nobody
my ($victim) = $t->nginx->workers;
$before = counted($t);
kill KILL => $victim;
ok(wait_for(sub {
    my @workers = $t->nginx->workers;
    return @workers == 2 && !grep { $_ == $victim } @workers;
}), 'killed: there is another one');
unlike(workers_shown(metrics($t)), qr/\b$victim\b/, 'killed: not shown');
$after = metrics($t);
grown(0, 'scim_requests_total');
ok(both_workers(), 'killed: its successor is');


# --- Redis away ---

$before = counted($t);
$t->redis->stop('KILL');
client($t)->get('/Users') for 1 .. 4;
$after = counted($t);
grown(4, 'scim_refusals_total', reason => 'redis');
grown(4, 'scim_requests_total', operation => 'users.list', status => '5xx');
cmp_ok(sample($after, 'scim_redis_failures_total'), '>', 0, 'failures');
is(sample($after, 'scim_redis_connections', state => 'ready'), 0,
    'no connection is ready');
$t->redis->start;


# --- JSON ---

for my $how ([ '/metrics?format=json', '*/*' ], [ '/metrics', 'application/json' ]) {
    my ($path, $accept) = @$how;
    $answer = $web->get($path, undef, { accept => $accept });
    is($answer->{headers}{'content-type'}, 'application/json', "$path: JSON");
    is(join(' ', sort keys %{ $answer->{json} }), join(' ', families(metrics($t))),
        "$path: the same families");
    my $requests = $answer->{json}{scim_requests_total};
    is($requests->{type}, 'counter', "$path: their types");
    my ($sample) = grep { $_->{operation} eq 'users.read' && $_->{status} eq '2xx' }
        @{ $requests->{samples} };
    is($sample->{value}, sample(metrics($t), 'scim_requests_total',
        operation => 'users.read', status => '2xx'), "$path: their values");
    my ($histogram) = grep { $_->{operation} eq 'users.read' }
        @{ $answer->{json}{scim_request_duration_seconds}{samples} };
    is($histogram->{buckets}{'+Inf'}, $histogram->{count}, "$path: histograms");
}
$answer = $web->get('/metrics?format=text', undef,
    { accept => 'application/json' });
like($answer->{headers}{'content-type'}, qr{^text/plain}, 'the parameter counts');

$t->finish(except => qr/worker process $victim exited on signal 9/);
done_testing();
