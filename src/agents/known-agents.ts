/** The agents that perch knows for one person: the built-in ones, and those of the person's `agents.d`. */
import type { PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import type { AgentDefinition } from './agent-definition.js'
import { builtInAgents } from './built-in-agents.js'
import { command } from './command.js'
import { AGENT_FILE_CODE } from './own/agent-file.js'
import { type AgentsFolder, type ReadAgentFile, readAgentsFolder } from './own/agents-folder.js'

export interface KnownAgents {
  /** The built-in ones first, in the order in which `default` looks for an installed one; then the person's own by name. */
  readonly all: readonly AgentDefinition[]
  /** Why an agent with this name cannot be used, though the person wrote a definition of it. */
  readonly unusable: ReadonlyMap<string, PerchError>
  /** Every file that is not used, and the folder if it is not read. */
  readonly problems: readonly PerchError[]
  /** What is odd in the definition of an agent and does no harm, by its name. */
  readonly warnings: ReadonlyMap<string, readonly string[]>
}

/** The agents of the person whose folders these are. Reads `agents.d` anew. */
export function knownAgents(paths: Pick<PerchPaths, 'config'>): KnownAgents {
  return withOwn(builtInAgents, readAgentsFolder(paths.config))
}

/**
 * The definition with this name.
 * @throws PerchError `unknown-agent`; `bad-agent-file`, `unsafe-file` when its file cannot be used
 */
export function agentNamed(name: string, known: KnownAgents): AgentDefinition {
  const agent = known.all.find((definition) => definition.name === name)
  if (agent) return agent
  const unusable = known.unusable.get(name)
  if (unusable) throw unusable
  const names = `Use one of: ${known.all.map((definition) => definition.name).join(', ')}.`
  const problems = known.problems.map(({ message }) => `Not used: ${message}.`)
  throw new PerchError('unknown-agent', `perch knows no agent named ${JSON.stringify(name)}`, {
    hint: [names, ...problems].join(' '),
  })
}

/**
 * Puts the person's definitions beside the built-in ones. Pure. A built-in agent is replaced only by a file that says so. A
 * broken file makes its agent unusable even where perch brings a definition of that name: it may say what must not be shared.
 */
export function withOwn(builtIn: readonly AgentDefinition[], { files, problem }: AgentsFolder): KnownAgents {
  const refused = files.flatMap((file) => {
    const isBroken = file.content instanceof PerchError && file.name !== command.name
    const why = file.content instanceof PerchError ? file.content : refusal(builtIn, file, file.content.replacesBuiltIn)
    return why === null ? [] : [{ name: file.name, why, isBroken }]
  })
  const own = files.flatMap(({ name, content }) =>
    content instanceof PerchError || refused.some((one) => one.name === name) ? [] : [content],
  )
  const broken = refused.filter(({ isBroken }) => isBroken)
  const replacements = new Map(own.map(({ definition }) => [definition.name, definition]))
  const isBuiltIn = (name: string) => builtIn.some((agent) => agent.name === name)
  return {
    all: [
      ...builtIn
        .filter(({ name }) => !broken.some((one) => one.name === name))
        .map((agent) => replacements.get(agent.name) ?? agent),
      ...own.map(({ definition }) => definition).filter(({ name }) => !isBuiltIn(name)),
    ],
    unusable: new Map(broken.map(({ name, why }) => [name, why])),
    problems: [...(problem === null ? [] : [problem]), ...refused.map(({ why }) => why)],
    warnings: new Map(own.map(({ definition, warnings }) => [definition.name, warnings])),
  }
}

function refusal(
  builtIn: readonly AgentDefinition[],
  { name, path }: ReadAgentFile,
  replacesBuiltIn: boolean,
): PerchError | null {
  const isBuiltIn = builtIn.some((agent) => agent.name === name)
  const refuse = (why: string, hint: string) => new PerchError(AGENT_FILE_CODE, `${path}: ${why}`, { hint })
  if (name === command.name) return refuse(`${name} stands for any command and cannot be replaced`, 'Give the file another name.')
  if (isBuiltIn && !replacesBuiltIn) {
    return refuse(
      `${name} is built in`,
      'To replace it as a whole, add: replaces-built-in = true. Else give the file another name.',
    )
  }
  if (!isBuiltIn && replacesBuiltIn) {
    return refuse(`replaces-built-in is set, and no built-in agent is named ${name}`, 'Remove the key, or correct the name.')
  }
  return null
}
