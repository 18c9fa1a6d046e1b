import { describe, expect, it } from 'vitest'
import { identifyProcess, type ProcessIdentity } from '../../../src/platform/process/process-identity.js'
import { type ProcessEntry, type ProcessTable, parsePsTable } from '../../../src/platform/process/process-table.js'
import { processesOf, selectSession } from '../../../src/platform/process/process-tree.js'
import { until, within } from '../../kit/bounded.js'
import { endProcess, processesMarked } from '../../kit/marked-processes.js'
import { requiresPlatform } from '../../kit/requirement.js'
import { type TemporaryHome, temporaryHome } from '../../kit/temporary-home.js'
import { BOUND_MS, type WatchedChild, watchPty } from '../watched-child.js'

const MARK = 'session-under-test'

describe('the processes of a session', () => {
  it('are found in the group, in the session, among the descendants, and by the mark', async (context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    // In order: a child of the group, one with a group of its own, a descendant in another session, and one that left
    // the tree as well (its parent ends) and keeps only the environment.
    const script = `
      sleep 1000 & echo "group $!"
      set -m; sleep 1001 & echo "session $!"; set +m
      setsid sh -c 'echo "tree $$"; exec sleep 1002' &
      sh -c 'setsid sh -c "echo marked \\$\\$; exec sleep 1003" &'
      read -r forever`
    await using session = await startSession(home, script, 4)
    const found = new Set(processesOf(session).map(({ pid }) => pid))
    expect(found.has(session.leader.pid)).toBe(true)
    expect(processesOf(session)[0]).toEqual(session.leader)
    for (const [name, pid] of session.pids) expect([name, found.has(pid)]).toEqual([name, true])
    expect(found.size).toBe(5)
  })

  it('are found after the leader was collected', async (context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    await using session = await startSession(home, 'trap "" HUP; sleep 1000 & echo "group $!"; read -r go', 1)
    await session.watched.type('\r')
    await within(session.watched.child.exited, BOUND_MS, () => 'the end of the leader')
    expect(processesOf(session).map(({ pid }) => pid)).toEqual([session.pids.get('group')])
  })

  it('are none when only a zombie is left, or after another boot', async (context) => {
    requiresPlatform(context, 'linux')
    const self = identifyProcess(process.pid) ?? expect.fail('this process has an identity')
    expect(processesOf({ leader: { ...self, bootId: 'another' }, sessionMark: MARK })).toEqual([])
    const zombie = entry({ pid: 10, isZombie: true })
    expect(selectSession(table([zombie]), { leader: leaderOf(zombie), sessionMark: MARK }, 1)).toEqual([])
  })
})

describe('selecting a session from the table of processes', () => {
  const leader = entry({ pid: 10, group: 10, session: 10 })
  const select = (entries: readonly ProcessEntry[], variables: Variables = {}, of: ProcessEntry = leader, self = 1) =>
    selectSession(table(entries, variables), { leader: leaderOf(of), sessionMark: MARK }, self).map(({ pid }) => pid)

  it('leaves out the group of a stranger who got the pid of the leader', () => {
    const stranger = entry({ pid: 10, group: 10, session: 10, startTime: '999' })
    const its = entry({ pid: 11, ppid: 10, group: 10, session: 10, startTime: '1000' })
    expect(select([stranger, its])).toEqual([])
    expect(select([stranger, its, entry({ pid: 12 })], { 12: { PERCH_SESSION: MARK } })).toEqual([12])
  })

  it('goes by the mark alone where nobody knows the leader', () => {
    const marked = entry({ pid: 12, group: 12, session: 12 })
    const below = entry({ pid: 13, ppid: 12, group: 13, session: 13 })
    const variables = { 12: { PERCH_SESSION: MARK } }
    const found = selectSession(table([leader, marked, below], variables), { leader: null, sessionMark: MARK }, 1)
    expect(found.map(({ pid }) => pid)).toEqual([12, 13])
  })

  it('follows descendants through those that left the group', () => {
    const left = entry({ pid: 11, ppid: 10, group: 11, session: 11 })
    const below = entry({ pid: 12, ppid: 11, group: 12, session: 12 })
    expect(select([below, left, leader])).toEqual([10, 11, 12])
  })

  it('never holds the one who asks, nor what that one started', () => {
    const asking = entry({ pid: 20, ppid: 10, group: 10, session: 10 })
    const started = entry({ pid: 21, ppid: 20, group: 21, session: 21 })
    expect(select([leader, asking, started], {}, leader, 20)).toEqual([10])
  })

  it('stops at a daemon that was started from within, and at the hosts below it', () => {
    const command = entry({ pid: 11, ppid: 10, group: 11, session: 10 })
    const daemon = entry({ pid: 12, ppid: 11, group: 12, session: 12 })
    const host = entry({ pid: 13, ppid: 12, group: 13, session: 13 })
    const agent = entry({ pid: 14, ppid: 13, group: 14, session: 14 })
    const variables: Variables = {
      12: { PERCH_PROCESS: 'perchd' },
      13: { PERCH_PROCESS: 'host' },
      14: { PERCH_SESSION: 'another' },
    }
    expect(select([leader, command, daemon, host, agent], variables)).toEqual([10, 11])
  })

  it('takes the mark whole, not as a part of another', () => {
    const entries = [entry({ pid: 30 }), entry({ pid: 31 })]
    expect(select(entries, { 30: { PERCH_SESSION: `${MARK}2` }, 31: { PERCH_SESSION: MARK } })).toEqual([31])
  })
})

describe('the table that ps prints', () => {
  const text = [
    '    1     0     1 Ss   Mon Jan  5 09:00:00 2026     /sbin/launchd',
    '  812     1   812 S+   Tue Jan  6 10:11:12 2026     node host.cjs PERCH_PROCESS=host HOME=/Users/a',
    '  900   812   900 Z    Tue Jan  6 10:11:13 2026     (agent)',
    ' 1234   812   812 S    Wed Jan 14 23:59:59 2026     sh -c true PERCH_SESSION=abc A=b',
    '',
  ].join('\n')

  it('gives the same facts as /proc, start dates as `ps -o lstart=` of one process shows them', () => {
    const { entries, variableOf } = parsePsTable(text)
    expect(entries).toHaveLength(4)
    expect(entries[3]).toEqual({
      pid: 1234,
      ppid: 812,
      group: 812,
      session: 812,
      startTime: 'Wed Jan 14 23:59:59 2026',
      isZombie: false,
    })
    expect(entries[1]?.startTime).toBe('Tue Jan  6 10:11:12 2026')
    expect(entries[2]?.isZombie).toBe(true)
    expect(variableOf(1234, 'PERCH_SESSION')).toBe('abc')
    expect(variableOf(1234, 'SESSION')).toBeUndefined()
    expect(variableOf(812, 'PERCH_PROCESS')).toBe('host')
  })
})

type Variables = Readonly<Record<number, Readonly<Record<string, string>>>>

function entry(facts: Partial<ProcessEntry> & { pid: number }): ProcessEntry {
  return { ppid: 1, group: facts.pid, session: facts.pid, startTime: '100', isZombie: false, ...facts }
}

function table(entries: readonly ProcessEntry[], variables: Variables = {}): ProcessTable {
  return { entries, variableOf: (pid, name) => variables[pid]?.[name] }
}

function leaderOf({ pid, startTime }: ProcessEntry): ProcessIdentity {
  return { pid, startTime, bootId: 'this' }
}

interface RunningSession extends AsyncDisposable {
  readonly watched: WatchedChild
  readonly leader: ProcessIdentity
  readonly sessionMark: string
  /** By the names that the script printed. */
  readonly pids: ReadonlyMap<string, number>
}

/** On a terminal: only there does a shell give its jobs groups of their own. */
async function startSession(home: TemporaryHome, script: string, names: number): Promise<RunningSession> {
  const sessionMark = `${MARK}-${home.root}`
  const watched = await watchPty(home, ['sh', '-c', script], { env: { ...home.env, PERCH_SESSION: sessionMark } })
  const leader = identifyProcess(watched.child.pid) ?? expect.fail('the leader has an identity')
  const printed = () =>
    new Map(Array.from(watched.text().matchAll(/(\w+) (\d+)\r\n/g), ([, name, pid]) => [`${name}`, Number(pid)]))
  await until(
    () => printed().size === names,
    BOUND_MS,
    () => `the processes; so far ${watched.text()}`,
  )
  return {
    watched,
    leader,
    sessionMark,
    pids: printed(),
    async [Symbol.asyncDispose]() {
      for (const found of processesMarked(sessionMark)) endProcess(found)
      await watched[Symbol.asyncDispose]()
    },
  }
}
