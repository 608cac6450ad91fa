# The alert rules and the dashboard: Prometheus' own tool accepts them, and each
# metric that they name is one that scim_status shows, with these labels.

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use SCIM::Status;
use SCIM::Test;
use Test::More;

sub slurp {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!";
    local $/;
    return <$in>;
}

my ($status, $text) = promtool('', qw(check rules conf/monitoring/alerts.yml));
is($status, 0, 'promtool accepts the rules') or diag($text);
($status, $text) = promtool('', qw(check config conf/monitoring/prometheus.yml));
is($status, 0, 'and the configuration') or diag($text);

my $t = SCIM::Test->new(server => $status_location,
    http => 'scim_access_cache zone=access:256k;');
$t->scim->get('/Users');
$t->scim->post('/Bulk', { schemas =>
    [ 'urn:ietf:params:scim:api:messages:2.0:BulkRequest' ], Operations => [
        { method => 'POST', path => '/Users', bulkId => 'a',
            data => { userName => 'jane' } } ] });
my $metrics = metrics($t);
$t->finish;

# the label names and values of each
my %label;
for my $line ($metrics =~ /^([a-z].*) \S+$/mg) {
    my ($name, $labels) = $line =~ /^([a-z_]+)(?:\{(.*)\})?$/ or die $line;
    $label{$name} //= {};
    while (($labels // '') =~ /([a-z_]+)="([^"]*)"/g) {
        $label{$name}{$1}{$2} = 1;
    }
}

# what Prometheus adds
my %added = map { $_ => 1 } qw(instance job);

# check(FILE, EXPRESSION...)
sub check {
    my ($file, @expressions) = @_;

    cmp_ok(scalar @expressions, '>=', 10, "$file: its expressions");
    my (%unknown, %used);
    for my $expression (@expressions) {
        while ($expression =~ /\b(scim_[a-z_]+)(?:\{([^}]*)\})?/g) {
            my ($name, $selector) = ($1, $2 // '');
            $used{$name} = 1;
            if (!$label{$name}) {
                $unknown{$name} = 1;
                next;
            }
            while ($selector =~ /([a-z_]+)(=~|!~|=|!=)"([^"]*)"/g) {
                my ($key, $operator, $value) = ($1, $2, $3);
                next if $added{$key};
                my $values = $label{$name}{$key};
                my $found = $operator =~ /~/
                    ? grep { /^(?:$value)$/ } keys %{ $values // {} }
                    : $values && $values->{$value};
                $unknown{"$name\{$key$operator$value}"} = 1 if !$found;
            }
        }
        while ($expression =~ /\bby \(([^)]*)\)/g) {
            for my $key (split /, /, $1) {
                next if $added{$key};
                $unknown{"by $key"} = 1
                    if !grep { $label{$_} && $label{$_}{$key} } keys %used;
            }
        }
    }
    is(join(' ', sort keys %unknown), '', "$file: all of it is known");
    return %used;
}

# Test::More and Perl know no YAML: an expression ends where the next key begins
my $alerts = slurp('conf/monitoring/alerts.yml');
my %used = check('alerts.yml',
    $alerts =~ /^ +expr: (.*?)(?=^ +(?:for|labels):)/msg);
is(() = $alerts =~ /^ +(?:summary|description):/mg,
    2 * (() = $alerts =~ /^ +- alert:/mg), 'alerts.yml: each is explained');

my $dashboard = JSON::PP->new->utf8->decode(slurp('conf/monitoring/grafana.json'));
my @panels = grep { $_->{type} ne 'row' } @{ $dashboard->{panels} };
my @expressions = ((map { $_->{expr} } map { @{ $_->{targets} } } @panels),
    (map { $_->{expr} } @{ $dashboard->{annotations}{list} }),
    (map { $_->{query} } @{ $dashboard->{templating}{list} }));
%used = (%used, check('grafana.json', @expressions));

for my $panel (@panels) {
    ok(length $panel->{description}, "$panel->{title}: is explained");
}

# Prometheus itself reads each expression of the dashboard
my @queries = map { s/\$__rate_interval/5m/gr =~ s/\$instance/.*/gr }
    grep { /\(|\{/ && !/label_values/ } @expressions;
my $rules = "groups:\n  - name: dashboard\n    rules:\n" . join '', map {
    my $query = $queries[$_] =~ s/'/''/gr;
    "      - record: query:$_\n        expr: '$query'\n"
} 0 .. $#queries;
my $file = File::Temp->new(SUFFIX => '.yml');
print {$file} $rules;
close $file;
($status, $text) = promtool('', qw(check rules), "$file");
is($status, 0, 'promtool accepts what the dashboard asks') or diag($text);

# what is shown is also looked at by one of the two, or in the README
my $readme = slurp('README.md');
for my $family (families($metrics)) {
    like($readme, qr/^\| `\Q$family\E` \|/m, "README: $family");
    ok((grep { /^\Q$family\E(_bucket|_sum|_count)?$/ } keys %used),
        "$family: is on the dashboard or in an alert");
}
is(join(' ', sort $readme =~ /^\| `(scim_[a-z_]+)` \|/mg),
    join(' ', families($metrics)), 'README: the metrics are those that there are');

done_testing();
