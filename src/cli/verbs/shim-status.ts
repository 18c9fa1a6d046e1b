/** `perch shim status`: which shims there are, whether a shell finds them, and what they run. */
import { agentProgram } from '../../agents/installed-agents.js'
import { shimsFolder } from '../../platform/paths.js'
import type { Cell, VerbResult } from '../result.js'
import { shimEffect } from '../shims/shim-effect.js'
import { type ShimName, shimNames, shimState } from '../shims/shim-folder.js'
import type { CliContext, Invocation } from '../verb.js'

const COLUMNS = [{ title: 'PROGRAM' }, { title: 'SHIM' }, { title: 'RUNS', shrinkTo: 16, cut: 'start' }] as const

export async function run(_: Invocation, { env, paths }: CliContext): Promise<VerbResult> {
  const folder = shimsFolder(paths)
  const shims = shimNames.map((name) => statusOf(folder, name, env))
  const rows = shims.map(({ name, state, program, behind }) => [name, stateCell(state, behind), program ?? 'not installed'])
  return { shown: { kind: 'table', columns: COLUMNS, rows, whenEmpty: '' }, document: { folder, shims } }
}

type State = 'none' | 'foreign' | 'outdated' | 'active' | 'not-on-path' | 'behind'

interface ShimStatus {
  readonly name: string
  readonly agent: string
  readonly state: State
  /** What a shell finds before the shim. */
  readonly behind: string | null
  /** The real program. */
  readonly program: string | null
}

function statusOf(folder: string, name: ShimName, env: NodeJS.ProcessEnv): ShimStatus {
  const { agent, command } = name
  const file = shimState(folder, name)
  const effect = shimEffect(folder, command, env.PATH)
  const state: State = file === 'missing' ? 'none' : file === 'current' ? effect.kind : file
  const behind = file !== 'missing' && effect.kind === 'behind' ? effect.program : null
  return { name: command, agent: agent.name, state, behind, program: agentProgram(agent, env) ?? null }
}

function stateCell(state: State, behind: string | null): Cell {
  switch (state) {
    case 'none':
      return { text: '-', tone: 'quiet' }
    case 'active':
      return { text: 'active', tone: 'good' }
    case 'foreign':
      return { text: 'not of perch', tone: 'bad' }
    case 'outdated':
      return { text: 'outdated: perch shim install', tone: 'bad' }
    case 'not-on-path':
      return { text: 'not on PATH: perch shim install', tone: 'bad' }
    case 'behind':
      return { text: `after ${behind} on PATH`, tone: 'bad' }
  }
}
