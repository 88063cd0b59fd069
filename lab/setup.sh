#!/bin/sh
# Brings what is missing, then becomes the program that was asked for. Plain sh, because it runs before there is a Node 26.
#
#   sh lab/setup.sh PROGRAM.ts [ARGUMENT …]     the lab's needs, then the program on Node 26
#   sh lab/setup.sh --test [ARGUMENT …]         the tests' needs too, then the tests
#   sh lab/setup.sh --check                     what types, lint and format need; no more
#
# As root, missing system packages are installed; otherwise the command to do so is printed and the exit code is 1.
# No system service is started, enabled or touched: what the lab needs comes in packages that bring programs alone; where a peer's
# package brings a service, policy-rc.d forbids the start and the service is disabled again.
set -eu
cd "$(dirname "$0")/.."

exec 3>&2
say() { printf '%s\n' "· $*" >&3; } # also while a step's own words go elsewhere
fail() { printf '%s\n' "npm ${npm_lifecycle_event:-start}: $*" >&2; exit 1; }

# A step has a session of its own: Ctrl-C reaches this script alone, which kills the step (npm ci would spend ten seconds on tidying up
# what the next one removes anyway), or lets it end where half of it would do harm.
step='' patient='' quiet='' policy=''
run() { setsid "$@" & step=$!; code=0; wait "$step" || code=$?; step=''; return $code; }
stop() {
  trap '' INT TERM HUP
  [ -z "$patient" ] || say 'o apt-get termina o que começou · apt-get finishes what it has begun'
  [ -z "$step" ] || { [ -n "$patient" ] || kill -s KILL -- "-$step" 2>/dev/null || true; wait "$step" || true; }
  exit 130
}
trap stop INT TERM HUP
trap 'rm -f ${quiet:+"$quiet"} ${policy:+"$policy"}' EXIT

here() { # a program, also in /usr/sbin, which is not in everybody's PATH
  command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || [ -x "/usr/local/sbin/$1" ]
}
library() { # a shared library, wherever this architecture keeps them
  for file in /lib/*/"$1" /usr/lib/*/"$1" /usr/lib64/"$1" /usr/lib/"$1"; do [ -e "$file" ] && return 0; done
  return 1
}

[ "$(uname -s)" = Linux ] || fail 'só no Linux ou no WSL · this needs Linux or WSL (all of 127.0.0.0/8 as loopback); elsewhere: docker compose up'

# Two terminals, one installation: the second waits. (npm ci begins by removing what another npm ci has just brought.)
exec 9<package-lock.json
if command -v flock >/dev/null 2>&1 && ! flock -n 9; then
  say 'esperando outro terminal que está instalando · waiting for another terminal that is installing'
  run flock 9
fi

packages=''
need() { packages="$packages $*"; }

library libatomic.so.1 || need libatomic1                         # Node 26 is linked with it
if [ "$1" != --check ] && [ "$1" != lab/command.ts ]; then
  here mariadbd && here mariadb-install-db || need mariadb-server-core mariadb-client-core
  here redis-server || here redis-check-rdb || need redis-tools   # the server is the same binary as the checker
fi

# With root the things to try can be tried at once; without, the lab runs all the same.
tools=''
if [ "$1" = lab/main.ts ]; then
  here dig || tools=bind9-dnsutils
  here curl || tools="$tools curl"
  if [ -z "$tools" ]; then :
  elif [ "$(id -u)" = 0 ] && here apt-get; then need $tools
  else say "para as experiências faltam · missing for the things to try: $tools"; fi
fi
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
  here apt-get || fail "faltam os programas destes pacotes Debian · these Debian packages' programs are missing:$packages; install them with this system's package manager"
  command="apt-get install --no-install-recommends --no-remove$packages"
  [ "$(id -u)" = 0 ] || fail "faltam pacotes do sistema; rode · missing system packages; run: sudo $command"
  say "instalando · installing:$packages"
  # Debian asks policy-rc.d before it starts a service; 101 says no.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    policy=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy
  fi
  export DEBIAN_FRONTEND=noninteractive
  quietly 'apt-get update' apt-get update -qq
  patient=yes
  quietly "$command" apt-get install -y -qq --no-install-recommends --no-remove $packages
  patient=''
  rm -f ${policy:+"$policy"}
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
quietly() { # NAME COMMAND …: what it prints is of interest only when it fails
  name=$1; shift
  quiet=$(mktemp)
  run "$@" >"$quiet" 2>&1 || { tail -20 "$quiet" >&2; fail "falhou (veja acima) · failed (see above): $name"; }
  rm -f "$quiet"
}
[ -z "$packages" ] || install_packages

# npm itself runs on the system's Node: a Node 26 of an interrupted or older installation must not be in its way.
install_npm_packages() {
  system_path=$(printf '%s' "$PATH" | tr ':' '\n' | grep -v 'node_modules/.bin$\|node-gyp-bin$' | paste -sd: -)
  version=$(PATH="$system_path" node -v)
  case $version in v[0-9].* | v1[0-9].*) fail "é preciso Node 20 ou mais novo · Node 20 or newer is needed; this is $version" ;; esac
  say 'instalando os pacotes npm, com o Node 26 · installing the npm packages, Node 26 among them'
  rm -f node_modules/.package-lock.json.installed
  # A network that is not there is noticed in seconds, not in four minutes.
  quietly 'npm ci' env PATH="$system_path" npm ci --no-audit --no-fund --loglevel=error \
    --fetch-retries=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000
  cp package-lock.json node_modules/.package-lock.json.installed
}
if ! cmp -s package-lock.json node_modules/.package-lock.json.installed || ! node_modules/.bin/node -v >/dev/null 2>&1; then
  install_npm_packages
fi
node_modules/.bin/node -v >/dev/null 2>&1 || fail "$(node_modules/.bin/node -v 2>&1 | tail -1)"

PATH="$PWD/node_modules/.bin:$PATH"
export PATH
trap - INT TERM HUP EXIT
exec 3>&- 9<&-
case $1 in
  --check) exit 0 ;;
  --test) shift; exec node test/run.ts "$@" ;;
  *) exec node "$@" ;;
esac
