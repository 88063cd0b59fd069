# Messages, steps and waiting. Sourced by ../setup.sh.
#
# A step runs in a session of its own: Ctrl-C reaches this script alone, which then kills the step (npm ci would spend ten seconds on
# removing what the next npm ci removes anyway), or lets it end where half of it would do harm (apt-get).

exec 3>&2 # for people, also while the output of a step goes to a file
output=$(mktemp -d)
step='' patient='' watcher=''

say() { printf '%s\n' "$clear· $*" >&3; }
fail() { printf '%s\n' "${clear}npm ${npm_lifecycle_event:-start}: $*" >&2; exit 1; }
clear=''
if [ -t 3 ]; then clear=$(printf '\r\033[K'); fi # the line of progress, which is written again and again

# macOS has no setsid: Ctrl-C then reaches the step by itself.
command -v setsid >/dev/null 2>&1 || setsid() { "$@"; }
run() { setsid "$@" 3>&- 9<&- & step=$!; code=0; wait "$step" || code=$?; step=''; return $code; }

# quietly NAME METER COMMAND …: what the command prints is shown only when it fails; from the third second on, progress is shown.
quietly() {
  name=$1 meter=$2
  shift 2
  watch "$name" "$meter" 9<&- &
  watcher=$!
  code=0
  run "$@" >"$output/log" 2>&1 || code=$?
  end_watching
  [ $code = 0 ] || { grep -v '^[dp][lm]status:' "$output/log" | tail -20 >&2; fail "falhou (veja acima) · failed (see above): $name"; }
}

# Every second on a terminal, in the same line; every ten seconds elsewhere. METER prints how much there is and how much is left.
watch() {
  seconds=0
  while sleep 1 >/dev/null 2>&1 3>&- && kill -0 $$ 2>/dev/null; do
    seconds=$((seconds + 1))
    [ $seconds -ge 3 ] || continue
    if [ -n "$clear" ]; then printf '%s' "$clear· $1: $seconds s$($2)" >&3
    elif [ $((seconds % 10)) = 3 ]; then say "$1: $seconds s$($2)"; fi
  done
}
end_watching() {
  [ -z "$watcher" ] || { kill "$watcher" 2>/dev/null; wait "$watcher" 2>/dev/null; } || true
  [ -z "$watcher" ] || printf '%s' "$clear" >&3
  watcher=''
}

stop() {
  trap '' INT TERM HUP
  [ -z "$patient" ] || say 'o apt-get termina o que começou · apt-get finishes what it has begun'
  [ -z "$step" ] || { [ -n "$patient" ] || kill -s KILL -- "-$step" 2>/dev/null || true; wait "$step" || true; }
  exit 130
}
trap stop INT TERM HUP
trap 'end_watching; rm -rf "$output" ${policy:+"$policy"}' EXIT

# Before the program takes the place of this script.
end_of_setup() {
  rm -rf "$output"
  trap - INT TERM HUP EXIT
  exec 3>&- 9<&-
}

# Two terminals, one installation: the second waits. (npm ci begins by removing what another npm ci has just brought.)
one_at_a_time() {
  exec 9<package-lock.json
  if command -v flock >/dev/null 2>&1 && ! flock -n 9; then
    say 'esperando outro terminal que está instalando · waiting for another terminal that is installing'
    setsid flock 9 3>&- & step=$!; wait "$step" || true; step=''
  fi
}

# An installation on a disk of Windows, or of another machine, takes minutes instead of seconds.
warn_of_slow_folder() {
  case $(stat -f -c %T . 2>/dev/null) in
    v9fs | wslfs | smb* | cifs) slow=yes ;;
    *) slow='' ;;
  esac
  case $PWD in /mnt/[a-z]/*) case $(uname -r) in *[Mm]icrosoft*) slow=yes ;; esac ;; esac
  [ -z "$slow" ] || say "esta pasta não está no disco do Linux e por isso é lenta; com o projeto em ~ tudo fica mais rápido · this folder is not on the disk of Linux and is slow; the lab is faster in your home folder: cp -r '$(basename "$PWD")' ~  ($PWD)"
}
