/**
 * Completion in the real shells, as keys on a terminal: what TAB makes of a line is what the program would be given, byte for
 * byte, whatever sessions and files are called. A function stands in for perch and shows what it was given.
 */
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sessionFolder } from '../../src/platform/paths.js'
import { perch, perchBundle, perchText } from '../kit/perch-program.js'
import { requires } from '../kit/requirement.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { type OpenTerminal, openProgramTerminal } from '../kit/terminal.js'

const SHOW_POSIX = `perch() { printf '[%s]' "$@"; echo; }`
const SHOW_FISH = `function perch; printf '[%s]' $argv; echo; end`

/** How each shell is started without anybody's settings, and what it is told first. */
const SHELLS = {
  bash: {
    argv: ['/usr/bin/env', 'bash', '--norc', '-i'],
    first: `PS1='ready>'; eval "$(command perch completion bash)"; ${SHOW_POSIX}`,
  },
  zsh: {
    argv: ['/usr/bin/env', 'zsh', '-f', '-i'],
    first: `PS1='ready>'; autoload -Uz compinit; compinit -D -u; eval "$(command perch completion zsh)"; ${SHOW_POSIX}`,
  },
  fish: {
    argv: ['/usr/bin/env', 'fish', '--no-config', '-i'],
    first: `function fish_prompt; echo -n 'ready>'; end; command perch completion fish | source; ${SHOW_FISH}`,
  },
} as const
type DrivenShell = keyof typeof SHELLS
const driven = ['bash', 'zsh', 'fish'] as const

/** A home with sessions of all kinds of names, put there as files: a damaged or foreign record may hold any. */
function homeWithNames(): TemporaryHome {
  const home = temporaryHome()
  const bin = home.folder('bin')
  symlinkSync(perchBundle(), join(bin, 'perch'))
  writeFileSync(join(bin, 'some-tool'), '#!/bin/sh\n', { mode: 0o755 })
  const names = [`it's a "day"`, 'x:y=z', '$(touch pwned)', 'bad\u001b]0;owned\u0007name', 'new\nline', 'ended-one']
  for (const [at, name] of names.entries()) {
    const folder = sessionFolder(home.paths, `0000000${at}`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'session.json'), JSON.stringify({ name, profile: '\u001b[2J', argv: ['sh', '\u001b[2J'] }))
    if (name === 'ended-one') writeFileSync(join(folder, 'exit.json'), '{}')
  }
  mkdirSync(join(home.paths.data, 'profiles/workplace'), { recursive: true })
  mkdirSync(join(home.home, 'folder here'))
  writeFileSync(join(home.home, 'two words.cast'), '')
  return home
}

async function openShell(home: TemporaryHome, shell: DrivenShell): Promise<OpenTerminal> {
  const { argv, first } = SHELLS[shell]
  const [program, ...args] = argv
  const PATH = `${join(home.root, 'bin')}:${home.env.PATH}`
  const terminal = await openProgramTerminal(home, [program, ...args], { env: { PATH }, size: { cols: 150, rows: 50 } })
  await terminal.type(`${first}\r`)
  await terminal.waitForText('ready>')
  return terminal
}

let asked = 0

/** Types the keys and Enter, and waits for what perch would have been given. */
async function given(terminal: OpenTerminal, keys: string, expected: readonly string[]): Promise<void> {
  asked += 1
  await terminal.type(`clear\r${keys} after-${asked}\r`)
  await terminal.waitForText([...expected, `after-${asked}`].map((word) => `[${word}]`).join(''))
}

const TAB = '\t'
const HOSTILE = '$(touch pwned)'

describe.each(driven)('%s', (shell) => {
  test('completes a line to what the program is to be given', async (context) => {
    requires(context, shell)
    await using home = homeWithNames()
    await using terminal = await openShell(home, shell)
    await given(terminal, `perch daem${TAB}statu${TAB}`, ['daemon', 'status'])
    await given(terminal, `perch logs --str${TAB}stde${TAB}`, ['logs', '--stream', 'stderr'])
    await given(terminal, `perch logs --stream=stde${TAB}`, ['logs', '--stream=stderr'])
    await given(terminal, `perch run work${TAB}`, ['run', 'workplace'])
    await given(terminal, `perch rm end${TAB}`, ['rm', 'ended-one'])
    await given(terminal, `perch attach --from ta${TAB}5`, ['attach', '--from', 'tail:5'])
    await given(terminal, `perch attach --from=ta${TAB}5`, ['attach', '--from=tail:5'])
    await given(terminal, `perch show 00000005${TAB}`, ['show', '00000005'])
    expect(existsSync(join(home.paths.state, 'daemon.log'))).toBe(false)
  })

  test('names with spaces, quotes, colons and commands in them come as they are', async (context) => {
    requires(context, shell)
    await using home = homeWithNames()
    await using terminal = await openShell(home, shell)
    await given(terminal, `perch attach it${TAB}`, ['attach', `it's a "day"`])
    await given(terminal, `perch attach "it${TAB}`, ['attach', `it's a "day"`])
    await given(terminal, `perch attach x${TAB}`, ['attach', 'x:y=z'])
    await given(terminal, `perch attach x:${TAB}`, ['attach', 'x:y=z'])
    await given(terminal, `perch attach x:y=${TAB}`, ['attach', 'x:y=z'])
    await given(terminal, `perch attach \\$\\(t${TAB}`, ['attach', HOSTILE])
    await given(terminal, `perch attach '$(t${TAB}`, ['attach', HOSTILE])
    expect(readdirSync(home.home)).not.toContain('pwned')
  })

  test('a list of what there is moves nothing on the terminal', async (context) => {
    requires(context, shell)
    await using home = homeWithNames()
    await using terminal = await openShell(home, shell)
    await terminal.type(`clear\rperch show ${TAB}${TAB}`)
    await terminal.waitForText('00000003')
    await terminal.waitForText('x:y=z')
    expect(terminal.screen().join('\n')).toContain('perch show')
    const output = terminal.output().toString('latin1')
    expect(output).not.toContain('\u001b]0;owned')
    expect(output).not.toMatch(/new\r?\nline/)
  })

  test('files, folders and commands are completed by the shell', async (context) => {
    requires(context, shell)
    await using home = homeWithNames()
    await using terminal = await openShell(home, shell)
    // zsh takes the slash back when a space is typed.
    const folder = shell === 'zsh' ? 'folder here' : 'folder here/'
    await given(terminal, `perch replay two${TAB}`, ['replay', 'two words.cast'])
    await given(terminal, `perch run --cwd fol${TAB}`, ['run', '--cwd', folder])
    await given(terminal, `perch run --cwd=fol${TAB}`, ['run', `--cwd=${folder}`])
    await given(terminal, `perch exec -- some-t${TAB}`, ['exec', '--', 'some-tool'])
    await given(terminal, `perch exec work -- some-tool two${TAB}`, ['exec', 'work', '--', 'some-tool', 'two words.cast'])
    await given(terminal, `perch run -- two${TAB}`, ['run', '--', 'two words.cast'])
  })
})

test('a shell that there is no script for is told which there are', async () => {
  await using home = temporaryHome()
  const refused = await perch(home, ['completion', 'tcsh'])
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('bash, zsh, fish, pwsh') })
})

test('the script for PowerShell asks for every word, and evaluates nothing it is offered', async () => {
  await using home = temporaryHome()
  const script = await perchText(home, ['completion', 'pwsh'])
  expect(script).toContain('Register-ArgumentCompleter -Native -CommandName perch')
  expect(script).toContain(`@('__complete', 'pwsh', "$($words.Count)", '--') + $words + @($current)`)
  expect(script).not.toMatch(/Invoke-Expression(?!$)/m)
  const asked = await perchText(home, ['__complete', 'pwsh', '2', '--', 'ls', '--state'])
  expect(asked.split('\n')).toEqual(['words', 'starting\t', 'running\t', 'exited\t', 'lost\t'])
})
