/** `perch sync resolve`: the conflicts that were kept, and taking either side of them. */
import type { SyncConflict } from '../../api/sync.js'
import { PerchError } from '../../platform/perch-error.js'
import type { VerbResult } from '../result.js'
import { conflictTable } from '../sync-view.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

const SIDES = ['kept', 'current'] as const
type Side = (typeof SIDES)[number]

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const client = await context.client()
  const take = parseSide(optionValue(invocation, 'take'))
  const all = await client.syncConflicts()
  const { profile, ids } = whatIsMeant(invocation.positionals, all.conflicts)
  if (take === undefined) {
    if (ids.length > 0 || invocation.flags.has('all')) {
      throw new PerchError('usage', 'which side is to be taken?', { hint: 'Give --take kept or --take current.' })
    }
    const { conflicts } = await client.syncConflicts(profile)
    if (conflicts.length > 0) context.notice('decide one with: perch sync resolve ID --take kept (or current)')
    return { shown: conflictTable(conflicts, Date.now()), document: { conflicts } }
  }
  if (ids.length === 0 && !invocation.flags.has('all')) {
    throw new PerchError('usage', 'which conflicts?', { hint: 'Name them by their ids, or give --all.' })
  }
  const { resolved } = await client.resolveSync({
    take,
    ...(profile !== undefined && { profile }),
    ...(ids.length > 0 && { ids: [...ids] }),
  })
  const lines = resolved.map((conflict) => resolvedText(conflict, take))
  return { shown: { kind: 'lines', lines: lines.length > 0 ? lines : ['no conflicts'] }, document: { resolved } }
}

/** The first word is the name of a profile, unless it is the beginning of a conflict's id. */
function whatIsMeant(
  words: readonly string[],
  conflicts: readonly SyncConflict[],
): { readonly profile: string | undefined; readonly ids: readonly string[] } {
  const [first, ...others] = words
  const isId = first !== undefined && conflicts.some(({ id }) => id.startsWith(first))
  const looksLikeId = first !== undefined && others.length === 0 && /^[0-9a-f]{6}$/.test(first)
  return isId || looksLikeId ? { profile: undefined, ids: words } : { profile: first, ids: others }
}

function resolvedText({ id, name, kind, current }: SyncConflict, take: Side): string {
  if (take === 'current') return `${id}: ${name} stays as it is`
  return kind === 'keys' ? `${id}: its keys are back in ${current}` : `${id}: the kept copy is ${current} now`
}

function parseSide(text: string | undefined): Side | undefined {
  if (text === undefined) return undefined
  const side = SIDES.find((known) => known === text)
  if (side) return side
  throw new PerchError('usage', `--take takes kept or current, not ${JSON.stringify(text)}`)
}
