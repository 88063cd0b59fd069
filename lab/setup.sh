#!/bin/sh
# Brings what is missing, then becomes the program that was asked for. Plain sh, because it runs before there is a Node 26.
#
#   sh lab/setup.sh PROGRAM.ts [ARGUMENT …]     the lab's needs, then the program on Node 26
#   sh lab/setup.sh --test [ARGUMENT …]         the tests' needs too, then the tests
#
# As root, missing system packages are installed; otherwise the command to do so is printed and the exit code is 1.
# No system service is started, enabled or touched: what the lab needs comes in packages that bring programs alone; where a peer's
# package brings a service, policy-rc.d forbids the start and the service is disabled again.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "· $*" >&2; }
fail() { printf '%s\n' "npm: $*" >&2; exit 1; }

# A step that is ended when we are told to end.
step=''
trap 'test -n "$step" && kill "$step" 2>/dev/null; exit 130' INT TERM HUP
run() { "$@" & step=$!; wait "$step"; step=''; }

here() { # a program, also in /usr/sbin, which is not in everybody's PATH
  command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || [ -x "/usr/local/sbin/$1" ]
}
library() { # a shared library, wherever this architecture keeps them
  for file in /lib/*/"$1" /usr/lib/*/"$1" /usr/lib64/"$1" /usr/lib/"$1"; do [ -e "$file" ] && return 0; done
  return 1
}

packages=''
need() { packages="$packages $*"; }

[ "$(uname -s)" = Linux ] || fail "this needs Linux or WSL (all of 127.0.0.0/8 as loopback); elsewhere: docker compose up"
library libatomic.so.1 || need libatomic1                       # Node 26 is linked with it
here mariadbd && here mariadb-install-db || need mariadb-server-core mariadb-client-core
here redis-server || here redis-check-rdb || need redis-tools   # the server is the same binary as the checker

if [ "$1" = --test ]; then
  here ip || need iproute2
  here dig || need bind9-dnsutils
  here curl || need curl
  here chromium || need chromium
fi
if [ "$1" = --test ] || [ "$1" = bench/main.ts ]; then
  # Peers to compare with: large, and only needed where everything is compared.
  if [ -n "${CI:-}" ] || [ -n "${LAB_INSTALL:-}" ]; then
    here named && here named-checkzone || need bind9 bind9-utils
    here nsd || need nsd
    here unbound || need unbound
    here kdig || need knot-dnsutils
    here drill || need ldnsutils
    here nginx || need nginx-light
    here haproxy || need haproxy
  fi
fi
if [ "$1" = bench/main.ts ] && [ -n "${CI:-}${LAB_INSTALL:-}" ]; then
  here knotd || need knot
  here caddy || need caddy
  here wrk || need wrk
  here h2load || need nghttp2-client
  here dnsperf || need dnsperf
  here taskset || need util-linux
fi

install_packages() {
  command -v apt-get >/dev/null 2>&1 || fail "these Debian packages' programs are missing:$packages; install them with this system's package manager"
  command="apt-get install --no-install-recommends --no-remove$packages"
  [ "$(id -u)" = 0 ] || fail "missing system packages; run: sudo $command"
  say "installing$packages"
  quiet=$(mktemp)
  # Debian asks policy-rc.d before it starts a service; 101 says no.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  export DEBIAN_FRONTEND=noninteractive
  run apt-get update -qq >"$quiet" 2>&1 || { cat "$quiet" >&2; fail "apt-get update failed"; }
  run apt-get install -y -qq --no-install-recommends --no-remove $packages >"$quiet" 2>&1 || {
    tail -20 "$quiet" >&2; fail "$command failed (see above)"; }
  rm -f "$quiet"
  # Debian enables a service that it installs; what was not on this machine before shall not start with it later either.
  command -v systemctl >/dev/null 2>&1 || return 0
  for package in $packages; do
    case $package in
      bind9) systemctl disable named ;;
      nginx-light) systemctl disable nginx ;;
      nsd | unbound | haproxy | knot | caddy) systemctl disable "$package" ;;
    esac >/dev/null 2>&1 || true
  done
}
[ -z "$packages" ] || install_packages

# npm itself runs on the system's Node: a Node 26 of an interrupted or older installation must not be in its way.
if ! cmp -s package-lock.json node_modules/.package-lock.json.installed || ! node_modules/.bin/node -v >/dev/null 2>&1; then
  say 'installing the npm packages, Node 26 among them'
  system_path=$(printf '%s' "$PATH" | tr ':' '\n' | grep -v 'node_modules/.bin$\|node-gyp-bin$' | paste -sd: -)
  quiet=$(mktemp)
  run env PATH="$system_path" npm ci --no-audit --no-fund --loglevel=error >"$quiet" 2>&1 || {
    tail -20 "$quiet" >&2; fail 'npm ci failed (see above)'; }
  rm -f "$quiet"
  cp package-lock.json node_modules/.package-lock.json.installed
fi
node_modules/.bin/node -v >/dev/null 2>&1 || fail "$(node_modules/.bin/node -v 2>&1 | tail -1)"

PATH="$PWD/node_modules/.bin:$PATH"
export PATH
trap - INT TERM HUP
if [ "$1" = --test ]; then
  shift
  exec node test/run.ts "$@"
fi
exec node "$@"
