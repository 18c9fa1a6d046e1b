/** `perch login` and `logout`: the agent's own commands in the profile's runtime, of which nothing is kept. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { perch, perchJson, perchText } from '../kit/perch-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'

const CODE = 'invented-code-0123456789'

/** Logs in with the code that it reads, writes as the real one does, and says where it ran. */
const AGENT = `#!/bin/sh
store() { printf '%s' "$1" > "$CLAUDE_CONFIG_DIR/.credentials.json.tmp.1" && mv "$CLAUDE_CONFIG_DIR/.credentials.json.tmp.1" "$CLAUDE_CONFIG_DIR/.credentials.json"; }
case "$1 $2" in
'auth login')
  echo "in $(pwd) with <$3>: open https://example.test/login"
  read -r code || exit 9
  store "{\\"claudeAiOauth\\":{\\"accessToken\\":\\"$code\\",\\"refreshToken\\":\\"r\\"}}"
  echo "you are $code";;
'auth logout') store '{"claudeAiOauth":{"accessToken":"","refreshToken":""}}'; echo bye;;
*) echo "called with $*"; exit 7;;
esac
`

function homeWithAgent(): { readonly home: TemporaryHome; readonly env: { readonly PATH: string } } {
  const home = temporaryHome()
  const bin = join(home.home, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'claude'), AGENT)
  chmodSync(join(bin, 'claude'), 0o755)
  return { home, env: { PATH: `${bin}:${home.env.PATH ?? ''}` } }
}

const storedLogin = (home: TemporaryHome, profile: string): string =>
  readFileSync(join(profileFolders(home.paths, profile).credentials, '.credentials.json'), 'utf8')

/** Everything that perch keeps outside of the profile's folder. */
function stateText(home: TemporaryHome): string {
  const files = readdirSync(home.paths.state, { recursive: true, withFileTypes: true })
  const kept = files.filter((entry) => entry.isFile() && !/[/\\]profiles([/\\]|$)/.test(entry.parentPath))
  return kept.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n')
}

test('on a terminal one logs in, the login is the profile’s, and of what was shown nothing stays', async () => {
  const { home, env } = homeWithAgent()
  await using _ = home
  await using terminal = await openTerminal(home, ['profile', 'add', 'work', '--agent', 'claude', '--login'], { env })
  await terminal.waitForText('open https://example.test/login')
  await terminal.type(`${CODE}\r`)
  expect(await terminal.exit()).toEqual({ code: 0, signal: null })
  const shown = terminal.screen().join('\n')
  expect(shown).toMatch(/created the profile work[\s\S]*in \/ with <>[\s\S]*the profile work is logged in/)
  expect(storedLogin(home, 'work')).toContain(CODE)
  expect(await perchJson(home, ['ls', '-a'], { env })).toMatchObject({ sessions: [] })
  expect(stateText(home)).not.toContain(CODE)
  expect(await perchJson(home, ['profile', 'show', 'work'])).toMatchObject({ profile: { loggedIn: true } })
})

test('without one the agent reads from standard input, arguments are passed on, and its code is perch’s', async () => {
  const { home, env } = homeWithAgent()
  await using _ = home
  await perchText(home, ['profile', 'add', 'work', '--agent', 'claude'])
  const login = ['login', 'work', '--', '--with-code'] as const
  const failed = await perch(home, login, { env, input: '' })
  expect(failed).toMatchObject({ code: 9, stderr: 'perch: the profile work is logged out\n' })
  const done = await perch(home, login, { env, input: `${CODE}\n` })
  expect({ ...done, stdout: done.stdout.toString() }).toMatchObject({
    code: 0,
    stdout: `in / with <--with-code>: open https://example.test/login\nyou are ${CODE}\n`,
    stderr: 'perch: the profile work is logged in\n',
  })
  expect(storedLogin(home, 'work')).toContain(CODE)
  const out = await perch(home, ['logout', 'work'], { env })
  expect({ ...out, stdout: out.stdout.toString() }).toMatchObject({
    code: 0,
    stdout: 'bye\n',
    stderr: 'perch: the profile work is logged out\n',
  })
  expect(storedLogin(home, 'work')).not.toContain(CODE)
  expect(stateText(home)).not.toContain(CODE)
})

test.each([
  ['an agent that logs in in its interface', 'gemini', 'no-account-command', 1, 'perch run other'],
  ['a command', 'command', 'no-account-command', 1, 'Nothing to log in to'],
])('%s is told as such', async (_, agent, code, exitCode, hint) => {
  await using home = temporaryHome()
  await perchText(home, ['profile', 'add', 'other', '--agent', agent])
  const { stdout, ...refused } = await perch(home, ['login', 'other', '--json'])
  expect(refused.code).toBe(exitCode)
  expect(JSON.parse(stdout.toString())).toMatchObject({ error: { code, hint: expect.stringContaining(hint) } })
  expect(await perch(home, ['logout', 'nobody'])).toMatchObject({ code: 3 })
})
