package SCIM::Status;

# What scim_status shows, and what Prometheus' own tools say of it.

use strict;
use warnings;

use File::Temp ();
use Test::More;

use SCIM::Client;
use SCIM::Faults qw(wait_for);

use Exporter qw(import);
our @EXPORT = qw(metrics counted sample families promtool $status_location);

our $status_location = 'location = /metrics { scim_status; }';


# metrics(SCIM::Test or SCIM::Nginx): the text
sub metrics {
    my ($t) = @_;

    my $nginx = $t->isa('SCIM::Nginx') ? $t : $t->nginx;
    my $answer = SCIM::Client->new(base => $nginx->base, keep_alive => 0)
        ->get('/metrics', undef, { accept => '*/*' });
    die "metrics: $answer->{status}\n" if $answer->{status} != 200;
    return $answer->{body};
}


# counted(SCIM::Test or SCIM::Nginx): the same once all that was answered is in
# it. A request is counted when its answer has been sent, and the worker that
# shows the metrics may be quicker than the one that counts.
sub counted {
    my ($t) = @_;

    my $total = sub { sample($_[0], 'scim_requests_total') // 0 };
    my $now = metrics($t);
    wait_for(sub {
        my $last = $now;
        $now = metrics($t);
        return $total->($now) == $total->($last);
    });
    return $now;
}


# sample(TEXT, NAME, LABEL => VALUE...): the sum of the samples that have these
# labels; undef: there is none
sub sample {
    my ($text, $name, %label) = @_;

    my $sum;
    LINE: for my $line ($text =~ /^(\Q$name\E(?:\{.*\})? .*)$/mg) {
        my ($labels, $value) = $line =~ /^[a-z_]+(?:\{(.*)\})? (\S+)$/
            or die "not a sample: $line\n";
        my %is = ($labels // '') =~ /([a-z_]+)="([^"]*)"/g;
        for (keys %label) {
            next LINE if ($is{$_} // '') ne $label{$_};
        }
        $sum = ($sum // 0) + $value;
    }
    return $sum;
}


# families(TEXT): the names that it has
sub families {
    my ($text) = @_;
    my @names = sort $text =~ /^# TYPE (\S+)/mg;
    return @names;
}


# promtool(INPUT, ARGUMENT...): its status, and what it said
sub promtool {
    my ($input, @arguments) = @_;

    my $file = File::Temp->new;
    print {$file} $input;
    close $file;
    my $pid = open my $out, '-|';
    die "fork: $!" if !defined $pid;
    if ($pid == 0) {
        open STDIN, '<', "$file" or exit 126;
        open STDERR, '>&', \*STDOUT;
        exec 'promtool', @arguments;
        exit 127;
    }
    my $text = do { local $/; <$out> } // '';
    close $out;
    return ($? >> 8, $text);
}

1;
