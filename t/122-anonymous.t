# Without a token nothing is written, whatever is asked and however (RFC 7644,
# section 7.6).

use strict;
use warnings;

use lib 't/lib';

use SCIM::Faults qw(wait_for);
use SCIM::Test;
use Test::More;

my $redis = SCIM::Redis->new(args => [qw(--enable-debug-command yes)]);
my $t = SCIM::Test->new(redis => $redis,
    http => 'scim_public_config on; scim_me jane;');
my $scim = $t->scim;
my $jane = $scim->post('/Users', { userName => 'jane' })->{json}{id};
my $devs = $scim->post('/Groups', { displayName => 'devs' })->{json}{id};
my ($integration) = $t->endpoint =~ m{/integrations/([^/]+)/};
my $api = 'urn:ietf:params:scim:api:messages:2.0';

my @patch = (Operations => [ { op => 'replace', path => 'displayName',
    value => 'x' } ]);
my @writes = (
    [ POST => '/Users', { userName => 'x' } ],
    [ POST => '/Me', { userName => 'x' } ],
    [ PUT => '/Me', { userName => 'x' } ],
    [ PATCH => '/Me', { @patch } ],
    [ DELETE => '/Me' ],
    [ PUT => "/Users/$jane", { userName => 'x' } ],
    [ PUT => '/Users/new', { userName => 'x' } ],
    [ PATCH => "/Users/$jane", { @patch } ],
    [ DELETE => "/Users/$jane" ],
    [ POST => '/Groups', { displayName => 'x' } ],
    [ PUT => "/Groups/$devs", { displayName => 'x' } ],
    [ PATCH => "/Groups/$devs", { @patch } ],
    [ DELETE => "/Groups/$devs" ],
    [ POST => '/Bulk', { schemas => [ "$api:BulkRequest" ], Operations => [
        { method => 'POST', path => '/Users', bulkId => 'a',
            data => { userName => 'x' } } ] } ],
);
my @admin = (
    [ POST => '/tenants', { id => 'x' } ],
    [ POST => '/demo/integrations', { name => 'x' } ],
    [ PATCH => "/demo/integrations/$integration", { description => 'x' } ],
    [ POST => "/demo/integrations/$integration/disable", {} ],
    [ DELETE => "/demo/integrations/$integration?provisioned=remove" ],
    [ POST => "/demo/integrations/$integration/rotate", {} ],
    [ POST => "/demo/integrations/$integration/tokens", {} ],
    [ POST => '/demo/service-accounts', { name => 'x' } ],
    [ PATCH => '/tenants/demo', { name => 'x' } ],
    [ DELETE => '/tenants/demo?cascade=true' ],
);

# what there is instead of a token
my %instead = (
    'nothing' => undef, 'an empty header' => '', 'no token' => 'Bearer',
    'a blank one' => 'Bearer  ', 'another scheme' => 'Basic amFuZTpqYW5l',
    'none of ours' => 'Bearer anonymous',
);

# what the two requests above have done is written a moment later
wait_for(sub {
    my %activity = $redis->hash("scim:{demo}:integration:$integration:activity");
    return grep { /^\d+ 2 0$/ } values %activity;
});

my $before = $redis->command('DEBUG', 'DIGEST');
for my $case ((map { [ $scim, @$_ ] } @writes),
              (map { [ $t->admin, @$_ ] } @admin))
{
    my ($client, $method, $where, $body) = @$case;
    for my $name (sort keys %instead) {
        my $answer = $client->request($method, $where, $body,
            { authorization => $instead{$name} });
        # a method that nobody may use is refused first
        my $status = $method eq 'POST' && $where eq '/Me' ? 405 : 401;
        is($answer->{status}, $status, "$method $where, $name: $status (#162)");
        is($redis->command('DEBUG', 'DIGEST'), $before,
            "$method $where, $name: nothing is written (#162)");
    }
}

# the same requests with a token are something to do
for my $write ([ POST => '/Users', { userName => 'x' } ],
    [ DELETE => "/Groups/$devs" ])
{
    like($scim->request(@$write)->{status}, qr/^20[14]$/,
        "$write->[0] $write->[1], with a token: done");
    isnt($redis->command('DEBUG', 'DIGEST'), $before, 'and written');
    $before = $redis->command('DEBUG', 'DIGEST');
}

$t->finish;
done_testing();
