# A Redis that talks nonsense to who listens: nothing is used meanwhile, the
# log says why, and requests go on to be answered by what Redis says of users.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Client;
use SCIM::Faults;
use SCIM::Proxy;
use SCIM::Test;
use Test::More;
use Time::HiRes qw(sleep);

my $redis = SCIM::Redis->new;
my $proxy = SCIM::Proxy->new(redis => $redis);
my $t = SCIM::Test->new(redis => $redis, address => $proxy->address,
    server => <<'END');
    add_header X-Cache $scim_access_cache always;
    location = /user {
        scim_access_cache zone=access:1m;
        scim_access tenant=demo user=$http_x_user;
        empty_gif;
    }
END
$t->scim->post('/Users', { userName => 'jane' });

sub seen {
    my $answer = SCIM::Client->new(base => $t->nginx->base, keep_alive => 0)
        ->get('/user', undef, { 'X-User' => 'jane' });
    return join ' ', $answer->{status}, $answer->{headers}{'x-cache'} // ();
}

my $message = '*3\r\n$7\r\nmessage\r\n$12\r\nscim:changed\r\n';
my $unexpected = qr/redis sent an unexpected reply/;
my $refuses = qr/redis refuses the channel "scim:changed"/;
my $silent = qr/redis, which tells what changes, is silent/;

for my $case (
    # what, the command, the rule, what the log says
    ['closes', SUBSCRIBE => 'drop', qr/closed the connection/],
    ['closes behind it', SUBSCRIBE => 'cut', qr/closed the connection/],
    ['is silent', SUBSCRIBE => 'silence', $silent],
    ['half an answer', SUBSCRIBE => 'half', $silent],
    ['refuses', SUBSCRIBE => 'reply -NOPERM jane may not\r\n', $refuses],
    ['refuses PUBLISH', PUBLISH => 'reply -NOPERM jane may not\r\n', $refuses],
    ['refuses PING', PING => 'reply -NOPERM jane may not\r\n', $refuses],
    ['only says OK', SUBSCRIBE => 'reply +OK\r\n', $silent],
    ['nil', SUBSCRIBE => 'reply $-1\r\n', $unexpected],
    ['a text', SUBSCRIBE => 'reply $9\r\nsubscribe\r\n', $unexpected],
    ['an empty array', SUBSCRIBE => 'reply *0\r\n', $unexpected],
    ['an array of one', SUBSCRIBE => 'reply *1\r\n$9\r\nsubscribe\r\n',
        $unexpected],
    ['numbers', SUBSCRIBE => 'reply *3\r\n:1\r\n:2\r\n:3\r\n', $unexpected],
    ['a word of nothing', SUBSCRIBE => 'reply *3\r\n$-1\r\n$1\r\nx\r\n:1\r\n',
        $unexpected],
    ['another word', SUBSCRIBE => 'reply *3\r\n$3\r\nbye\r\n$1\r\nx\r\n:1\r\n',
        $unexpected],
    ['a message of nothing', SUBSCRIBE => "more $message" . '$-1\r\n',
        $unexpected],
    ['a message that is an array', SUBSCRIBE => "more $message" . '*0\r\n',
        $unexpected],
    ['a short message', SUBSCRIBE => 'more *2\r\n$7\r\nmessage\r\n$1\r\nx\r\n',
        $unexpected],
    ['a number behind it', SUBSCRIBE => 'more :1\r\n', $unexpected],
    ['garbage', SUBSCRIBE => 'reply HTTP/1.1 400 Bad Request\r\n\r\n',
        qr/not a reply of redis/],
    ['a refused name', CLIENT => 'silence', qr/does not answer/],
) {
    my ($what, $command, $rule, $pattern) = @$case;

    ok(wait_for(sub { seen() eq '200 HIT' }, 10), "$what: before it");
    my $offset = length $t->nginx->error_log;
    $proxy->rule($command => $rule);
    $proxy->hang_up;
    $proxy->rule($command => $rule);
    my $log = '';
    my %seen;
    ok(wait_for(sub {
        $seen{ seen() }++;
        $log = substr $t->nginx->error_log, $offset;
        return $log =~ $pattern;
    }, 10), "$what: the log says why") or diag($log);
    is(join(' ', grep { !/^200 (BYPASS|HIT|MISS)$|^503/ } keys %seen), '',
        "$what: no other answers");
    unlike($log, qr/jane/, "$what: the log names nobody");
    $proxy->clear;
}
ok(wait_for(sub { seen() eq '200 HIT' }, 10), 'used again');

$proxy->rule(SUBSCRIBE => 'bytes');
$proxy->hang_up;
$proxy->rule(SUBSCRIBE => 'bytes');
ok(wait_for(sub { seen() eq '200 HIT' }, 10), 'byte by byte');

$t->finish;
done_testing();
