/**
 * Names that are not UTF-8, which Linux allows and Node cannot hand out as text: such an entry is listed under a name that
 * does not exist. It gets one that does, so that it can be taken over like any other.
 */
import { isUtf8 } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { lstatSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { RuntimeContext } from '../runtime-context.js'

/** A name has at most 255 bytes; this leaves room for the stamp of a name that is taken. */
const NAME_LIMIT = 240

/** Renames the entries of a folder that nobody uses any more. */
export function makeNamesReadable(context: RuntimeContext, folder: string): void {
  for (const name of readdirSync(folder, { encoding: 'buffer' })) {
    if (isUtf8(name)) continue
    const target = freePath(folder, readableName(name).slice(-NAME_LIMIT))
    renameSync(Buffer.concat([Buffer.from(`${folder}/`), name]), target)
    context.journal.write({ what: 'renamed', name: readableName(name), to: target, why: 'its name was not UTF-8' })
  }
}

/** Every byte beyond ASCII as in a URL. */
function readableName(name: Buffer): string {
  return name.toString('latin1').replaceAll(/[^\x00-\x7f]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`)
}

function freePath(folder: string, name: string): string {
  const path = join(folder, name)
  const isTaken = lstatSync(path, { throwIfNoEntry: false }) !== undefined
  return isTaken ? join(folder, `${name}.${randomBytes(3).toString('hex')}`) : path
}
