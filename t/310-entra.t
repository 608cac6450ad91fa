# Entra ID's provisioning service, as it speaks: capitals, strings for booleans,
# paths into extensions, and five PATCHes of one group at a time.

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use POSIX ();
use SCIM::Test;
use Test::More;

my $core = 'urn:ietf:params:scim:schemas:core:2.0';
my $api = 'urn:ietf:params:scim:api:messages:2.0';
my $enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
my $ADSCIM = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM';
my ($true, $false) = (JSON::PP::true, JSON::PP::false);

my $t = SCIM::Test->new(workers => 2);
my $entra = $t->scim;


sub quote {
    my ($text) = @_;
    $text =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ge;
    return $text;
}


# find(ENDPOINT, FILTER): the ids, and the answer
sub find {
    my ($endpoint, $filter) = @_;
    my $answer = $entra->get("/$endpoint?filter=" . quote($filter));
    my @ids = map { $_->{id} } @{ $answer->{json}{Resources} // [] };
    return wantarray ? (\@ids, $answer) : $ids[0];
}


sub patch {
    my ($path, @operations) = @_;
    return $entra->patch($path,
        { schemas => [ "$api:PatchOp" ], Operations => \@operations });
}


# --- Test Connection ---

my $random = '2d4d9a7c-3f1d-4c1e-9d5b-6b8f2f4f2a11';
my ($ids, $answer) = find(Users => "userName eq \"$random\"");
is($answer->{status}, 200, 'connection test: 200');
is_deeply($answer->{json}{Resources}, [], 'connection test: nobody');
is($answer->{json}{totalResults}, 0, 'connection test: total');
is_deeply($answer->{json}{schemas}, [ "$api:ListResponse" ],
    'connection test: a list');


# --- users ---

my $user = {
    schemas => [ "$core:User", $enterprise ],
    externalId => 'AdeleV', userName => 'AdeleV@example.com',
    active => $true, displayName => 'Adele Vance', title => 'Manager',
    emails => [ { primary => $true, type => 'work',
                  value => 'AdeleV@example.com' } ],
    meta => { resourceType => 'User' },
    name => { formatted => 'Adele Vance', familyName => 'Vance',
              givenName => 'Adele' },
    roles => [],
    $enterprise => { department => 'Retail', employeeNumber => '7' },
    unknownAttribute => { of => [ 'nobody' ] },
};

$answer = $entra->post('/Users', $user);
is($answer->{status}, 201, 'create: 201');
my $adele = $answer->{json}{id};
is($answer->{json}{title}, 'Manager', 'create: echoed');
is($answer->{json}{$enterprise}{department}, 'Retail',
    'create: the extension, too');

# the reply was lost
$answer = $entra->post('/Users', $user);
is($answer->{status}, 409, 'again, after a lost reply: 409');
is($answer->{json}{scimType}, 'uniqueness',
    'again, after a lost reply: uniqueness');
is(find(Users => 'userName eq "AdeleV@example.com"'), $adele,
    'again, after a lost reply: found (pain 4)');
is(find(Users => 'externalId eq "AdeleV"'), $adele, 'found by externalId');
is(find(Users => 'emails[type eq "work"].value eq "adelev@example.com"'),
    $adele, 'found by e-mail address (#79)');

my $boss = $entra->post('/Users', {
    %$user, userName => 'boss@example.com', externalId => 'boss',
    active => 'True',
})->{json};
is($boss->{active}, $true, 'create: a string is a boolean');

$answer = patch("/Users/$adele",
    { op => 'Replace', path => 'displayName', value => 'Adele V' },
    { op => 'Replace', path => 'name.givenName', value => "Ad\x{e8}le" },
    { op => 'Add', path => "$enterprise:department", value => 'Sales' },
    { op => 'Add', path => "$enterprise:manager", value => $boss->{id} },
    { op => 'Replace', path => 'emails[type eq "work"].value',
      value => 'adele@work.example' },
    { op => 'Add', path => 'emails[type eq "home"].value',
      value => 'adele@home.example' },
    { op => 'Add', path => 'phoneNumbers[type eq "mobile"].value',
      value => '+43 1 234' },
    { op => 'Add', path => 'addresses[type eq "work"].formatted',
      value => 'Wien' },
    { op => 'Remove', path => 'phoneNumbers[type eq "fax"].value' },
    { op => 'Remove', path => 'title' },
    { op => 'Add', path => 'nobodyKnowsThis', value => 'x' });
is($answer->{status}, 200, 'change: 200');
$answer = $entra->get("/Users/$adele")->{json};
is($answer->{name}{givenName}, "Ad\x{e8}le", 'change: a sub-attribute');
is($answer->{$enterprise}{department}, 'Sales', 'change: an extension');
is($answer->{$enterprise}{manager}{value}, $boss->{id},
    'change: the manager, a plain string');
is_deeply([ map { "$_->{type} $_->{value}" } @{ $answer->{emails} } ],
    [ 'work adele@work.example', 'home adele@home.example' ],
    'change: one address replaced, one made');
is_deeply($answer->{phoneNumbers},
    [ { type => 'mobile', value => '+43 1 234' } ], 'change: a number made');
ok(!exists $answer->{title}, 'change: removed');

is(find(Users => "id eq \"$adele\" and $enterprise:manager eq "
    . "\"$boss->{id}\""), $adele, 'who is the manager? found');
is(find(Users => "id eq \"$boss->{id}\" and $enterprise:manager eq "
    . "\"$adele\""), undef, 'who is the manager? not found');

$answer = $entra->patch("/Users/$adele", {
    schemas => [ "$api:PatchOp" ],
    operations => [ { op => 'replace', value => {
        displayName => 'x', 'name.givenName' => 'y',
        "$enterprise:department" => 'z',
    } } ],
});
is($answer->{status}, 200, 'without a path: 200');
is("$answer->{json}{displayName} $answer->{json}{name}{givenName} "
    . $answer->{json}{$enterprise}{department}, 'x y z',
    'without a path: dots and URNs (#125)');

$answer = patch("/Users/$adele",
    { op => 'Replace', path => 'userName', value => 'adele@example.com' });
is($answer->{json}{userName}, 'adele@example.com', 'a new name');
is(find(Users => 'userName eq "AdeleV@example.com"'), undef,
    'a new name: the old one is not found');


# --- a soft delete, and later the real one ---

$answer = patch("/Users/$adele",
    { op => 'Replace', path => 'active', value => 'False' });
is($answer->{status}, 200, 'soft delete: 200');
is($answer->{json}{active}, $false, 'soft delete: a real boolean');
is($entra->get("/Users/$adele")->{status}, 200, 'soft delete: still there');
is(find(Users => 'userName eq "adele@example.com"'), $adele,
    'soft delete: found');
is(find(Users => 'active eq "False"'), $adele,
    'soft delete: found by a string');
patch("/Users/$adele",
    { op => 'Replace', path => 'active', value => 'True' });
is($entra->get("/Users/$adele")->{json}{active}, $true, 'restored');
is($entra->delete("/Users/$adele")->{status}, 204, 'real delete: 204');
is($entra->get("/Users/$adele")->{status}, 404, 'real delete: gone');
is(find(Users => 'userName eq "adele@example.com"'), undef,
    'real delete: not found');


# --- groups ---

$answer = $entra->post('/Groups', {
    schemas => [ "$core:Group", "$ADSCIM/2.0/Group" ],
    externalId => '8aa1a0c0', displayName => 'Sales',
    meta => { resourceType => 'Group' },
});
is($answer->{status}, 201, 'group: 201, with a URN of Microsoft\'s');
my $group = $answer->{json}{id};
is_deeply($answer->{json}{members}, [], 'group: empty');

$answer = $entra->get("/Groups/$group?excludedAttributes=members");
is($answer->{status}, 200, 'group: read');
ok(!exists $answer->{json}{members}, 'group: read without members');
$answer = $entra->get('/Groups?excludedAttributes=members&filter='
    . quote('displayName eq "Sales"'));
is($answer->{json}{Resources}[0]{id}, $group, 'group: found');
ok(!exists $answer->{json}{Resources}[0]{members},
    'group: found without members');

$answer = patch("/Groups/$group",
    { op => 'Replace', path => 'displayName', value => 'Vertrieb' });
is($answer->{status}, 204, 'group: renamed, 204');
is($entra->get("/Groups/$group")->{json}{displayName}, 'Vertrieb',
    'group: renamed');

# five processes, each adds its users one by one; every second one leaves again
my @people = map { $entra->post('/Users',
    { userName => "member$_\@example.com" })->{json}{id} } 1 .. 100;
my @pipes;
for my $worker (0 .. 4) {
    my $pid = open my $pipe, '-|';
    die "fork: $!" if !defined $pid;
    if ($pid == 0) {
        $entra = $t->scim;
        my @statuses;
        for my $n (grep { $_ % 5 == $worker } 0 .. $#people) {
            push @statuses, patch("/Groups/$group", {
                op => 'Add', path => 'members',
                value => [ { value => $people[$n] } ],
            })->{status};
            push @statuses, patch("/Groups/$group", {
                op => 'Remove', path => 'members',
                value => [ { value => $people[$n] } ],
            })->{status} if $n % 2;
        }
        print "@statuses";
        close STDOUT;
        POSIX::_exit(0);
    }
    push @pipes, $pipe;
}
my @statuses = map { split / /, do { local $/; readline $_ } } @pipes;
close $_ for @pipes;
is_deeply([ grep { $_ != 204 } @statuses ], [], 'five at a time: all done');

my $members = $entra->get("/Groups/$group")->{json}{members};
is_deeply([ sort map { $_->{value} } @$members ],
    [ sort @people[ grep { $_ % 2 == 0 } 0 .. $#people ] ],
    'five at a time: no update is lost (pain 2)');

is(find(Groups => "id eq \"$group\" and members eq \"$people[0]\""), $group,
    'a member? found');
is(find(Groups => "id eq \"$group\" and members eq \"$people[1]\""), undef,
    'a member? not found');

$answer = patch("/Groups/$group",
    { op => 'Remove', path => "members[value eq \"$people[0]\"]" });
is($answer->{status}, 204, 'one leaves by path');
is(scalar @{ $entra->get("/Groups/$group")->{json}{members} }, 49,
    'one leaves by path: the others stay');

is($entra->delete("/Groups/$group")->{status}, 204, 'group: deleted');
is($entra->get("/Groups/$group")->{status}, 404, 'group: gone');
ok(!exists $entra->get("/Users/$people[2]")->{json}{groups},
    'group: its members have none');

$t->finish;
undef $t;
done_testing();
