#!/usr/bin/env bash
# Builds the dynamic module for the nginx that is installed here, out of tree
# from the headers of nginx-dev, into .build/. Does nothing when the sources
# and the compiler are the ones it was last built from.
#
# usage: tools/build.sh [--quiet]
#   --quiet                     only the first error, as one line
#   CC=clang tools/build.sh     compiles with clang, into .build/clang/

set -eu

here=$(cd "$(dirname "$0")/.." && pwd -P)
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

cc=${CC:-gcc}
name=ngx_http_scim_module.so
case $cc in
    gcc | cc) out=$here/.build ;;
    *)        out=$here/.build/${cc##*/} ;;
esac
objects=$out/objects
log=$out/build.log
nginx_source=${NGINX_SOURCE:-/usr/share/nginx/src}

# -Wextra is among nginx's own flags, by one name or the other; named here so
# that it stays whatever nginx does.
cc_opt="-g -O2 -fstack-protector-strong -Wformat -Werror=format-security"
cc_opt="$cc_opt -Wdate-time -D_FORTIFY_SOURCE=2 -fPIC -Wall -Wextra"
cc_opt="$cc_opt -Wno-unused-parameter -Werror"
ld_opt="-Wl,-z,relro -Wl,-z,now -fPIC"


fail() {
    echo "build: $*" >&2
    exit 1
}


# What the result depends on besides the sources.
fingerprint() {
    echo "$cc $cc_opt $ld_opt"
    "$cc" --version 2>/dev/null | head -n 1
    nginx -v 2>&1
    cat "$nginx_source/conf_flags"
    pwd -P
}


# The time that counts is when the last build started, so that a file changed
# while it ran is not missed; new and removed files show in their directory's.
up_to_date() {
    [ -f "$out/$name" ] && [ -f "$out/fingerprint" ] || return 1
    [ "$(fingerprint)" = "$(cat "$out/fingerprint")" ] || return 1
    [ -z "$(find config config.make ngx_http_scim_module.c src \
                 redis/embed.sh redis/functions tools/build.sh \
                 \( -name '*.[ch]' -o -name '*.lua' -o -name '*.sh' \
                    -o -name '*.json' -o -name 'config*' -o -type d \) \
                 -newer "$out/started" 2>/dev/null | head -n 1)" ]
}


# The lines of a failed build's log that say why.
errors() {
    grep -E '(error:|undefined reference)' "$log" || tail -n 1 "$log"
}


build() {
    # nginx's configure and make do not take a path with blanks in it
    root=$here
    link=
    case $here in
        *[!A-Za-z0-9_./+-]*)
            link=$(mktemp -d "${TMPDIR:-/tmp}/nginx-scim-build.XXXXXX")
            trap 'rm -rf "$link"' EXIT
            ln -s "$here" "$link/source"
            root=$link/source
            ;;
    esac
    objs=$root${objects#"$here"}

    # conf_flags is an array that nginx-dev keeps for builds like this one
    # shellcheck disable=SC1091
    . "$nginx_source/conf_flags"

    # A configuration is kept while the list of files is the same; make then
    # compiles what changed.
    list=$(cd "$here" && fingerprint && echo "$root" \
           && cat config config.make && find src redis -name '*.[ch]' \
           -o -name '*.lua' | LC_ALL=C sort)
    if [ ! -f "$objects/Makefile" ] || [ ! -f "$objects/list" ] \
        || [ "$list" != "$(cat "$objects/list")" ]
    then
        rm -rf "$objects"
        mkdir -p "$objects"
        ( cd "$nginx_source" && bash ./configure --with-cc="$cc" \
              --with-cc-opt="$cc_opt" --with-ld-opt="$ld_opt" \
              "${NGX_CONF_FLAGS[@]}" --add-dynamic-module="$root" \
              --builddir="$objs" ) >"$log" 2>&1 \
            || { rm -rf "$objects"; return 1; }
        printf '%s\n' "$list" > "$objects/list"
    fi

    make -j "$(nproc)" -f "$objs/Makefile" -C "$nginx_source" modules \
        >>"$log" 2>&1
}


compile() {
    rm -f "$out/fingerprint"
    : > "$out/started"
    : > "$log"

    if ! build; then
        [ -n "$quiet" ] || errors | head -n 20 >&2
        fail "$(errors | head -n 1) (see $log)"
    fi

    # a new file, never new bytes in one that a running nginx has mapped
    cp "$objects/$name" "$out/$name.new"
    mv "$out/$name.new" "$out/$name"
    fingerprint > "$out/fingerprint"
}


quiet=
case ${1:-} in
    '') ;;
    --quiet) quiet=1 ;;
    -h | --help)
        sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *)
        echo "usage: tools/build.sh [--quiet]" >&2
        exit 2
        ;;
esac

cd "$here"

command -v "$cc" >/dev/null || fail "no compiler \"$cc\": tools/install.sh"
command -v nginx >/dev/null || fail "no nginx: tools/install.sh"
[ -f "$nginx_source/conf_flags" ] \
    || fail "no nginx headers in $nginx_source: package nginx-dev"

if ! up_to_date; then
    mkdir -p "$out" 2>/dev/null || fail "cannot write to $out"
    [ -w "$out" ] || fail "cannot write to $out"

    # two at a time would be in each other's way; the second finds it done
    exec 9>"$out/lock"
    flock 9
    up_to_date || compile
fi

[ -n "$quiet" ] || echo "$out/$name"
