/** What one changed key of a large document costs beside eight live profiles, without the watching: all the work of perch itself. */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { perchPaths } from '../src/platform/paths.js'
import { createProfile } from '../src/profiles/create-profile.js'
import { acquireRuntime } from '../src/runtime/acquire.js'
import { type DocumentPlace, documentPlaces } from '../src/runtime/document-place.js'
import { DocumentMemory } from '../src/runtime/documents/document-memory.js'
import { syncDocument } from '../src/runtime/documents/sync-document.js'
import { openRuntimeContext, type RuntimeContext } from '../src/runtime/runtime-context.js'
import { builtInAgent } from '../tests/kit/built-in-agents.js'
import { figuresOf } from './statistics.js'
import { printTable } from './table.js'

const ROUNDS = 40
const PROFILES = 8
/** Of 2 KB each: a `.claude.json` of 4 MB. */
const PROJECTS = 2_000
const PROMPTS_PER_PROJECT = 8

interface Live {
  readonly context: RuntimeContext
  readonly place: DocumentPlace
}

export async function benchDocuments(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pb-'))
  try {
    writeFileSync(join(folder, '.claude.json'), JSON.stringify(largeDocument(), null, 2))
    const lives: Live[] = []
    for (let at = 0; at < PROFILES; at++) lives.push(await liveProfile(folder, `p${at}`))
    const memory = new DocumentMemory()
    const passOverAll = async (first: number) => {
      for (let at = 0; at < PROFILES; at++) {
        const live = lives[(first + at) % PROFILES]
        if (live !== undefined) await syncDocument(live.context, live.place, memory)
      }
    }
    const [cold, idle, first, all, longest]: number[][] = [[], [], [], [], []]
    cold?.push(await timed(() => passOverAll(0)))
    for (let round = 0; round < ROUNDS; round++) {
      await passOverAll(0)
      const [live] = lives
      if (live === undefined) continue
      idle?.push(await timed(() => syncDocument(live.context, live.place, memory)))
      const changed = round % PROFILES
      changeKeys(lives[changed]?.place.replica ?? '', round)
      const blocks = watchBlocks()
      const from = performance.now()
      const author = lives[changed]
      if (author !== undefined) first?.push(await timed(() => syncDocument(author.context, author.place, memory)))
      await passOverAll(changed + 1)
      all?.push(performance.now() - from)
      longest?.push(blocks.stop())
      const last = lives[(changed + PROFILES - 1) % PROFILES]
      if (last !== undefined && !readFileSync(last.place.replica, 'utf8').includes(`"numStartups": ${round + 2},`)) {
        throw new Error('the change has not arrived')
      }
    }
    const megabytes = (readFileSync(join(folder, '.claude.json')).length / 1e6).toFixed(1)
    printTable(`A key changed in one of ${PROFILES} live replicas of a document of ${megabytes} MB`, [
      { what: 'in all the others', figures: figuresOf(all ?? []), note: 'bar: 150 ms with a window of 20 ms' },
      { what: 'in the shared document', figures: figuresOf(first ?? []) },
      { what: 'the longest single block of the loop', figures: figuresOf(longest ?? []) },
      { what: 'a pass with nothing changed', figures: figuresOf(idle ?? []) },
      { what: `the first pass over all ${PROFILES} of a new process`, figures: figuresOf(cold ?? []) },
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function liveProfile(home: string, name: string): Promise<Live> {
  const paths = perchPaths({ PERCH_HOME: join(home, 'perch') })
  const agent = builtInAgent('claude')
  const profile = await createProfile(paths, { name, agent: 'claude' })
  const request = { paths, profile, agent, home }
  await acquireRuntime({ ...request, leaseId: 'bench', env: {} })
  if (agent.relocation === null) throw new Error('the agent has no config folder')
  const context = openRuntimeContext(request, agent.relocation, 'link')
  const place = documentPlaces(context).find(({ definition }) => definition.name === '.claude.json')
  if (place === undefined) throw new Error('the agent has no such document')
  return { context, place }
}

/** As the client does at the start of a session: a counter and the project, the whole file by rename. */
function changeKeys(path: string, round: number): void {
  const document = JSON.parse(readFileSync(path, 'utf8'))
  document.numStartups = round + 2
  document.projects[`/src/project-${(round * 37) % PROJECTS}`].lastSessionId = `session-${round}`
  writeFileSync(`${path}.tmp.1`, JSON.stringify(document, null, 2))
  renameSync(`${path}.tmp.1`, path)
}

/** How long the loop did nothing else at a time. */
function watchBlocks(): { stop(): number } {
  let last = performance.now()
  let longest = 0
  const look = () => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }
  const timer = setInterval(look, 1)
  return {
    stop: () => {
      clearInterval(timer)
      look()
      return longest
    },
  }
}

function largeDocument(): unknown {
  const history = Array.from({ length: PROMPTS_PER_PROJECT }, (_, at) => ({
    display: `${at} ${'x'.repeat(120)}`,
    pastedContents: {},
  }))
  const project = (at: number) => ({ allowedTools: [], history, mcpServers: {}, hasTrustDialogAccepted: true, lastCost: at / 7 })
  const projects = Object.fromEntries(Array.from({ length: PROJECTS }, (_, at) => [`/src/project-${at}`, project(at)]))
  return { numStartups: 1, theme: 'dark', projects, mcpServers: {} }
}

async function timed(action: () => unknown): Promise<number> {
  const from = performance.now()
  await action()
  return performance.now() - from
}
