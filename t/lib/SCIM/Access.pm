package SCIM::Access;

# Roles, bindings and rules of a tenant, for tests of what they permit, and
# what the function library says that a user may do.
#
#     my $access = SCIM::Access->new($redis, 'demo');
#     $access->role('Editor', 'FLOW:EXECUTE FLOW:READ');
#     $access->bind('Editor', user => $id, 'prod');
#     $access->rule('Editor', displayName => 'team-*');
#     $access->read(userName => 'jane')->{roles};
#
# Texts are characters, not bytes.

use strict;
use warnings;

my $number = 0;


# new(SCIM::Redis, TENANT)
sub new {
    my ($class, $redis, $tenant) = @_;
    return bless { redis => $redis, key => "scim:{$tenant}" }, $class;
}


sub _id { return sprintf '00000000-0000-4000-9000-%012d', ++$number }


sub _listed {
    my ($self, $list, $id) = @_;
    my $place = $self->{redis}->command('INCR', "$self->{key}:sequence");
    $self->{redis}->command('ZADD', "$self->{key}:$list", $place, $id);
}


# role(NAME, PERMISSIONS)
sub role {
    my ($self, $name, $permissions) = @_;

    $self->{redis}->command('HSET', "$self->{key}:role:$name", name => $name,
        permissions => $permissions, created => 0, modified => 0,
        version => 1);
    $self->_listed('roles', $name);
    $self->changed;
}


# bind(ROLE, SUBJECT_TYPE => ID, [NAMESPACE]): the binding's id
sub bind {
    my ($self, $role, $type, $subject, $namespace) = @_;

    my ($id, $redis) = (_id(), $self->{redis});
    $redis->command('HSET', "$self->{key}:binding:$id", role => $role,
        subject_type => $type, subject => $subject,
        namespace => $namespace // '', created => 0);
    $redis->command('SADD', "$self->{key}:$type:$subject:bindings", $id);
    $redis->command('SADD', "$self->{key}:role:$role:bindings", $id);
    $self->_listed('bindings', $id);
    $self->changed;
    return $id;
}


# unbind(ID)
sub unbind {
    my ($self, $id) = @_;

    my ($redis, $binding) = ($self->{redis}, "$self->{key}:binding:$id");
    my ($role, $type, $subject) = @{ $redis->command('HMGET', $binding,
        'role', 'subject_type', 'subject') };
    $redis->command('SREM', "$self->{key}:$type:$subject:bindings", $id);
    $redis->command('SREM', "$self->{key}:role:$role:bindings", $id);
    $redis->command('ZREM', "$self->{key}:bindings", $id);
    $redis->command('DEL', $binding);
    $self->changed;
}


# rule(ROLE, ATTRIBUTE => PATTERN, [NAMESPACE]): the rule's id
sub rule {
    my ($self, $role, $attribute, $pattern, $namespace) = @_;

    my $id = _id();
    utf8::upgrade($pattern);
    $self->{redis}->command('HSET', "$self->{key}:rule:$id",
        attribute => $attribute, pattern => $pattern, folded => lc $pattern,
        role => $role, namespace => $namespace // '', created => 0);
    $self->{redis}->command('SADD', "$self->{key}:role:$role:rules", $id);
    $self->_listed('rules', $id);
    $self->changed;
    return $id;
}


# changed(): what the functions that write do, too
sub changed {
    my ($self) = @_;
    $self->{redis}->command('UNLINK', "$self->{key}:access");
}


# read(ATTRIBUTE, VALUE): the function's answer, { word => 'MISSING' } or with
# id, active, name, email, cut, kept, groups => [[id, display, folded], ...],
# roles => { name => permissions }, grants => ['role namespace', ...]
sub read {
    my ($self, $attribute, $value) = @_;
    return ($self->read_all([ $attribute, $value ]))[0];
}


# read_all([ATTRIBUTE, VALUE], ...): that of each of them, by one call
sub read_all {
    my ($self, @asked) = @_;

    my @args = map { "$_->[0]\0$_->[1]" } @asked;
    utf8::upgrade($_) for @args;
    return map { _record($_) } @{ $self->{redis}->command('FCALL_RO',
        $self->function('access_read'), 1, $self->{key}, @args) };
}


sub _record {
    my ($answer) = @_;

    my ($word, $text) = ref $answer ? @$answer : ('OK', $answer);
    return { word => $word } if $word ne 'OK';

    my ($active, $cut, $groups, $roles, $grants, $ngroups, $nroles, $ngrants)
        = unpack 'V8', $text;
    my %record = (active => $active, cut => $cut, kept => ref $answer ? 0 : 1);
    my $texts = sub { my ($at, $n) = @_; return unpack "x$at (V/a)$n", $text };

    @record{qw(id name email)} = $texts->(32, 3);
    my @groups = $texts->($groups, 3 * $ngroups);
    $record{groups} = [ map { [ @groups[3 * $_ .. 3 * $_ + 2] ] }
        0 .. $ngroups - 1 ];
    $record{roles} = { $texts->($roles, 2 * $nroles) };
    my @grants = unpack "x$grants (V V/a)$ngrants", $text;
    $record{grants} = [ sort map {
        my ($role) = $texts->($grants[2 * $_], 1);
        "$role $grants[2 * $_ + 1]" } 0 .. $ngrants - 1 ];
    return \%record;
}


# keep(ATTRIBUTE, VALUE): what nginx asks for behind a read
sub keep {
    my ($self, $attribute, $value) = @_;

    utf8::upgrade($value);
    return $self->{redis}->command('FCALL', $self->function('access_keep'), 1,
        $self->{key}, "$attribute\0$value")->[0];
}


# function(NAME): as the module has loaded it
sub function {
    my ($self, $name) = @_;

    $self->{version} //= do {
        my @libraries = @{ $self->{redis}->command('FUNCTION', 'LIST') };
        my %library = @{ $libraries[0] };
        $library{library_name} =~ s/^scim_//r;
    };
    return "scim_${name}_$self->{version}";
}

1;
