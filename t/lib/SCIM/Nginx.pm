package SCIM::Nginx;

# An nginx of the test's own with the module: a directory, a free port and a
# configuration for it, start, reload and stop by its own pid, its logs, and
# what must be true of every nginx at the end of a test.
#
# With SCIM_SANITIZE set it is the sanitizers' nginx (tools/build-sanitize.sh),
# which has the module built in.

use strict;
use warnings;

use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Spec;
use File::Temp ();
use IO::Socket::INET;
use Scalar::Util qw(refaddr weaken);
use Test::More ();
use Time::HiRes qw(sleep time);

use SCIM::Redis;

our $top = File::Spec->rel2abs(dirname(__FILE__) . '/../../..');
$top = Cwd::realpath($top) if require Cwd;

$ENV{PATH} .= ':/usr/local/sbin:/usr/sbin:/sbin';

# to nginx, a list of sockets that it inherits
delete $ENV{NGINX};

our $sanitize = $ENV{SCIM_SANITIZE};

# those that there are, by address
my %all;


sub binary {
    return $ENV{SCIM_NGINX}
        // ($sanitize ? "$top/.build/sanitize/nginx" : 'nginx');
}


# The module to load, or nothing where it is built in. A copy in a directory
# without blanks, and one that a build during the test does not change.
my $copy;

sub module {
    return if $sanitize;

    $copy //= do {
        my $dir = File::Temp->newdir('scim-module-XXXXXX', TMPDIR => 1);
        my $built = $ENV{SCIM_MODULE}
            // "$top/.build/ngx_http_scim_module.so";
        copy($built, "$dir/ngx_http_scim_module.so")
            or die "no module $built: tools/build.sh makes it\n";
        $dir;
    };
    return "$copy/ngx_http_scim_module.so";
}


# The log format of the shipped configuration, with the map it needs: each test
# asks for all of the module's variables.
sub log_format {
    my ($text) = _slurp("$top/conf/nginx.conf")
        =~ /^(\s+log_format .*?^\s+map .*?^\s+}\n)/ms
        or die "no log_format in conf/nginx.conf\n";
    return $text;
}


# Reports of the sanitizers go to files: a daemon has no standard error.
sub sanitizer_environment {
    my ($dir) = @_;

    return if !$sanitize;

    my $common = "log_path=$dir/sanitizer";
    $ENV{ASAN_OPTIONS} = join ',', $common, 'detect_odr_violation=0',
        'detect_stack_use_after_return=1', 'abort_on_error=0',
        'allocator_may_return_null=1';
    $ENV{UBSAN_OPTIONS} = "$common,print_stacktrace=1";
    $ENV{LSAN_OPTIONS} = "suppressions=$top/tools/lsan.supp"
        . ',print_suppressions=0';
}


sub sanitizer_reports {
    my ($dir) = @_;
    return map { _slurp($_) } sort glob "$dir/sanitizer*";
}


sub _slurp {
    my ($file) = @_;
    open my $in, '<:raw', $file or return '';
    local $/;
    return scalar(<$in>) // '';
}


# new(%): redis => a SCIM::Redis, or address => what scim_redis says;
# workers => 1; main, http, server => text for these contexts;
# conf => all of it; locations => 0 leaves scim.conf out; log => 'info'.
# $PORT, $DIR in the texts are filled in.
sub new {
    my ($class, %option) = @_;

    my $dir = File::Temp->newdir('scim-nginx-XXXXXX', TMPDIR => 1);
    chmod 0755, "$dir";
    mkdir "$dir/$_" for qw(logs temp);

    my $self = bless {
        workers => 1,
        main => '', http => '', server => '',
        locations => 1,
        log => 'info',
        module => scalar module(),
        %option,
        dir => $dir,
        port => $option{port} // SCIM::Redis::free_port(),
        owner => $$,
    }, $class;

    $self->{address} //= $self->{redis}->address if $self->{redis};
    weaken($all{ refaddr($self) } = $self);
    return $self;
}


sub dir  { return "$_[0]{dir}" }
sub port { return $_[0]{port} }
sub base { return 'http://127.0.0.1:' . $_[0]{port} }


# a file in nginx's directory; its path
sub write_file {
    my ($self, $name, $text) = @_;

    my $path = $self->dir . "/$name";
    open my $out, '>:raw', $path or die "$path: $!";
    print {$out} $text;
    close $out or die "$path: $!";
    return $path;
}


sub configuration {
    my ($self) = @_;

    return $self->{conf} if defined $self->{conf};

    my $dir = $self->dir;
    my $load = $self->{module} ? "load_module $self->{module};" : '';
    my $user = $> == 0 ? 'user root;' : '';
    my $redis = $self->{address} ? "scim_redis $self->{address};" : '';
    my $tokens = $self->{admin_tokens}
        ? "scim_admin_tokens $self->{admin_tokens};" : '';
    # the text of it, as its path may have a blank
    my $log_format = $self->{module} || $sanitize
        ? log_format() : 'log_format scim $request_method;';
    my $locations = $self->{locations}
        ? _slurp("$top/conf/scim.conf") : '';

    return <<"END";
$load
$user
worker_processes $self->{workers};
pid $dir/nginx.pid;
error_log $dir/logs/error.log $self->{log};
$self->{main}

events {
    worker_connections 1024;
}

http {
    $log_format
    access_log $dir/logs/access.log scim;
    client_body_temp_path $dir/temp/body;
    proxy_temp_path $dir/temp/proxy;
    fastcgi_temp_path $dir/temp/fastcgi;
    uwsgi_temp_path $dir/temp/uwsgi;
    scgi_temp_path $dir/temp/scgi;
    large_client_header_buffers 4 32k;

    $redis
    $tokens
    $self->{http}

    server {
        listen 127.0.0.1:$self->{port};
        $locations
        $self->{server}
    }
}
END
}


sub write_configuration {
    my ($self) = @_;

    my $text = $self->configuration;
    $text =~ s/\$PORT\b/$self->{port}/g;
    $text =~ s/\$DIR\b/$self->dir/ge;
    return $self->write_file('nginx.conf', $text);
}


# run(ARGUMENT...): nginx with this configuration; status and what it said
sub run {
    my ($self, @arguments) = @_;

    my $dir = $self->dir;
    sanitizer_environment($dir);
    my $pid = open my $out, '-|';
    die "fork: $!" if !defined $pid;
    if ($pid == 0) {
        open STDERR, '>&', \*STDOUT;
        exec binary(), '-p', "$dir/", '-c', "$dir/nginx.conf",
            '-e', "$dir/logs/error.log", @arguments;
        exit 127;
    }
    my $text = do { local $/; <$out> } // '';
    close $out;
    return ($? >> 8, $text);
}


# test(): what nginx -t says to it
sub test {
    my ($self) = @_;
    $self->write_configuration;
    return $self->run('-t');
}


sub start {
    my ($self) = @_;

    for my $try (1 .. 5) {
        $self->write_configuration;
        my ($status, $text) = $self->run;
        if ($status == 0) {
            $self->_wait(sub { $self->pid }, 'its pid file');
            return $self;
        }
        die "nginx does not start: $text\n"
            if $text !~ /Address already in use/;
        $self->{port} = SCIM::Redis::free_port();
    }
    die "nginx finds no free port\n";
}


sub pid {
    my ($self) = @_;
    my ($pid) = _slurp($self->dir . '/nginx.pid') =~ /(\d+)/;
    return $pid;
}


# the workers' pids, those on their way out not counted
sub workers {
    my ($self) = @_;

    my $master = $self->pid // return;
    my @children = split ' ',
        _slurp("/proc/$master/task/$master/children");
    return grep { _slurp("/proc/$_/cmdline") =~ /worker process(?! is)/ }
        @children;
}


# reload(): with a new configuration, if new(...) settings were changed; waits
# until new workers are there
sub reload {
    my ($self) = @_;

    $self->write_configuration;
    my %old = map { $_ => 1 } $self->workers;
    kill HUP => $self->pid;
    $self->_wait(sub {
        my @now = $self->workers;
        return @now == $self->{workers} && !grep { $old{$_} } @now;
    }, 'new workers');
}


sub _wait {
    my ($self, $condition, $what) = @_;

    my $deadline = time + 20;
    until ($condition->()) {
        die "nginx: waited for $what in vain\n" if time > $deadline;
        sleep 0.02;
    }
}


# stop([SIGNAL]): QUIT, and waits until the master is gone
sub stop {
    my ($self, $signal) = @_;

    my $pid = $self->pid // return;
    kill $signal // 'QUIT', $pid;
    my $deadline = time + 30;
    until (has_ended($pid)) {
        if (time > $deadline) {
            Test::More::diag("nginx $pid does not end");
            kill KILL => $pid, $self->workers;
        }
        sleep 0.02;
    }
    unlink $self->dir . '/nginx.pid';
}


# crash(): as if the machine had lost its power
sub crash {
    my ($self) = @_;

    my @pids = ($self->pid, $self->workers);
    kill KILL => @pids;
    $self->_wait(sub { !grep { !has_ended($_) } @pids }, 'its end');
    unlink $self->dir . '/nginx.pid';
}


# has_ended(PID): and its sockets are closed; "exe" is gone before
sub has_ended {
    my ($pid) = @_;
    return _slurp("/proc/$pid/stat") !~ /\) [^ZX] /;
}


sub error_log  { return _slurp($_[0]->dir . '/logs/error.log') }
sub access_log { return _slurp($_[0]->dir . '/logs/access.log') }

# wait_log(qr/.../): until the error log has it; true if it came in time
sub wait_log {
    my ($self, $pattern, $seconds) = @_;

    my $deadline = time + ($seconds // 5);
    until ($self->error_log =~ $pattern) {
        return 0 if time > $deadline;
        sleep 0.02;
    }
    return 1;
}


# finish(): stops it and asserts what must hold in the end; two tests
sub finish {
    my ($self, %option) = @_;

    $self->stop;
    my @alerts = grep { /\[(alert|crit|emerg)\]|open socket/ }
        split /\n/, $self->error_log;
    @alerts = grep { $_ !~ $option{except} } @alerts if $option{except};
    Test::More::is(join("\n", @alerts), '', 'no alerts');
    Test::More::is(join('', sanitizer_reports($self->dir)), '',
        'no sanitizer errors');
}


sub DESTROY {
    my ($self) = @_;
    delete $all{ refaddr($self) };
    return if $self->{owner} != $$ || !$self->{dir};
    return if ${^GLOBAL_PHASE} eq 'DESTRUCT';    # END has stopped it
    local ($?, $@, $!);
    if (!Test::More->builder->is_passing) {
        my @lines = split /\n/, $self->error_log;
        splice @lines, 0, -20 if @lines > 20;
        Test::More::diag(join "\n", 'the end of the error log:', @lines)
            if @lines;
    }
    $self->stop('TERM');
}


# A test that dies, too: later, directories and objects go in any order.
END {
    local ($?, $@, $!);
    $_ && $_->{owner} == $$ && $_->stop('TERM') for values %all;
}

1;
