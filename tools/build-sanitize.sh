#!/usr/bin/env bash
# Builds an nginx with the module built in under AddressSanitizer and
# UndefinedBehaviorSanitizer, from Debian's source package, for the tests:
# .build/sanitize/nginx. With NGX_DEBUG_PALLOC each allocation from a pool is a
# malloc() of its own, so that a byte too far is seen. Compiles nginx once;
# after that only what changed.
#
# usage: tools/build-sanitize.sh [--quiet | --source]
#   --source          only fetch nginx's source, and print where it is
#   NGINX_SOURCE=DIR  take this nginx source tree instead

set -eu

here=$(cd "$(dirname "$0")/.." && pwd -P)
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

out=$here/.build/sanitize
log=$out/build.log

# The function check rejects nginx's own casts of handlers, the others its
# arithmetic on null pointers and its unaligned reads.
sanitize="-fsanitize=address,undefined"
sanitize="$sanitize -fno-sanitize=function,alignment"
sanitize="$sanitize,nonnull-attribute,pointer-overflow"
cc_opt="-O1 -g -fno-omit-frame-pointer $sanitize -DNGX_DEBUG_PALLOC=1"
cc_opt="$cc_opt -Wno-unused-command-line-argument"


fail() {
    echo "build-sanitize: $*" >&2
    exit 1
}


# Debian's mirrors, as apt knows them, for source packages.
source_lists() {
    # apt's variables, not the shell's
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE)' \
            'Created-By: Packages' 'Component: main' 2>/dev/null \
        | sed -n 's/^Debian \([^ ]*\) \([^ ]*\)$/deb-src \1 \2 main/p'
}


# The source of the nginx that is installed. A mirror may not have the source
# of the newest security update: then the newest that it has.
fetch() {
    version=$1
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/src"
    source_lists >"$work/sources.list"
    [ -s "$work/sources.list" ] || fail "no Debian mirror among apt's sources"

    set -- -q -o "Dir::Etc::sourcelist=$work/sources.list" \
        -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$work/lists" \
        -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root \
        -o Acquire::Languages=none -o Acquire::Check-Valid-Until=false

    apt-get "$@" update >>"$log" 2>&1 || true
    for candidate in "$version" $(apt-cache "$@" showsrc --only-source nginx \
            2>>"$log" | sed -n 's/^Version: //p' | sort -rV)
    do
        if ( cd "$work/src" && rm -rf ./* && apt-get "$@" source \
                 --only-source "nginx=$candidate" ) >>"$log" 2>&1
        then
            mv "$work"/src/nginx-*/ "$out/source.new"
            rm -rf "$out/source"
            mv "$out/source.new" "$out/source"
            echo "$version" >"$out/source.version"
            return
        fi
    done
    fail "cannot get nginx's source package:" \
        "$(grep -m 1 '^E:' "$log") (see $log)"
}


# Every object depends on these two, which configure writes anew each time.
keep_times() {
    for file in ngx_auto_config.h ngx_auto_headers.h; do
        if cmp -s "$1/$file" "$2/$file"; then
            touch -r "$1/$file" "$2/$file"
        fi
    done
}


configure() {
    objs=$1
    mkdir -p "$out/objects" "$work/before"
    cp -p "$out/objects"/ngx_auto_*.h "$work/before/" 2>/dev/null || true
    ( cd "$source" && ./configure --with-cc=clang --builddir="$objs" \
          --prefix=/usr/share/nginx --error-log-path=stderr \
          --http-client-body-temp-path=/var/lib/nginx/body \
          --with-debug --with-compat --with-threads --with-poll_module \
          --with-http_ssl_module --with-http_v2_module \
          --with-http_auth_request_module --with-http_realip_module \
          --with-http_stub_status_module --with-http_slice_module \
          --with-cc-opt="$cc_opt" --with-ld-opt="$sanitize" \
          --add-module="$root" ) >>"$log" 2>&1 || return 1
    keep_times "$work/before" "$out/objects"
}


errors() {
    grep -E '(error:|undefined reference)' "$log" || tail -n 1 "$log"
}


quiet=
case ${1:-} in
    '') ;;
    --quiet) quiet=1 ;;
    --source) ;;
    -h | --help)
        sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *)
        echo "usage: tools/build-sanitize.sh [--quiet | --source]" >&2
        exit 2
        ;;
esac

command -v clang >/dev/null || fail "no clang: tools/install.sh test"
mkdir -p "$out"
exec 9>"$out/lock"
flock 9

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$log"

source=${NGINX_SOURCE:-$out/source}
if [ -z "${NGINX_SOURCE:-}" ]; then
    # shellcheck disable=SC2016
    installed=$(dpkg-query -W -f '${source:Version}' nginx)
    [ "$(cat "$out/source.version" 2>/dev/null)" = "$installed" ] \
        || fetch "$installed"
fi

if [ "${1:-}" = --source ]; then
    echo "$source"
    exit 0
fi

# nginx's configure and make do not take a path with blanks in it
root=$here
case $here in
    *[!A-Za-z0-9_./+-]*)
        ln -s "$here" "$work/here"
        root=$work/here
        source=$root${source#"$here"}
        ;;
esac
objs=$root/.build/sanitize/objects

list=$(cd "$here" && echo "$cc_opt $root $source" && cat config config.make \
       && cat "$out/source.version" 2>/dev/null; cd "$here" \
       && find src redis -name '*.[ch]' -o -name '*.lua' | LC_ALL=C sort)
if [ "$list" != "$(cat "$out/list" 2>/dev/null)" ]; then
    rm -f "$out/list"
    configure "$objs" || fail "$(errors | head -n 1) (see $log)"
    printf '%s\n' "$list" >"$out/list"
fi

if ! make -j "$(nproc)" -C "$source" -f "$objs/Makefile" binary >>"$log" 2>&1
then
    [ -n "$quiet" ] || errors | head -n 20 >&2
    fail "$(errors | head -n 1) (see $log)"
fi

ln -sf objects/nginx "$out/nginx"
[ -n "$quiet" ] || echo "$out/nginx"
