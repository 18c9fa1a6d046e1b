/** The log's folder, or the whole folder of a session, removed or made useless under its running host. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openEndedLog } from '../../src/host/log/ended-log.js'
import { requires, requiresPlatform, requiresRoot } from '../kit/requirement.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { endHost, type HostProgram, startHost } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

/** Echoes lines; `flood` writes more than a segment of the log and more than memory holds. */
const ECHO = [
  'sh',
  '-c',
  'while read -r line; do echo "$line"; [ "$line" = flood ] && head -c 3000000 /dev/zero; done; exit 5',
] as const
const FLOOD_BYTES = 3_000_000
/** Segments of 128 KiB. */
const LIMITS = { logBytes: 1 << 20, memoryBytes: 1 << 18 }

async function echo(reader: HostReader, text: string): Promise<void> {
  await reader.type(`${text}\n`)
  await reader.waitForText('stdout', `${text}\n`)
}

/** A reader that the program waits for: memory alone would not hold what it has not taken yet. */
function attached(host: HostProgram): Promise<HostReader> {
  return HostReader.attach(host.socket, { mode: 'controller', block: true })
}

/** The session is as good as before, but for its log. */
async function goesOn(host: HostProgram, reader: HostReader): Promise<void> {
  await echo(reader, 'flood')
  await reader.waitFor('the flood', () => reader.receivedBytes >= FLOOD_BYTES)
  await echo(reader, 'after')
  expect(reader.gaps).toEqual([])
  await using late = await HostReader.attach(host.socket, { from: { at: 'tail', lines: 1 } })
  await late.waitForText('stdout', 'after')
  expect((await late.status()).logProblem).toEqual(expect.any(String))
}

describe('a log folder that is removed under its host', () => {
  test('costs the log, and nothing else; what memory holds at the end is written again', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ECHO, limits: LIMITS })
    await using reader = await attached(host)
    await echo(reader, 'before')
    rmSync(join(host.folder, 'log'), { recursive: true })
    await echo(reader, 'flood')
    await reader.waitFor('the flood', () => reader.receivedBytes >= FLOOD_BYTES)
    await echo(reader, 'after')
    await reader.endInput()
    expect(await reader.untilClosed()).toEqual({ reason: 'ended' })
    expect(reader.gaps).toEqual([])
    expect((await host.exitRecord()).exit.code).toBe(5)
    const { extents } = await openEndedLog(host.folder)
    expect(extents.stdout?.end).toBe(reader.receivedBytes)
  })
})

describe('a session folder that is removed under its host', () => {
  test('the session goes on, says so, and ends like any other', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ECHO, limits: LIMITS })
    await using reader = await attached(host)
    await echo(reader, 'before')
    await reader.channel.request('subscribe', {})
    rmSync(host.folder, { recursive: true })
    await goesOn(host, reader)
    expect(reader.events.map(({ type }) => type)).toContain('log-problem')
    // Nothing of it comes back as half a session.
    expect(existsSync(host.folder)).toBe(false)
    await reader.endInput()
    expect(await reader.untilClosed()).toEqual({ reason: 'ended' })
    expect(reader.exit?.exit.code).toBe(5)
    expect(await host.gone).toEqual({ code: 0, signal: null })
    expect([existsSync(host.folder), existsSync(host.socket)]).toEqual([false, false])
  })

  test('and put back: its end is recorded', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ECHO, limits: LIMITS })
    await using reader = await attached(host)
    await echo(reader, 'before')
    const away = `${host.folder}.away`
    renameSync(host.folder, away)
    await goesOn(host, reader)
    renameSync(away, host.folder)
    await reader.endInput()
    await reader.untilClosed()
    expect((await host.exitRecord()).exit.code).toBe(5)
  })
})

describe('a disk', () => {
  test('that is full: the session goes on in memory, and its end is recorded where there is room for that', async (context) => {
    requiresRoot(context)
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    let mount = ''
    const host = await startHost(home, {
      argv: ECHO,
      limits: { ...LIMITS, logBytes: 64 << 20 },
      prepare: (folder) => {
        mount = join(folder, 'log')
        mkdirSync(mount)
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=700', 'tmpfs', mount])
      },
    })
    try {
      await using reader = await attached(host)
      await goesOn(host, reader)
      expect((await reader.status()).logProblem).toMatch(/space|full/i)
      await reader.endInput()
      await reader.untilClosed()
      expect((await host.exitRecord()).exit.code).toBe(5)
    } finally {
      execFileSync('umount', ['-l', mount])
    }
  })

  test('on which files may not grow any more: SIGXFSZ ends neither host nor session', async (context) => {
    requires(context, 'prlimit')
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ECHO, limits: LIMITS })
    await using reader = await attached(host)
    await echo(reader, 'before')
    execFileSync('prlimit', ['--pid', String(host.pid), '--fsize=100000:100000'])
    await goesOn(host, reader)
    await reader.endInput()
    await reader.untilClosed()
    expect((await host.exitRecord()).exit.code).toBe(5)
  })

  test('that turns read-only', async (context) => {
    requiresRoot(context)
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    let mount = ''
    const host = await startHost(home, {
      argv: ECHO,
      limits: LIMITS,
      prepare: (folder) => {
        mount = join(folder, 'log')
        mkdirSync(mount)
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=700', 'tmpfs', mount])
      },
    })
    try {
      execFileSync('mount', ['-o', 'remount,ro', mount])
      await using reader = await attached(host)
      await goesOn(host, reader)
      expect(readdirSync(mount)).toEqual([])
      await endHost(host)
    } finally {
      execFileSync('umount', ['-l', mount])
    }
  })
})
