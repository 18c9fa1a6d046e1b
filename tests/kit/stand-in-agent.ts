/** Programs named like agents that do what a script says, in the home's own folder of programs. */
import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestHome } from './temporary-home.js'

/** Tells how it was called, one fact a line. */
export const TELLS_ALL = `echo "pid=$$"
echo "profile=$PERCH_PROFILE"
echo "config=$CLAUDE_CONFIG_DIR"
echo "key=$ANTHROPIC_API_KEY"
for word in "$@"; do echo "arg=$word"; done`

/** Makes the program, and gives the PATH with its folder first. */
export function standInAgent(home: TestHome, name: string, script: string = TELLS_ALL): { readonly PATH: string } {
  const bin = home.folder('bin')
  const program = join(bin, name)
  writeFileSync(program, `#!/bin/sh\n${script}\n`)
  chmodSync(program, 0o755)
  return { PATH: [bin, home.env.PATH].join(delimiter) }
}

/** The facts that `TELLS_ALL` printed. */
export function told(output: { toString(): string }): Readonly<Record<string, string>> {
  const lines = output.toString().split('\n')
  const facts = lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)
  return Object.fromEntries(facts.filter(([name]) => name !== ''))
}
