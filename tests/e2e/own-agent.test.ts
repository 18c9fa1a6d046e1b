/** An agent that only the person knows of, added by a file in `agents.d`: the built perch with a made-up program. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect, test } from 'vitest'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { LINK_MODES } from '../kit/agent-lab/agent-home.js'
import { loggedIn, storedLogin } from '../kit/agent-lab/agent-profile.js'
import { perch, perchJson, perchText } from '../kit/perch-program.js'
import { runtimeReleased } from '../kit/perch-session.js'
import { type TestHome, temporaryHome } from '../kit/temporary-home.js'

const DEFINITION = `title = "Marvin"
commands = ["marvin"]
login-hint = "Run \`perch run {profile} -- login KEY\`."

[home]
variable = "MARVIN_HOME"
default = ".marvin"

[login]
file = "auth.json"
tokens = ["key"]

[entries]
shared = ["MARVIN.md", "diary.jsonl", "commands"]
shared-folders = ["commands"]
shared-files = ["diary.jsonl"]
append-only = ["diary.jsonl"]
private-folders = ["cache"]

[environment]
login-variables = ["MARVIN_KEY"]
databases = { MARVIN_DB = "brain.db" }
`

/** Writes its login by temp file and rename, a shared line and a private file; and says who it is. */
const PROGRAM = `#!/bin/sh
set -eu
case "\${1:-}" in
  login)
    printf '{"key":"%s"}' "$2" > "$MARVIN_HOME/auth.json.tmp.1"
    mv "$MARVIN_HOME/auth.json.tmp.1" "$MARVIN_HOME/auth.json" ;;
  think)
    printf '{"thought":"%s"}\\n' "$2" >> "$MARVIN_HOME/diary.jsonl"
    echo "$2" > "$MARVIN_HOME/mood"
    echo "$2" >> "$MARVIN_DB" ;;
  *)
    echo "$(cat "$MARVIN_HOME/auth.json") \${MARVIN_KEY:-none} $(cat "$MARVIN_HOME/MARVIN.md")" ;;
esac
`

test.for(LINK_MODES)('two profiles of it have a login each, over what the file says is shared (%s)', async (mode) => {
  await using base = temporaryHome()
  const home = withMarvin(base, { PERCH_LINK_MODE: mode, MARVIN_KEY: 'of-the-shell' })
  define(home, 'marvin', DEFINITION)
  mkdirSync(join(home.home, '.marvin'))
  writeFileSync(join(home.home, '.marvin', 'MARVIN.md'), 'life is dreadful\n')

  expect(await perchText(home, ['profile', 'add', 'work', '--agent', 'marvin'])).toBe(
    'Created the profile work (marvin).\nRun `perch run work -- login KEY`.',
  )
  await perchText(home, ['profile', 'add', 'play', '--agent', 'marvin'])
  for (const profile of ['work', 'play']) {
    await perchText(home, ['run', profile, '--pipe', '--', 'login', `key-of-${profile}`])
    await runtimeReleased(home, profile)
    await perchText(home, ['run', profile, '--pipe', '--', 'think', `at-${profile}`])
    await runtimeReleased(home, profile)
  }

  for (const profile of ['work', 'play']) {
    expect(storedLogin(home, profile, 'auth.json')).toEqual({ key: `key-of-${profile}` })
    expect(await perchText(home, ['run', profile, '--pipe'])).toBe(`{"key":"key-of-${profile}"} none life is dreadful`)
    await runtimeReleased(home, profile)
    const { state, databases } = profileFolders(home.paths, profile)
    expect(readFileSync(join(state, 'mood'), 'utf8')).toBe(`at-${profile}\n`)
    expect(readFileSync(join(databases, 'brain.db'), 'utf8')).toBe(`at-${profile}\n`)
  }
  expect(await loggedIn(home)).toMatchObject({ work: true, play: true })
  expect(readFileSync(join(home.home, '.marvin', 'diary.jsonl'), 'utf8')).toBe('{"thought":"at-work"}\n{"thought":"at-play"}\n')
  expect(readdirSync(join(home.home, '.marvin')).sort()).toEqual(['MARVIN.md', 'commands', 'diary.jsonl'])
  expect(existsSync(join(home.paths.state, 'conflicts'))).toBe(false)
})

test('`[agents.NAME] command` in config.toml says which program it is', async () => {
  await using base = temporaryHome()
  const home = withMarvin(base)
  define(home, 'marvin', DEFINITION.replace('commands = ["marvin"]', 'commands = ["not-installed"]'))
  await perchText(home, ['profile', 'add', 'work', '--agent', 'marvin'])

  expect(await perch(home, ['run', 'work', '--pipe', '--', 'login', 'k'])).toMatchObject({
    code: 127,
    stderr: expect.stringContaining('command under [agents.marvin]'),
  })
  writeFileSync(join(home.paths.config, 'config.toml'), `[agents.marvin]\ncommand = ["${join(home.root, 'bin', 'marvin')}"]\n`)
  await perchText(home, ['run', 'work', '--pipe', '--', 'login', 'k'])
  await runtimeReleased(home, 'work')
  expect(storedLogin(home, 'work', 'auth.json')).toEqual({ key: 'k' })
})

test('a broken definition is told, and stands in nobody else’s way; its own profiles come back when it is corrected', async () => {
  await using base = temporaryHome()
  const home = withMarvin(base)
  define(home, 'marvin', DEFINITION)
  define(home, 'trillian', 'commands = ["marvin"]\ncolour = "blue"\n')
  await perchText(home, ['profile', 'add', 'work', '--agent', 'marvin'])
  await perchText(home, ['profile', 'add', 'other', '--agent', 'trillian'])
  await perchText(home, ['run', 'work', '--pipe', '--', 'login', 'kept'])
  await runtimeReleased(home, 'work')
  const path = define(home, 'marvin', DEFINITION.replace('file = "auth.json"', 'file = 3'))

  const listed = await perch(home, ['profile', 'ls'])
  expect(listed).toMatchObject({ code: 0, stderr: expect.stringContaining(`${path}, line 10: login.file must be`) })
  expect(listed.stdout.toString()).toMatch(/^other +trillian/m)
  expect(await perch(home, ['run', 'work', '--pipe'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`${path}, line 10`),
  })
  expect(await perchText(home, ['exec', 'other', '--pipe', '--', 'echo', 'goes on'])).toBe('goes on')
  expect(await perchJson(home, ['profile', 'show', 'other'])).toMatchObject({
    profile: { problem: null, warnings: [expect.stringMatching(/trillian\.toml, line 2: unknown key colour/)] },
  })

  define(home, 'marvin', DEFINITION)
  writeFileSync(join(home.home, '.marvin', 'MARVIN.md'), 'better\n')
  expect(await perchText(home, ['run', 'work', '--pipe'])).toBe('{"key":"kept"} none better')
})

test('a wrong name at `profile add` lists what there is', async () => {
  await using home = temporaryHome()
  define(home, 'marvin', DEFINITION)

  expect(await perch(home, ['profile', 'add', 'work', '--agent', 'marvn'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Use one of: claude, codex, gemini, opencode, command, marvin.'),
  })
})

test('a profile whose definition is gone can be removed, with its login', async () => {
  await using base = temporaryHome()
  const home = withMarvin(base)
  const path = define(home, 'marvin', DEFINITION)
  await perchText(home, ['profile', 'add', 'work', '--agent', 'marvin'])
  await perchText(home, ['run', 'work', '--pipe', '--', 'login', 'secret-of-work'])
  await runtimeReleased(home, 'work')
  rmSync(path)

  expect(await perch(home, ['run', 'work', '--pipe'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('perch knows no agent named "marvin"'),
  })
  await perchText(home, ['profile', 'rm', 'work', '--yes'])
  expect(existsSync(profileFolders(home.paths, 'work').root)).toBe(false)
})

function define(home: TestHome, name: string, text: string): string {
  const folder = join(home.paths.config, 'agents.d')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `${name}.toml`)
  writeFileSync(path, text)
  return path
}

function withMarvin(home: TestHome, variables: Readonly<Record<string, string>> = {}): TestHome {
  const folder = home.folder('bin')
  writeFileSync(join(folder, 'marvin'), PROGRAM)
  chmodSync(join(folder, 'marvin'), 0o755)
  return { ...home, env: { ...home.env, PATH: [folder, home.env.PATH].join(delimiter), ...variables } }
}
