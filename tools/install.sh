#!/usr/bin/env bash
# Installs the Debian packages that the module needs and that are not here yet.
# Packages that are here are left alone, and where none is missing nothing is
# asked of the network. No service is started: ./run has an nginx and a Redis
# of its own.
#
# usage: tools/install.sh [run] [test] [bench]
#   run    what ./run builds and starts (the default)
#   test   what ./test needs besides
#   bench  what the comparisons in bench/ need besides

set -eu

run_packages="gcc libc6-dev make perl curl util-linux procps
    nginx nginx-dev redis-server
    libhiredis-dev libjansson-dev libutf8proc-dev libssl-dev"

# Below libipc-run-perl: what Test::Nginx depends on (see test-nginx.sh).
# llvm: the sanitizers want its symbolizer, to know what they are to pass over.
test_packages="clang libclang-rt-dev llvm shellcheck dpkg-dev libpcre2-dev
    zlib1g-dev libnginx-mod-nchan openssl ca-certificates
    libipc-run-perl libfilter-perl libhttp-message-perl
    liblist-moreutils-perl libtest-base-perl libtest-longstring-perl
    libtext-diff-perl liburi-perl libwww-perl
    python3-venv nodejs npm prometheus chromium"

bench_packages="wrk libnginx-mod-http-lua lua-nginx-redis nodejs npm"


fail() {
    echo "install: $*" >&2
    exit 1
}


missing_of() {
    for package in "$@"; do
        # node may have come from elsewhere, and npm with it
        case $package in
            nodejs) ! command -v node >/dev/null || continue ;;
            npm)    ! command -v npm >/dev/null || continue ;;
        esac
        # shellcheck disable=SC2016
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" \
                     2>/dev/null) || status=
        [ "$status" = installed ] || echo "$package"
    done
}


# As root, or through sudo where that asks no password.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}


# Debian starts what it installs. An invoke-rc.d policy of "no", there only
# while apt runs, keeps a second Redis, and an nginx on port 80, from coming up.
policy=/usr/sbin/policy-rc.d
own_policy=

forbid_services() {
    [ ! -e $policy ] || return 0
    own_policy=$policy
    # shellcheck disable=SC2016
    as_root sh -c 'printf "#!/bin/sh\nexit 101\n" > "$1" && chmod 755 "$1"' \
        sh $policy
}

clean_up() {
    [ -z "$own_policy" ] || as_root rm -f "$own_policy"
    rm -f "$log"
}


apt() {
    as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
        apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@" \
        </dev/null >>"$log" 2>&1
}


# the reason apt gives, or the last thing it said
why() {
    grep -E '^E: ' "$log" | head -n 1 || tail -n 1 "$log"
}


wanted=
for set in "${@:-run}"; do
    case $set in
        run)   wanted="$wanted $run_packages" ;;
        test)  wanted="$wanted $run_packages $test_packages" ;;
        bench) wanted="$wanted $run_packages $bench_packages" ;;
        -h | --help)
            sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
            exit 0
            ;;
        *)
            echo "usage: tools/install.sh [run] [test] [bench]" >&2
            exit 2
            ;;
    esac
done

if ! command -v apt-get >/dev/null; then
    fail "this is no Debian; needed are:" "$(echo "$wanted" | tr -s '\n ' ' ')"
fi

# shellcheck disable=SC2086
missing=$(missing_of $wanted | sort -u | tr '\n' ' ')
missing=${missing% }
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
    fail "as root, please: apt-get install $missing"
fi

log=$(mktemp)
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

echo "install: $missing" >&2

forbid_services

# An update that fails for one source of many may still do: what counts is
# whether the packages can be installed.
apt update || true

# shellcheck disable=SC2086
apt install -y --no-install-recommends $missing \
    || fail "could not install $missing: $(why)"
