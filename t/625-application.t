# The whole story: authentik provisions, an administrator attaches a role to a
# group, and an application behind the shipped configuration lets people in, or
# not, with their very next request. With passwords and with a login; and once
# more with a cache, which must change nothing.

use strict;
use warnings;

use lib 't/lib';

use MIME::Base64 qw(encode_base64);
use SCIM::Client;
use SCIM::Nginx;
use SCIM::Test;
use Test::More;

my $core = 'urn:ietf:params:scim:schemas:core:2.0';
my $patch_op = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
my ($login_port, $app_port, $proxy_port)
    = map { SCIM::Redis::free_port() } 1 .. 3;


# shipped(FILE): the text of it, with the places that an operator fills in
sub shipped {
    my ($file) = @_;
    my $text = SCIM::Nginx::_slurp("$SCIM::Nginx::top/conf/$file");
    my $app = $text
        =~ s{http://127\.0\.0\.1:3000}{http://unix:\$DIR/app.sock:}g;
    die "$file: no application\n" if !$app;
    # an operator may let it take more
    $text =~ s{^location / \{\n\K}{client_max_body_size 3m;\n}m
        or die "$file: no location\n";
    $text =~ s{127\.0\.0\.1:4180}{unix:\$DIR/oauth2-proxy.sock:}g;
    $text =~ s{user_file passwords}{user_file \$DIR/passwords};
    return $text;
}

# the README's words for authentik's proxy provider
my $readme = SCIM::Nginx::_slurp("$SCIM::Nginx::top/README.md");
my ($proxy) = $readme =~ /^### authentik's.*?^```nginx\n(.*?)^```/ms
    or die "README.md: no proxy provider\n";
$proxy =~ s{http://127\.0\.0\.1:3000}{http://unix:\$DIR/app.sock:};
$proxy =~ s{^location / \{\n\K}{client_max_body_size 3m;\n}m or die;
$proxy =~ s{https://authentik\.example\.com}{http://unix:\$DIR/authentik.sock:};

my ($basic, $oauth2) = map { shipped($_) } qw(application.conf
    application-oauth2-proxy.conf);

my $told = 'for $http_x_scim_user_name in $http_x_scim_user_groups with '
    . '$http_x_scim_user_permissions and password $http_authorization';

my ($t, $authentik);            # of the round that is played


sub begin {
    my ($cache) = @_;

    my $passwords = join '', map { "$_\@example.com:{PLAIN}secret\n" }
        qw(jane joe);
    $t = SCIM::Test->new(http => $cache . <<"END",
    server {
        listen 127.0.0.1:$app_port;
        $basic
    }
    server {
        listen 127.0.0.1:$login_port;
        $oauth2
    }

    server {
        listen 127.0.0.1:$proxy_port;
        $proxy
    }

    # authentik's outpost
    server {
        listen unix:\$DIR/authentik.sock;
        location = /outpost.goauthentik.io/auth/nginx {
            if (\$cookie_session = "") { return 401; }
            add_header X-Authentik-Uid \$cookie_session;
            return 200;
        }
    }

    # the application: a page, and what it was told
    server {
        listen unix:\$DIR/app.sock;
        client_max_body_size 0;
        location / {
            return 200 "page \$uri $told";
        }
    }

    # oauth2-proxy, as nginx sees it: the session's cookie says who it is
    server {
        listen unix:\$DIR/oauth2-proxy.sock;
        location = /oauth2/auth {
            if (\$cookie_session = "") { return 401; }
            add_header X-Auth-Request-User \$cookie_session always;
            return 202;
        }
        location /oauth2/start { return 302 https://idp.example.com/; }
    }
END
        before => sub { $_[0]->write_file('passwords', $passwords) });
    $authentik = $t->scim(undef, type => 'application/scim+json');
}


# --- authentik ---

sub account {
    my ($name, $number, %more) = @_;
    return {
        schemas => [ "$core:User" ], userName => "$name\@example.com",
        externalId => sprintf('%064x', $number), active => \1,
        displayName => ucfirst $name,
        name => { formatted => ucfirst $name, givenName => ucfirst $name,
            familyName => '' },
        emails => [ { value => "$name\@example.com", type => 'other',
            primary => \1 } ],
        %more,
    };
}

sub members {
    my ($op, $group, @ids) = @_;
    my $answer = $authentik->patch("/Groups/$group", {
        schemas => [ $patch_op ],
        Operations => [ map { { op => $op, path => 'members',
            value => [ { value => $_ } ] } } @ids ],
    });
    die "PATCH: $answer->{status}\n" if $answer->{status} !~ /^20[04]$/;
}


# --- an administrator ---

# administer(METHOD, PATH, BODY): the id of what was made
sub administer {
    my ($method, $path, $body) = @_;
    my $answer = $t->admin->request($method, "/demo$path", $body);
    die "$method $path: $answer->{status} $answer->{body}\n"
        if $answer->{status} !~ /^20/;
    return $answer->{json}{id};
}

# attach(GROUP): the role to it; the binding's id
sub attach {
    my ($group) = @_;
    return administer(POST => '/bindings', { role => 'User',
        subject => { type => 'GROUP', id => $group } });
}


# --- people at the application ---

my %session = (jane => sprintf('%064x', 1), joe => sprintf('%064x', 2),
    stranger => sprintf('%064x', 3));

my %people = (
    password => sub {
        my ($path, $name) = @_;
        return SCIM::Client->new(base => "http://127.0.0.1:$app_port")
            ->get($path, undef, $name ? { Authorization => 'Basic '
                . encode_base64("$name\@example.com:secret", '') } : {});
    },
    login => sub {
        my ($path, $name) = @_;
        return SCIM::Client->new(base => "http://127.0.0.1:$login_port")
            ->get($path, undef, $name ? { Cookie => "session=$session{$name}" }
            : {});
    },
);

# both(PATH, NAME): the status with the password and with the login
sub both {
    my ($path, $name) = @_;
    return join ' ', map { $people{$_}->($path, $name)->{status} }
        qw(password login);
}

# the same with authentik's proxy provider
sub proxied {
    my ($name) = @_;
    return SCIM::Client->new(base => "http://127.0.0.1:$proxy_port")->get('/',
        undef, $name ? { Cookie => "session=$session{$name}" } : {});
}


sub play {
    is($authentik->get('/ServiceProviderConfig')->{status}, 200,
        'authentik connects');
    my ($jane, $joe) = map { $authentik->post('/Users', $_)->{json}{id} }
        account(jane => 1), account(joe => 2);
    my ($devs, $ops, $admins) = map { $authentik->post('/Groups', {
        schemas => [ "$core:Group" ], displayName => $_, externalId => "e-$_" })
        ->{json}{id} } qw(Developers Operations Administrators);
    members(add => $devs, $jane);

    is(both('/'), '401 302', 'nobody: asked for a password, sent to the login');
    like($people{login}->('/a?b')->{headers}{location},
        qr{/oauth2/start\?rd=http://127\.0\.0\.1:$login_port/a\?b$},
        'nobody: and comes back from there');
    is(both('/', 'jane'), '403 403', 'provisioned, without the permission');

    # an administrator attaches a role to a group
    administer(POST => '/roles',
        { name => 'User', permissions => { APP => [ 'USE' ] } });
    attach($devs);

    is(both('/', 'jane'), '200 200', 'with the permission: the page');
    for my $way (qw(password login)) {
        is($people{$way}->('/page', 'jane')->{body},
            'page /page for jane@example.com in Developers with APP:USE'
            . ' and password ', "$way: what the application is told");
    }
    is(both('/', 'joe'), '403 403', 'another person: not');
    is($people{password}->('/admin/', 'jane')->{status}, 403,
        'the administration: not');

    # authentik's proxy provider: everybody whom the tenant has
    like(proxied()->{headers}{location}, qr{/outpost\.goauthentik\.io/start},
        "authentik's proxy provider: nobody is sent to the login");
    is(proxied('jane')->{status}, 200, "authentik's proxy provider: passes");
    is(proxied('stranger')->{status}, 403,
        "authentik's proxy provider: somebody else of the directory does not");

    # something large
    for my $port ($login_port, $proxy_port) {
        is(SCIM::Client->new(base => "http://127.0.0.1:$port")->post('/',
            'x' x 2_000_000, { Cookie => "session=$session{jane}" })->{status},
            200, 'a large body');
    }

    # deactivated, and active again
    my $put = sub {
        my ($active) = @_;
        my $answer = $authentik->put("/Users/$jane",
            account(jane => 1, id => $jane, active => $active ? \1 : \0));
        is($answer->{status}, 200, 'authentik: active ' . ($active ? 1 : 0));
    };
    for my $round (1 .. 3) {
        $put->(0);
        is(both('/', 'jane'), '403 403',
            "deactivated, $round: the very next request is refused");
        $put->(1);
        is(both('/', 'jane'), '200 200', "active again, $round: the page");
    }

    # to another group
    members(remove => $devs, $jane);
    is(both('/', 'jane'), '403 403', 'out of the group: without it');
    members(add => $ops, $jane);
    is(both('/', 'jane'), '403 403', 'in another group: without it');
    my $binding = attach($ops);
    is(both('/', 'jane'), '200 200', 'a role for that group: with it');
    administer(DELETE => "/bindings/$binding");
    is(both('/', 'jane'), '403 403', 'the role is taken away');
    members(add => $devs, $jane);
    is(both('/', 'jane'), '200 200', 'back in the group: with it');

    members(add => $admins, $jane);
    is($people{password}->('/admin/', 'jane')->{status}, 200,
        'among the administrators: the administration');

    # a rule instead of a binding
    administer(POST => '/role-rules', { role => 'User',
        attribute => 'displayName', pattern => 'team-*' });
    my $team = $authentik->post('/Groups', { displayName => 'Team-X',
        members => [ { value => $joe } ] })->{json}{id};
    is(both('/', 'joe'), '200 200', 'a group that a rule speaks of');
    $authentik->patch("/Groups/$team", { Operations => [ { op => 'replace',
        value => { id => $team, displayName => 'Other' } } ] });
    is(both('/', 'joe'), '403 403', 'renamed: it does not any more');

    # deleted
    is($authentik->delete("/Users/$jane")->{status}, 204, 'authentik: deleted');
    is(both('/', 'jane'), '403 403', 'deleted: the next request is refused');
    $authentik->post('/Users', account(jane => 1));
    is(both('/', 'jane'), '403 403', 'provisioned again: in no group');
    members(add => $devs, $jane);
    is(both('/', 'jane'), '200 200', 'and in its group again: the page');

    $t->finish;
}


subtest('without a cache', sub { begin(''); play() });
subtest('with a cache', sub {
    begin('scim_access_cache zone=access:1m;');
    play();
});

done_testing();
