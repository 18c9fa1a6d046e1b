/** `perch import`: shows what there is to take over, asks before a login is moved where there is somebody to ask, and does it. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { isatty } from 'node:tty'
import { type ImportPlace, SOURCES, type SourceName } from '../../import/found-account.js'
import { carryOutImport } from '../../import/import-accounts.js'
import { type ImportSelection, movingAccount, planImport } from '../../import/plan-import.js'
import { homeFolder } from '../../platform/paths.js'
import { PerchError } from '../../platform/perch-error.js'
import { importDocument, importLines, type ShownImport } from '../import-view.js'
import type { VerbResult } from '../result.js'
import { type CliContext, type Invocation, optionValues } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const { env, paths } = context
  const place = { paths, env, home: homeFolder(env) }
  const selection = selectionOf(invocation)
  if (invocation.flags.has('dry-run')) {
    const { items, notes } = planImport(place, selection)
    const shown = { isDryRun: true, results: items.map((item) => ({ item, move: null, problem: null })), notes }
    return { shown: { kind: 'lines', lines: importLines(shown) }, document: importDocument(shown) }
  }
  const mayMove = await allowedMoves(place, selection, invocation.flags.has('yes'), context)
  const shown: ShownImport = { isDryRun: false, ...(await carryOutImport(place, selection, mayMove)) }
  return {
    shown: { kind: 'lines', lines: importLines(shown) },
    document: importDocument(shown),
    problems: shown.results.flatMap(({ problem }) => problem ?? []),
  }
}

function selectionOf(invocation: Invocation): ImportSelection {
  const folders = invocation.positionals.map(existingFolder)
  const asked = optionValues(invocation, 'from').map(sourceNamed)
  if (folders.length > 0 && asked.length > 0 && !asked.includes('home')) {
    throw new PerchError('usage', 'a PATH is a config folder of an agent, and goes with --from home')
  }
  const sources = asked.length > 0 ? asked : folders.length > 0 ? (['home'] as const) : SOURCES
  return { sources: new Set(sources), folders }
}

function existingFolder(path: string): string {
  const folder = resolve(path)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder
  throw new PerchError('folder-not-found', `there is no folder ${folder}`, { hint: 'Name the config folder of an agent.' })
}

function sourceNamed(name: string): SourceName {
  const source = SOURCES.find((one) => one === name)
  if (source === undefined) {
    throw new PerchError('usage', `--from takes ${SOURCES.join(', ')}, not ${JSON.stringify(name)}`)
  }
  return source
}

/** Which accounts' logins may move, by key. */
async function allowedMoves(
  place: ImportPlace,
  selection: ImportSelection,
  isSaid: boolean,
  { notice }: CliContext,
): Promise<(key: string) => boolean> {
  if (isSaid) return () => true
  if (!isatty(0) || !isatty(2)) return () => false
  const moving = planImport(place, selection).items.flatMap((item) => movingAccount(item) ?? [])
  const keys = new Set(moving.map(({ key }) => key))
  if (moving.length === 0) return () => false
  for (const { source, label, login } of moving) {
    if (login.kind === 'stored') notice(`the login of ${source} ${label} would move away from ${login.login.path}`)
  }
  const isAllowed = await isConfirmed(moving.length)
  return (key) => isAllowed && keys.has(key)
}

async function isConfirmed(count: number): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises')
  const dialogue = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const question = count === 1 ? 'Move this login to perch? [y/N] ' : `Move these ${count} logins to perch? [y/N] `
    return /^y(es)?$/i.test((await dialogue.question(question)).trim())
  } finally {
    dialogue.close()
  }
}
