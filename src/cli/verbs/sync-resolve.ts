/** `perch sync resolve`: what lost a conflict and was kept, and taking either side. */
import type { PerchClient } from '../../client/perch-client.js'
import { PerchError } from '../../platform/perch-error.js'
import { conflictFields, conflictTable, resolvedTexts } from '../conflict-view.js'
import { type MeantConflicts, meantConflicts } from '../meant-conflicts.js'
import type { VerbResult } from '../result.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

const SIDES = ['kept', 'current'] as const
type Side = (typeof SIDES)[number]

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const take = parseSide(optionValue(invocation, 'take'))
  const all = invocation.flags.has('all')
  if (all && take === undefined) throw new PerchError('usage', 'which side is to be taken?', { hint: SIDE_HINT })
  const client = await context.client()
  const meant = await whatIsMeant(client, invocation.positionals)
  if (all && meant.ids.length > 0) throw new PerchError('usage', '--all and ID exclude each other')
  if (take === undefined) return await listed(client, meant, context)
  if (!all && meant.ids.length === 0) {
    throw new PerchError('usage', 'which conflicts?', { hint: 'Name them by their ids, or give --all for every open one.' })
  }
  const { resolved, errors } = await client.resolveSync({
    take,
    ...(meant.profile !== undefined && { profile: meant.profile }),
    ...(meant.ids.length > 0 && { ids: [...meant.ids] }),
  })
  const lines = resolved.flatMap((conflict) => resolvedTexts(conflict, take))
  return {
    shown: { kind: 'lines', lines: lines.length + errors.length > 0 ? lines : ['no open conflicts'] },
    document: { resolved },
    problems: errors.map(({ code, message, hint }) => new PerchError(code, message, { hint: hint ?? undefined })),
  }
}

const SIDE_HINT = 'Give --take kept or --take current.'

async function listed(client: PerchClient, meant: MeantConflicts, context: CliContext): Promise<VerbResult> {
  const { conflicts } = await client.syncConflicts(meant)
  const [only] = conflicts
  const open = conflicts.filter(({ state }) => state === 'open')
  const id = meant.ids.length === 1 ? only?.id : undefined
  if (open.length > 0) context.notice(`to decide: perch sync resolve ${id ?? 'ID'} --take kept (or current)`)
  const shown = id !== undefined && only !== undefined ? conflictFields(only) : conflictTable(conflicts, Date.now())
  return { shown, document: { conflicts } }
}

async function whatIsMeant(client: PerchClient, words: readonly string[]): Promise<MeantConflicts> {
  if (words.length === 0) return { profile: undefined, ids: [] }
  const { profiles } = await client.listProfiles()
  return meantConflicts(
    words,
    profiles.map(({ name }) => name),
  )
}

function parseSide(text: string | undefined): Side | undefined {
  if (text === undefined) return undefined
  const side = SIDES.find((known) => known === text)
  if (side) return side
  throw new PerchError('usage', `--take takes kept or current, not ${JSON.stringify(text)}`, {
    hint: 'kept puts the kept copy in place, current lets it go.',
  })
}
