/** `perch doctor`: what is planted is found under its code, `--fix` does what is safe, and a second look finds it done. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, rmdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { perch, perchJson, perchText } from '../kit/perch-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

const Findings = v.object({
  schema: v.literal(1),
  findings: v.array(
    v.looseObject({
      code: v.string(),
      level: v.string(),
      subject: v.nullable(v.string()),
      fixable: v.boolean(),
      fixed: v.boolean(),
    }),
  ),
})

/** Without what depends on the machine. */
const OF_THE_MACHINE = /^(logout|watch-limit|watcher-limit|open-files-limit|agent-found|link-mode|managed-settings)$/

async function findings(home: TemporaryHome, ...args: readonly string[]) {
  const { stdout } = await perch(home, ['doctor', '--json', ...args])
  return v.parse(Findings, JSON.parse(stdout.toString())).findings.filter(({ code }) => !OF_THE_MACHINE.test(code))
}

const codes = async (home: TemporaryHome, ...args: readonly string[]) => (await findings(home, ...args)).map(({ code }) => code)

async function homeWithProfile(): Promise<TemporaryHome> {
  const home = temporaryHome()
  await perchText(home, ['profile', 'add', 'work', '--agent', 'claude'])
  const { credentials } = profileFolders(home.paths, 'work')
  mkdirSync(credentials, { recursive: true, mode: 0o700 })
  const claudeAiOauth = { accessToken: 'invented', refreshToken: 'invented' }
  writeFileSync(join(credentials, '.credentials.json'), JSON.stringify({ claudeAiOauth }), { mode: 0o600 })
  return home
}

test('a home that is new is well, and looking changes nothing in it', async () => {
  await using home = temporaryHome()
  const before = readdirSync(home.root, { recursive: true }).sort()
  expect(await codes(home)).toEqual(['daemon-not-running'])
  const { code, stdout, stderr } = await perch(home, ['doctor'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.toString()).toMatch(/the daemon does not run; any command that needs it starts it \[daemon-not-running\]\n/)
  expect(readdirSync(home.root, { recursive: true }).sort()).toEqual(before)
})

describe('what is planted', () => {
  test('folders that others can get into are closed by --fix', async () => {
    await using home = await homeWithProfile()
    const sessions = join(home.paths.state, 'sessions')
    chmodSync(sessions, 0o755)
    const planted = { code: 'folder-open', level: 'problem', subject: sessions, fixable: true, fixed: false }
    expect(await findings(home)).toContainEqual(expect.objectContaining(planted))
    expect(await perch(home, ['doctor'])).toMatchObject({ code: 1 })
    expect(await findings(home, '--fix')).toContainEqual(expect.objectContaining({ ...planted, fixed: true }))
    expect(statSync(sessions).mode & 0o777).toBe(0o700)
    expect(await codes(home)).not.toContain('folder-open')
    expect(await perch(home, ['doctor', '--fix'])).toMatchObject({ code: 0 })
  })

  test('a lock of an agent that is gone is removed by --fix, a fresh one and that of a live one are left', async () => {
    await using home = await homeWithProfile()
    const { runtime } = profileFolders(home.paths, 'work')
    const locks = { stale: `${runtime}.lock`, fresh: join(runtime, '.claude.json.lock') }
    mkdirSync(runtime, { mode: 0o700 })
    for (const path of Object.values(locks)) mkdirSync(path)
    const hourAgo = new Date(Date.now() - 3_600_000)
    utimesSync(locks.stale, hourAgo, hourAgo)
    const agent = spawn('sleep', ['100'], { env: { ...process.env, CLAUDE_CONFIG_DIR: runtime } })
    try {
      await once(agent, 'spawn')
      expect(await codes(home, '--fix')).not.toContain('client-lock-stale')
    } finally {
      agent.kill('SIGKILL')
      await once(agent, 'exit')
    }
    const [found, ...others] = (await findings(home, '--fix')).filter(({ code }) => code === 'client-lock-stale')
    expect({ found, others }).toMatchObject({ found: { subject: locks.stale, fixed: true }, others: [] })
    expect([existsSync(locks.stale), existsSync(locks.fresh)]).toEqual([false, true])
    rmdirSync(locks.fresh)
  })

  test('settings that choose a login, and a history that is deleted early', async () => {
    await using home = await homeWithProfile()
    mkdirSync(join(home.home, '.claude'))
    const settings = join(home.home, '.claude/settings.json')
    writeFileSync(
      settings,
      JSON.stringify({
        env: { ANTHROPIC_BASE_URL: 'https://example.test', OTHER: '1' },
        apiKeyHelper: 'pass',
        cleanupPeriodDays: 7,
      }),
    )
    const { stdout } = await perch(home, ['doctor'])
    expect(stdout.toString()).toMatch(
      /settings\.json: apiKeyHelper, env\.ANTHROPIC_BASE_URL choose a login or an endpoint \[settings-choose-login\]/,
    )
    expect(stdout.toString()).toMatch(/cleanupPeriodDays is 7: conversations older than that are deleted/)
    expect(stdout.toString()).not.toContain('example.test')
    writeFileSync(settings, '{"env":')
    expect(await findings(home)).toContainEqual(
      expect.objectContaining({ code: 'settings-unreadable', level: 'problem', subject: settings }),
    )
  })

  test('logins that are missing or end, a profile that cannot be read, an agent that is not installed', async () => {
    await using home = await homeWithProfile()
    await perchText(home, ['profile', 'add', 'empty', '--agent', 'claude'])
    await perchText(home, ['profile', 'add', 'broken', '--agent', 'claude'])
    writeFileSync(profileFolders(home.paths, 'broken').file, 'agent = [')
    const found = await findings(home)
    expect(found).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'profile-broken', subject: 'broken', level: 'problem' }),
        expect.objectContaining({ code: 'login-missing', subject: 'empty' }),
        expect.objectContaining({ code: 'agent-missing', subject: 'claude' }),
      ]),
    )
    expect(found.map(({ level }) => level)).toEqual(
      [...found.map(({ level }) => level)].sort((a, b) => 'pwn'.indexOf(a[0] ?? '') - 'pwn'.indexOf(b[0] ?? '')),
    )
    expect(JSON.stringify(found)).not.toContain('invented')
  })

  test('of what runtimes are made, and why', async () => {
    await using home = await homeWithProfile()
    const links = await perchText(home, ['doctor'])
    const copies = await perchText(home, ['doctor'], { env: { PERCH_LINK_MODE: 'copy' } })
    expect(links).toContain('new runtimes are made of links, which the file system takes [link-mode]')
    expect(copies).toContain('copies that are kept in step: PERCH_LINK_MODE=copy says so [link-mode]')
  })

  test('a definition of an agent that cannot be used', async () => {
    await using home = temporaryHome()
    const folder = join(home.paths.config, 'agents.d')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(join(folder, 'mine.toml'), 'commands = 1\n', { mode: 0o600 })
    const { code, stdout } = await perch(home, ['doctor'])
    expect({ code, stdout: stdout.toString() }).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/mine\.toml, line 1.*\[agent-file-unusable\]/),
    })
  })

  test('a process that carries the mark of a session that has ended', async () => {
    await using home = temporaryHome()
    await perchText(home, ['exec', '-n', 'one', '--', 'true'])
    const listed = v.looseObject({ sessions: v.array(v.looseObject({ id: v.string() })) })
    const [ended] = v.parse(listed, await perchJson(home, ['ls', '-a'])).sessions
    const left = spawn('sleep', ['100'], { env: { ...process.env, PERCH_SESSION: ended?.id } })
    try {
      await once(left, 'spawn')
      const { stdout } = await perch(home, ['doctor'])
      expect(stdout.toString()).toContain(
        `${ended?.id}: the session has ended, and a process of it lives: ${left.pid} [process-orphaned]`,
      )
    } finally {
      left.kill('SIGKILL')
      await once(left, 'exit')
    }
    expect(await codes(home)).not.toContain('process-orphaned')
  })
})
