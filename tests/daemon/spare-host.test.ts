/** The host that is up before it is asked for: what it saves nobody notices but by the clock, whatever becomes of it. */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { hostBundle } from '../host/kit/host-program.js'
import { until, within } from '../kit/bounded.js'
import { endProcess, processesMarked, type SeenProcess } from '../kit/marked-processes.js'
import { runProgram } from '../kit/running-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { clientOf, commandSession, ended, killDaemon, logText, startScript, TEST_BOUND_MS } from './kit/sessions.js'

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url))

function spares(home: TemporaryHome, owned: readonly (number | null)[] = []): readonly SeenProcess[] {
  return processesMarked(home.root).filter(({ command, pid }) => command.includes('--spare') && !owned.includes(pid))
}

/** The one that no session has taken, as soon as it is there. */
function spareOf(home: TemporaryHome, owned: readonly (number | null)[] = []): Promise<SeenProcess> {
  return until(
    () => spares(home, owned)[0],
    TEST_BOUND_MS,
    () => 'a spare host',
  )
}

function gone(home: TemporaryHome, spare: SeenProcess): Promise<unknown> {
  return until(
    () => spares(home).every(({ pid }) => pid !== spare.pid),
    TEST_BOUND_MS,
    () => `the end of the spare host ${spare.pid}`,
  )
}

describe('a spare host', () => {
  test('is there when the daemon is, becomes the host of the next session, and is followed by another', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    expect((await client.listSessions({ all: true })).sessions).toEqual([])
    const first = await spareOf(home)
    const a = await startScript(client, home, 'exec sleep 100')
    expect(a.hostPid).toBe(first.pid)
    const second = await spareOf(home, [first.pid])
    const b = await startScript(client, home, 'exec sleep 100', { kind: 'pty' })
    expect(b.hostPid).toBe(second.pid)
    expect((await client.listSessions()).sessions).toHaveLength(2)
  })

  test('gives a program its own environment, folder, umask, limit and niceness, and nothing of who started the daemon', async () => {
    await using home = temporaryHome({ env: { LC_STARTER: 'of the daemon' } })
    const client = clientOf(home)
    await client.daemon()
    await spareOf(home)
    const cwd = home.folder('elsewhere')
    const env = { PATH: home.env.PATH ?? '', ONLY: 'this one' }
    const script = 'env; pwd; umask; ulimit -Sn; nice'
    const request = commandSession(home, ['sh', '-c', script], { env, cwd, umask: 0o027, openFilesLimit: 321, nice: 7 })
    const { session } = await client.createSession(request)
    await ended(client, session.id)
    const lines = (await logText(client, session.id, 'stdout')).trimEnd().split('\n')
    const names = lines.filter((line) => line.includes('=')).map((line) => line.split('=')[0])
    expect(names).toContain('ONLY')
    expect(names).not.toContain('LC_STARTER')
    expect(lines.slice(-4)).toEqual([cwd, '0027', '321', '7'])
  })

  test('writes into the log of its session, and tells a refusal as any other host does', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    await spareOf(home)
    const { id, hostPid } = await startScript(client, home, 'exec sleep 100')
    expect(readFileSync(join(home.paths.state, 'sessions', id, 'host.log'), 'utf8')).toBe('')
    await spareOf(home, [hostPid])
    const removed = home.folder('soon-gone')
    rmSync(removed, { recursive: true })
    const refused = client.createSession(commandSession(home, ['true'], { cwd: removed }))
    await expect(refused).rejects.toMatchObject({ code: 'folder-not-found' })
  })

  test('that was killed is not missed', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    const spare = await spareOf(home)
    endProcess(spare)
    const { id } = await startScript(client, home, 'echo done')
    expect(await ended(client, id)).toMatchObject({ state: 'exited', exit: { code: 0 } })
    expect(await logText(client, id, 'stdout')).toBe('done\n')
  })

  test('is killed at any moment of several starts: each session starts', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    for (let round = 0; round < 6; round++) {
      const spare = await spareOf(home)
      // Together with the request, so that it may die before, while or after it takes the spec.
      const [session] = await Promise.all([
        startScript(client, home, 'echo done').catch((error: unknown) => error),
        new Promise<void>((resolve) => setImmediate(resolve)).then(() => endProcess(spare)),
      ])
      // Killed after its program ran, it is a host that died, which is told; before that, another one has taken its place.
      if (session instanceof Error) expect(session).toMatchObject({ code: 'host-start-failed' })
      else if (typeof session === 'object' && session && 'id' in session) {
        expect(await ended(client, String(session.id))).toMatchObject({ exit: { outcome: expect.stringMatching(/exited|lost/) } })
      }
    }
  })

  test('serves one of many that start at once, and the others are served all the same', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    const spare = await spareOf(home)
    const sessions = await Promise.all([1, 2, 3, 4].map((n) => startScript(client, home, `echo ${n}; exec sleep 100`)))
    expect(sessions.filter(({ hostPid }) => hostPid === spare.pid)).toHaveLength(1)
    expect(new Set(sessions.map(({ hostPid }) => hostPid)).size).toBe(4)
  })

  test('ends with its daemon, also when that is killed', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    await client.daemon()
    const first = await spareOf(home)
    await killDaemon(home)
    await gone(home, first)
    await client.daemon()
    const second = await spareOf(home)
    await client.stopDaemon()
    await gone(home, second)
  })

  test('is not kept with spare-hosts = 0', async () => {
    await using home = temporaryHome()
    mkdirSync(home.paths.config, { recursive: true, mode: 0o700 })
    writeFileSync(join(home.paths.config, 'config.toml'), '[sessions]\nspare-hosts = 0\n')
    const client = clientOf(home)
    const { id } = await startScript(client, home, 'exit 0')
    await ended(client, id)
    expect(spares(home)).toEqual([])
  })
})

test('with the package removed, the session that the spare host was kept for starts, and the next is refused clearly', async () => {
  await using home = temporaryHome()
  const installed = home.folder('installed')
  cpSync(dirname(hostBundle()), join(installed, 'dist'), { recursive: true })
  symlinkSync(MODULES, join(installed, 'node_modules'))
  const perch = (...args: string[]) =>
    within(
      runProgram(process.execPath, [join(installed, 'dist/perch.cjs'), ...args], { env: home.env, cwd: home.home }),
      TEST_BOUND_MS,
      () => `perch ${args.join(' ')}`,
    )
  await perch('daemon', 'start')
  const spare = await spareOf(home)
  // The last thing it loads; from then on it needs no file of the package.
  await until(
    () => readFileSync(`/proc/${spare.pid}/maps`, 'utf8').includes('pty.node'),
    TEST_BOUND_MS,
    () => 'the spare host to be up',
  )
  rmSync(installed, { recursive: true })

  const client = clientOf(home, { autostart: false })
  const session = await startScript(client, home, 'echo still here; exit 3')
  expect(await ended(client, session.id)).toMatchObject({ exit: { code: 3 } })
  const record = JSON.parse(readFileSync(join(home.paths.state, 'sessions', session.id, 'session.json'), 'utf8'))
  expect(record.host.pid).toBe(spare.pid)
  expect(await logText(client, session.id, 'stdout')).toBe('still here\n')
  await expect(startScript(client, home, 'true')).rejects.toMatchObject({ code: 'host-start-failed' })
})
