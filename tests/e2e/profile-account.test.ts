/** Whose login a profile has: shown as the agent wrote it down, and told when another account has logged in inside it. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { until } from '../kit/bounded.js'
import { type PerchOptions, perch, perchJson, perchText } from '../kit/perch-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

/** Logs in as whoever it is told, in the way of the real one. */
const AGENT = `#!/bin/sh
cd "$CLAUDE_CONFIG_DIR" || exit 9
case "$1" in auth) who=$3;; -*) who=;; *) who=$1;; esac
[ -n "$who" ] || exit 0
printf '{"oauthAccount":{"accountUuid":"id-of-%s","emailAddress":"%s@example.test","organizationName":"Org of %s"}}' "$who" "$who" "$who" > .claude.json.tmp.1
mv .claude.json.tmp.1 .claude.json
printf '{"claudeAiOauth":{"accessToken":"a","refreshToken":"r","subscriptionType":"max"}}' > .credentials.json.tmp.1
mv .credentials.json.tmp.1 .credentials.json
`

async function homeWithProfile(): Promise<{ home: TemporaryHome; shell: PerchOptions }> {
  const home = temporaryHome()
  const bin = join(home.home, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'claude'), AGENT)
  chmodSync(join(bin, 'claude'), 0o755)
  await perchText(home, ['profile', 'add', 'work', '--agent', 'claude'])
  // Not in HOME, where perch adds arguments of its own.
  return { home, shell: { env: { PATH: `${bin}:${home.env.PATH ?? ''}` }, cwd: home.folder('project') } }
}

const account = (who: string) => ({ email: `${who}@example.test`, organization: `Org of ${who}`, plan: 'max' })

test('another account is told at every list and start until it is accepted', async () => {
  const { home, shell } = await homeWithProfile()
  await using _ = home
  expect(await perchJson(home, ['profile', 'show', 'work'])).toMatchObject({ profile: { account: null, accountWas: null } })
  await perchText(home, ['run', 'work', '--', 'ada'], shell)
  expect(await perchJson(home, ['profile', 'show', 'work'])).toMatchObject({
    profile: { account: account('ada'), accountWas: null },
  })
  const quiet = await perch(home, ['profile', 'ls'])
  expect(quiet.stdout.toString()).toMatch(/^work +claude +yes +ada@example\.test \(max\)/m)
  expect(quiet.stderr).toBe('')

  await perchText(home, ['run', 'work', '--', 'bob'], shell)
  const warning =
    'perch: the profile work was logged in as ada@example.test and is logged in as bob@example.test now; if that is right: perch profile accept work'
  const listed = await perch(home, ['profile', 'ls'])
  expect(listed.stdout.toString()).toMatch(/bob@example\.test \(max\), was ada@example\.test/)
  expect(listed.stderr).toBe(`${warning}\n`)
  const started = await perchJson(home, ['run', 'work', '-d'], shell)
  expect(started).toMatchObject({ session: { profile: 'work' } })
  expect(await perchJson(home, ['profile', 'ls'])).toMatchObject({
    profiles: [{}, { account: account('bob'), accountWas: 'ada@example.test' }],
  })

  expect(await perchText(home, ['profile', 'accept', 'work'])).toBe('The account of work is bob@example.test (max).')
  expect((await perch(home, ['profile', 'ls'])).stderr).toBe('')
  expect(await perch(home, ['profile', 'accept', 'nobody'])).toMatchObject({ code: 3 })
})

test('who logs in through perch has meant it', async () => {
  const { home, shell } = await homeWithProfile()
  await using _ = home
  await perchText(home, ['login', 'work', '--', 'ada'], shell)
  const done = await perch(home, ['login', 'work', '--', 'bob'], shell)
  expect(done.stderr).toBe('perch: the profile work is logged in as bob@example.test\n')
  expect(await perchJson(home, ['profile', 'show', 'work'])).toMatchObject({
    profile: { account: account('bob'), accountWas: null },
  })
})

test('a document that is damaged tells of no account and harms nothing', async () => {
  const { home, shell } = await homeWithProfile()
  await using _ = home
  await perchText(home, ['run', 'work', '--', 'ada'], shell)
  const { root, state, runtime } = profileFolders(home.paths, 'work')
  await until(
    () => !existsSync(join(runtime, '.claude.json')),
    20_000,
    () => 'the end of the runtime',
  )
  for (const text of ['{"oauthAccount":{"accountUuid":"id-of', '{"oauthAccount":["ada"]}', '']) {
    writeFileSync(join(state, '.claude.json'), text)
    writeFileSync(join(root, 'account.json'), text)
    const shown = await perchJson(home, ['profile', 'show', 'work'])
    expect(shown, text).toMatchObject({ profile: { account: null, accountWas: null } })
  }
})
