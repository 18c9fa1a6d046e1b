/**
 * The script for bash, 3.2 (macOS) and later. bash cuts words at `:` and `=` (COMP_WORDBREAKS), replaces only what follows the
 * last cut, and hands words over as they are typed; the script puts them together and `bash-words.ts` reads them.
 */
export const bashScript = `# Completes perch in bash. In ~/.bashrc:  eval "$(perch completion bash)"

_perch() {
  local line="\${COMP_LINE:0:COMP_POINT}" word='' kept='' piece gap i kind='' arg='' candidate
  local -a words=()
  COMPREPLY=()
  if ((COMP_CWORD > 0)) && [[ \${COMP_WORDS[COMP_CWORD - 1]} =~ ^[0-9]*[\\<\\>]+[\\&\\|]?$ ]]; then
    return # After a redirection there is a file.
  fi
  for ((i = 0; i <= COMP_CWORD; i++)); do
    gap="\${line%%[![:space:]]*}"
    line="\${line#"$gap"}"
    piece="\${COMP_WORDS[i]}"
    # The cursor may be within the last one.
    ((i == COMP_CWORD)) && piece="$line"
    line="\${line:\${#piece}}"
    if ((i > 0)) && [[ -n $gap ]]; then
      words+=("$word")
      word='' kept=''
    fi
    kept="$word"
    word+="$piece"
    if [[ -n $piece && -z "\${piece//[=:]/}" ]]; then kept="$word"; fi
  done
  words=("\${words[@]:1}")
  {
    IFS=' ' read -r kind arg
    while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done
  } < <(command perch __complete bash "\${#words[@]}" --kept="$kept" -- "\${words[@]}" "$word" 2>/dev/null)
  case $kind in
    files) ;; # bash completes them itself.
    folders) compopt +o default -o dirnames ;;
    command) _perch_command ;;
    *)
      compopt +o default
      if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[:=.] ]]; then compopt -o nospace; fi
      ;;
  esac 2>/dev/null
}

# What follows -- is completed as if it stood alone, where bash-completion is there to do so.
_perch_command() {
  local at=0 candidate
  while [[ \${COMP_WORDS[at]} != -- ]]; do ((at++)); done
  ((at++))
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$at"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$at"
  elif ((at == COMP_CWORD)) && [[ \${COMP_WORDS[at]} != */* ]]; then
    while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -c -- "\${COMP_WORDS[at]}" | sort -u)
  fi
}

complete -o default -F _perch perch
`
