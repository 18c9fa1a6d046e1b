/** `perch env`: what it prints, evaluated by a shell; and the runtime behind it, which nobody holds. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { perch, perchBundle, perchJson, perchText } from '../kit/perch-program.js'
import { requires } from '../kit/requirement.js'
import { runProgram } from '../kit/running-program.js'
import { standInAgent, told } from '../kit/stand-in-agent.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { login, writeByRename } from '../runtime/profile-lab.js'

const BOUND_MS = 120_000

/** Runs lines of shell in which `perch` is the built program. */
async function inShell(home: TemporaryHome, script: string, env: Readonly<Record<string, string>> = {}, shell = 'bash') {
  const run = shell === 'fish' ? 'function perch; $NODE $PERCH $argv; end' : 'perch() { "$NODE" "$PERCH" "$@"; }'
  const options = shell === 'bash' ? ['--norc'] : shell === 'zsh' ? ['-f'] : ['--no-config']
  const programs = { NODE: process.execPath, PERCH: perchBundle() }
  const done = await runProgram(shell, [...options, '-c', `${run}\n${script}`], {
    cwd: home.home,
    env: { ...home.env, ...programs, ...env },
  })
  if (done.code !== 0) throw new Error(`${script}\n${done.stdout}\n${done.stderr}`)
  return done.stdout.toString()
}

async function homeWithProfile(): Promise<{ home: TemporaryHome; env: { PATH: string }; runtime: string }> {
  const home = temporaryHome()
  const env = standInAgent(home, 'claude')
  await perchText(home, ['profile', 'add', 'work', '--env', 'TEAM=blue'], { env })
  return { home, env, runtime: profileFolders(home.paths, 'work').runtime }
}

describe('a shell that evaluates it', { timeout: BOUND_MS }, () => {
  for (const [shell, evaluation] of [
    ['bash', 'eval "$(perch env work)"'],
    ['zsh', 'eval "$(perch env work)"'],
    ['fish', 'perch env work | source'],
  ] as const) {
    test(`runs the agent as the profile, without what would defeat it: ${shell}`, async (context) => {
      requires(context, shell)
      const { home, env, runtime } = await homeWithProfile()
      await using _home = home
      const script = `${evaluation}; claude 'a b'; echo "team=$TEAM"; echo "kept=$KEPT"; perch which`
      const output = await inShell(home, script, { ...env, ANTHROPIC_API_KEY: 'of the shell', KEPT: 'yes' }, shell)
      expect(told(output)).toMatchObject({ profile: 'work', config: runtime, key: '', team: 'blue', kept: 'yes', arg: 'a b' })
      expect(output).toMatch(/^work$/m)
    })
  }

  test('changes from one profile to another without a trace, and back to the plain home', async () => {
    const { home, env, runtime } = await homeWithProfile()
    await using _home = home
    await perchText(home, ['profile', 'add', 'other', '--env', 'ANTHROPIC_API_KEY=of other'], { env })
    const show = 'claude; echo "team=$TEAM"; env | grep -c CLAUDE_CODE_PLUGIN_CACHE_DIR | sed s/^/plugins=/'
    const script = (name: string) => `eval "$(perch env work)"; eval "$(perch env ${name})"; ${show}`
    const other = profileFolders(home.paths, 'other').runtime
    expect(told(await inShell(home, script('other'), env))).toMatchObject({ config: other, key: 'of other', team: '' })
    expect(told(await inShell(home, script('work'), env))).toMatchObject({ config: runtime, key: '', team: 'blue' })
    expect(told(await inShell(home, script('default'), env))).toMatchObject({ config: '', team: '', plugins: '0' })
    const session = `eval "$(perch env work)"; perch exec other -- sh -c 'echo "team=$TEAM"; echo "config=$CLAUDE_CONFIG_DIR"'`
    expect(told(await inShell(home, session, env))).toMatchObject({ team: '', config: other })
  })

  test('still finds perch where the agent is moved by a variable of XDG', async () => {
    await using home = temporaryHome()
    const { PERCH_HOME: _unused, ...without } = home.env
    const env = { ...without, XDG_RUNTIME_DIR: home.folder('r') }
    const shell = (script: string) =>
      runProgram('bash', ['--norc', '-c', `perch() { "$NODE" "$PERCH" "$@"; }\n${script}`], {
        cwd: home.home,
        env: { ...env, NODE: process.execPath, PERCH: perchBundle() },
      })
    const script = `perch profile add oc --agent opencode; eval "$(perch env oc)"; echo "$XDG_DATA_HOME"; perch which; perch daemon stop`
    const { stdout } = await shell(script)
    expect(stdout.toString()).toMatch(/perch\/profiles\/oc\/runtime\noc\n/)
  })
})

describe('the runtime that it names', { timeout: BOUND_MS }, () => {
  test('stays after sessions, restarts and crashes, in step all the while; and goes when nobody wants it any more', async () => {
    const { home, env, runtime } = await homeWithProfile()
    await using _home = home
    const folders = profileFolders(home.paths, 'work')
    mkdirSync(join(home.home, '.claude'), { recursive: true })
    await perchText(home, ['env', 'work'], { env })
    writeByRename(join(runtime, '.credentials.json'), login('fresh'))
    writeFileSync(join(home.home, '.claude', 'CLAUDE.md'), 'rules')
    await perchText(home, ['run', 'work', '--', 'x'], { env })
    await perchText(home, ['daemon', 'restart'], { env })
    await perchText(home, ['exec', 'work', '--', 'true'], { env })
    expect(readFileSync(join(runtime, 'CLAUDE.md'), 'utf8')).toBe('rules')
    expect(readFileSync(join(folders.credentials, '.credentials.json'), 'utf8')).toContain('fresh')
    expect(await perchText(home, ['sync', 'status'], { env })).toMatch(/^work +in step/m)

    expect(await perchJson(home, ['env', 'work', '--unpin'], { env })).toEqual({
      schema: 1,
      profile: 'work',
      wasPinned: true,
      why: null,
    })
    expect(existsSync(runtime)).toBe(false)
    expect(await perchJson(home, ['env', 'work', '--unpin'], { env })).toMatchObject({ wasPinned: false })
  })

  test('does not keep a profile from being removed, unless a process lives in it', async () => {
    const { home, env, runtime } = await homeWithProfile()
    await using _home = home
    const script = `eval "$(perch env work)"
      sleep 1000 & user=$!
      perch profile rm work --yes 2>&1; echo "code=$?"
      [ -d "$CLAUDE_CONFIG_DIR" ] && echo standing=yes
      kill $user; wait $user 2>/dev/null
      env -u CLAUDE_CONFIG_DIR "$NODE" "$PERCH" profile rm work --yes`
    const output = await inShell(home, script, env)
    expect(output).toMatch(/cannot be removed now: process \d+ uses it/)
    expect(told(output)).toMatchObject({ code: '4', standing: 'yes' })
    expect(output).toContain('Removed the profile work.')
    expect(existsSync(runtime)).toBe(false)
  })
})

test(
  'as a document it has the values, and says what to unset',
  async () => {
    const { home, env, runtime } = await homeWithProfile()
    await using _home = home
    const document = await perchJson(home, ['env', 'work'], { env: { ...env, CLAUDE_CODE_X_FILE_DESCRIPTOR: '3' } })
    expect(document).toMatchObject({
      schema: 1,
      profile: 'work',
      agent: 'claude',
      runtime,
      set: { CLAUDE_CONFIG_DIR: runtime, TEAM: 'blue', PERCH_PROFILE: 'work' },
      unset: expect.arrayContaining(['ANTHROPIC_API_KEY', 'CLAUDE_CODE_X_FILE_DESCRIPTOR', 'CLAUDECODE']),
    })
    // Nothing of this environment is in it: the lines may be evaluated elsewhere.
    expect((document as { set: object }).set).not.toHaveProperty('PATH')
  },
  BOUND_MS,
)

test(
  'a shell that it does not know, and variables that no shell can set, are told',
  async () => {
    await using home = temporaryHome()
    const unknown = await perch(home, ['env', '--shell', 'csh'])
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('bash, zsh, fish, pwsh')])
    await perchText(home, ['profile', 'add', 'box', '--agent', 'command', '--env', 'a-b=1', '--env', 'C=2'])
    const { stdout, stderr } = await perch(home, ['env', 'box', '--shell', 'fish'])
    expect(stdout.toString()).toBe("set -gx C '2';\nset -gx PERCH_PROFILE 'box';\n")
    expect(stderr).toContain('no shell can set a-b')
  },
  BOUND_MS,
)
