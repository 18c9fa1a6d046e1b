/** What `perch exec -- true` spends its time on: each step by itself, from a client that is already up. */
import { connectHost } from '../src/client/host-connection.js'
import { connectPerch } from '../src/client/perch-client.js'
import { perchPaths } from '../src/platform/paths.js'
import type { Verdict } from '../tests/campaign/verdict.js'
import { medianBar } from './bars.js'
import { figuresOf } from './statistics.js'
import { printTable } from './table.js'
import { openWorkplace } from './workplace.js'

const ROUNDS = 21

export async function benchWhereTheTimeGoes(): Promise<readonly Verdict[]> {
  const workplace = openWorkplace()
  const client = connectPerch({ paths: perchPaths(workplace.env), env: workplace.env, autostart: true })
  const spent: Record<'floor' | 'load' | 'create' | 'exec' | 'attach' | 'end', number[]> = {
    floor: [],
    load: [],
    create: [],
    exec: [],
    attach: [],
    end: [],
  }
  try {
    await client.daemon()
    for (let round = 0; round <= ROUNDS; round++) {
      const floor = workplace.nodeFloor()
      const load = workplace.perch('--version')
      const asked = performance.timeOrigin + performance.now()
      const { session } = await client.createSession({
        profile: null,
        // GNU date: the moment at which the program itself ran, on the same clock.
        program: { kind: 'command', argv: ['/bin/sh', '-c', 'date +%s%N; read -r line'] },
        cwd: workplace.folder,
        env: workplace.env,
        kind: 'pipe',
      })
      const created = performance.timeOrigin + performance.now()
      const { socket } = await client.endpoint(session.id)
      if (socket === null) throw new Error('the session ended by itself')
      const connection = await connectHost(socket)
      const { events } = await connection.attach({ mode: 'controller', from: { at: 'offset', offset: 0 } })
      let printed = ''
      for await (const event of events) {
        if (event.type === 'data') printed += Buffer.from(event.bytes).toString()
        if (printed.endsWith('\n')) break
      }
      const attached = performance.timeOrigin + performance.now()
      connection.close()
      await client.killSession(session.id, { graceMs: 0 })
      const ended = performance.timeOrigin + performance.now()
      if (round === 0) continue
      spent.floor.push(floor)
      spent.load.push(load)
      spent.exec.push(Number(printed) / 1e6 - asked)
      spent.create.push(created - asked)
      spent.attach.push(attached - created)
      spent.end.push(ended - attached)
    }
  } finally {
    workplace.close()
  }
  const against = { name: '`node -e 0`', figures: figuresOf(spent.floor) }
  printTable('Where the time goes', [
    { what: '`node -e 0`', figures: against.figures },
    { what: 'CLI loaded and ended (`perch --version`)', figures: figuresOf(spent.load), against },
    {
      what: 'request to agent exec',
      figures: figuresOf(spent.exec),
      against,
      note: 'bar 110 ms; a spare host is up',
    },
    { what: 'request to reply: session created', figures: figuresOf(spent.create), against },
    { what: 'endpoint, connect, attach, first output', figures: figuresOf(spent.attach) },
    { what: 'SIGKILL, drain, exit record, reply', figures: figuresOf(spent.end) },
  ])
  return [
    medianBar(
      { row: 'request to agent exec', how: 'client library, daemon up', figures: figuresOf(spent.exec), beside: against },
      110,
    ),
  ]
}
