# The npm packages, Node 26 among them. Sourced by ../setup.sh.
#
# npm runs on the system's Node, 18 or newer (Debian 12 and Ubuntu 24.04 have 18). The lab needs the packages of `dependencies`; tests,
# checks and benchmarks need those of `devDependencies` too, which are installed when one of them is asked for.

# What the folder node_modules takes in the end, in MB, measured with du: only for the line of progress.
run_mb=250 all_mb=500

# A Node 26 of an interrupted or older installation must not run npm.
system_path() { printf '%s' "$PATH" | tr ':' '\n' | grep -v 'node_modules/.bin$\|node-gyp-bin$' | paste -sd: -; }

assert_system_node() {
  path=$(system_path)
  version=$(PATH="$path" node -v 2>/dev/null || true)
  case $version in
    '') why='falta o Node.js (18 ou mais novo, com npm) · Node.js (18 or newer, with npm) is missing' ;;
    v[0-9].* | v1[0-7].*) why="é preciso Node 18 ou mais novo · Node 18 or newer is needed; this is $version" ;;
    *) PATH="$path" command -v npm >/dev/null 2>&1 && return 0
      why='falta o npm · npm is missing' ;;
  esac
  fail "$why
  Debian, Ubuntu, WSL:  sudo apt-get update && sudo apt-get install -y nodejs npm
  Fedora:               sudo dnf install -y nodejs npm
  macOS:                brew install node
  Windows:              wsl --install -d Debian"
}

node_runs() { node_modules/.bin/node -v >/dev/null 2>&1; }
# After a successful installation a copy of its lock file says which packages are there, and of which version.
stamp() { if [ "$1" = run ]; then echo node_modules/.package-lock.json.run; else echo node_modules/.package-lock.json.installed; fi; }
was_installed() { [ -e "$(stamp "$1")" ] && node_runs; }
is_installed() { cmp -s package-lock.json "$(stamp "$1")" && node_runs; }

install_npm_packages() { # run | all
  which=$1
  is_installed all && return 0
  if [ "$which" = run ]; then is_installed run && return 0; fi
  if was_installed all; then which=all; fi # another version of the project: what was there is brought up to date
  assert_room $which
  if [ $which = run ]; then
    say 'instalando os pacotes npm que o laboratório usa, com o Node 26 · installing the npm packages that the lab uses, Node 26 among them'
    kind=--omit=dev size=run_size
  else
    say 'instalando também os pacotes npm dos testes e da verificação · installing the npm packages of tests and checks too, Node 26 among them'
    kind=--include=dev size=all_size
  fi
  # npm ci begins by removing everything. A lab that runs in another terminal uses what is there: then npm install adds and changes.
  command='ci'
  if was_installed run || was_installed all; then command='install --no-save'; fi
  rm -f "$(stamp run)" "$(stamp all)"
  # A missing network is noticed in seconds, not in four minutes.
  quietly "npm ${command%% *}" $size env PATH="$path" npm $command $kind --no-audit --no-fund --loglevel=error \
    --fetch-retries=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000
  cp package-lock.json "$(stamp $which)"
  node_runs || fail "$(node_modules/.bin/node -v 2>&1 | tail -1)"
}

run_size() { size_of $run_mb; }
all_size() { size_of $all_mb; }
size_of() { # ", 120 de · of 235 MB"
  mb=$(du -sm node_modules 2>/dev/null | cut -f1)
  [ "${mb:-0}" -le "$1" ] || mb=$1
  printf '%s' ", ${mb:-0} de · of $1 MB"
}

assert_room() { # run | all
  [ -w . ] || fail "$PWD: esta pasta não pode ser escrita; copie o projeto para outra · this folder cannot be written; copy the project to another: cp -r . ~/lab"
  needed=$run_mb
  [ "$1" = run ] || needed=$all_mb
  free=$(df -Pm . | awk 'NR == 2 { print $4 }')
  used=$(du -sm node_modules 2>/dev/null | cut -f1)
  [ "$((free + ${used:-0}))" -ge "$needed" ] || fail "$PWD: o disco tem $free MB livres e são necessários $needed MB; libere espaço · the disk has $free MB left and $needed MB are needed; free some space"
}
