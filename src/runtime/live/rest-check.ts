/**
 * Whether anything can have happened to a runtime of links since all of it was last looked at, as far as a few calls on its
 * folders and files tell: so that the slow pass over one at rest costs next to nothing. An entry that comes, goes or is
 * replaced shows in the time of its folder, and what is written in place behind a link concerns nobody.
 */
import { lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '../../platform/perch-error.js'
import { durablePath, livePath } from '../credentials/credential-file.js'
import { type DocumentPlace, documentPlaces } from '../document-place.js'
import type { RuntimeContext } from '../runtime-context.js'
import { indexPath } from '../tree/index-file.js'
import { statText } from './stat-text.js'

/** After so many passes that found nothing, one looks at everything all the same. */
const RESTS = 20

export class RestCheck {
  #print: string | undefined
  #rests = 0

  /** Whether everything is to be looked at. What comes after this call shows in the next one, also if the look has seen it. */
  isOver(context: RuntimeContext): boolean {
    const print = printOf(context)
    this.#rests = print === this.#print ? this.#rests + 1 : 0
    this.#print = print
    if (this.#rests > 0 && this.#rests < RESTS) return false
    this.#rests = 0
    return true
  }
}

function printOf(context: RuntimeContext): string {
  const { folders, layers, relocation, request, sharedHome } = context
  const home = join(request.home, relocation.defaultHome)
  const live = livePath(context)
  const followed = [
    ...layers.flatMap(({ folder, state, shared }) => [folder, state, shared ?? folder]),
    ...[folders.credentials, folders.sync, folders.file, indexPath(context), home, live, durablePath(context)],
    ...documentPlaces(context).flatMap(filesOf),
    ...linksIn(sharedHome),
  ]
  return [...followed.map((path) => statText(path, statSync)), statText(home, lstatSync), statText(live, lstatSync)].join('\n')
}

function filesOf({ replica, shared, own, base, seededOverlay }: DocumentPlace): readonly string[] {
  return [replica, shared ?? replica, own, base, seededOverlay]
}

/** What they lead to may come and go without a trace in the folder. */
function linksIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => join(folder, name))
  } catch (error) {
    return [errnoOf(error) ?? String(error)]
  }
}
