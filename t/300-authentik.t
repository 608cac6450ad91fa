# authentik, from its first request to its last: connect, discover, full
# synchronisation, change, rename, deactivate, regroup, delete, disable, enable.
# Once for each of its versions that speaks differently, each in a tenant of
# its own on the same nginx and Redis.

use strict;
use warnings;

use lib 't/lib';

use JSON::PP ();
use POSIX ();
use SCIM::Test;
use Test::More;

my $USERS = 300;
my $GROUPS = 20;
my $FOREIGN = 130;              # users that somebody else had provisioned
my $PAGE = 100;
my $PATCHERS = 4;               # processes that patch the same group

my $core = 'urn:ietf:params:scim:schemas:core:2.0';
my $api = 'urn:ietf:params:scim:api:messages:2.0';
my $enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

# how the versions differ:
#   type      of all requests, with a body or without
#   schemas   in the bodies
#   quoted    the filter's value
#   discover  reads what is there before it writes
#   types     reads /ResourceTypes, too
#   remove    members by the operation's "value" or by a filter in its "path"
#   patch     of groups, or PUT (after a first request that failed)
my @versions = (
    {
        name => '2023.2', type => 'application/json', schemas => 0,
        quoted => 0, discover => 0, types => 0, remove => 'value', patch => 0,
    },
    {
        name => '2025.4', type => 'application/scim+json', schemas => 1,
        quoted => 0, discover => 0, types => 0, remove => 'value', patch => 1,
    },
    {
        name => '2026.5', type => 'application/scim+json', schemas => 1,
        quoted => 1, discover => 1, types => 0, remove => 'value', patch => 1,
    },
    {
        name => '2026.9', type => 'application/scim+json', schemas => 1,
        quoted => 1, discover => 1, types => 1, remove => 'path', patch => 1,
    },
);

# as Python's json.dumps() writes it
my $json = JSON::PP->new->ascii->canonical;
my ($true, $false) = (JSON::PP::true, JSON::PP::false);


# --- what authentik is, seen from here ---

# as Python's urllib.parse.urlencode() writes a value
sub quote_plus {
    my ($text) = @_;
    utf8::encode($text);
    $text =~ s/([^A-Za-z0-9_.~ -])/sprintf '%%%02X', ord $1/ge;
    $text =~ tr/ /+/;
    return $text;
}


# a client of one version: each request has the same headers
sub client {
    my ($t, $version, $integration) = @_;
    return $t->scim($integration, type => $version->{type});
}


sub send_json {
    my ($client, $method, $path, $body) = @_;
    return $client->request($method, $path,
        defined $body ? $json->encode($body) : undef,
        { accept => 'application/scim+json' });
}


# parallel(CODE, LIST...): CODE for each list in a process of its own; what
# they answered, in order
sub parallel {
    my ($code, @lists) = @_;

    my @out;
    for my $list (@lists) {
        my $pid = open my $pipe, '-|';
        die "fork: $!" if !defined $pid;
        if ($pid == 0) {
            print JSON::PP->new->utf8->encode($code->($list));
            close STDOUT;
            POSIX::_exit(0);
        }
        push @out, $pipe;
    }

    my @answers;
    for my $pipe (@out) {
        my $text = do { local $/; <$pipe> };
        close $pipe;
        push @answers, JSON::PP->new->utf8->decode($text);
    }
    return @answers;
}


sub pages {
    my ($size, @items) = @_;
    my @pages;
    push @pages, [ splice @items, 0, $size ] while @items;
    return @pages;
}


# differences(SENT, GOT): where GOT does not say what SENT says. More may be
# said: ids, meta, the URN of an extension that "schemas" left out.
sub differences {
    my ($sent, $got, $at) = @_;

    if (ref $sent eq 'HASH') {
        return $at if ref $got ne 'HASH';
        return map { differences($sent->{$_}, $got->{$_}, "$at.$_") }
            grep { $_ ne 'schemas' } sort keys %$sent;
    }
    if (ref $sent eq 'ARRAY') {
        return $at if ref $got ne 'ARRAY' || @$sent != @$got;
        return map { differences($sent->[$_], $got->[$_], "$at\[$_]") }
            0 .. $#$sent;
    }
    return $json->allow_nonref->encode($sent // undef)
        eq $json->encode($got // undef) ? () : $at;
}


# authentik's model of a ServiceProviderConfig; the first thing wrong with it
sub invalid_config {
    my ($config) = @_;

    return 'not an object' if ref $config ne 'HASH';
    for my $feature (qw(patch bulk filter changePassword sort etag)) {
        return $feature if ref $config->{$feature} ne 'HASH'
            || !JSON::PP::is_bool($config->{$feature}{supported});
    }
    for my $limit ([qw(bulk maxOperations)], [qw(bulk maxPayloadSize)],
                   [qw(filter maxResults)])
    {
        my ($feature, $name) = @$limit;
        return "$feature.$name"
            if $json->encode($config->{$feature}{$name}) !~ /^[1-9]\d*$/;
    }

    my $schemes = $config->{authenticationSchemes};
    return 'authenticationSchemes' if ref $schemes ne 'ARRAY' || !@$schemes;
    for my $scheme (@$schemes) {
        for my $name (qw(name description type)) {
            return "authenticationSchemes.$name" if !length $scheme->{$name};
        }
        return 'authenticationSchemes.type'
            if $scheme->{type} !~ /^(oauth|oauth2|oauthbearertoken|httpbasic
                                    |httpdigest)$/x;
    }

    for my $url ($config->{documentationUri},
                 map { @$_{qw(specUri documentationUri)} } @$schemes)
    {
        return "URL $url"
            if defined $url && $url !~ m{^https?://[^/\s]+(/\S*)?$};
    }
    return undef;
}


# the n-th account of the directory
sub account {
    my ($n, $version) = @_;

    my $name = sprintf 'user%03d', $n;
    my $user = {
        userName => "$name\@example.com",
        externalId => sprintf('%064x', $n),
        active => $true,
        displayName => "User $n",
        name => {
            formatted => "User $n", givenName => 'User', familyName => "$n",
        },
        emails => [ {
            value => "$name\@example.com", type => 'other', primary => $true,
        } ],
    };

    if ($n % 10 == 1) {
        # without a name and an address
        $user->{userName} = $name;
        $user->{name}
            = { formatted => ' ', givenName => '', familyName => ' ' };
        $user->{displayName} = '';
        $user->{emails} = [];

    } elsif ($n % 10 == 2) {
        # beyond ASCII, and beyond the basic plane
        $user->{userName} = "J\x{f6}rg+$n \"J\x{1f600}\"";
        $user->{displayName} = "J\x{f6}rg \x{1f600}";
        $user->{name}{givenName} = "J\x{f6}rg";

    } elsif ($n % 10 == 3) {
        # custom mappings
        $user->{locale} = 'de-AT';
        $user->{photos} = [ {
            value => 'https://example.com/photo.png', type => 'photo',
        } ];
        $user->{addresses} = [ {
            type => 'work', country => 'Austria', locality => 'Wien',
            primary => $true,
        } ];
        $user->{$enterprise} = {
            department => 'Sales', employeeNumber => "$n",
        };
        $user->{'urn:example:custom:1.0:User'} = {
            badge => $n, tags => [ 'a', 'b' ], deep => { er => $false },
        };
    }

    $user->{schemas} = [ "$core:User" ] if $version->{schemas};
    return $user;
}


sub group {
    my ($n, $version) = @_;
    return {
        displayName => "group $n",
        externalId => sprintf('00000000-0000-4000-8000-%012d', $n),
        $version->{schemas} ? (schemas => [ "$core:Group" ]) : (),
    };
}


# the id of the user with this name, as authentik finds it: the first one that
# the answer has
sub find_user {
    my ($client, $version, $name) = @_;

    my $value = $version->{quoted} ? '"' . $name =~ s/(["\\])/\\$1/gr . '"'
                                   : $name;
    my $answer = send_json($client, GET => '/Users?filter='
        . quote_plus("userName eq $value"));
    return $answer->{json}{Resources}[0]{id};
}


# one user of the full synchronisation: its id, or what went wrong. link: the
# ids that the discovery found, by userName.
sub sync_user {
    my ($client, $version, $user, $link) = @_;

    my $id = $link->{ $user->{userName} };

    if (!$id) {
        my $answer = send_json($client, POST => '/Users', $user);
        my @wrong = differences($user, $answer->{json}, 'user');
        if ($answer->{status} == 201) {
            return @wrong ? "not echoed: @wrong" : $answer->{json}{id};
        }
        return "POST $answer->{status}" if $answer->{status} != 409;

        $id = find_user($client, $version, $user->{userName})
            // return '409, and not found';
    }

    my $answer = send_json($client, PUT => "/Users/$id",
        { %$user, id => $id });
    return "PUT $answer->{status}" if $answer->{status} != 200;
    my @wrong = differences({ %$user, id => $id }, $answer->{json}, 'user');
    return @wrong ? "not echoed after PUT: @wrong" : $id;
}


# all of an endpoint's resources, as authentik discovers them
sub discover {
    my ($client, $endpoint) = @_;

    my ($seen, @resources) = (0);
    my $page = send_json($client, GET => "/$endpoint");

    for (1 .. 100) {
        my $list = $page->{json};
        return if $page->{status} != 200 || ref $list->{Resources} ne 'ARRAY';
        push @resources, @{ $list->{Resources} };
        $seen += @{ $list->{Resources} };
        return @resources if $seen >= $list->{totalResults};
        return if !@{ $list->{Resources} };
        $page = send_json($client,
            GET => "/$endpoint?startIndex=" . ($seen + 1));
    }
    return;
}


# one member per operation, as many operations as the server takes
sub add_members {
    my ($client, $chunk, $group, @ids) = @_;

    my @failed;
    for my $page (pages($chunk, @ids)) {
        my $answer = send_json($client, PATCH => "/Groups/$group", {
            schemas => [ "$api:PatchOp" ],
            Operations => [ map { {
                op => 'add', path => 'members', value => [ { value => $_ } ],
            } } @$page ],
        });
        push @failed, $answer->{status}
            if $answer->{status} !~ /^(200|204)$/
            || $answer->{status} == 200 && !$answer->{json};
    }
    return @failed;
}


sub remove_members {
    my ($client, $version, $group, @ids) = @_;

    return send_json($client, PATCH => "/Groups/$group", {
        schemas => [ "$api:PatchOp" ],
        Operations => [ map {
            $version->{remove} eq 'path'
            ? { op => 'remove', path => "members[value eq \"$_\"]" }
            : { op => 'remove', path => 'members',
                value => [ { value => $_ } ] }
        } @ids ],
    });
}


# the whole group in a PUT: what is left of it where PATCH is not supported
sub put_group {
    my ($client, $id, $group, $members) = @_;
    return send_json($client, PUT => "/Groups/$id", {
        %$group, id => $id,
        $members ? (members => [ map { { value => $_ } } @$members ]) : (),
    });
}


sub members_of {
    my ($client, $id) = @_;
    my $members = send_json($client, GET => "/Groups/$id")->{json}{members};
    return ref $members eq 'ARRAY' ? sort map { $_->{value} } @$members
                                   : 'no members';
}


# members that do not depend on the order
sub is_members {
    my ($client, $id, $expected, $name) = @_;
    is_deeply([ members_of($client, $id) ], [ sort @$expected ], $name);
}


# --- the flow ---

my $t = SCIM::Test->new(workers => 2, provision => 0);
my %global;                     # id of each account: the same in all tenants


sub play {
    my ($version) = @_;

    my $tenant = "authentik-$version->{name}" =~ tr/./-/r;
    my $integration = $t->create($tenant, 'authentik');
    my $client = client($t, $version, $integration);

    my $chunk = connect_to($version, $client, $integration);
    my $link = find_others($version, $client, $tenant);
    my $users = sync_users($version, $client, $integration, $link);
    my $groups = sync_groups($version, $client, $integration, $users, $chunk);

    sync_again($version, $client, $users, $groups);
    change($version, $client, $users, $groups);
    rename_user($version, $client, $users, $groups);
    deactivate($version, $client, $users);
    regroup($version, $client, $users, $groups);
    modes($version, $client, $users, $groups) if $version->{patch};
    delete_some($version, $client, $users, $groups);
    switch_off($version, $client, $integration, $users);
}


# what the first request must bring; the size of PATCHes
sub connect_to {
    my ($version, $client, $integration) = @_;

    my $wrong = $t->scim($integration, token => 'wrong');
    my $answer = send_json($wrong, GET => '/ServiceProviderConfig');
    is($answer->{status}, 401, 'connect: a wrong token is refused');
    is($answer->{json}{schemas}[0], "$api:Error", 'connect: as a SCIM error');

    $answer = send_json($client, GET => '/ServiceProviderConfig');
    is($answer->{status}, 200, 'connect: configuration');
    like($answer->{headers}{'content-type'}, qr{^application/scim\+json},
        'connect: SCIM JSON');
    is(invalid_config($answer->{json}), undef, 'connect: it validates');
    ok($answer->{json}{patch}{supported}, 'connect: PATCH is supported');

    is(send_json($client, GET => '/ServiceProviderConfigs')->{body},
        $answer->{body}, 'connect: the plural is the same (Salesforce)');

    if ($version->{types}) {
        my $types = send_json($client,
            GET => '/ResourceTypes?startIndex=1&count=100')->{json};
        is_deeply([ map { "$_->{name} $_->{endpoint} $_->{schema}" }
                        @{ $types->{Resources} } ],
            [ "User /Users $core:User", "Group /Groups $core:Group" ],
            'connect: resource types');
        is($types->{totalResults}, 2, 'connect: resource types, total');
    }

    return $answer->{json}{bulk}{maxOperations};
}


# Users that another integration of the tenant had provisioned: the first ones
# of the directory and some that are not in it. The ids by userName, where the
# version discovers.
sub find_others {
    my ($version, $client, $tenant) = @_;

    my $other = $t->scim($t->create($tenant, 'other'));
    my @failed = grep { $_ != 201 } map {
        send_json($other, POST => '/Users', $_ <= 30
            ? { userName => account($_, $version)->{userName} }
            : { userName => "other$_" })->{status}
    } 1 .. $FOREIGN;
    push @failed, grep { $_ != 201 } map {
        send_json($other, POST => '/Groups',
            { displayName => "other $_" })->{status}
    } 1 .. 3;
    is_deeply(\@failed, [], 'another integration: users and groups');

    return {} if !$version->{discover};

    my @users = discover($client, 'Users');
    is(scalar @users, $FOREIGN, 'discover: all users');
    my %link = map { $_->{userName} => $_->{id} } @users;
    is(scalar keys %link, $FOREIGN, 'discover: each once');
    is_deeply([ grep { ref $_->{emails} ne 'ARRAY' } @users ], [],
        'discover: all have emails');

    my @groups = discover($client, 'Groups');
    is(scalar @groups, 3, 'discover: all groups');
    is_deeply([ grep { ref $_->{members} ne 'ARRAY' } @groups ], [],
        'discover: all have members');

    return \%link;
}


# pages in parallel; the ids by the account's number
sub sync_users {
    my ($version, $client, $integration, $link) = @_;

    my @answers = parallel(sub {
        my ($numbers) = @_;
        my $own = client($t, $version, $integration);
        return [ map { sync_user($own, $version, account($_, $version),
                                 $link) } @$numbers ];
    }, pages($PAGE, 1 .. $USERS));

    my @ids = map { @$_ } @answers;
    is_deeply([ grep { !/^[0-9a-f-]{36}$/ } @ids ], [],
        'full sync: all users are there, as sent');
    my %users = map { $_ => $ids[$_ - 1] } 1 .. $USERS;
    my %different = map { $_ => 1 } @ids;
    is(scalar keys %different, $USERS, 'full sync: each has an id of its own');

    %global = %users if !%global;
    is_deeply(\%users, \%global,
        'full sync: the same people in each tenant');

    my $list = send_json($client, GET => '/Users?count=1')->{json};
    is($list->{totalResults}, $USERS + $FOREIGN - 30, 'full sync: total');
    return \%users;
}


sub sync_groups {
    my ($version, $client, $integration, $users, $chunk) = @_;

    # account n is in the groups n % 19 and, all of them, in group 0
    my %members = map {
        my $group = $_;
        $group => [ map { $users->{$_} } $group == 0 ? (1 .. $USERS)
                        : grep { $_ % 19 == $group } 1 .. $USERS ];
    } 0 .. $GROUPS - 1;
    delete $members{19};

    my %groups;
    my @created = parallel(sub {
        my ($numbers) = @_;
        my $own = client($t, $version, $integration);
        my @ids;
        for my $n (@$numbers) {
            my $group = group($n, $version);
            my $answer = send_json($own, POST => '/Groups', $group);
            my $members = $answer->{json}{members};
            push @ids, $answer->{status} != 201 ? "POST $answer->{status}"
                : differences($group, $answer->{json}, 'group') ? 'no echo'
                : ref $members ne 'ARRAY' || @$members ? 'no members'
                : $answer->{json}{id};
        }
        return \@ids;
    }, pages($GROUPS / 2, 0 .. $GROUPS - 1));
    @groups{ 0 .. $GROUPS - 1 } = map { @$_ } @created;
    is_deeply([ grep { !/^[0-9a-f-]{36}$/ } values %groups ], [],
        'full sync: all groups are there, as sent');

    # the small groups one after another, the large one by several at once
    my @failed;
    for my $n (sort keys %members) {
        next if $n == 0;
        push @failed, $version->{patch}
            ? add_members($client, $chunk, $groups{$n}, @{ $members{$n} })
            : grep { $_ != 200 } put_group($client, $groups{$n},
                  group($n, $version), $members{$n})->{status};
    }
    is_deeply(\@failed, [], 'full sync: members');

    my @parallel = parallel(sub {
        my ($ids) = @_;
        my $own = client($t, $version, $integration);
        return [ add_members($own, 10, $groups{0}, @$ids) ];
    }, pages($USERS / $PATCHERS, @{ $members{0} }));
    is_deeply([ map { @$_ } @parallel ], [],
        'full sync: PATCHes of one group at once');

    is_members($client, $groups{$_}, $members{$_} // [],
        "full sync: members of group $_") for 0, 1, 18, 19;

    my $user = send_json($client, GET => "/Users/$users->{20}")->{json};
    is_deeply([ sort map { $_->{display} } @{ $user->{groups} } ],
        [ 'group 0', 'group 1' ], 'full sync: a user names its groups');
    return \%groups;
}


# the next full synchronisation finds all as it should be
sub sync_again {
    my ($version, $client, $users, $groups) = @_;

    my $before = send_json($client, GET => "/Users/$users->{3}");
    is_deeply([ grep { sync_user($client, $version, account($_, $version),
                                 $users) ne $users->{$_} } 1 .. 5 ], [],
        'next full sync: PUT of the same');
    my $after = send_json($client, GET => "/Users/$users->{3}");
    is($after->{headers}{etag}, $before->{headers}{etag},
        'next full sync: nothing has changed (#104)');

    my $again = send_json($client, POST => '/Users', account(3, $version));
    is($again->{status}, 409, 'a second POST: 409');
    is($again->{json}{scimType}, 'uniqueness', 'a second POST: uniqueness');
    is(find_user($client, $version, account(3, $version)->{userName}),
        $users->{3}, 'a second POST: found');
    is(find_user($client, $version, account(2, $version)->{userName}),
        $users->{2}, 'found: quotes, a plus and an emoji in the name')
        if $version->{quoted};
    is(find_user($client, $version, 'nobody'), undef, 'nobody is not found');

    # what cannot be evaluated, and must not find everybody
    my $answer = send_json($client,
        GET => '/Users?filter=' . quote_plus('userName eq "x'));
    is($answer->{status}, 400, 'a broken filter: 400');
    is($answer->{json}{scimType}, 'invalidFilter', 'a broken filter: why');

    # the same group again: no change
    my @members = members_of($client, $groups->{1});
    my $answer_group = $version->{patch}
        ? send_json($client, PATCH => "/Groups/$groups->{1}", {
              Operations => [ { op => 'replace', value => {
                  %{ group(1, $version) }, id => $groups->{1},
              } } ],
          })
        : put_group($client, $groups->{1}, group(1, $version));
    like($answer_group->{status}, qr/^20[04]$/,
        'next full sync: the group again');
    is_members($client, $groups->{1}, \@members,
        'next full sync: its members are untouched');
    is_deeply([ add_members($client, 100, $groups->{1}, @members) ], [],
        'next full sync: its members again');
    is_members($client, $groups->{1}, \@members,
        'next full sync: each is a member once');
}


sub change {
    my ($version, $client, $users, $groups) = @_;

    my $id = $users->{5};
    my $user = {
        %{ account(5, $version) }, id => $id, displayName => 'Changed',
        emails => [ { value => 'new@example.com', type => 'other',
                      primary => $true } ],
    };
    my $before = send_json($client, GET => "/Users/$id");
    my $answer = send_json($client, PUT => "/Users/$id", $user);
    is($answer->{status}, 200, 'change: 200');
    is_deeply([ differences($user, $answer->{json}, 'user') ], [],
        'change: echoed');
    isnt($answer->{headers}{etag}, $before->{headers}{etag},
        'change: another version');
    is($answer->{json}{meta}{created}, $before->{json}{meta}{created},
        'change: created as before');

    my $found = send_json($client, GET => '/Users?filter='
        . quote_plus('emails.value eq "new@example.com"'))->{json};
    is($found->{Resources}[0]{id}, $id, 'change: found by the new address');

    my ($member) = grep { $_->{value} eq $id } @{ send_json($client,
        GET => "/Groups/$groups->{0}")->{json}{members} };
    is($member->{display}, 'Changed', 'change: seen in the group');

    my $gone = send_json($client,
        PUT => '/Users/00000000-0000-4000-8000-000000000000', $user);
    is($gone->{status}, 404, 'change of a user that is not there: 404');
}


sub rename_user {
    my ($version, $client, $users, $groups) = @_;

    my $id = $users->{4};
    my $old = account(4, $version)->{userName};
    my $user = { %{ account(4, $version) }, id => $id,
                 userName => "renamed-$version->{name}\@example.com" };

    my $answer = send_json($client, PUT => "/Users/$id", $user);
    is($answer->{status}, 200, 'rename: 200');
    is($answer->{json}{userName}, $user->{userName}, 'rename: the new name');
    is(find_user($client, $version, $user->{userName}), $id,
        'rename: found by the new name');
    is(find_user($client, $version, $old), undef,
        'rename: not by the old one');
    ok((grep { $_ eq $id } members_of($client, $groups->{4})),
        'rename: still a member');

    $answer = send_json($client, PUT => "/Users/$id",
        { %$user, userName => account(5, $version)->{userName} });
    is($answer->{status}, 409, 'rename to a name that is taken: 409');
    is($answer->{json}{scimType}, 'uniqueness',
        'rename to a name that is taken: uniqueness');

    $answer = send_json($client, PUT => "/Users/$id",
        { %$user, userName => $old });
    is($answer->{status}, 200, 'rename back');
    is(find_user($client, $version, $old), $id, 'rename back: found');
}


sub deactivate {
    my ($version, $client, $users) = @_;

    my $id = $users->{6};
    my $user = { %{ account(6, $version) }, id => $id };
    my $answer = send_json($client, PUT => "/Users/$id",
        { %$user, active => $false });
    is($answer->{status}, 200, 'deactivate: 200');
    ok(JSON::PP::is_bool($answer->{json}{active})
        && !$answer->{json}{active}, 'deactivate: a real boolean');
    is(send_json($client, GET => "/Users/$id")->{json}{active}, $false,
        'deactivate: can be read');
    is(find_user($client, $version, $user->{userName}), $id,
        'deactivate: can be found');

    $answer = send_json($client, PUT => "/Users/$id", $user);
    is($answer->{json}{active}, $true, 'activate again');
    is($answer->{json}{id}, $id, 'activate again: the same id');
}


sub regroup {
    my ($version, $client, $users, $groups) = @_;

    my $id = $groups->{7};
    my @members = members_of($client, $id);
    my ($first, $second, @rest) = @members;
    my $group = { %{ group(7, $version) }, displayName => 'regrouped' };

    if (!$version->{patch}) {
        is(put_group($client, $id, $group)->{status}, 200,
            'regroup: PUT without members');
        is_members($client, $id, \@members, 'regroup: members left alone');
        is(put_group($client, $id, $group, [ $first, @rest ])->{status}, 200,
            'regroup: PUT with members');
        is_members($client, $id, [ $first, @rest ], 'regroup: the new ones');
        is(put_group($client, $id, $group, [])->{status}, 200,
            'regroup: PUT with an empty list');
        is_members($client, $id, [], 'regroup: nobody');
        is(put_group($client, $id, $group, \@members)->{status}, 200,
            'regroup: PUT with all');
    }

    for my $time ('once', 'again') {
        like(remove_members($client, $version, $id, $first, $second)->{status},
            qr/^20[04]$/, "regroup: two leave, $time");
        is_members($client, $id, \@rest,
            "regroup: the others stay, $time (pain 1)");
    }

    is_deeply([ add_members($client, 100, $id, $first, $users->{1}) ], [],
        'regroup: two join');
    is_members($client, $id, [ @rest, $first, $users->{1} ],
        'regroup: all members');

    # read-only attributes inside, no "schemas" on the message, no path
    like(send_json($client, PATCH => "/Groups/$id", {
        Operations => [ { op => 'replace', value => {
            %$group, id => $id, displayName => 'regrouped again',
        } } ],
    })->{status}, qr/^20[04]$/, 'regroup: a new name');
    my $answer = send_json($client, GET => "/Groups/$id");
    is($answer->{json}{displayName}, 'regrouped again',
        'regroup: the new name');
    is($answer->{json}{externalId}, $group->{externalId},
        'regroup: the same externalId');
    is_members($client, $id, [ @rest, $first, $users->{1} ],
        'regroup: members untouched by the name');

    $answer = send_json($client, PATCH => "/Groups/$id", {
        schemas => [ "$api:PatchOp" ],
        Operations => [
            { op => 'add', path => 'members',
              value => [ { value => $second } ] },
            { op => 'add', path => 'members', value => [
                { value => '00000000-0000-4000-8000-000000000000' } ] },
        ],
    });
    is($answer->{status}, 400, 'regroup: an unknown member');
    is($answer->{json}{scimType}, 'invalidValue',
        'regroup: an unknown member is an invalid value');
    is_members($client, $id, [ @rest, $first, $users->{1} ],
        'regroup: nothing was half applied (pain 5, #109)');

    my $list = send_json($client, GET => '/Groups?filter='
        . quote_plus('displayName eq "Regrouped AGAIN"'))->{json};
    is($list->{Resources}[0]{id}, $id, 'regroup: found by the name');
}


# the compatibility modes
sub modes {
    my ($version, $client, $users, $groups) = @_;

    my $id = $groups->{8};
    my @members = members_of($client, $id);

    my $answer = send_json($client, PATCH => "/Groups/$id", {
        schemas => [ "$api:PatchOp" ],
        Operations => [
            { op => 'replace', path => 'displayName', value => 'AWS' },
            { op => 'replace', path => 'externalId', value => 'aws-1' },
        ],
    });
    like($answer->{status}, qr/^20[04]$/, 'AWS: 2xx');
    my $group = send_json($client, GET => "/Groups/$id")->{json};
    is("$group->{displayName} $group->{externalId}", 'AWS aws-1',
        'AWS: replaced by path');

    $answer = send_json($client, PATCH => "/Groups/$id", {
        schemas => [ "$api:PatchOp" ],
        Operations => [ { op => 'add', path => 'members', value => [
            { value => $users->{1}, type => 'user' } ] } ],
    });
    like($answer->{status}, qr/^20[04]$/, 'Webex: a member with a type');
    is_members($client, $id, [ @members, $users->{1} ], 'Webex: a member');
}


sub delete_some {
    my ($version, $client, $users, $groups) = @_;

    my ($id, $group) = ($users->{10}, $groups->{10});
    my @before = members_of($client, $group);

    is(send_json($client, DELETE => "/Users/$id")->{status}, 204,
        'delete a user: 204');
    is(send_json($client, GET => "/Users/$id")->{status}, 404,
        'delete a user: gone');
    is(find_user($client, $version, account(10, $version)->{userName}), undef,
        'delete a user: not found');
    is_members($client, $group, [ grep { $_ ne $id } @before ],
        'delete a user: no member any more (#130)');
    is(send_json($client, DELETE => "/Users/$id")->{status}, 404,
        'delete a user again: 404');
    is(send_json($client, PUT => "/Users/$id",
        { %{ account(10, $version) }, id => $id })->{status}, 404,
        'change a deleted user: 404, so that it is created');

    my $answer = send_json($client, POST => '/Users', account(10, $version));
    is($answer->{status}, 201, 'create it again: 201');
    is($answer->{json}{id}, $id, 'create it again: the same person');
    is_deeply($answer->{json}{groups} // [], [],
        'create it again: in no group');

    is(send_json($client, DELETE => "/Groups/$group")->{status}, 204,
        'delete a group: 204');
    is(send_json($client, GET => "/Groups/$group")->{status}, 404,
        'delete a group: gone');
    my $member = send_json($client, GET => "/Users/$users->{29}")->{json};
    is_deeply([ map { $_->{display} } @{ $member->{groups} } ], [ 'group 0' ],
        'delete a group: its members have one less');

    my @all = discover($client, 'Users');
    my %once = map { $_->{id} => 1 } @all;
    is(scalar @all, $USERS + $FOREIGN - 30, 'pages: all users');
    is(scalar keys %once, scalar @all, 'pages: each once (pain 9)');
    is(scalar discover($client, 'Groups'), $GROUPS + 3 - 1,
        'pages: all groups');
}


sub switch_off {
    my ($version, $client, $integration, $users) = @_;

    my $path = $integration->{endpoint} =~ s{^.*/api/v1}{}r =~ s{/scim/v2$}{}r;

    is($t->admin->post("$path/disable")->{status}, 200, 'disable');
    for my $request ([ GET => '/ServiceProviderConfig' ],
                     [ GET => "/Users/$users->{1}" ],
                     [ POST => '/Users', { userName => 'late' } ],
                     [ DELETE => "/Users/$users->{1}" ])
    {
        my $answer = send_json($client, @$request);
        is($answer->{status}, 503, "disabled: $request->[0] $request->[1]");
        like($answer->{headers}{'retry-after'}, qr/^\d+$/,
            'disabled: come again');
        is($answer->{json}{status}, '503', 'disabled: a SCIM error');
    }

    is($t->admin->post("$path/enable")->{status}, 200, 'enable');
    is(send_json($client, GET => "/Users/$users->{1}")->{status}, 200,
        'enabled: all is as before');
    is(find_user($client, $version, 'late'), undef,
        'enabled: nothing was done meanwhile');

    is($t->admin->delete("$path?provisioned=keep")->{status}, 204, 'delete the integration');
    is(send_json($client, GET => "/Users/$users->{1}")->{status}, 401,
        'deleted: the token is worth nothing');
}


subtest("authentik $_->{name}" => sub { play($_) }) for @versions;

$t->finish;
undef $t;
done_testing();
