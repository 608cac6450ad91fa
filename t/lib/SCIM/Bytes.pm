package SCIM::Bytes;

# Texts made worse, at random, but the same on every machine: SCIM_SEED=N makes
# others.
#
#     my $bytes = SCIM::Bytes->new(words => [ $id ]);
#     my $bad = $bytes->mutate('userName eq "jane"');

use strict;
use warnings;

# what is likely to be taken for something else
my @odd = ("\0", "\r\n", "\r\n\r\n", "\n", '%00', '%ff', '%', '%2f', '..', '"',
    '\\', '\u0000', '\ud800', '\udc00', "\xff\xfe", "\xc3\x28", "\xed\xa0\x80",
    "\xf4\x90\x80\x80", '{', '}', '[', ']', '[' x 100, '{"a":' x 100, ':', ',',
    '-', '1e999', '-0', '99999999999999999999', '0.1', 'null', 'true', "\t",
    ' ' x 50, 'A' x 300, 'userName', 'members', '$ref', 'not (', ' and ',
    ' eq ', 'urn:', "\x7f", "\x1b", '/*', '?', '#', '&', '=', '+', ';', '()',
    '[value eq "', '"]', '.', "\x{e2}\x{80}\x{ae}", '0x10');


# new(words => [...]): more of the odd ones
sub new {
    my ($class, %option) = @_;
    return bless {
        seed => $ENV{SCIM_SEED} // 1,
        odd => [ @odd, @{ $option{words} // [] } ],
    }, $class;
}


# pick(N): a number below N
sub pick {
    my ($self, $n) = @_;
    $self->{seed} = ($self->{seed} * 1_103_515_245 + 12_345) % 2_147_483_648;
    return int($self->{seed} / 65_536) % $n;
}


sub one_of { my $self = shift; return $_[$self->pick(scalar @_)] }

sub odd { return $_[0]->one_of(@{ $_[0]{odd} }) }


# bytes(MOST): any, at most so many
sub bytes {
    my ($self, $most) = @_;
    return join '', map { chr $self->pick(256) } 0 .. $self->pick($most);
}


sub mutate {
    my ($self, $text) = @_;

    for (0 .. $self->pick(4)) {
        my $length = length $text;
        my $at = $length ? $self->pick($length) : 0;
        my $how = $self->pick(7);
        if ($how == 0) {
            substr $text, $at, 1, chr $self->pick(256);
        } elsif ($how == 1) {
            substr $text, $at, 1 + $self->pick(8), '';
        } elsif ($how == 2) {
            substr $text, $at, 0, $self->odd;
        } elsif ($how == 3) {
            substr $text, $at, 1 + $self->pick(12), $self->odd;
        } elsif ($how == 4) {
            my $piece = substr $text, $at, 1 + $self->pick(30);
            substr $text, $length ? $self->pick($length) : 0, 0, $piece;
        } elsif ($how == 5) {
            $text =~ s/(\d+|"[^"]*"|true|false|null)(?!.*\1)/$self->odd/se;
        } else {
            substr $text, $at, 1, '' for 0 .. $self->pick(3);
        }
        last if length $text > 20_000;
    }
    return $text;
}

1;
