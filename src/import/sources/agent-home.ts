/**
 * Config folders of agents beside the plain home, such as `~/.claude-work`: those in HOME that hold a login, the one that the
 * shell points its agent at, and those that a person names. The plain home itself is the profile `default`, and keeps its login.
 */
import { existsSync, statSync } from 'node:fs'
import { basename, join, resolve, sep } from 'node:path'
import type { AgentDefinition, Relocation } from '../../agents/agent-definition.js'
import { knownAgents } from '../../agents/known-agents.js'
import { canonicalFolder } from '../../platform/files/canonical-folder.js'
import { isRuntimePath } from '../../platform/paths.js'
import { findProcessUsing } from '../../runtime/liveness/process-scan.js'
import type { FoundAccount, FoundLogin, ImportPlace, SourceReading } from '../found-account.js'
import { readStoredLogin } from '../stored-login.js'
import { type AccountDocuments, accountDocuments } from './account-documents.js'
import { claudeSwapFolder } from './claude-swap.js'
import { clauthFolder } from './clauth.js'
import { foldersIn } from './small-files.js'

interface Movable {
  readonly agent: AgentDefinition
  readonly relocation: Relocation
}

/** Those found by themselves, and the `named` ones, of which it is said why they are not taken. `imported`: the profiles of folders that were. */
export function readAgentHomes(
  place: ImportPlace,
  named: readonly string[],
  imported: ReadonlyMap<string, string>,
): SourceReading {
  const agents = knownAgents(place.paths).all.flatMap((agent) =>
    agent.relocation ? [{ agent, relocation: agent.relocation }] : [],
  )
  const notes: string[] = []
  const asked = named.map((path) => canonicalFolder(path))
  const folders = [...new Set([...asked, ...foundFolders(place, agents)])]
  const accounts = folders.flatMap((folder) => {
    const refused = reasonAgainst(place, agents, folder)
    const homes = refused === null ? agents.flatMap((agent) => homeOf(place, folder, agent)) : []
    if (homes.length === 0 && asked.includes(folder)) notes.push(`${folder} ${refused ?? whyNone(imported.get(folder))}.`)
    return homes
  })
  return { accounts, holders: [], notes }
}

function whyNone(profile: string | undefined): string {
  return profile === undefined ? 'holds no login of an agent that perch knows' : `was imported before, as the profile ${profile}`
}

/** `~/.claude-*` and the like, and what the shell's own variable says. */
function foundFolders({ home, env }: ImportPlace, agents: readonly Movable[]): readonly string[] {
  const whole = agents.filter(({ relocation }) => relocation.within === '')
  const beside = foldersIn(home).filter((name) => whole.some(({ relocation }) => name.startsWith(`${relocation.defaultHome}-`)))
  const pointedAt = whole.flatMap(({ relocation }) => env[relocation.variable] ?? [])
  return [...beside.map((name) => join(home, name)), ...pointedAt.map((path) => resolve(path))].map(canonicalFolder)
}

/** Completes "FOLDER …"; null for a folder that may be taken. */
function reasonAgainst(place: ImportPlace, agents: readonly Movable[], folder: string): string | null {
  const plain = agents.find(({ relocation }) => canonicalFolder(join(place.home, relocation.defaultHome)) === folder)
  if (plain) return `is the plain home of ${plain.agent.title}: the profile default uses it, and its login stays there`
  if (isRuntimePath(folder) || isBelow(folder, canonicalFolder(place.paths.data))) return "is perch's own"
  if (isBelow(folder, canonicalFolder(clauthFolder(place)))) return "is clauth's: import it with --from clauth"
  if (isBelow(folder, canonicalFolder(claudeSwapFolder(place)))) return "is claude-swap's: import it with --from claude-swap"
  if (!existsSync(folder)) return 'does not exist'
  return statSync(folder).isDirectory() ? null : 'is not a folder'
}

function homeOf({ env }: ImportPlace, folder: string, { agent, relocation }: Movable): readonly FoundAccount[] {
  const config = join(folder, relocation.within)
  const documents = accountDocuments(relocation, config)
  const login = loginOf(config, relocation, documents)
  if (login === null) return []
  return [
    {
      source: 'home',
      key: folder,
      label: basename(folder),
      agent,
      identity: documents.identity,
      login,
      baseUrl: null,
      env: {},
      settings: {},
      documents: documents.documents,
      isActive: false,
      obstacles: obstaclesAt(folder, relocation, env[relocation.variable]),
      notes: [
        ...documents.problems.map((problem) => `${problem}.`),
        `Only the login and what belongs to it is taken over: settings, history and everything else stay in ${folder}.`,
      ],
      lockedBy: config,
    },
  ]
}

/** Null where the folder is none of this agent's, or nobody has logged in there. */
function loginOf(config: string, relocation: Relocation, { identity }: AccountDocuments): FoundLogin | null {
  const place = { path: join(config, relocation.credential.file), encoding: 'plain' } as const
  const login = readStoredLogin(place, relocation.credential, null)
  const usesKeychain = process.platform === 'darwin' && relocation.credential.block !== null
  if (usesKeychain && identity !== null) return { kind: 'absent', why: 'is in the keychain, which perch does not read' }
  return login.kind === 'absent' && login.why === null ? null : login
}

/** An agent that runs there would write its login anew, or be logged out in the middle of its work. */
function obstaclesAt(folder: string, { variable }: Relocation, pointedAt: string | undefined): readonly string[] {
  if (pointedAt && canonicalFolder(pointedAt) === folder) return [`${variable} of this shell names its folder: unset it first`]
  const found = findProcessUsing(folder)
  if (found.kind === 'none') return []
  return [
    found.kind === 'used' ? `process ${found.pid} has its folder in its environment: end it first` : 'who uses it cannot be told',
  ]
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`)
}
