# What filters are served by: the indexes that are always there, those that an
# operator names ("scim_index"), and the plan that the log shows. Whatever the
# plan, the answer is that of looking at everything.

use strict;
use warnings;

use lib 't/lib';

use SCIM::Test;
use Test::More;
use Time::HiRes qw(sleep time);

my $enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
my $named = "scim_index User title $enterprise:employeeNumber;";
my $log = 'log_format plan "$http_x_number $scim_plan";'
    . ' access_log logs/plan.log plan;';

my $t = SCIM::Test->new(http => $log);
my $scim = $t->scim;


# ask(QUERY): the answer, with the plan that the log has for it
my $asked = 0;

sub ask {
    my ($query) = @_;

    $asked++;
    my $answer = $scim->get($query, undef, { 'X-Number' => $asked });

    # it is written behind the answer
    my $deadline = time + 5;
    until (defined $answer->{plan} || time > $deadline) {
        open my $in, '<', $t->nginx->dir . '/logs/plan.log' or die $!;
        ($answer->{plan}) = map { /^\Q$asked\E (.*)/ } <$in>;
        sleep 0.002;
    }
    return $answer;
}


# until_plan(PLAN, QUERY): asks until it is this plan
sub until_plan {
    my ($plan, $query) = @_;

    my $deadline = time + 10;
    my $answer = ask($query);
    until ($answer->{plan} eq $plan || time > $deadline) {
        sleep 0.01;
        $answer = ask($query);
    }
    return $answer;
}


sub names {
    my ($answer) = @_;
    return join ' ', sort map { $_->{userName} // $_->{displayName} }
        @{ $answer->{json}{Resources} // [] };
}


# found(QUERY, NAMES, PLAN, NAME)
sub found {
    my ($query, $expected, $plan, $name) = @_;

    my $answer = ask($query);
    is($answer->{status}, 200, "$name: 200") or diag($answer->{body});
    is(names($answer), $expected, "$name: found");
    is($answer->{json}{totalResults}, scalar(split / /, $expected),
        "$name: the total");
    is($answer->{plan}, $plan, "$name: the plan");
}


sub time_of {
    my ($path) = @_;
    return $scim->get($path)->{json}{meta}{lastModified};
}


# --- those that are always there ---

my %id;
for my $user (
    { userName => 'ann', displayName => 'Ann Lee', active => \1,
        title => 'Dr', $enterprise => { employeeNumber => '7' } },
    { userName => 'bob', displayName => 'ANN LEE', active => \0,
        title => 'dr' },
    { userName => 'cid', displayName => 'Cid', active => \1,
        $enterprise => { employeeNumber => '8' } },
    { userName => 'dora' },
) {
    my $answer = $scim->post('/Users', $user);
    $id{ $user->{userName} } = $answer->{json}{id};
    sleep 0.003;            # in other milliseconds
}

for my $group (
    [ 'devs', qw(ann bob) ], [ 'ops', qw(ann cid) ], [ 'all', qw(dora) ],
) {
    my ($name, @members) = @$group;
    my $answer = $scim->post('/Groups', { displayName => $name,
        members => [ map { { value => $id{$_} } } @members ] });
    $id{$name} = $answer->{json}{id};
    sleep 0.003;
}

sub query {
    my ($path, $filter, $more) = @_;
    $filter =~ s/([^A-Za-z0-9.:])/sprintf '%%%02X', ord $1/ge;
    return "/$path?filter=$filter" . ($more // '');
}

found('/Users', 'ann bob cid dora', 'all', 'no filter');
found(query(Users => qq{id eq "$id{bob}"}), 'bob', 'index(id)', 'id');
found(query(Users => 'userName eq "BOB"'), 'bob', 'index(userName)',
    'userName');
found(query(Users => 'displayName eq "ann lee"'), 'ann bob',
    'index(displayName)', 'displayName, which several have');
found(query(Users => 'displayName eq "ann lee" and active eq true'), 'ann',
    'index(displayName)+filter', 'displayName and more');
found(query(Users => 'active eq true'), 'ann cid', 'index(active)', 'active');
found(query(Users => 'active eq false'), 'bob', 'index(active)', 'inactive');
found(query(Users => 'active ne true'), 'bob dora', 'scan',
    'not active, nor without');
found(query(Users => 'not (active eq true)'), 'bob dora', 'scan', 'not');
found(query(Users => 'title co "r"'), 'ann bob', 'scan', 'co');
found(query(Users => 'title eq "DR"', '&sortBy=userName'), 'ann bob',
    'scan+sort', 'sorted');
found(query(Users => 'active eq true', '&sortBy=userName'), 'ann cid',
    'index(active)+filter+sort', 'an index, sorted');

found(query(Users => qq{groups.value eq "$id{devs}"}), 'ann bob',
    'index(groups.value)', 'users of a group');
found(query(Users => qq{groups eq "$id{ops}" and userName sw "a"}), 'ann',
    'index(groups.value)+filter', 'users of a group, and more');
found(query(Users => qq{groups.value eq "$id{ann}"}), '',
    'index(groups.value)', 'users of a user');
found(query(Users => 'groups.value eq "none"'), '', 'index(groups.value)',
    'users of what is no id');
found(query(Groups => qq{members.value eq "$id{ann}"}), 'devs ops',
    'index(members.value)', 'groups of a user');
found(query(Groups => qq{members[value eq "$id{dora}"]}), 'all',
    'index(members.value)', 'groups of a user, in brackets');
found(query(Groups => qq{members[value eq "$id{ann}" and type eq "Group"]}),
    '', 'index(members.value)+filter', 'groups of a user, and more');
found(query(Groups => 'members.value eq "none"'), '', 'index(members.value)',
    'groups of what is no id');
found(query('', qq{id eq "$id{ann}"}), 'ann', 'index(id),index(id)',
    'over both types');

# pages of each kind of index
for my $case (
    [ Users => 'active eq true', 'ann cid' ],
    [ Users => 'meta.lastModified gt "2000-01-01T00:00:00Z"',
        'ann bob cid dora' ],
    [ Users => qq{groups.value eq "$id{devs}"}, 'ann bob' ],
    [ Groups => qq{members.value eq "$id{ann}"}, 'devs ops' ],
) {
    my ($path, $filter, $expected) = @$case;
    my $total = () = $expected =~ /\w+/g;

    my @seen;
    for my $start (1 .. $total + 1) {
        my $answer = $scim->get(query($path => $filter,
            "&startIndex=$start&count=1"));
        is($answer->{json}{totalResults}, $total, "$filter, $start: total");
        push @seen, names($answer);
    }
    is(join(' ', sort grep { length } @seen), $expected,
        "$filter: page by page");
    is($seen[-1], '', "$filter: nothing behind the end");

    my ($cursor, @by_cursor) = ('');
    while (defined $cursor && @by_cursor < 9) {
        my $answer = $scim->get(query($path => $filter,
            "&count=1&cursor=$cursor"));
        push @by_cursor, names($answer);
        $cursor = $answer->{json}{nextCursor};
    }
    is(join(' ', sort @by_cursor), $expected, "$filter: by cursor");
}

# the time of the last change
my $ann = time_of("/Users/$id{ann}");
my $cid = time_of("/Users/$id{cid}");
found(query(Users => qq{meta.lastModified gt "$ann"}), 'bob cid dora',
    'index(meta.lastModified)', 'changed behind a time');
found(query(Users => qq{meta.lastModified ge "$ann"}), 'ann bob cid dora',
    'index(meta.lastModified)', 'changed from a time on');
found(query(Users => qq{meta.lastModified lt "$cid"}), 'ann bob',
    'index(meta.lastModified)', 'changed before a time');
found(query(Users => qq{meta.lastModified eq "$cid"}), 'cid',
    'index(meta.lastModified)', 'changed at a time');
found(query(Users => qq{meta.lastModified gt "$ann" and }
    . qq{meta.lastModified le "$cid"}), 'bob cid',
    'index(meta.lastModified)', 'changed between two times');
found(query(Users => qq{meta.lastModified gt "$cid" and }
    . qq{meta.lastModified lt "$ann"}), '', 'index(meta.lastModified)',
    'a time between that is none');
found(query(Users => qq{meta.lastModified gt "$ann" and active eq true}),
    'cid', 'index(meta.lastModified)+filter', 'changed, and more');

my $changed = time_of("/Groups/$id{all}");
sleep 0.003;
is($scim->patch("/Groups/$id{devs}", { Operations => [ { op => 'add',
    path => 'members', value => [ { value => $id{cid} } ] } ] })->{status},
    204, 'a member more');
found(query(Groups => qq{meta.lastModified gt "$changed"}), 'devs',
    'index(meta.lastModified)', 'a changed membership is a change');

# what is changed and deleted is found by what it is now
is($scim->patch("/Users/$id{bob}", { Operations => [
    { op => 'replace', path => 'active', value => \1 },
    { op => 'replace', path => 'displayName', value => 'Bob' },
] })->{status}, 200, 'a change');
found(query(Users => 'active eq true'), 'ann bob cid', 'index(active)',
    'active now');
found(query(Users => 'displayName eq "ANN LEE"'), 'ann',
    'index(displayName)', 'not by the name before');
is($scim->delete("/Users/$id{cid}")->{status}, 204, 'a delete');
found(query(Users => 'active eq true'), 'ann bob', 'index(active)',
    'not what is gone');
found(query(Users => qq{groups.value eq "$id{devs}"}), 'ann bob',
    'index(groups.value)', 'nor in its groups');
found(query(Users => qq{meta.lastModified ge "$cid"}), 'bob dora',
    'index(meta.lastModified)', 'nor by its time');

# a group in a group
my $nest = $scim->post('/Groups', { displayName => 'nest', members => [
    map { { value => $id{$_} } } qw(ann devs bob ops) ] })->{json}{id};
found(query(Users => qq{groups.value eq "$nest"}), 'ann bob',
    'index(groups.value)', 'the users of a group that has groups');
my $second = query(Users => qq{groups.value eq "$nest"},
    '&startIndex=2&count=1');
my $answer = ask($second);
is($answer->{json}{totalResults}, 2, 'by rank, where groups are between');
is($answer->{plan}, 'scan', 'all are looked at');
is(names($answer), 'bob', 'and the right one is shown');
found(query(Groups => qq{members.value eq "$id{devs}"}), 'nest',
    'index(members.value)', 'groups of a group');
$scim->delete("/Groups/$id{devs}");
$scim->patch("/Groups/$nest", { Operations => [ { op => 'remove',
    path => qq{members[value eq "$id{ops}"]} } ] });
is($t->redis->command('HGET', "scim:{demo}:group:$nest", 'nested'), 0,
    'those that have left are not counted');
$answer = ask($second);
is(names($answer), 'bob', 'by rank again');
is($answer->{plan}, 'index(groups.value)', 'from the index');


# --- those that an operator names: built of what is there ---

my $nginx = $t->nginx;
for my $n (1 .. 250) {
    $scim->post('/Users', { userName => "u$n", title => 'T' . $n % 10,
        $enterprise => { employeeNumber => "e$n" } });
}

my $doctors = query(Users => 'title eq "dr"');
$answer = ask($doctors);
is(names($answer), 'ann bob', 'without an index');
is($answer->{plan}, 'scan', 'all are looked at');

$nginx->{http} = "$log $named";
$nginx->reload;
$answer = ask($doctors);
is(names($answer), 'ann bob', 'the first query with one');
is($answer->{plan}, 'scan', 'it is not there yet');
ok($nginx->wait_log(qr/the index "title" of tenant "demo" has been built/),
    'but it is built');
found(query(Users => 'title eq "DR"'), 'ann bob', 'index(title)',
    'and used');
found(query(Users => 'title eq "t3"', '&count=1000'),
    join(' ', sort map { 'u' . ($_ * 10 + 3) } 0 .. 24), 'index(title)',
    'with all that there is');
is($t->redis->command('HGET', 'scim:{demo}:users:indexes', 'title'),
    'complete', 'so Redis says');

$scim->post('/Users', { userName => 'eva', title => 'Dr' });
$scim->put("/Users/$id{bob}", { userName => 'bob', title => 'Prof' });
$scim->delete("/Users/$id{ann}");
found(query(Users => 'title eq "dr"'), 'eva', 'index(title)',
    'writes keep it');
found(query(Users => 'title eq "prof"'), 'bob', 'index(title)',
    'changes, too');

my $number = query(Users => qq{$enterprise:employeeNumber eq "E17"});
is(names(ask($number)), 'u17', "an extension's attribute");
ok($nginx->wait_log(qr/employeeNumber" of tenant "demo" has been built/),
    'its index is built');
found($number, 'u17', "index($enterprise:employeeNumber)", 'it serves');


# --- another nginx that does not keep it ---

my $other = SCIM::Nginx->new(redis => $t->redis, http => $log);
$other->{admin_tokens} = $nginx->{admin_tokens};
$other->start;
my $path = $t->{integration}{endpoint} =~ s{^https?://[^/]+}{}r;
my $client = SCIM::Client->new(base => $other->base . $path,
    token => $t->token);

my $walk = $scim->get(query(Users => 'title eq "t3"', '&count=2&cursor='));
my $again = $scim->get(query(Users => 'title eq "t3"',
    "&count=2&cursor=$walk->{json}{nextCursor}"));
is($again->{json}{itemsPerPage}, 2, 'a walk by the index');

$client->post('/Users', { userName => 'fred', title => 'Dr' });
is($t->redis->command('HGET', 'scim:{demo}:users:indexes', 'title'), undef,
    'its write ends the completeness');
$again = $scim->get(query(Users => 'title eq "t3"',
    "&count=2&cursor=$walk->{json}{nextCursor}"));
is($again->{json}{scimType}, 'expiredCursor', 'and the walk');
$answer = ask($doctors);
is(names($answer), 'eva fred', 'but nobody is missed');

$answer = until_plan('index(title)', $doctors);
is($answer->{plan}, 'index(title)', 'it is built again, and serves');
is(names($answer), 'eva fred', 'with all that there is');

# a walk that began without the index goes on without it
$client->post('/Users', { userName => 'gus', title => 'Dr' });
$walk = $scim->get(query(Users => 'title eq "dr"', '&count=1&cursor='));
is(names($walk), 'eva', 'a walk that begins while it is built');
is(until_plan('index(title)', $doctors)->{plan}, 'index(title)',
    'it has been built');
my @rest;
my $cursor = $walk->{json}{nextCursor};
while (defined $cursor && @rest < 9) {
    my $page = $scim->get(query(Users => 'title eq "dr"',
        "&count=1&cursor=$cursor"));
    is($page->{status}, 200, 'goes on');
    push @rest, grep { length } names($page);
    $cursor = $page->{json}{nextCursor};
}
is("@rest", 'fred gus', 'to its end');

$other->finish;
$t->finish;
done_testing();
