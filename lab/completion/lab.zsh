# Printed by `npm run lab -- completion zsh`, with one line for each command in place of COMMANDS and CASES.
autoload -Uz compinit && compinit -C
lab() { npm run -s lab -- "$@"; }
_lab() {
  local position=$((CURRENT - 1)) command=${words[2]}
  local choices="COMMANDS"
  if [ "$position" -gt 1 ]; then
    case "$command" in
CASES
      *) choices="" ;;
    esac
  fi
  compadd -- ${=choices}
}
compdef _lab lab
