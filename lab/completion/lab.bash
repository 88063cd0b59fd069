# Printed by `npm run lab -- completion bash`, with one line for each command in place of COMMANDS and CASES.
lab() { npm run -s lab -- "$@"; }
_lab() {
  local position=$COMP_CWORD command=${COMP_WORDS[1]}
  local choices="COMMANDS"
  if [ "$position" -gt 1 ]; then
    case "$command" in
CASES
      *) choices="" ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$choices" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _lab lab
