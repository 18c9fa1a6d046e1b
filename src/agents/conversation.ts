/** Which conversation an agent is started with: told to it up front, so that it can be found again whatever ends it. Pure. */
import type { ConversationFacts } from './agent-definition.js'

export interface StartedConversation {
  /** To be put before the person's arguments. */
  readonly args: readonly string[]
  /** Null where nobody can say. */
  readonly id: string | null
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** `mcp list`, `auth login`: commands of the agent that hold no conversation; a prompt of one word looks the same. */
const COMMAND = /^[a-z][a-z-]*$/

/** Whether these arguments begin with a command of the agent, which is no conversation; a prompt of one word counts as one too. */
export function isAgentCommand(args: readonly string[]): boolean {
  return COMMAND.test(args[0] ?? '')
}

/** The words among which options are: behind `--` there are none. */
export function optionsOf(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--')
  return end === -1 ? args : args.slice(0, end)
}

/** `newId` gives a UUID that was never used. */
export function startedConversation(
  facts: ConversationFacts | null,
  args: readonly string[],
  newId: () => string,
): StartedConversation {
  if (facts === null || isAgentCommand(args)) return { args: [], id: null }
  const options = optionsOf(args)
  const decided = options.findIndex((word) => facts.decidedBy.includes(word.split('=')[0] ?? ''))
  if (decided === -1) {
    const id = newId()
    return { args: [facts.idOption, id], id }
  }
  const [word = '', next = ''] = options.slice(decided)
  const value = word.includes('=') ? word.slice(word.indexOf('=') + 1) : next
  return { args: [], id: UUID.test(value) ? value.toLowerCase() : null }
}

/** The arguments that continue this conversation. */
export function resumeArguments(facts: ConversationFacts, id: string): readonly string[] {
  return facts.resume.map((word) => word.replaceAll('{id}', id))
}

/** Whether a word is the id of a conversation. */
export function isConversationId(word: string): boolean {
  return UUID.test(word)
}
