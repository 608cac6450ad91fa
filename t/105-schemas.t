# Extension schemas that an operator adds ("scim_schema"): listed, enforced,
# filterable; and a bad one ends nginx -t with file, path and reason.

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use SCIM::Test;
use Test::More;

my $json = JSON::PP->new->canonical;
my $core = 'urn:ietf:params:scim:schemas:core:2.0';
my $badge = 'urn:example:params:scim:schemas:extension:badge:2.0:User';
my $cost = 'urn:example:params:scim:schemas:extension:cost:2.0:Group';

my %badge = (
    schemas => ["$core:Schema"],
    id => $badge,
    name => 'Badge',
    description => 'A badge and what it opens.',
    attributes => [
        { name => 'number', type => 'string', required => \1,
            caseExact => \1, mutability => 'immutable' },
        { name => 'level', type => 'integer' },
        { name => 'color', type => 'string',
            canonicalValues => [ 'red', 'blue' ] },
        { name => 'pin', type => 'string', mutability => 'writeOnly',
            returned => 'never' },
        { name => 'note', type => 'string', returned => 'request' },
        { name => 'doors', type => 'complex', multiValued => \1,
            subAttributes => [
                { name => 'value', type => 'string' },
                { name => 'since', type => 'dateTime' },
            ] },
    ],
);

my %cost = (
    id => $cost,
    name => 'Cost',
    attributes => [ { name => 'center', type => 'string' } ],
);


# configured(HTTP, FILE => TEXT, ...): an nginx with these files
sub configured {
    my ($http, %files) = @_;

    my $nginx = SCIM::Nginx->new(
        locations => 0, http => "scim_redis 127.0.0.1:1; $http",
        server => 'location /x { scim; }',
    );
    $nginx->write_file($_, ref $files{$_} ? $json->encode($files{$_})
                                          : $files{$_}) for keys %files;
    return $nginx;
}


# --- nginx -t (#26 and what CONFORMANCE has of schemas) ---

for my $case (
    [ 'no such file', 'scim_schema User $DIR/none;', {},
        qr{open\(\) ".*/none" failed} ],
    [ 'no JSON', 'scim_schema User $DIR/a;', { a => "{\n  \"id\": x\n}" },
        qr{schema ".*/a": line 2, column \d+: .* in .*/nginx\.conf:\d+} ],
    [ 'a name twice', 'scim_schema User $DIR/a;',
        { a => '{"id": "urn:a:b", "id": "urn:a:c"}' },
        qr{schema ".*/a": line 1, column \d+: duplicate} ],
    [ 'a list', 'scim_schema User $DIR/a;', { a => '[]' },
        qr{schema ".*/a": expected one schema, a JSON object} ],
    [ 'no id', 'scim_schema User $DIR/a;', { a => { name => 'A' } },
        qr{schema ".*/a": id: } ],
    [ 'a wrong type', 'scim_schema User $DIR/a;',
        { a => { %cost, attributes => [ { name => 'a', type => 'text' } ] } },
        qr{schema ".*/a": attributes\[0\]\.type: must be one of string, } ],
    [ 'a misspelled member', 'scim_schema User $DIR/a;',
        { a => { %cost, attributes => [ { name => 'a', typo => 1 } ] } },
        qr{schema ".*/a": attributes\[0\]\.typo: is no part of a schema} ],
    [ 'the same twice', 'scim_schema User $DIR/a; scim_schema User $DIR/a;',
        { a => \%badge }, qr{schema ".*/a": id: is that of another schema} ],
    [ 'a core schema', 'scim_schema User $DIR/a;',
        { a => { %cost, id => "$core:User" } }, qr{schema ".*/a": id: } ],
    [ 'another type', 'scim_schema Device $DIR/a;', { a => \%badge },
        qr{invalid resource type "Device", expected "User" or "Group"} ],
    [ 'another parameter', 'scim_schema User $DIR/a needed;',
        { a => \%badge },
        qr{invalid parameter "needed", expected "required"} ],

    [ 'an index of nothing', 'scim_index User shoeSize;', {},
        qr{"scim_index": .*"shoeSize" is not in the type's schemas in .*:\d+} ],
    [ 'an index of a complex attribute', 'scim_index User name;', {},
        qr{"name" has sub-attributes, of which one is to be named} ],
    [ 'an index that there is', 'scim_index User emails.value;', {},
        qr{"emails.value" has an index anyway} ],
    [ 'an index twice', 'scim_index User title Title;', {},
        qr{"Title" is named twice} ],
    [ 'an index of a number',
        "scim_schema User \$DIR/a; scim_index User $badge:level;",
        { a => \%badge }, qr{:level" is neither text nor boolean} ],
    [ 'an index of passwords', 'scim_index User password;', {},
        qr{"password" is never returned} ],
    [ 'an index of a group', 'scim_index Group title;', {},
        qr{"title" is not in the type's schemas} ],
    [ 'an index without an attribute', 'scim_index User;', {},
        qr{invalid number of arguments in "scim_index"} ],
) {
    my ($name, $http, $files, $pattern) = @$case;
    my ($status, $text) = configured($http, %$files)->test;
    is($status, 1, "$name: refused");
    like($text, $pattern, "$name: says why");
    unlike($text, qr/\[alert\]|Sanitizer/, "$name: no alert");
}

my ($status, $text) = configured(
    "scim_index User $badge:number title; scim_schema User \$DIR/a required;"
        . ' scim_schema Group $DIR/b;', a => \%badge, b => \%cost)->test;
is($status, 0, 'schemas and indexes in any order: taken') or diag($text);


# --- what they do ---

my $t = SCIM::Test->new(http => 'scim_schema User $DIR/badge.json;'
    . ' scim_schema Group $DIR/cost.json required;', before => sub {
        my ($nginx) = @_;
        $nginx->write_file('badge.json', $json->encode(\%badge));
        $nginx->write_file('cost.json', $json->encode(\%cost));
    });
my $scim = $t->scim;

my $types = $scim->get('/ResourceTypes')->{json}{Resources};
my ($user) = grep { $_->{id} eq 'User' } @$types;
my ($group) = grep { $_->{id} eq 'Group' } @$types;
is_deeply([ map { "$_->{schema} " . ($_->{required} ? 1 : 0) }
    @{ $user->{schemaExtensions} } ],
    [ "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User 0",
        "$badge 0" ], '/ResourceTypes has the extension of users');
is_deeply([ map { "$_->{schema} " . ($_->{required} ? 1 : 0) }
    @{ $group->{schemaExtensions} } ], [ "$cost 1" ],
    '/ResourceTypes has the extension of groups');

my $schema = $scim->get("/Schemas/$badge");
is($schema->{status}, 200, '/Schemas by id');
is($schema->{json}{attributes}[1]{type}, 'integer', 'with its attributes');
is($schema->{json}{attributes}[1]{returned}, 'default', 'and their defaults');
ok(scalar(grep { $_->{id} eq $badge }
    @{ $scim->get('/Schemas')->{json}{Resources} }), '/Schemas lists it');

my $jane = $scim->post('/Users', {
    userName => 'jane',
    $badge => { number => 'A1', level => 3, color => 'red', pin => '4711',
        note => 'lent', doors => [ { value => 'front' } ] },
});
is($jane->{status}, 201, 'a user with the extension');
is_deeply($jane->{json}{$badge}, { number => 'A1', level => 3,
    color => 'red', note => 'lent', doors => [ { value => 'front' } ] },
    'the answer to a POST shows what is returned on request, if it was sent');
ok(scalar(grep { $_ eq $badge } @{ $jane->{json}{schemas} }),
    'schemas names the extension');
my $id = $jane->{json}{id};

is_deeply($scim->get("/Users/$id")->{json}{$badge}, { number => 'A1',
    level => 3, color => 'red', doors => [ { value => 'front' } ] },
    'a GET does not');
is_deeply($scim->get('/Users')->{json}{Resources}[0]{$badge}, {
    number => 'A1', level => 3, color => 'red',
    doors => [ { value => 'front' } ] }, 'nor a list');
is_deeply($scim->get("/Users/$id?attributes=$badge:note")->{json}{$badge},
    { note => 'lent' }, 'unless it asks');
is_deeply($t->admin->get("/demo/users/$id")->{json}{attributes}{$badge}, {
    number => 'A1', level => 3, color => 'red',
    doors => [ { value => 'front' } ] }, 'nor does the management API show it');
unlike($t->redis->command('HGET', "scim:{demo}:user:$id", 'doc'), qr/4711/,
    'what is writeOnly is not kept');

for my $case (
    [ { level => 'high', number => 'A' }, qr/level/, 'a wrong type' ],
    [ { color => 'green', number => 'A' }, qr/color/, 'another value' ],
    [ { level => 1 }, qr/number/, 'a required attribute missing' ],
    [ { number => 'A', doors => [ { since => 'then' } ] },
        qr/doors\[0\]\.since/, 'a wrong sub-attribute' ],
) {
    my ($value, $detail, $name) = @$case;
    my $answer = $scim->post('/Users', { userName => "u$detail",
        $badge => $value });
    is($answer->{status}, 400, "$name: 400");
    is($answer->{json}{scimType}, 'invalidValue', "$name: invalidValue");
    like($answer->{json}{detail}, $detail, "$name: says where");
}

sub patch {
    my ($path, $value, $query) = @_;
    return $scim->patch("/Users/$id" . ($query // ''), { Operations => [
        { op => 'replace', path => $path, value => $value } ] });
}

is(patch("$badge:level", 4)->{json}{$badge}{level}, 4, 'PATCH of it');
is(patch("$badge:number", 'B2')->{json}{scimType}, 'mutability',
    'what is immutable stays');
is(patch("$badge:note", 'back')->{json}{$badge}{note}, 'back',
    'the answer to a PATCH shows what it wrote');

is($scim->get("/Users?filter=$badge:level+gt+3")->{json}{totalResults}, 1,
    'a filter on it');
is($scim->get("/Users?filter=$badge:level+gt+4")->{json}{totalResults}, 0,
    'which is evaluated');
is($scim->get("/Users?filter=$badge:pin+pr")->{json}{scimType},
    'invalidFilter', 'not on what is never returned');
is($scim->get("/Users?sortBy=$badge:level&attributes=userName")->{status},
    200, 'sorted by it');

my $devs = $scim->post('/Groups', { displayName => 'devs' });
is($devs->{status}, 400, 'a group without the required extension: 400');
like($devs->{json}{detail}, qr/\Q$cost\E/, 'which is named');
$devs = $scim->post('/Groups', { displayName => 'devs',
    $cost => { center => '7' }, members => [ { value => $id } ] });
is($devs->{status}, 201, 'and with it');

# reads and writes without a projection of what a client asked for
my $patched = $scim->patch("/Groups/$devs->{json}{id}", { Operations => [
    { op => 'add', path => 'members', value => [ { value => $id } ] } ] });
is($patched->{status}, 204, 'PATCH of a group: no body');

$t->finish;
done_testing();
