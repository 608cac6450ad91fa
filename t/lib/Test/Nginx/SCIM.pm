package Test::Nginx::SCIM;

# What the Test::Nginx suites share. A suite begins
#
#     use lib 't/lib';
#     use Test::Nginx::SCIM;          # before Test::Nginx::Socket
#     use Test::Nginx::Socket 'no_plan';
#
#     run_tests();
#
#     __DATA__
#
#     === TEST 1: a user is created
#     --- request
#     POST $SCIM/Users
#     {"userName":"jane"}
#     --- error_code: 201
#
# and has for each block: a Redis of the suite's own that holds the tenant
# "demo" with the integration "authentik" and nothing else (blocks run in any
# order, so each begins with that), the locations of conf/scim.conf, the
# integration's token in the request, and the end checks. In request,
# more_headers, curl_options, response_headers, response_body and their _like,
# these are replaced, in texts and in lists of texts:
#
#     $SCIM          /api/v1/demo/integrations/{id}/scim/v2
#     $INTEGRATION   the integration's id
#     $TOKEN         its secret token
#     $ADMIN         the admin token
#
# A suite that needs users and groups in each of its blocks makes them once:
#
#     use Test::Nginx::SCIM seed => sub {
#         my ($t) = @_;                           # a SCIM::Test
#         my $jane = $t->scim->post('/Users', { userName => 'jane' });
#         return (JANE => $jane->{json}{id});     # and $JANE is replaced, too
#     };
#
# Sections that may be left out:
#     http_config    scim_redis, scim_admin_tokens, header buffers
#     more_http      added to http_config
#     config         conf/scim.conf
#     more_config    added to config
#     more_headers   Authorization of the SCIM API (of the management API for a
#                    block with an "admin" section) and Content-Type;
#                    "no_token" leaves Authorization out
#     add_headers    added to more_headers
#     no_error_log   [alert], [crit], [emerg]
#     redis_init     Perl, before the requests; $redis is the SCIM::Redis
#     json           what the body, a JSON text, has; each line is one of
#                        PATH: JSON       this value
#                        PATH#: NUMBER    so many elements
#                        PATH ~ REGEX     a text like this
#                        PATH -           nothing
#                    PATH is name.name[0].name; a name with a dot in quotes
#     redis          what is in Redis after the request; each line is one of
#                        COMMAND ARGUMENTS => JSON
#                        COMMAND ARGUMENTS ~ REGEX
#                        COMMAND ARGUMENTS !~ REGEX
#
# The filter "in_turn" makes a list of a section's paragraphs: requests that
# are sent one after another, and what each of them must bring. A paragraph "-"
# asks nothing.
#
#     --- request in_turn
#     DELETE $SCIM/Users/$JANE
#
#     GET $SCIM/Users/$JANE
#     --- error_code eval: [204, 404]
#     --- json in_turn
#     -
#
#     status: "404"

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use File::Temp ();
use JSON::PP ();

use SCIM::Nginx;
use SCIM::Redis;
use SCIM::Test;

our ($redis, $integration, %value);
my ($dir, $snapshot, $owner);


# what SCIM::Test makes, and an nginx to make it that is gone afterwards
sub _seed {
    my ($seed) = @_;

    my $t = SCIM::Test->new;
    %value = $seed->($t) if $seed;
    die "seed: something was not made\n" if grep { !defined } values %value;
    $redis = $t->redis;
    $integration = $t->{integration};
    $t->nginx->stop;
    $snapshot = $redis->snapshot;
}


sub _environment {
    $dir = File::Temp->newdir('scim-suite-XXXXXX', TMPDIR => 1);
    chmod 0755, "$dir";

    open my $tokens, '>', "$dir/admin-tokens" or die "$dir: $!";
    print {$tokens} 'test:', sha256_hex($SCIM::Test::admin_token), "\n";
    close $tokens;

    $ENV{TEST_NGINX_BINARY} = SCIM::Nginx::binary();
    $ENV{TEST_NGINX_SERVROOT} = "$dir/servroot";
    $ENV{TEST_NGINX_PORT} = SCIM::Redis::free_port();
    $ENV{TEST_NGINX_LOAD_MODULES} = SCIM::Nginx::module() // '';
    $ENV{TEST_NGINX_SLEEP} //= 0.004;
    $ENV{TEST_NGINX_REDIS_PORT} = $redis->port;
    $ENV{TEST_NGINX_SCIM_REDIS} = $redis->address;
    $ENV{TEST_NGINX_SCIM_TOKENS} = "$dir/admin-tokens";
    SCIM::Nginx::sanitizer_environment("$dir");
}


sub _expand {
    my ($text) = @_;

    return [ map { _expand($_) } @$text ] if ref $text eq 'ARRAY';
    if (ref $text eq 'HASH') {
        return { map { $_ => _expand($text->{$_}) } keys %$text };
    }
    return $text if ref $text || !defined $text;
    $text =~ s/\$([A-Z_]+)\b/$value{$1} \/\/ "\$$1"/ge;
    return $text;
}


# _add(BLOCK, SECTION, TEXT): behind what the block has there
sub _add {
    my ($block, $section, $text) = @_;

    my $old = $block->$section;
    $block->set_value($section, defined $old ? "$old\n$text" : $text);
}


sub _headers {
    my ($block) = @_;

    my @lines;
    my $token = defined $block->admin ? $value{ADMIN} : $value{TOKEN};
    push @lines, "Authorization: Bearer $token" if !defined $block->no_token;
    push @lines, 'Content-Type: application/'
        . (defined $block->admin ? 'json' : 'scim+json');
    push @lines, $block->add_headers if defined $block->add_headers;
    return join "\n", @lines;
}


sub _prepare {
    my ($block) = @_;

    $redis->restore($snapshot);
    if (defined $block->redis_init) {
        eval 'package main; my $redis = $Test::Nginx::SCIM::redis; '
            . _expand($block->redis_init);
        die $@ if $@;
    }

    if (!defined $block->http_config) {
        $block->set_value('http_config', SCIM::Nginx::log_format() . <<'END');
    access_log logs/scim.log scim;
    scim_redis $TEST_NGINX_SCIM_REDIS;
    scim_admin_tokens $TEST_NGINX_SCIM_TOKENS;
    large_client_header_buffers 4 32k;
END
    }
    _add($block, 'http_config', $block->more_http) if defined $block->more_http;

    if (!defined $block->config) {
        my $file = "$SCIM::Nginx::top/conf/scim.conf";
        open my $in, '<', $file or die "$file: $!";
        local $/;
        $block->set_value('config', scalar <$in>);
    }
    _add($block, 'config', $block->more_config) if defined $block->more_config;

    if (!defined $block->more_headers) {
        $block->set_value('more_headers', _headers($block));
    }

    if (!defined $block->no_error_log && !defined $block->must_die) {
        $block->set_value('no_error_log', "[alert]\n[crit]\n[emerg]");
    }

    for my $section (qw(request pipelined_requests raw_request more_headers
                        curl_options response_body response_body_like
                        response_body_unlike response_headers json redis
                        response_headers_like raw_response_headers_like
                        error_log no_error_log))
    {
        next if !defined $block->$section;
        my $text = $block->$section;
        # a pattern given as such has its own way of naming things
        next if ref $text eq 'Regexp';
        $block->set_value($section, _expand($text));
    }
}


# The filter: paragraphs, and undef for "-"
sub in_turn {
    my ($text) = @_;
    return [ map { /^-?$/ ? undef : $_ } map { s/\n+\z//r }
             split /\n\n+/, $text ];
}


my $json = JSON::PP->new->utf8->canonical->allow_nonref;

# What stands at PATH of a decoded text, and whether anything does.
sub _at {
    my ($value, $path) = @_;

    while ($path =~ /\G\.?(?:"([^"]+)"|([^.\[\]"]+)|\[(\d+)\])/gc) {
        my ($name, $index) = ($1 // $2, $3);

        if (defined $name) {
            return if ref $value ne 'HASH' || !exists $value->{$name};
            $value = $value->{$name};

        } else {
            return if ref $value ne 'ARRAY' || $index > $#$value;
            $value = $value->[$index];
        }
    }
    die "not a path: $path\n" if (pos($path) // 0) != length $path;
    return ($value, 1);
}


# _lines(SECTION, INDEX): those for the request of this number
sub _lines {
    my ($section, $index) = @_;

    $section = $section->[$index] if ref $section;
    return grep { /\S/ } split /\n/, $section // '';
}


sub _check_redis {
    my ($block, $body, $index, $repeated, $dry_run) = @_;

    return if $dry_run;
    for my $line (_lines(scalar $block->redis, $index)) {
        my ($command, $operator, $expected)
            = $line =~ /^(.+?) (=>|!?~) (.*)$/ or die "not a check: $line\n";
        my $value = $redis->command(split / /, $command);
        my $name = $block->name . " - request $index: $command";

        if ($operator eq '~') {
            Test::More::like($value, qr/$expected/, $name);

        } elsif ($operator eq '!~') {
            Test::More::unlike($value // '', qr/$expected/, $name);

        } else {
            Test::More::is($json->encode($value),
                $json->encode($json->decode($expected)), $name);
        }
    }
}


sub _check_json {
    my ($block, $body, $index, $repeated, $dry_run) = @_;

    my @lines = _lines(scalar $block->json, $index);
    return if !@lines || $dry_run;

    my $name = $block->name . " - request $index: ";
    my $text = eval { $json->decode($body) };
    if (!defined $text) {
        Test::More::fail($name . 'JSON');
        Test::More::diag($body);
        return;
    }

    for my $line (@lines) {
        my ($path, $operator, $expected)
            = $line =~ /^((?:"[^"]*"|[^\s:\#"])+?)(\#?:|\ ~|\ -)(?:\ (.*))?$/x
            or die "not a check: $line\n";
        my ($value, $found) = _at($text, $path);

        if ($operator eq ' -') {
            Test::More::ok(!$found, "$name$path is not there");

        } elsif ($operator eq ' ~') {
            Test::More::like($value, qr/$expected/, "$name$path");

        } elsif ($operator eq '#:') {
            Test::More::is(ref $value eq 'ARRAY' ? @$value : 'no array',
                $expected, "$name$path, elements");

        } else {
            Test::More::is($found ? $json->encode($value) : 'not there',
                $json->encode($json->decode($expected)), "$name$path");
        }
    }
}


sub import {
    my ($class, %option) = @_;

    return if $owner;
    $owner = $$;
    _seed($option{seed});
    _environment();

    $value{INTEGRATION} = $integration->{id};
    $value{SCIM} = "/api/v1/demo/integrations/$integration->{id}/scim/v2";
    $value{TOKEN} = $integration->{secretToken};
    $value{ADMIN} = $SCIM::Test::admin_token;

    # its port and its directory are decided when it is loaded
    require Test::Nginx::Socket;
    require Test::Nginx::Util;
    Test::Nginx::Util::add_block_preprocessor(\&_prepare);
    Test::Nginx::Util::add_cleanup_handler(\&_finish);
    Test::Nginx::Socket::add_response_body_check(\&_check_json);
    Test::Nginx::Socket::add_response_body_check(\&_check_redis);

    # debug messages name tokens and people
    Test::Nginx::Util::log_level('info');

    # where Test::Base looks for filters
    *main::in_turn = \&in_turn;
}


# Test::Nginx stops its nginx in an END block, later than this is called, so a
# suite's last nginx is asked to leave here. Called twice, at the end of the
# blocks and in that END block.
my $finished;

sub _finish {
    return if $$ != $owner || $finished++;

    if (open my $in, '<', "$dir/servroot/logs/nginx.pid") {
        my ($pid) = <$in> =~ /(\d+)/;
        close $in;
        if ($pid && kill QUIT => $pid) {
            for (1 .. 500) {
                waitpid $pid, 1;
                last if SCIM::Nginx::has_ended($pid);
                select undef, undef, undef, 0.02;
            }
        }
    }

    my $reports = join '', SCIM::Nginx::sanitizer_reports("$dir");
    Test::More::is($reports, '', 'no sanitizer errors');
}


END {
    if ($owner && $$ == $owner) {
        local ($?, $@);
        undef $redis;
    }
}

1;
