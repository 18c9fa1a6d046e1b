/** Shims: plain `claude` under the profile that applies, as if perch were not there. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { shimsFolder } from '../../src/platform/paths.js'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { seen, until } from '../kit/bounded.js'
import { perch, perchJson, perchText } from '../kit/perch-program.js'
import { daemonPid } from '../kit/perch-session.js'
import { requires, requiresPlatform, requiresRoot, skipOrFail } from '../kit/requirement.js'
import { type Finished, runProgram, startProgram } from '../kit/running-program.js'
import { standInAgent, TELLS_ALL, told } from '../kit/stand-in-agent.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { openProgramTerminal } from '../kit/terminal.js'
import { login, writeByRename } from '../runtime/profile-lab.js'
import { canMount, readOnlyFolder } from '../runtime/read-only-folder.js'

const BOUND_MS = 120_000

interface ShimHome extends AsyncDisposable {
  readonly home: TemporaryHome
  readonly shim: string
  /** With the shims first on PATH. */
  readonly env: Readonly<Record<string, string>>
  /** A folder that the profile `work` is mapped to. */
  readonly folder: string
  readonly runtime: string
  /** What a shell in the folder does with `claude ARGS`. */
  claude(args?: readonly string[], env?: Readonly<Record<string, string>>, cwd?: string): Promise<Finished>
}

/** A home with the profile `work` and a shim for a `claude` that does what the script says. */
async function shimHome(script: string = TELLS_ALL): Promise<ShimHome> {
  const home = temporaryHome()
  const { PATH } = standInAgent(home, 'claude', script)
  await perchText(home, ['profile', 'add', 'work'])
  const folder = home.folder('project')
  mkdirSync(join(home.home, '.claude'))
  await perchText(home, ['map', 'work', folder])
  await perchText(home, ['shim', 'install', 'claude'], { env: { PATH } })
  const env = { ...home.env, PATH: [shimsFolder(home.paths), PATH].join(delimiter) }
  return {
    home,
    shim: join(shimsFolder(home.paths), 'claude'),
    env,
    folder,
    runtime: profileFolders(home.paths, 'work').runtime,
    claude: (args = [], more = {}, cwd = folder) =>
      runProgram('/bin/sh', ['-c', 'exec claude "$@"', 'sh', ...args], { cwd, env: { ...env, ...more }, input: 'typed' }),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  }
}

function leases(home: TemporaryHome): readonly string[] {
  return readdirSync(profileFolders(home.paths, 'work').leases).filter((name) => name.endsWith('.json'))
}

describe('the agent that a shim becomes', { timeout: BOUND_MS }, () => {
  test('runs under the profile of the folder, or of PERCH_PROFILE, or on the plain home', async () => {
    await using at = await shimHome()
    const secret = { ANTHROPIC_API_KEY: 'of the shell' }
    expect(told((await at.claude([], secret)).stdout)).toMatchObject({ profile: 'work', config: at.runtime, key: '' })
    const plain = await at.claude([], secret, at.home.home)
    expect(told(plain.stdout)).toMatchObject({ profile: 'default', config: '', key: 'of the shell' })
    const named = await at.claude([], { PERCH_PROFILE: 'work' }, at.home.home)
    expect(told(named.stdout)).toMatchObject({ profile: 'work', config: at.runtime })
    const own = await at.claude([], { CLAUDE_CONFIG_DIR: '/elsewhere' }, at.home.home)
    expect(told(own.stdout)).toMatchObject({ profile: 'default', config: '/elsewhere' })
  })

  test('is the very process that was called, with its arguments, streams and exit code', async () => {
    await using at = await shimHome(`${TELLS_ALL}\ncat\necho to-stderr >&2\nexit 7`)
    const running = startProgram(at.shim, ['-p', 'a  b', '', '--', '*', "it's $HOME"], {
      cwd: at.folder,
      env: at.env,
      input: 'typed',
    })
    await using _ended = running
    const { code, stdout, stderr } = await running.finished
    expect([code, stderr]).toEqual([7, 'to-stderr\n'])
    expect(told(stdout).pid).toBe(String(running.pid))
    expect(stdout.toString()).toMatch(/arg=-p\narg=a {2}b\narg=\narg=--\narg=\*\narg=it's \$HOME\ntyped$/)
  })

  test('gets what is no UTF-8, open descriptors, and exported functions', async (context) => {
    requires(context, 'bash')
    // dash, as an agent, would itself drop the function.
    const script = 'printf "%s" "$1" | od -An -tx1; cat <&3; echo "greets=$(greet)"; exec env'
    await using at = await shimHome()
    writeFileSync(join(at.home.root, 'bin/claude'), `#!/usr/bin/env bash\n${script}\n`)
    const calling = 'greet() { echo hi; }; export -f greet; exec claude "$(printf "\\377\\376")" 3</etc/hostname'
    const { stdout } = await runProgram('bash', ['--norc', '-c', calling], { cwd: at.folder, env: { ...at.env, LATIN: 'x' } })
    const output = stdout.toString()
    expect(output).toContain(' ff fe\n')
    expect(output).toContain(readFileSync('/etc/hostname', 'utf8'))
    expect(output).toContain('greets=hi\n')
    expect(output).not.toMatch(/^_perch/m)
  })

  test('takes signals itself', async () => {
    await using at = await shimHome('trap "echo got; exit 3" TERM; echo ready; while :; do sleep 0.05; done')
    await using trapped = startProgram(at.shim, [], { cwd: at.folder, env: at.env })
    await trapped.waitForOutput('ready')
    trapped.kill('SIGTERM')
    expect(await trapped.finished).toMatchObject({ code: 3, signal: null })
    await using killed = startProgram(at.shim, [], { cwd: at.folder, env: at.env })
    await killed.waitForOutput('ready')
    killed.kill('SIGHUP')
    expect(await killed.finished).toMatchObject({ code: null, signal: 'SIGHUP' })
  })

  test('has the same terminal, in the foreground, with job control', async (context) => {
    requires(context, 'bash', 'ps')
    await using at = await shimHome(
      'tty; ps -o pgid=,tpgid= -p $$ | tr -s " "; read -r a; echo "first=$a"; read -r b; echo "second=$b"; read -r c',
    )
    const { PATH = '' } = at.env
    await using terminal = await openProgramTerminal(at.home, ['/bin/bash', '--norc', '-i'], {
      cwd: at.folder,
      env: { PATH, PS1: 'ready> ' },
    })
    await terminal.waitForText('ready>')
    await terminal.type('tty; claude\r')
    await terminal.waitForText(/(\/dev\/pts\/\d+)\n\1\n ?(\d+) \2/)
    await terminal.type('hello\r')
    await terminal.waitForText('first=hello')
    await terminal.type('\x1a')
    await terminal.waitForText('Stopped')
    await terminal.type('fg\r')
    await terminal.waitForText(/fg\nclaude/)
    await terminal.type('again\r')
    await terminal.waitForText('second=again')
    await terminal.type('\x03')
    await terminal.waitForText(/second=again\n\^C\nready>/)
    await terminal.type('echo "code=$?"\r')
    await terminal.waitForText('code=130')
    await terminal.type('exit\r')
    await terminal.exit()
  })

  test('needs no daemon, and starts none that was stopped; any other time it starts one, for the sync', async () => {
    await using at = await shimHome()
    await perchText(at.home, ['daemon', 'stop'])
    expect(told((await at.claude()).stdout)).toMatchObject({ profile: 'work', config: at.runtime })
    expect(await daemonPid(at.home)).toBeUndefined()
    await perchText(at.home, ['daemon', 'start'])
    const pid = await daemonPid(at.home)
    process.kill(pid ?? 0, 'SIGKILL')
    await at.claude()
    const another = await until(
      async () => ((await daemonPid(at.home)) !== pid ? await daemonPid(at.home) : undefined),
      BOUND_MS,
      () => 'a new daemon',
    )
    expect(another).toBeGreaterThan(0)
  })
})

describe('the runtime under a shim', { timeout: BOUND_MS }, () => {
  test('is held while the agent lives and by nobody afterwards; what it changed is taken over', async () => {
    await using at = await shimHome('echo ready; read -r line')
    await perchText(at.home, ['daemon', 'stop'])
    await using agent = startProgram(at.shim, [], { cwd: at.folder, env: at.env })
    await agent.waitForOutput('ready')
    writeByRename(join(at.runtime, '.credentials.json'), login('of the shim'))
    const busy = await perch(at.home, ['profile', 'rm', 'work', '--yes'])
    expect([busy.code, busy.stderr]).toEqual([4, expect.stringContaining('cannot be removed now')])
    expect(leases(at.home)).toEqual([expect.stringMatching(`^shim-${agent.pid}-`)])
    // The daemon that this has started does not keep it from being killed together with the agent.
    process.kill((await daemonPid(at.home)) ?? 0, 'SIGKILL')
    agent.kill('SIGKILL')
    await agent.finished
    await perchText(at.home, ['daemon', 'start'])
    await seen('the runtime to be given back', () => leases(at.home).length === 0 && !existsSync(at.runtime))
    const stored = readFileSync(join(profileFolders(at.home.paths, 'work').credentials, '.credentials.json'), 'utf8')
    expect(stored).toContain('of the shim')
    expect(await perchText(at.home, ['profile', 'rm', 'work', '--yes'])).toContain('Removed the profile work.')
  })

  test('is shared by shims and sessions at the same time', async () => {
    await using at = await shimHome('echo "config=$CLAUDE_CONFIG_DIR"; read -r line')
    const shims = Array.from({ length: 5 }, () => startProgram(at.shim, [], { cwd: at.folder, env: at.env }))
    try {
      await Promise.all(shims.map((shim) => shim.waitForOutput(`config=${at.runtime}\n`)))
      expect(leases(at.home)).toHaveLength(5)
      const session = await perchText(at.home, ['exec', 'work', '--', 'sh', '-c', 'echo "config=$CLAUDE_CONFIG_DIR"'])
      expect(session).toBe(`config=${at.runtime}`)
      expect(existsSync(at.runtime)).toBe(true)
    } finally {
      for (const shim of shims) await shim[Symbol.asyncDispose]()
    }
  })

  test('survives a kill at any moment of the start', async () => {
    await using at = await shimHome()
    for (const point of ['acquire-locked', 'build-done', 'lease-taken']) {
      const killed = await at.claude([], { PERCH_FAILPOINT: point })
      expect([killed.code, killed.stdout.toString()]).toEqual([137, ''])
    }
    expect(told((await at.claude()).stdout)).toMatchObject({ profile: 'work', config: at.runtime })
    expect(leases(at.home)).toHaveLength(1)
  })
})

describe('a shim inside', { timeout: BOUND_MS }, () => {
  test('a session uses its profile, in any folder; and perch starts the real agent, not the shim', async () => {
    await using at = await shimHome(`${TELLS_ALL}\necho "depth=$PERCH_SHIM_DEPTH"`)
    const inside = told(await perchText(at.home, ['exec', 'work', '--', 'claude', 'x'], { env: at.env }))
    expect(inside).toMatchObject({ profile: 'work', config: at.runtime, arg: 'x', depth: '1' })
    const real = told(await perchText(at.home, ['run', 'work'], { env: at.env }))
    expect(real).toMatchObject({ profile: 'work', config: at.runtime, depth: '' })
    const left = told(await perchText(at.home, ['exec', 'work', '--', 'env', 'PERCH_PROFILE=default', 'claude'], { env: at.env }))
    expect(left).toMatchObject({ profile: 'default', config: '' })
  })

  test('the agent itself changes nothing: an agent that calls itself knows so', async () => {
    const script =
      'if [ "$1" = again ]; then echo "nested=$CLAUDECODE config=$CLAUDE_CONFIG_DIR"; else CLAUDECODE=1 claude again; fi'
    await using at = await shimHome(script)
    expect((await at.claude()).stdout.toString()).toBe(`nested=1 config=${at.runtime}\n`)
    expect((await at.claude([], {}, at.home.home)).stdout.toString()).toBe('nested=1 config=\n')
  })

  test('a program of that name which leads back to it ends with an error', async () => {
    await using at = await shimHome('claude "$@"')
    const { code, stderr } = await at.claude()
    expect([code, stderr]).toEqual([4, expect.stringContaining("leads back to perch's shim")])
  })
})

describe('a shim that cannot', { timeout: BOUND_MS }, () => {
  test('find the real program says so, and never takes another shim for it', async () => {
    await using at = await shimHome()
    const another = at.home.folder('another')
    writeFileSync(join(another, 'claude'), readFileSync(at.shim), { mode: 0o755 })
    const path = [shimsFolder(at.home.paths), another, '/usr/bin', '/bin'].join(delimiter)
    const { code, stdout, stderr } = await at.claude([], { PATH: path })
    expect([code, stdout.toString()]).toEqual([127, ''])
    expect(stderr).toContain('Claude Code is not installed')
    expect(await perchText(at.home, ['which'], { env: { PATH: path } })).toBe('default')
    expect(await perchJson(at.home, ['profile', 'ls'], { env: { PATH: path } })).toMatchObject({
      profiles: [{ name: 'default', agent: 'command' }, { name: 'work' }],
    })
  })

  test('read what was chosen, or use it, starts nothing under another account', async () => {
    await using at = await shimHome()
    const gone = await at.claude([], { PERCH_PROFILE: 'gone' })
    expect([gone.code, gone.stdout.toString()]).toEqual([3, ''])
    expect(gone.stderr).toContain('which PERCH_PROFILE names')
    writeFileSync(join(at.home.paths.state, 'state.json'), '{')
    const corrupt = await at.claude()
    expect([corrupt.code, corrupt.stdout.toString(), corrupt.stderr]).toEqual([1, '', expect.stringContaining('not valid JSON')])
    expect(told((await at.claude([], { PERCH_PROFILE: 'work' })).stdout)).toMatchObject({ config: at.runtime })
  })

  test('be told what to do by what else prints: options for Node are for the agent only', async () => {
    await using at = await shimHome('echo "options=$NODE_OPTIONS"')
    const loud = join(at.home.root, 'loud.cjs')
    writeFileSync(loud, 'process.stdout.write("exit 9\\n")')
    const { code, stdout } = await at.claude([], { NODE_OPTIONS: `--require ${loud}` })
    expect([code, stdout.toString()]).toEqual([0, `options=--require ${loud}\n`])
  })

  test('find its perch says what to do', async () => {
    await using at = await shimHome()
    writeFileSync(at.shim, readFileSync(at.shim, 'utf8').replace(/shim\.cjs/, 'gone.cjs'))
    const { code, stderr } = await at.claude()
    expect([code, stderr]).toEqual([127, expect.stringContaining('perch shim install')])
    expect(await perchText(at.home, ['shim', 'status'], { env: at.env })).toMatch(/^claude +outdated/m)
    await perchText(at.home, ['shim', 'install'], { env: at.env })
    expect((await at.claude()).code).toBe(0)
  })
})

test(
  'a profile is of one agent: another runs as it would without perch',
  async () => {
    await using at = await shimHome()
    standInAgent(at.home, 'codex', 'echo "home=$CODEX_HOME"; echo "key=$OPENAI_API_KEY"; echo "profile=$PERCH_PROFILE"')
    await perchText(at.home, ['shim', 'install', 'codex'], { env: at.env })
    const { stdout } = await runProgram(join(shimsFolder(at.home.paths), 'codex'), [], {
      cwd: at.folder,
      env: { ...at.env, OPENAI_API_KEY: 'of the shell' },
    })
    expect(told(stdout)).toEqual({ home: '', key: 'of the shell', profile: '' })
  },
  BOUND_MS,
)

describe('perch shim', { timeout: BOUND_MS }, () => {
  test('installs those that are found, says which line to add, and changes no file of the person', async (context) => {
    requires(context, 'bash')
    await using home = temporaryHome()
    const env = standInAgent(home, 'claude')
    const rc = join(home.home, '.bashrc')
    writeFileSync(rc, '# mine\n')
    const folder = shimsFolder(home.paths)
    const installed = await perchText(home, ['shim', 'install', '--shell', 'bash'], { env })
    expect(installed).toContain(`Installed in ${folder}: claude.`)
    const line = installed.split('\n').find((one) => one.startsWith('  export')) ?? ''
    expect(readFileSync(rc, 'utf8')).toBe('# mine\n')
    const status = async (PATH: string) => (await perchText(home, ['shim', 'status'], { env: { PATH } })).split('\n')[1]
    expect(await status(env.PATH)).toMatch(/^claude +not on PATH: perch shim install +\S*bin\/claude$/)
    expect(await status(`${env.PATH}${delimiter}${folder}`)).toMatch(/^claude +after \S*bin\/claude on PATH +\S*bin\/claude$/)
    const found = execFileSync('bash', ['--norc', '-c', `${line}\ncommand -v claude; echo "$PATH"`], {
      env: { PATH: env.PATH },
      encoding: 'utf8',
    }).split('\n')
    expect(found[0]).toBe(join(folder, 'claude'))
    expect(await status(found[1] ?? '')).toMatch(/^claude +active +\S*bin\/claude$/)
    expect(await perchText(home, ['shim', 'install'], { env: { PATH: found[1] ?? '' } })).toContain('first on PATH already')
    expect(await perchJson(home, ['shim', 'status'], { env })).toMatchObject({
      folder,
      shims: [{ name: 'claude', state: 'not-on-path' }, {}, {}, {}],
    })
  })

  test("uninstalls without a trace, but for what is not perch's", async () => {
    await using home = temporaryHome()
    const env = standInAgent(home, 'claude')
    const folder = shimsFolder(home.paths)
    await perchText(home, ['shim', 'install', 'claude', 'codex'], { env })
    expect(readdirSync(folder)).toEqual(['claude', 'codex'])
    expect(await perchText(home, ['shim', 'uninstall', 'codex'], { env })).toContain(': codex.')
    expect(readdirSync(folder)).toEqual(['claude'])
    // What a SIGKILL leaves in the middle of an install.
    writeFileSync(join(folder, '.0123456789ab.perch-tmp'), '')
    await perchText(home, ['shim', 'uninstall'], { env })
    expect(existsSync(folder)).toBe(false)
    expect(await perchText(home, ['shim', 'uninstall'], { env })).toBe('There was no shim to remove.')

    mkdirSync(folder)
    writeFileSync(join(folder, 'claude'), '#!/bin/sh\necho mine\n', { mode: 0o755 })
    const refused = await perch(home, ['shim', 'install'], { env })
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('no shim of perch')])
    const kept = await perch(home, ['shim', 'uninstall'], { env })
    expect([kept.code, kept.stderr]).toEqual([0, expect.stringContaining("what is not perch's (claude)")])
    expect(readFileSync(join(folder, 'claude'), 'utf8')).toContain('mine')
  })

  test.each([
    ['an agent that there is not', ['shim', 'install', 'nobody'], 2, 'There can be: claude, codex, gemini, opencode'],
    ['nothing installed', ['shim', 'install'], 127, 'perch shim install claude'],
    ['no such command', ['shim', 'instal'], 2, 'perch shim install'],
    ['no command', ['shim'], 2, 'install, uninstall, status'],
  ])('says what is wrong: %s', async (_, args, code, message) => {
    await using home = temporaryHome()
    const done = await perch(home, args, { env: { PATH: '/usr/bin:/bin' } })
    expect([done.code, done.stderr]).toEqual([code, expect.stringContaining(message)])
    expect(existsSync(shimsFolder(home.paths))).toBe(false)
  })

  test('says so where the folder takes nothing, or anybody could write into it', async (context) => {
    requiresPlatform(context, 'linux')
    requiresRoot(context)
    if (!canMount()) skipOrFail(context, 'needs to mount a folder read-only')
    await using home = temporaryHome()
    const env = standInAgent(home, 'claude')
    const folder = shimsFolder(home.paths)
    await perchText(home, ['shim', 'install'], { env })
    const mounted = readOnlyFolder(folder)
    try {
      for (const verb of ['install', 'uninstall']) {
        const done = await perch(home, ['shim', verb], { env })
        expect([verb, done.code, done.stderr]).toEqual([verb, 1, expect.stringContaining('cannot be written')])
      }
    } finally {
      mounted.release()
    }
    chmodSync(folder, 0o777)
    const open = await perch(home, ['shim', 'install'], { env })
    expect([open.code, open.stderr]).toEqual([1, expect.stringContaining('can be written by every user')])
  })
})
