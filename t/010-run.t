# ./run: from nothing to an endpoint, again, side by side, and what it says
# when it can't.

use strict;
use warnings;

use lib 't/lib';

use Cwd qw(getcwd);
use File::Temp ();
use POSIX ();
use SCIM::Client;
use SCIM::Redis;
use Test::More;
use Time::HiRes qw(sleep time);

my $top = getcwd();
my $work = File::Temp->newdir(TMPDIR => 1);
chmod 0755, "$work";

my @names = qw(SCIM_ENDPOINT SCIM_TOKEN SCIM_ADMIN_URL SCIM_ADMIN_TOKEN);
my @homes;
my $owner = $$;


# a state directory that is stopped at the end
sub home {
    my ($name) = @_;
    push @homes, "$work/$name";
    return "$work/$name";
}

END {
    if ($$ == $owner) {
        local $?;
        for my $home (@homes) {
            run(SCIM_HOME => $home, '--stop') if -d $home;
        }
    }
}


# run(NAME => VALUE, ..., ARGUMENT...): ./run with this environment; status,
# standard output, standard error. command => [...] replaces "./run".
sub run {
    my (%env, @command);
    while (@_ && $_[0] =~ /^(SCIM_\w+|PATH|command)$/) {
        my ($name, $value) = splice @_, 0, 2;
        $env{$name} = $value;
    }
    @command = @{ delete $env{command} // ["$top/run"] };

    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        # and without prove's -I, which another user may not read
        delete @ENV{qw(SCIM_PORT SCIM_HOME SCIM_LISTEN PERL5LIB)};
        @ENV{keys %env} = values %env;
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$work/out";
        open STDERR, '>', "$work/err";
        exec(@command, @_) or POSIX::_exit(127);
    }
    waitpid $pid, 0;
    return ($? >> 8, slurp("$work/out"), slurp("$work/err"));
}

# start(HOME, PORT): ./run --detach
sub start {
    my ($home, $port) = @_;
    return run(SCIM_HOME => $home, SCIM_PORT => $port, '--detach');
}

sub slurp {
    my ($file) = @_;
    open my $in, '<', $file or return '';
    local $/;
    return scalar(<$in>) // '';
}

# demo.env, as a shell reads it
sub env {
    my ($home) = @_;
    my %value;
    for my $name (@names) {
        $value{$name} = `. '$home/demo.env' && printf %s "\$$name"`;
    }
    return %value;
}

# the pids of what runs in a home
sub processes {
    my ($home) = @_;
    return map { slurp("$home/run/$_.pid") =~ /(\d+)/ } qw(nginx redis);
}

sub alive {
    my ($pid) = @_;
    return defined readlink "/proc/$pid/cwd";
}

sub scim {
    my ($home) = @_;
    my %env = env($home);
    return SCIM::Client->new(
        base => $env{SCIM_ENDPOINT}, token => $env{SCIM_TOKEN});
}

sub one_line {
    my ($text, $pattern, $name) = @_;
    like($text, qr/\A[^\n]*$pattern[^\n]*\n\z/, $name);
}


# --- arguments ---

my ($status, $out, $err) = run('--help');
is($status, 0, '--help: status 0');
like($out, qr/usage: .*--detach.*--stop/s, '--help: usage');
is($err, '', '--help: no error');

for my $case (['--no-such'], ['--stop', '--detach'], ['now']) {
    ($status, $out, $err) = run(@$case);
    is($status, 2, "@$case: status 2");
    like($err, qr/usage: /, "@$case: usage");
}

for my $port (qw(0 65536 http -1), '80 81') {
    ($status, $out, $err) = run(SCIM_PORT => $port, '--detach');
    is($status, 2, "port $port: status 2");
    one_line($err, 'SCIM_PORT is not a port', "port $port: one line");
}

($status, $out, $err) = run(SCIM_LISTEN => 'a b;', '--detach');
is($status, 2, 'SCIM_LISTEN that is no address: status 2');
one_line($err, 'SCIM_LISTEN is not an address', 'SCIM_LISTEN: one line');


# --- the first start ---

my $home = home('first');
my $port = SCIM::Redis::free_port();

($status, my $first, $err) = start($home, $port);
is($status, 0, 'detach: status 0') or do {
    diag($err);
    done_testing();
    exit 1;
};
is($err, '', 'detach: nothing to complain of');

my $base = "http://127.0.0.1:$port/api/v1";
like($first, qr{^endpoint +\Q$base\E/demo/integrations/[^/ ]+/scim/v2$}m,
    'prints the endpoint');
like($first, qr{^token +scim_\S{200}$}m, 'prints the token');
like($first, qr{^admin URL +\Q$base\E$}m, 'prints the admin URL');
like($first, qr{^admin token +\S{40,}$}m, 'prints the admin token');
my ($console) = $first =~ m{^console +(\S+) }m;
is($console, "http://127.0.0.1:$port/console/", 'prints the console');
my $page = SCIM::Client->new(base => $console)->get('');
is($page->{status}, 200, 'the console is there');
like($page->{body}, qr/<title>SCIM console/, 'and is the console');

is(sprintf('%o', (stat "$home/demo.env")[2] & 07777), '600',
    'demo.env: mode 0600');
my %env = env($home);
for my $name (@names) {
    like($first, qr/ \Q$env{$name}\E$/m, "demo.env: $name is what was printed");
}
unlike(slurp("$home/admin-tokens"), qr/\Q$env{SCIM_ADMIN_TOKEN}\E/,
    'the admin token file has no token');

my ($curl) = $first =~ /^ +(curl .*)$/m;
like(`$curl -s 2>/dev/null`, qr/"totalResults":0\b/, 'the curl line works');

my $origin = $env{SCIM_ADMIN_URL} =~ s{/api/v1$}{}r;
like(SCIM::Client->new(base => $origin, type => 'text/plain')
    ->get('/metrics')->{body}, qr/^scim_requests_total\{/m, 'metrics are shown');
my @guesses = map { SCIM::Client->new(base => $env{SCIM_ENDPOINT},
    token => 'guess')->get('/Users')->{status} } 1 .. 40;
is("@guesses[0, 39]", '401 429', 'who guesses is told to slow down');
is(SCIM::Client->new(base => $env{SCIM_ENDPOINT}, token => $env{SCIM_TOKEN})
    ->get('/Users')->{status}, 200, 'who has the token is not');

my $answer = SCIM::Client->new(base => $env{SCIM_ADMIN_URL},
    token => $env{SCIM_ADMIN_TOKEN})->get('/demo/integrations');
is($answer->{json}{results}[0]{name}, 'authentik',
    'the integration is called authentik');
is($answer->{json}{total}, 1, 'and is the only one');

my ($nginx, $redis) = processes($home);
like(slurp("/proc/$redis/cmdline"), qr/redis-server/, 'a Redis of its own');
my $redis_conf = slurp("$home/redis.conf");
like($redis_conf, qr/^port 0$/m, 'without a port');
like($redis_conf, qr/^appendfsync always$/m, 'that loses nothing');

my $user = scim($home)->post('/Users', { userName => 'jane' });
is($user->{status}, 201, 'a user is created');


# --- already running ---

($status, $out, $err) = run(SCIM_HOME => $home, SCIM_PORT => $port);
is($status, 0, 'again: status 0, and returns');
is($out, $first, 'again: the same information');
one_line($err, 'already running', 'again: says so');
is(join(' ', processes($home)), "$nginx $redis", 'again: the same processes');

($status, $out, $err) = run(SCIM_HOME => $home,
    SCIM_PORT => SCIM::Redis::free_port(), '--detach');
isnt($status, 0, 'again, with another port: refused');
one_line($err, 'already running at .*--stop first', 'and says why');


# --- side by side ---

my $other = home('other');
($status, $out, $err) = start($other, $port);
isnt($status, 0, 'a port in use: refused');
one_line($err, "port $port is in use", 'a port in use: one line');
is(scalar(grep { alive($_) } processes($other)), 0,
    'a port in use: nothing is left running');

my $other_port = SCIM::Redis::free_port();
($status, $out, $err) = start($other, $other_port);
is($status, 0, 'another home and port: starts') or diag($err);
is(scim($other)->get('/Users')->{json}{totalResults}, 0,
    'with data of its own');
isnt({ env($other) }->{SCIM_TOKEN}, $env{SCIM_TOKEN}, 'and a token of its own');


# --- stop, and start again ---

($status, $out, $err) = run(SCIM_HOME => $home, '--stop');
is($status, 0, 'stop: status 0');
is(scalar(grep { alive($_) } $nginx, $redis), 0, 'stop: both are gone');
ok(alive((processes($other))[0]), 'stop: the other one goes on');

($status, $out, $err) = run(SCIM_HOME => $home, '--stop');
is($status, 0, 'stop again: status 0');
one_line($err, 'not running', 'stop again: says so');

($status, $out, $err) = start($home, $port);
is($out, $first, 'the next start: the same endpoint and tokens');
is(scim($home)->get("/Users/$user->{json}{id}")->{json}{userName}, 'jane',
    'the data are there');

run(SCIM_HOME => $home, '--stop');
my $moved = SCIM::Redis::free_port();
($status, $out, $err) = start($home, $moved);
is({ env($home) }->{SCIM_ENDPOINT}, $env{SCIM_ENDPOINT} =~ s/:$port/:$moved/r,
    'with another port: the same endpoint there');
is(scim($home)->get("/Users/$user->{json}{id}")->{status}, 200,
    'and the same token');


# --- after a crash ---

my @killed = processes($home);
kill KILL => @killed;
sleep 0.02 while grep { alive($_) } @killed;
($status, $out, $err) = start($home, $moved);
is($status, 0, 'after kill -9 of both: starts') or diag($err);
is(scim($home)->get("/Users/$user->{json}{id}")->{status}, 200,
    'after kill -9 of both: nothing acknowledged is lost');

($nginx, $redis) = processes($home);
kill KILL => $redis;
sleep 0.02 while alive($redis);
($status, $out, $err) = start($home, $moved);
is($status, 0, 'after kill -9 of Redis: starts') or diag($err);
is(scim($home)->get("/Users/$user->{json}{id}")->{status}, 200,
    'after kill -9 of Redis: works');

run(SCIM_HOME => $home, '--stop');
for my $name (qw(nginx redis)) {
    # this test's own pid: a process, but none of ours
    open my $pid_file, '>', "$home/run/$name.pid" or die;
    print {$pid_file} "$$\n";
}
($status, $out, $err) = run(SCIM_HOME => $home, '--stop');
one_line($err, 'not running', 'stale pid files: nothing is killed');
($status, $out, $err) = start($home, $moved);
is($status, 0, 'stale pid files: starts') or diag($err);

unlink "$home/demo.env";
run(SCIM_HOME => $home, '--stop');
($status, $out, $err) = start($home, $moved);
is($status, 0, 'without demo.env: starts') or diag($err);
one_line($err, 'token .*lost', 'without demo.env: says that the token is new');
is(scim($home)->get("/Users/$user->{json}{id}")->{status}, 200,
    'without demo.env: the users are there');
my %fresh = env($home);
is($fresh{SCIM_ENDPOINT}, $env{SCIM_ENDPOINT} =~ s/:$port/:$moved/r,
    'without demo.env: at the same endpoint');
isnt($fresh{SCIM_TOKEN}, $env{SCIM_TOKEN}, 'without demo.env: by a new token');
is(SCIM::Client->new(base => $fresh{SCIM_ENDPOINT}, token => $env{SCIM_TOKEN})
    ->get('/Users')->{status}, 200,
    'without demo.env: the identity provider is not locked out at once');

my $demo = SCIM::Client->new(base => $fresh{SCIM_ADMIN_URL},
    token => $fresh{SCIM_ADMIN_TOKEN});
my $integration = $fresh{SCIM_ENDPOINT} =~ s{^.*/api/v1}{}r =~ s{/scim/v2$}{}r;
1 while $demo->post("$integration/tokens", {})->{status} == 201;
$demo->post("$integration/disable");
unlink "$home/demo.env";
run(SCIM_HOME => $home, '--stop');
($status, $out, $err) = start($home, $moved);
is($status, 0, 'with the most tokens: starts') or diag($err);
is($err, "run: the integration \"authentik\" is disabled\n"
    . "run: the token in demo.env was lost: there is a new one\n",
    'with the most tokens: gets one instead, and says what else there is');
is({ env($home) }->{SCIM_ENDPOINT}, $fresh{SCIM_ENDPOINT},
    'with the most tokens: at the same endpoint');
$demo = SCIM::Client->new(base => $fresh{SCIM_ADMIN_URL},
    token => { env($home) }->{SCIM_ADMIN_TOKEN});
is($demo->get("$integration/tokens")->{json}{total}, 1,
    'with the most tokens: it is the only one');
is($demo->post("$integration/enable")->{status}, 200, 'enabled again');
run(SCIM_HOME => $home, '--stop');


# --- in the foreground ---

for my $signal (qw(INT TERM HUP)) {
    unlink "$work/out";
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        setpgrp;
        # they may be ignored where there is no terminal
        @SIG{qw(INT TERM HUP)} = ('DEFAULT') x 3;
        delete @ENV{qw(SCIM_LISTEN)};
        @ENV{qw(SCIM_HOME SCIM_PORT)} = ($home, $moved);
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$work/out";
        open STDERR, '>', "$work/err";
        exec("$top/run") or POSIX::_exit(127);
    }
    my $deadline = time + 20;
    sleep 0.05 until slurp("$work/out") =~ /Ctrl-C/ || time > $deadline;
    my @running = processes($home);
    is(scalar(grep { alive($_) } @running), 2, "$signal: both run");

    # as a terminal does: the whole group
    kill $signal => -$pid;
    waitpid $pid, 0;
    is($? >> 8, 0, "$signal: status 0");
    is(scalar(grep { alive($_) } @running), 0, "$signal: both are stopped");
}


# --- a long path, blanks, another working directory, a relative home ---

my $long = 'a long name ' x 12;
my $far = home("$long/$long");
chdir '/';
($status, $out, $err) = start($far, $moved);
is($status, 0, 'a long path with blanks, from /: starts') or diag($err);
is(scim($far)->get('/Users')->{status}, 200, 'and works');
run(SCIM_HOME => $far, '--stop');

chdir "$work";
home('relative');
($status, $out, $err) = run(SCIM_HOME => 'relative', SCIM_PORT => $moved,
    '--detach');
is($status, 0, 'a relative home: starts') or diag($err);
ok(-f "$work/relative/demo.env", 'a relative home: is where it was said');
run(SCIM_HOME => 'relative', '--stop');
chdir $top;


# --- what must fail ---

($status, $out, $err) = run(SCIM_HOME => '/proc/none', SCIM_PORT => $moved,
    '--detach');
isnt($status, 0, 'a home that cannot be written: refused');
one_line($err, 'cannot write to SCIM_HOME', 'one line');

($status, $out, $err) = run(SCIM_HOME => home('address'), SCIM_PORT => $moved,
    SCIM_LISTEN => '192.0.2.1', '--detach');
isnt($status, 0, 'an address of somebody else: refused');
one_line($err, 'SCIM_LISTEN is no address of this machine', 'one line');

# A machine where a package is missing, and apt does not get it.
mkdir "$work/bin";
my %fake = (
    'dpkg-query' => 'echo not-installed',
    'apt-get' => 'echo "E: Unable to locate package"; exit 100',
    sudo => 'exit 1',
);
for my $name (keys %fake) {
    open my $script, '>', "$work/bin/$name" or die;
    print {$script} "#!/bin/sh\n$fake{$name}\n";
    close $script;
    chmod 0755, "$work/bin/$name";
}
my $path = "$work/bin:$ENV{PATH}";

($status, $out, $err) = run(SCIM_HOME => home('install'), SCIM_PORT => $moved,
    PATH => $path, '--detach');
isnt($status, 0, 'a failed install: refused');
if ($> == 0) {
    # what is going to be installed, then why it was not
    like($err, qr/\Ainstall: .*\ninstall: could not install .*Unable to .*\n\z/,
        'one line');
} else {
    one_line($err, 'as root, please: apt-get install', 'one line');
}


# --- a normal user, with a copy of the sources in a path with a blank ---

my $copy = "$work/a copy";
mkdir $copy;
system('cp', '-r', (map { "$top/$_" } qw(run config config.make conf console redis
    src tools ngx_http_scim_module.c)), "$copy/");

my @as_user = ("$copy/run");
if ($> == 0) {
    my $uid = getpwnam 'nobody';
    my $gid = getgrnam 'nogroup';
    system('chown', '-R', "$uid:$gid", $copy);
    unshift @as_user, 'setpriv', "--reuid=$uid", "--regid=$gid",
        '--clear-groups';
}
push @homes, "$copy/.run";

($status, $out, $err) = run(command => \@as_user, SCIM_PORT => $moved,
    '--detach');
is($status, 0, 'a normal user, a fresh copy: builds and starts') or diag($err);
is($err, '', 'a normal user: nothing to complain of');
is(scim("$copy/.run")->post('/Users', { userName => 'joe' })->{status}, 201,
    'a normal user: works');
run(command => \@as_user, '--stop');

if ($> == 0) {
    ($status, $out, $err) = run(command => \@as_user, SCIM_PORT => $moved,
        PATH => $path, '--detach');
    isnt($status, 0, 'a package is missing and no privilege: refused');
    one_line($err, 'as root, please: apt-get install', 'one line');
}

SKIP: {
    my $lowest = slurp('/proc/sys/net/ipv4/ip_unprivileged_port_start');
    if ($lowest < 1024) {
        skip 'this machine lets everybody have every port', 2;
    }
    ($status, $out, $err) = run(command => \@as_user, SCIM_PORT => 1023,
        '--detach');
    isnt($status, 0, 'a port that needs a privilege: refused');
    one_line($err, 'no permission to listen on 127.0.0.1:1023', 'one line');
}

open my $source, '>>', "$copy/ngx_http_scim_module.c" or die;
print {$source} "\n#error this does not compile\n";
close $source;
($status, $out, $err) = run(command => \@as_user, SCIM_PORT => $moved,
    '--detach');
isnt($status, 0, 'a failed build: refused');
one_line($err, 'build: .*this does not compile', 'a failed build: one line');
is(scalar(grep { alive($_) } processes("$copy/.run")), 0,
    'a failed build: nothing is left running');

done_testing();
