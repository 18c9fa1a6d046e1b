/** The line that puts a folder first on PATH, and the file that a shell reads it from. Pure. */
import { quotedWord } from '../../platform/shell-words.js'
import { quotedFor } from '../shell/quoting.js'
import type { Shell } from '../values/shell.js'

/** To be added to `file`, at its end. */
export function pathLine(shell: Shell, folder: string): { readonly file: string; readonly line: string } {
  switch (shell) {
    case 'bash':
      return { file: '~/.bashrc', line: `export PATH=${quotedWord(folder)}:"$PATH"` }
    case 'zsh':
      return { file: '~/.zshrc', line: `export PATH=${quotedWord(folder)}:"$PATH"` }
    case 'fish':
      return { file: '~/.config/fish/config.fish', line: `set -gx PATH ${quotedFor('fish', folder)} $PATH` }
    case 'pwsh':
      return { file: '$PROFILE', line: `$env:PATH = ${quotedFor('pwsh', folder)} + [IO.Path]::PathSeparator + $env:PATH` }
  }
}
