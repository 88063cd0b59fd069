#!/bin/sh
# Installs what is missing, then becomes the program that was asked for. Plain sh, because it runs before there is a Node 26.
#
#   sh lab/setup.sh PROGRAM.ts [ARGUMENT …]     what the lab needs to run, then the program on Node 26
#   sh lab/setup.sh --test [ARGUMENT …]         what the tests need too, then the tests
#   sh lab/setup.sh --check                     what types, lint and format need; no more
#
# As root, missing system packages are installed; otherwise the command that installs them is printed and the exit code is 1.
# No system service is started, enabled or changed: the packages that the lab needs contain programs only; where the package of a
# benchmark peer contains a service, policy-rc.d forbids its start and the service is disabled again.
#
# Read beside: setup/progress.sh (messages, steps, waiting), setup/packages.sh (system packages), setup/npm.sh (npm packages, Node 26)
set -eu
if [ $# = 0 ]; then set -- lab/main.ts; fi # `sh lab/setup.sh`, without npm
cd "$(dirname "$0")/.."
. lab/setup/progress.sh
. lab/setup/packages.sh
. lab/setup/npm.sh

program=$1
case $program in
  lab/main.ts) text=start ;;
  lab/command.ts) text=lab ;;
  bench/main.ts) text=bench ;;
  *) text=test ;;
esac
for word in "$@"; do # before anything is installed
  case $word in
    --help | -h) cat "lab/help/$text.txt"; exit 0 ;;
  esac
done

system=$(uname -s)
case $system:$program in
  Linux:* | Darwin:lab/command.ts) ;; # on macOS, browser and doctor work beside a lab in Docker
  *) fail "o laboratório roda no Linux e no WSL; no macOS e no Windows use o Docker · the lab runs on Linux and WSL; on macOS and Windows use Docker: docker compose up --build
  Windows com WSL · with WSL:  wsl --install -d Debian" ;;
esac
[ -e lab/offline/packages/system ] || assert_system_node # a bundle brings its own

case $program in
  lab/main.ts | --test) warn_of_slow_folder ;;
esac
one_at_a_time
use_bundle
case $program in
  lab/main.ts) install_packages "$(lab_packages)" "$(tools)" ;;
  lab/command.ts) [ "$system" != Linux ] || install_packages "$(node_packages)" '' ;;
  --test) install_packages "$(lab_packages) $(test_packages)" "$(browser_package) $(peer_packages)" ;;
  bench/main.ts) install_packages "$(lab_packages)" "$(peer_packages) $(load_packages)" ;;
  *) install_packages "$(node_packages)" '' ;;
esac
case $program in
  lab/main.ts) case " $* " in *' --ha '*) unpack_galera ;; esac ;;
  --test | bench/main.ts) [ -z "${CI:-}${LAB_INSTALL:-}" ] || unpack_galera ;;
esac
case $program in
  lab/main.ts | lab/command.ts) case " $* " in
    *' --dns=dns2 '* | *' --edge=http-proxy '*) install_npm_packages all ;; # the comparators are development packages
    *) install_npm_packages run ;;
  esac ;;
  *) install_npm_packages all ;;
esac

PATH="$PWD/node_modules/.bin:$PATH"
export PATH
end_of_setup
# A command starts in half the time when its files are compiled already; the lab has made the folder.
compiled=${LAB_DIR:-.lab}/compile-cache
if [ "$program" = lab/command.ts ] && [ -d "$compiled" ] && [ -z "${NODE_V8_COVERAGE:-}" ]; then
  NODE_COMPILE_CACHE=$compiled
  export NODE_COMPILE_CACHE
fi
case $program in
  --check) exit 0 ;;
  --test) shift; exec node test/run.ts "$@" ;;
  *) exec node "$@" ;;
esac
