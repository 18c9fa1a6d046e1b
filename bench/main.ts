/** `npm run bench [-- GROUP…]`: every group, or those named, one after the other. */
import { cpus, platform, release } from 'node:os'
import { verdictTable } from '../tests/campaign/verdict.js'
import { benchCliStart } from './cli-start.js'
import { benchDocuments } from './documents.js'
import { benchExports } from './exports.js'
import { benchFlood } from './flood.js'
import { benchRuntime } from './runtime/all-rows.js'
import { POLLING_TOOL, pollForEver } from './runtime/polling-tool.js'
import { benchSessions } from './sessions/all-rows.js'
import { benchFirstScreen } from './sessions/first-screen.js'
import { benchKeystroke } from './sessions/keystroke.js'
import { benchPrompt } from './sessions/prompt.js'
import { benchShimStart } from './shim-start.js'
import { benchSpawnToExit } from './spawn-to-exit.js'
import { benchUsage } from './usage.js'
import { benchWhereTheTimeGoes } from './where-the-time-goes.js'

const groups: Readonly<Record<string, () => Promise<unknown>>> = {
  sessions: benchSessions,
  cli: benchCliStart,
  shim: async () => console.log(`\n${verdictTable(await benchShimStart())}`),
  time: benchWhereTheTimeGoes,
  spawn: benchSpawnToExit,
  flood: benchFlood,
  keystroke: benchKeystroke,
  prompt: benchPrompt,
  attach: async () => console.log(`\n${verdictTable(await benchFirstScreen())}`),
  runtime: () => benchRuntime(),
  heal: () => benchRuntime(['heal']),
  spread: () => benchRuntime(['spread']),
  nested: () => benchRuntime(['nested']),
  idle: () => benchRuntime(['idle']),
  documents: benchDocuments,
  exports: async () => console.log(`\n${verdictTable(await benchExports())}`),
  usage: async () => console.log(`\n${verdictTable(await benchUsage())}`),
}

/** The other groups are parts of these. */
const EVERYTHING = ['sessions', 'runtime']

async function main(): Promise<void> {
  const asked = process.argv.slice(2)
  if (asked[0] === POLLING_TOOL) return pollForEver(asked[1] ?? '')
  const unknown = asked.filter((name) => !(name in groups))
  if (unknown.length > 0) throw new Error(`no such group: ${unknown.join(', ')}. There are: ${Object.keys(groups).join(', ')}`)
  const day = new Date().toISOString().slice(0, 10)
  console.log(
    `${day}, ${cpus().length} × ${cpus()[0]?.model ?? 'cpu'}, ${platform()} ${release()}, Node ${process.versions.node}`,
  )
  for (const name of asked.length > 0 ? asked : EVERYTHING) await groups[name]?.()
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
