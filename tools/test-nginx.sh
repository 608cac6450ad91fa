#!/usr/bin/env bash
# Test::Nginx, the real one. Debian 12 does not carry it, but the package
# libtest-nginx-perl of Debian's unstable suite is plain Perl that only wants
# what Debian 12 has (tools/install.sh test). It is unpacked below .build/,
# so that nothing of unstable is installed. Prints the directory for perl's -I.
#
# usage: tools/test-nginx.sh

set -eu

here=$(cd "$(dirname "$0")/.." && pwd -P)
package=libtest-nginx-perl
dir=$here/.build/$package
lib=$dir/usr/share/perl5


fail() {
    echo "test-nginx: $*" >&2
    exit 1
}


# The mirror that this machine uses for its own suite.
mirror() {
    # apt's variables, not the shell's
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' \
            'Created-By: Packages' 'Component: main' 2>/dev/null \
        | sed -n 's/^Debian //p' | grep -v -- '-security' | head -n 1
}


fetch() {
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    # apt drops its privileges for a download, and wants to read here
    chmod 755 "$work"
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/deb"

    uri=$(mirror)
    [ -n "$uri" ] || fail "no Debian mirror among apt's sources"
    echo "deb $uri sid main" >"$work/sources.list"

    # A set of lists of its own: this machine's apt never hears of unstable. A
    # mirror that stands still is as good, so its date does not matter; its
    # signature does.
    set -- -qq -o "Dir::Etc::sourcelist=$work/sources.list" \
        -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$work/lists" \
        -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root \
        -o Acquire::Languages=none -o Acquire::Check-Valid-Until=false

    apt-get "$@" update >"$work/log" 2>&1 \
        || fail "cannot read the list of unstable: $(tail -n 1 "$work/log")"
    ( cd "$work/deb" && apt-get "$@" download $package ) >"$work/log" 2>&1 \
        || fail "cannot download $package: $(tail -n 1 "$work/log")"

    rm -rf "$dir.new"
    mkdir -p "$dir.new"
    dpkg-deb -x "$work"/deb/$package*.deb "$dir.new"
    rm -rf "$dir"
    mv "$dir.new" "$dir"
}


# one that is installed is as good
if perl -MTest::Nginx::Socket -e 1 2>/dev/null; then
    exit 0
fi

[ -f "$lib/Test/Nginx/Socket.pm" ] || fetch

perl -I"$lib" -MTest::Nginx::Socket -e 1 >/dev/null 2>&1 \
    || fail "does not load:" \
        "$(perl -I"$lib" -MTest::Nginx::Socket -e 1 2>&1 | head -n 1)"
echo "$lib"
