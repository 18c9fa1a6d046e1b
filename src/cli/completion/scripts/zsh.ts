/** The script for zsh: read by `eval` after `compinit`, or found as `_perch` on `fpath`. zsh quotes what it inserts itself. */
export const zshScript = `#compdef perch
# Completes perch in zsh. In ~/.zshrc, after compinit:  eval "$(perch completion zsh)"

_perch() {
  local -a given lines words_on words_done
  local current="\${(Q)PREFIX}" line
  (( CURRENT > 2 )) && given=("\${(@Q)words[2,CURRENT-1]}")
  lines=("\${(@f)$(command perch __complete zsh $#given -- "\${given[@]}" "$current" 2>/dev/null)}")
  case \${lines[1]} in
    words)
      for line in "\${(@)lines[2,-1]}"; do
        if [[ $line == +* ]]; then words_on+=("\${line[2,-1]}"); else words_done+=("\${line[2,-1]}"); fi
      done
      local -i found=1
      (( $#words_on )) && _describe -t values perch words_on -S '' && found=0
      (( $#words_done )) && _describe -t values perch words_done && found=0
      return found
      ;;
    files*)
      [[ \${lines[1]} == *= ]] && compset -P '*='
      _files
      ;;
    folders*)
      [[ \${lines[1]} == *= ]] && compset -P '*='
      _files -/
      ;;
    command*)
      # What follows -- is completed as if it stood alone.
      local -i at=$(( \${lines[1]#command } + 2 ))
      words=("\${(@)words[at,-1]}")
      (( CURRENT -= at - 1 ))
      _normal
      ;;
    *) return 1 ;;
  esac
}

if [[ $funcstack[1] == _perch ]]; then
  _perch "$@"
elif (( $+functions[compdef] )); then
  compdef _perch perch
else
  print -u2 'perch completion zsh: run compinit first'
fi
`
