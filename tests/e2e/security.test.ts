/** What perch promises to whoever shares a machine, enters a repository or looks at what a program wrote (docs/security.md). */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { perch, perchJson, perchText, startPerch } from '../kit/perch-program.js'
import { showSession, startSession } from '../kit/perch-session.js'
import { requiresRoot } from '../kit/requirement.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { openTerminal } from '../kit/terminal.js'
import { workerFolder } from '../kit/worker-folder.js'

const NOBODY = 65_534

function makeFolder(path: string, mode: number, owner?: number): void {
  mkdirSync(path)
  chmodSync(path, mode)
  if (owner !== undefined) chownSync(path, owner, owner)
}

/** Everything that perch keeps, path by path. */
function filesOf(home: TemporaryHome): readonly string[] {
  const roots = [...new Set([home.paths.config, home.paths.data, home.paths.state, home.paths.runtime])].filter(existsSync)
  return roots.flatMap((root) => [root, ...readdirSync(root, { recursive: true }).map((name) => join(root, String(name)))])
}

describe('another user of the machine', () => {
  test('can neither connect, nor list, nor read anything of a session, its log, or a login', async (context) => {
    requiresRoot(context)
    await using home = temporaryHome()
    await perchText(home, ['profile', 'add', 'work', '--agent', 'claude'])
    const { credentials } = profileFolders(home.paths, 'work')
    mkdirSync(credentials, { recursive: true, mode: 0o700 })
    writeFileSync(join(credentials, '.credentials.json'), '{}', { mode: 0o600 })
    await startSession(home, 'exec', ['work', '-n', 'one', '--', 'sh', '-c', 'echo mine; exec sleep 1000'])
    // Only perch's own folders stand in the way.
    for (const folder of [workerFolder(), home.root, home.home]) chmodSync(folder, 0o755)
    const paths = filesOf(home)
    expect(paths.filter((path) => path.endsWith('.sock')).length).toBeGreaterThanOrEqual(2)
    const attempt = `
      const fs = require('fs'), net = require('net'); let reached = [];
      const tries = ${JSON.stringify(paths)}.map((path) => new Promise((done) => {
        try { const stat = fs.lstatSync(path)
          if (stat.isDirectory()) { fs.readdirSync(path); reached.push(path) }
          else if (stat.isFile()) { fs.readFileSync(path); reached.push(path) } } catch {}
        const socket = net.connect(path, () => { reached.push('connected ' + path); socket.destroy(); done() }); socket.on('error', done)
      }));
      Promise.all(tries).then(() => { fs.lstatSync(${JSON.stringify(home.home)}); console.log(JSON.stringify(reached)) })`
    const other = spawnSync(process.execPath, ['-e', attempt], { uid: NOBODY, gid: NOBODY, cwd: '/', env: {}, encoding: 'utf8' })
    expect({ reached: other.stdout, stderr: other.stderr }).toEqual({ reached: '[]\n', stderr: '' })
    await perchText(home, ['kill', 'one', '--grace', '0s'])
  })

  test.for<{ readonly what: string; readonly plant: (path: string, elsewhere: string) => void }>([
    { what: 'a link to another folder', plant: (path, elsewhere) => symlinkSync(elsewhere, path) },
    { what: 'a folder of theirs', plant: (path) => makeFolder(path, 0o700, NOBODY) },
    { what: 'a folder that everybody can write into', plant: (path) => makeFolder(path, 0o777) },
    { what: 'a file', plant: (path) => writeFileSync(path, '') },
  ])('who was first in the place of the sockets with $what is refused', async ({ what, plant }, context) => {
    await using home = temporaryHome()
    const elsewhere = home.folder('elsewhere')
    const tmp = home.folder('tmp')
    const env = { PERCH_HOME: '', XDG_RUNTIME_DIR: '', TMPDIR: tmp, XDG_STATE_HOME: home.folder('state') }
    if (what === 'a folder of theirs') requiresRoot(context)
    plant(join(tmp, `perch-${process.getuid?.()}`), elsewhere)
    const { code, stderr } = await perch(home, ['exec', '--', 'true'], { env })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /perch-\d+ (is not a folder|belongs to user|can be written by every user|cannot be made: a file is in the way)/,
      ),
    })
    expect(readdirSync(elsewhere)).toEqual([])
  })
})

test('a repository chooses no account and runs nothing by being entered', async () => {
  await using home = temporaryHome()
  for (const name of ['mine', 'theirs'])
    await perchText(home, ['profile', 'add', name, '--agent', 'command', '--command', '--', 'sh', '-c', 'echo "$PERCH_PROFILE"'])
  const repository = home.folder('repository')
  const ran = join(home.home, 'ran')
  const rule = `profile = "theirs"\ndefault = "theirs"\nagent = "command"\ncommand = ["touch", "${ran}"]\n`
  for (const name of ['.perch', 'perch.toml', '.perch.toml', 'config.toml', 'profile.toml', '.perchrc'])
    writeFileSync(join(repository, name), rule)
  writeFileSync(join(repository, '.env'), `PERCH_PROFILE=theirs\nPERCH_HOME=${repository}\n`)
  for (const folder of ['.git/hooks', 'agents.d', '.config/perch/agents.d', '.claude'])
    mkdirSync(join(repository, folder), { recursive: true })
  writeFileSync(join(repository, '.config/perch/config.toml'), rule)
  writeFileSync(join(repository, '.claude/settings.json'), JSON.stringify({ env: { PERCH_PROFILE: 'theirs' } }))
  writeFileSync(
    join(repository, 'state.json'),
    JSON.stringify({ schema: 1, default: 'theirs', folders: { [repository]: 'theirs' } }),
  )
  expect(await perchJson(home, ['which'], { cwd: repository })).toMatchObject({ profile: 'default', reason: 'default' })
  expect(await perchText(home, ['run', 'mine'], { cwd: repository })).toBe('mine')
  expect(existsSync(ran)).toBe(false)
})

test('names, labels and commands with escape sequences are shown, and do nothing', async () => {
  await using home = temporaryHome()
  const hostile = '\x1b]0;owned\x07\x1b[2J\u009b31m\u202eevil'
  await startSession(home, 'exec', [
    '--pty',
    '-n',
    'plain',
    '--label',
    `key=${hostile}`,
    '--originator',
    hostile,
    '--',
    'sh',
    '-c',
    `sleep 1000 # ${hostile}`,
  ])
  expect(await perch(home, ['exec', '-n', hostile, '--', 'true'])).toMatchObject({ code: 2 })
  for (const args of [['ls'], ['ls', '-a'], ['show', 'plain'], ['kill', hostile], ['profile', 'show', hostile], [hostile]]) {
    await using terminal = await openTerminal(home, args, { size: { cols: 200, rows: 40 } })
    await terminal.exit()
    const output = terminal.output().toString('utf8')
    // Colours of perch's own are all that there is of escape sequences.
    expect(output.replace(/\x1b\[[\d;]*m/g, ''), args.join(' ')).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]/)
  }
  await perchText(home, ['kill', 'plain', '--grace', '0s'])
})

test('no secret is in a log, an event, an error, a document or a list of processes', async () => {
  await using home = temporaryHome()
  const marks = {
    login: 'mark-of-login-0001',
    variable: 'mark-of-variable-0002',
    extra: 'mark-of-extra-0003',
    shared: 'mark-of-shared-0004',
  }
  await perchText(home, ['profile', 'add', 'work', '--agent', 'claude', '--env', `MY_API_KEY=${marks.variable}`])
  const { credentials, root } = profileFolders(home.paths, 'work')
  mkdirSync(credentials, { recursive: true, mode: 0o700 })
  const claudeAiOauth = { accessToken: marks.login, refreshToken: marks.login }
  writeFileSync(join(credentials, '.credentials.json'), JSON.stringify({ claudeAiOauth }), { mode: 0o600 })
  mkdirSync(join(home.home, '.claude'))
  writeFileSync(join(home.home, '.claude/settings.json'), JSON.stringify({ env: { ANTHROPIC_API_KEY: marks.shared } }))
  const env = { PERCH_LOG: 'debug' }
  await perch(home, ['daemon', 'restart'], { env })
  const session = await startSession(home, 'exec', ['work', '-n', 'one', '--', 'sleep', '1000'], {
    env: { ...env, SOME_TOKEN: marks.extra },
  })
  const { hostPid } = await showSession(home, 'one')
  const said: string[] = []
  const commands = [
    'ls',
    'ls -a --json',
    'show one',
    'show one --json',
    'profile ls',
    'profile ls --json',
    'profile show work',
    'profile show work --json',
    'doctor',
    'doctor --json',
    'sync status',
    'sync log',
    'which --explain',
    'run nobody',
    'show nobody --json',
    'kill one --signal NONSENSE',
    'daemon logs',
    'logs one',
  ]
  for (const line of commands) {
    const { stdout, stderr } = await perch(home, line.split(' '), { env })
    said.push(stdout.toString(), stderr)
  }
  {
    await using events = startPerch(home, ['events', '--json', '--since', '0'], { env })
    await events.waitForOutput(session.id)
    said.push(events.stdout().toString())
  }
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      said.push(readFileSync(`/proc/${name}/cmdline`, 'utf8'))
    } catch {
      // It has ended.
    }
  }
  // Of perch's own programs, which outlive the shell that had the variable.
  said.push(readFileSync(`/proc/${hostPid}/environ`, 'utf8'))
  await perchText(home, ['kill', 'one', '--grace', '0s'])
  // The profile's own folder holds what is the profile's; everything else of perch is searched.
  const kept = filesOf(home).filter((path) => !path.startsWith(root) && lstatSync(path).isFile())
  expect(kept.some((path) => path.includes(session.id))).toBe(true)
  said.push(...kept.map((path) => readFileSync(path, 'latin1')))
  for (const [what, mark] of Object.entries(marks))
    expect(
      said.filter((text) => text.includes(mark)).map((text) => text.slice(0, 300)),
      what,
    ).toEqual([])
  expect(dirname(root)).toContain(home.root)
})
