/** What the programs of a session find in their environment, seen from inside: `env` run by the built perch. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { profileFolder } from '../../src/platform/paths.js'
import { addClaudeProfile } from '../kit/agent-lab/claude-profile.js'
import { perchBundle, perchText } from '../kit/perch-program.js'
import { runtimeReleased } from '../kit/perch-session.js'
import { type TestHome, temporaryHome } from '../kit/temporary-home.js'

/** Whatever would defeat a profile of Claude Code, or make the client believe that it runs inside itself. */
const SCRUBBED = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_CUSTOM_HEADERS',
  'ANTHROPIC_PROFILE',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_REFRESH_TOKEN',
  'CLAUDE_CODE_OAUTH_SCOPES',
  'CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR',
  'CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
  'CLAUDE_SECURESTORAGE_CONFIG_DIR',
  'CLAUDECODE',
  'CLAUDE_CODE_CHILD_SESSION',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_JOB_DIR',
  'CLAUDE_CODE_MESSAGING_SOCKET',
]

/** Shows the environment, or writes it to the file that is its argument: no shell between, which would drop variables. */
const SHOW = [
  process.execPath,
  '-e',
  'const t = JSON.stringify(process.env), to = process.argv[1]; to ? require("fs").writeFileSync(to, t) : console.log(t)',
]

const KEPT = { EDITOR: 'vi', 'npm_config_@s:registry': 'http://127.0.0.1', MULTILINE: 'one\ntwo', EMPTY: '' }

test('a profile’s session has the shell’s environment, less every variable that would defeat the profile', async () => {
  await using home = temporaryHome()
  await addClaudeProfile(home, 'work', { OWN: 'of the profile' })
  const shell = { ...Object.fromEntries(SCRUBBED.map((name) => [name, 'of-the-shell'])), ...KEPT, CLAUDE_CONFIG_DIR: '/mine' }

  for (const kind of ['--pipe', '--pty']) {
    const seen = await environmentIn(home, 'work', shell, kind)
    expect(Object.entries(seen).filter(([, value]) => value === 'of-the-shell')).toEqual([])
    expect(seen).toMatchObject({
      ...KEPT,
      PATH: home.env.PATH,
      HOME: home.home,
      OWN: 'of the profile',
      CLAUDE_CONFIG_DIR: join(home.perchHome, 'profiles', 'work', 'runtime'),
      CLAUDE_CODE_PLUGIN_CACHE_DIR: join(home.home, '.claude', 'plugins'),
      PERCH_PROFILE: 'work',
    })
  }
  await runtimeReleased(home, 'work')
})

test('nested: no session gets the login, the endpoint or the runtime of the profile around it', async () => {
  await using home = temporaryHome()
  await addClaudeProfile(home, 'client')
  const endpoint = 'http://127.0.0.1/of-client'
  const own = ['agent = "claude"', `base-url = "${endpoint}"`, '[env]', 'ANTHROPIC_API_KEY = "of-client"', 'CLIENT = "of-client"']
  writeFileSync(join(profileFolder(home.paths, 'client'), 'profile.toml'), own.join('\n'))
  await addClaudeProfile(home, 'work')
  const nested = async (profile: string) =>
    variables(await perchText(home, ['exec', 'client', '--', process.execPath, perchBundle(), 'exec', profile, '--', ...SHOW]))

  expect(variables(await perchText(home, ['exec', 'client', '--', ...SHOW]))).toMatchObject({ ANTHROPIC_BASE_URL: endpoint })
  const inWork = await nested('work')
  expect(JSON.stringify(inWork)).not.toContain('of-client')
  expect(inWork).toMatchObject({ PERCH_PROFILE: 'work', CLAUDE_CONFIG_DIR: expect.stringContaining('profiles/work/runtime') })
  const inDefault = await nested('default')
  expect(JSON.stringify(inDefault)).not.toContain('of-client')
  for (const name of ['CLAUDE_CONFIG_DIR', 'CLAUDE_CODE_PLUGIN_CACHE_DIR']) expect(inDefault).not.toHaveProperty(name)
  await Promise.all(['work', 'client'].map((profile) => runtimeReleased(home, profile)))
})

async function environmentIn(home: TestHome, profile: string, shell: Readonly<Record<string, string>>, kind: string) {
  const path = join(home.folder('seen'), kind)
  await perchText(home, ['exec', profile, kind, '--', ...SHOW, path], { env: shell })
  return variables(readFileSync(path, 'utf8'))
}

function variables(text: string): Record<string, string> {
  return v.parse(v.record(v.string(), v.string()), JSON.parse(text))
}
