# One name in two spellings is one name: userName and a group's displayName
# compare without case, in any script, and however a letter is put together
# (RFC 7644, section 5; RFC 8265, Unicode's NFKC_Casefold).

use strict;
use warnings;
use utf8;

use lib 't/lib';

use Encode qw(encode_utf8);
use SCIM::Test;
use SCIM::Wire qw(http wire);
use Test::More;

binmode $_, ':encoding(UTF-8)' for map { Test::More->builder->$_ }
    qw(output failure_output todo_output);

my $t = SCIM::Test->new(http => 'scim_me $http_x_me;');
my $scim = $t->scim;
my $other = $t->scim($t->create('acme', 'authentik'));


sub escaped {
    my ($text) = @_;
    return encode_utf8($text) =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ger;
}

# found(ENDPOINT, FILTER): the ids
sub found {
    my ($endpoint, $filter) = @_;
    my $answer = $scim->get("/$endpoint?filter=" . escaped($filter));
    is($answer->{status}, 200, "$filter: taken");
    return map { $_->{id} } @{ $answer->{json}{Resources} // [] };
}

my @same = (
    [ 'ASCII case', 'jane.doe@Example.COM', 'JANE.DOE@example.com' ],
    [ 'umlauts', 'Jörg Müller', 'JÖRG MÜLLER' ],
    [ 'composed and decomposed', "J\x{f6}rg", "Jo\x{308}rg" ],
    [ 'sharp s', 'Strauß', 'STRAUSS' ],
    [ 'capital sharp s', 'Weiß', 'WEIẞ' ],
    [ 'full width', 'Ｊａｎｅ１', 'jane1' ],
    [ 'half width', 'ｶﾞ', 'ガ' ],
    [ 'ligatures', 'Steﬃ', 'steffi' ],
    [ 'Greek, with a final sigma', 'Οδυσσεύς', 'ΟΔΥΣΣΕΎΣ' ],
    [ 'Greek, a subscript and an accent in either order',
        "\x{3b1}\x{345}\x{301}", "\x{3b1}\x{301}\x{345}" ],
    [ 'Cyrillic', 'Йосиф', 'ЙОСИФ' ],
    [ 'Cyrillic, decomposed', 'Йод', "\x{418}\x{306}ОД" ],
    [ 'Armenian, a ligature', 'և', 'ԵՒ' ],
    [ 'Georgian', 'ნინო', 'ᲜᲘᲜᲝ' ],
    [ 'Cherokee', 'Ꮳꮃꭹ', 'ꮳꮃꭹ' ],
    [ 'Deseret, beyond the basic plane', '𐐔𐐯', '𐐼𐐇' ],
    [ 'Vietnamese', 'Nguyễn', "NGUYE\x{302}\x{303}N" ],
    [ 'Hangul', '한글', "\x{1112}\x{1161}\x{11ab}\x{1100}\x{1173}\x{11af}" ],
    [ 'no-break space', "Ann Lee", "Ann\x{a0}Lee" ],
    [ 'what nobody sees', "An\x{200b}na\x{ad}", 'anna' ],
    [ 'superscript', 'x²', 'X2' ],
    [ 'Roman numeral', 'Ⅳ', 'iv' ],
);
my @apart = (
    [ 'accents', 'Muller', 'Müller' ],
    [ 'scripts that look alike', "\x{430}nna", 'anna' ],
    [ 'Turkish i without a dot', 'ılgın', 'ilgin' ],
    [ 'a space more', 'mary ann', 'maryann' ],
    [ 'an emoji with and without', 'otto😀', 'otto' ],
);

# a kind: endpoint, the name's attribute, what else it needs
for my $kind ([ Users => 'userName' ], [ Groups => 'displayName' ]) {
    my ($endpoint, $attribute) = @$kind;
    my $n = 0;

    for my $case (@same) {
        my ($name, $one, $two) = @$case;
        my $what = "$attribute, $name";

        # other names than those that were before
        $n++;
        ($one, $two) = map { "$_-$n" } $one, $two;
        my $answer = $scim->post("/$endpoint", { $attribute => $one });
        is($answer->{status}, 201, "$what: created");
        my $id = $answer->{json}{id};
        is($answer->{json}{$attribute}, $one, "$what: kept as it was sent (#36)");

        $answer = $scim->post("/$endpoint", { $attribute => $two });
        is($answer->{status}, 409, "$what: the other spelling is taken (#58)");
        is($answer->{json}{scimType}, 'uniqueness', "$what: uniqueness (#64)");

        is(join(' ', found($endpoint, "$attribute eq \"$_\"")), $id,
            "$what: found as $_ (#58)") for $one, $two;
        is(join(' ', found($endpoint, "$attribute sw \"$two\"")), $id,
            "$what: found by a filter that no index serves");
        is(join(' ', found($endpoint, "not ($attribute ne \"$two\")")), $id,
            "$what: and by one that asks twice");

        # nobody else gets it, in whatever way
        my $else = $scim->post("/$endpoint", { $attribute => "else-$n" })
            ->{json}{id};
        my $patch = { Operations => [ { op => 'replace', path => $attribute,
            value => $two } ] };
        is($scim->put("/$endpoint/$else", { $attribute => $two })->{status},
            409, "$what: PUT: taken (#58)");
        is($scim->patch("/$endpoint/$else", $patch)->{status}, 409,
            "$what: PATCH: taken (#58)");
        my $bulk = $scim->post('/Bulk', { Operations => [
            { method => 'POST', path => "/$endpoint", bulkId => 'a',
                data => { $attribute => $two } } ] });
        is($bulk->{json}{Operations}[0]{status}, '409',
            "$what: bulk: taken (#58)");

        # who has it may spell it otherwise
        my $before = $scim->get("/$endpoint/$id")->{headers}{etag};
        is($scim->put("/$endpoint/$id", { $attribute => $two })
            ->{json}{$attribute}, $two, "$what: its bearer may respell it");
        isnt($scim->get("/$endpoint/$id")->{headers}{etag}, $before,
            "$what: which is a change");
        is(join(' ', found($endpoint, "$attribute eq \"$one\"")), $id,
            "$what: and found as before");

        # and it is free under each spelling when it is given up
        $scim->put("/$endpoint/$id", { $attribute => "new-$n" });
        $answer = $scim->post("/$endpoint", { $attribute => $one });
        is($answer->{status}, 201, "$what: given up, it is free");
        is($scim->delete("/$endpoint/$_")->{status}, 204, 'and goes')
            for $id, $else, $answer->{json}{id};
        is(scalar(found($endpoint, "$attribute eq \"$two\"")), 0,
            "$what: and is not found then");
    }

    for my $case (@apart) {
        my ($name, $one, $two) = @$case;
        my @ids = map {
            my $answer = $scim->post("/$endpoint", { $attribute => $_ });
            is($answer->{status}, 201, "$attribute, $name: $_: of its own");
            $answer->{json}{id};
        } $one, $two;
        is(join(' ', found($endpoint, "$attribute eq \"$two\"")), $ids[1],
            "$attribute, $name: found as that alone");
    }

    # what is nothing in the end is no name
    for my $nothing ('', ' ', "\x{200b}", "\x{ad}\x{200d}", "\x{2003}") {
        my $answer = $scim->post("/$endpoint", { $attribute => $nothing });
        is($answer->{status}, 400, "$attribute of nothing: 400 (#21)");
        like($answer->{json}{detail}, qr/^$attribute: /, 'and says of what');
    }
}


# --- a person is the same in another tenant, whatever the spelling ---

my $jane = $scim->post('/Users', { userName => 'Łukasz' })->{json}{id};
my $answer = $other->post('/Users', { userName => 'ŁUKASZ' });
is($answer->{status}, 201, 'another tenant: created');
is($answer->{json}{id}, $jane, 'another tenant: the same person (#14)');
is($answer->{json}{userName}, 'ŁUKASZ', 'another tenant: as it spells it');
is($scim->get("/Users/$jane")->{json}{userName}, 'Łukasz',
    'and here as it is spelled here');
my $path = $scim->base =~ s{^https?://[^/]+}{}r;
$answer = wire($t->nginx->port, http("GET $path/Me",
    'Authorization: Bearer ' . $t->token, 'X-Me: ' . encode_utf8('łUKASZ')))
    ->answer(20);
is($answer->{json}{id}, $jane, '/Me: in any spelling (#143)');


# --- what is exact is so ---

for my $externalId ('Ä', "A\x{308}", 'ä') {
    is($scim->post('/Users', { userName => 'exact' . ord $externalId,
        externalId => $externalId })->{status}, 201,
        'an externalId is of its own (#15)');
    is(scalar(found(Users => "externalId eq \"$externalId\"")), 1,
        'and found as it is alone (#15, #82)') if length $externalId == 1;
}

$t->finish;
done_testing();
