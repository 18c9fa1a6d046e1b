/** `perch completion`: prints the script of a shell. */
import { bashScript } from '../completion/scripts/bash.js'
import { fishScript } from '../completion/scripts/fish.js'
import { pwshScript } from '../completion/scripts/pwsh.js'
import { zshScript } from '../completion/scripts/zsh.js'
import type { VerbResult } from '../result.js'
import { parseShell } from '../values/shell.js'
import type { Invocation } from '../verb.js'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript, pwsh: pwshScript }

export async function run({ positionals: [name = ''] }: Invocation): Promise<VerbResult> {
  const shell = parseShell(name)
  const script = SCRIPTS[shell]
  return { shown: { kind: 'lines', lines: script.trimEnd().split('\n') }, document: { shell, script } }
}
