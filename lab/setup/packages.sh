# System packages: which are missing, what the archive calls them, and how they are installed. Sourced by ../setup.sh.
#
# Each function prints the names of Debian packages.

here() { # a program, also in /usr/sbin, which is not in the PATH of every user
  command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || [ -x "/usr/local/sbin/$1" ]
}
library() { # a shared library, wherever this architecture keeps them
  for file in /lib/*/"$1" /usr/lib/*/"$1" /usr/lib64/"$1" /usr/lib/"$1" .lab/programs/usr/lib/*/"$1" .lab/programs/lib/*/"$1"; do [ -e "$file" ] && return 0; done
  return 1
}
missing() { here "$1" || printf ' %s' "$2"; } # PROGRAM PACKAGE

node_packages() { library libatomic.so.1 || printf ' libatomic1'; } # Node 26 is linked with it
lab_packages() {
  node_packages
  if ! here mariadbd || ! here mariadb-install-db; then printf ' mariadb-server-core mariadb-client-core'; fi
  here redis-server || missing redis-check-rdb redis-tools # the server is the same program as the checker
}
tools() { # for the things to try; the lab runs without them
  missing dig bind9-dnsutils
  missing curl curl
}
test_packages() {
  missing ip iproute2
  missing iptables iptables
  tools
}
browser_package() { # on Ubuntu there is none: its browsers come from snap, or from their makers
  for browser in chromium chromium-browser google-chrome google-chrome-stable microsoft-edge microsoft-edge-stable; do
    if here "$browser"; then return 0; fi
  done
  [ -x /snap/bin/chromium ] || printf ' chromium'
}
peer_packages() { # servers to compare with: large, and installed only where everything is compared
  [ -n "${CI:-}${LAB_INSTALL:-}" ] || return 0
  if ! here named || ! here named-checkzone; then printf ' bind9 bind9-utils'; fi
  missing nsd nsd
  missing unbound unbound
  missing kdig knot-dnsutils
  missing drill ldnsutils
  missing nginx nginx-light
  missing haproxy haproxy
}
load_packages() {
  [ -n "${CI:-}${LAB_INSTALL:-}" ] || return 0
  missing knotd knot
  missing caddy caddy
  missing wrk wrk
  missing h2load nghttp2-client
  missing dnsperf dnsperf
  missing taskset util-linux
}

# For `--ha`. The package mariadb-server would add a system service, so nothing of this is installed: the packages are downloaded (which needs no
# root) and unpacked for this repository alone.
galera_packages='galera-4 mariadb-backup mariadb-server socat libwrap0'
unpack_galera() {
  if [ -e .lab/programs/usr/bin/wsrep_sst_mariabackup ]; then return 0; fi
  here dpkg || fail "--ha precisa destes pacotes Debian, e este sistema não tem apt-get · --ha needs these Debian packages, and this system has no apt-get: $galera_packages"
  if bundle_is_for_this_system; then
    unpack $(archives_of $galera_packages)
    return 0
  fi
  here apt-get || fail "--ha precisa destes pacotes Debian, e este sistema não tem apt-get · --ha needs these Debian packages, and this system has no apt-get: $galera_packages"
  say "baixando e descompactando, sem instalar · downloading and unpacking, without installing: $galera_packages"
  downloads=.lab/programs.downloads
  rm -rf $downloads
  mkdir -p $downloads
  [ "$(id -u)" != 0 ] || archive_has galera-4 || quietly 'apt-get update' apt_progress apt-get update -qq -o APT::Status-Fd=1
  (cd $downloads && apt-get download -qq $galera_packages >/dev/null 2>&1) ||
    fail "os pacotes não puderam ser baixados · the packages could not be downloaded: apt-get download $galera_packages"
  unpack $downloads/*.deb
  rm -rf $downloads
}

# unpack ARCHIVE …: into .lab/programs, which keeps what it has. A Ctrl-C in the middle leaves no half of a program there.
unpack() {
  rm -rf .lab/programs.unfinished
  mkdir -p .lab/programs.unfinished
  for archive in "$@"; do dpkg -x "$archive" .lab/programs.unfinished; done
  mkdir -p .lab/programs
  cp -a .lab/programs.unfinished/. .lab/programs/
  rm -rf .lab/programs.unfinished
}

# A bundle (`npm run lab -- bundle`) contains Debian packages of one system: those that this computer does not have are unpacked for this folder alone.
bundle=lab/offline/packages
bundle_is_for_this_system() { [ -e $bundle/system ] && here dpkg && [ "$(cat $bundle/system)" = "$(this_system)" ]; }
this_system() { # "bookworm amd64"
  (. /etc/os-release && printf '%s %s' "${UBUNTU_CODENAME:-${VERSION_CODENAME:-}}" "$(dpkg --print-architecture)")
}
archives_of() { for package in "$@"; do printf '%s ' $bundle/"$package"_*.deb; done; }
use_bundle() {
  if [ ! -e $bundle/system ]; then return 0; fi
  if bundle_is_for_this_system; then
    if [ ! -e .lab/programs/from-bundle ]; then
      say 'descompactando nesta pasta os programas que faltam, sem instalar · unpacking the programs that are missing into this folder, without installing'
      unpack $(archives_of $(not_installed $(cat $bundle/names)))
      : >.lab/programs/from-bundle
    fi
    . lab/offline/enter.sh
  else
    say "este pacote foi feito para $(cat $bundle/system), e este sistema é outro; os programas do sistema precisam ser instalados · this bundle was made for $(cat $bundle/system), and this system is another; the system's programs have to be installed"
  fi
}
not_installed() { # one question for all: dpkg-query reads its whole database each time
  installed=" $(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' | paste -sd' ' -) "
  for package in "$@"; do
    case $installed in *" $package "*) ;; *) printf ' %s' "$package" ;; esac
  done
}

archive_is_known() { apt-cache policy 2>/dev/null | grep '^ *release ' | grep -qv 'a=now'; } # "now" is what is installed
archive_has() { apt-cache policy "$1" 2>/dev/null | grep -q '^ *Candidate: [^(]'; }
# in_archive PACKAGE …: those that the archive has; all of them while its lists are not on this machine.
in_archive() {
  for package in "$@"; do
    if ! archive_is_known || archive_has "$package"; then printf ' %s' "$package"; fi
  done
}

# install_packages NEEDED WANTED: without a needed package this ends; without a wanted one something is skipped.
install_packages() {
  needed=$(printf '%s' "$1" | sed 's/^ *//') wanted=$(printf '%s' "$2" | sed 's/^ *//')
  [ -n "$needed$wanted" ] || return 0
  if ! here apt-get; then without_apt
  elif [ "$(id -u)" != 0 ]; then without_root
  else with_root; fi
}

without_apt() {
  [ -z "$needed" ] || fail "faltam os programas destes pacotes Debian; instale-os com o gerenciador de pacotes deste sistema · the programs of these Debian packages are missing; install them with the package manager of this system: $needed $wanted"
  say "faltam programas opcionais, dos pacotes Debian · optional programs are missing, of the Debian packages: $wanted"
}

without_root() {
  line="sudo apt-get update && sudo apt-get install -y --no-install-recommends --no-remove$(in_archive $needed $wanted)"
  [ -z "$needed" ] || fail "faltam pacotes do sistema; copie e rode esta linha · system packages are missing; copy and run this line:
  $line"
  [ -z "$(in_archive $wanted)" ] || say "faltam programas opcionais; esta linha os instala · optional programs are missing; this line installs them: $line"
}

with_root() {
  wait_for_package_manager
  quietly 'apt-get update' apt_progress apt-get update -qq -o APT::Status-Fd=1
  for package in $needed; do
    [ -n "$(in_archive "$package")" ] || fail "este sistema não tem o pacote $package; é necessário Debian 12, Ubuntu 24.04 ou mais novo · this system has no package $package; Debian 12, Ubuntu 24.04 or newer is needed"
  done
  for package in $wanted; do
    [ -n "$(in_archive "$package")" ] || say "este sistema não tem o pacote $package; o que precisa dele será pulado · this system has no package $package; what needs it is skipped"
  done
  packages=$(in_archive $needed $wanted)
  [ -z "$packages" ] || apt_install $packages
}

policy=''
apt_install() {
  say "instalando · installing: $*"
  # Debian asks policy-rc.d before it starts a service; exit code 101 forbids it.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    policy=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy
  fi
  export DEBIAN_FRONTEND=noninteractive
  patient=yes
  wait_for_package_manager
  quietly 'apt-get install' apt_progress \
    apt-get install -y -qq --no-install-recommends --no-remove -o APT::Status-Fd=1 -o DPkg::Lock::Timeout=$lock_seconds "$@"
  patient=''
  rm -f ${policy:+"$policy"}
  # Debian enables a service that it installs. A service that was not on this machine before does not start with it later either.
  command -v systemctl >/dev/null 2>&1 || return 0
  for package in "$@"; do
    case $package in
      bind9) systemctl disable named ;;
      nginx-light) systemctl disable nginx ;;
      nsd | unbound | haproxy | knot | caddy) systemctl disable "$package" ;;
    esac >/dev/null 2>&1 || true
  done
}

# apt's status lines: `dlstatus:1:40.0:Retrieving file …`, `pmstatus:curl:75.0:Installing curl`.
apt_progress() {
  sed -n 's/^dlstatus:[^:]*:\([0-9]*\).*/, download \1 %/p; s/^pmstatus:\([^:]*\):\([0-9]*\).*/, \2 % (\1)/p' "$output/log" 2>/dev/null | tail -1
}

# Ubuntu updates itself in the first minutes after it starts, and meanwhile holds the locks of the package manager (proc_locks(5)).
lock_seconds=300
wait_for_package_manager() {
  waited=0
  while holder=$(lock_holder) && [ $waited -lt $lock_seconds ]; do
    [ $((waited % 10)) != 0 ] || say "esperando o gerenciador de pacotes terminar · waiting for the package manager to finish: $holder, $waited s de · of $lock_seconds s"
    sleep 1 3>&- 9<&-
    waited=$((waited + 1))
  done
}
lock_holder() { # "unattended-upgr (pid 123)"; fails when there is none
  for file in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do
    inode=$(stat -c %i "$file" 2>/dev/null) || continue
    pid=$(awk -v inode="$inode" '$2 == "POSIX" { split($6, place, ":"); if (place[3] == inode) print $5 }' /proc/locks 2>/dev/null | head -1)
    [ -n "$pid" ] || continue
    printf '%s (pid %s)' "$(cat "/proc/$pid/comm" 2>/dev/null || echo apt)" "$pid"
    return 0
  done
  return 1
}
