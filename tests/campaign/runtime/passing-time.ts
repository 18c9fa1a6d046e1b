/**
 * The minutes that nobody waits for: locks and staging files whose owners are dead look as old as they become. Only what
 * belongs to nobody who lives is touched.
 */
import { lstatSync, lutimesSync, readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { STAGING_SUFFIX } from '../../../src/platform/files/atomic-file.js'
import { identifyProcess } from '../../../src/platform/process/process-identity.js'
import { GAVE_BACK, type Happening, HOLDS } from './history.js'

const LONG_MS = 2 * 60 * 60 * 1000

/** A lock folder of a client, as it was when that took it. */
export interface HeldLock {
  readonly path: string
  readonly ino: number
}

/** Once everybody has ended: all that is left grows old. */
export function passTime(root: string): void {
  for (const path of transientBelow(root)) age(path)
}

/**
 * While others live: the locks of clients that were killed, once each, which `passed` notes. Whoever takes one over then may
 * get the same inode, and is alive.
 */
export function passTimeOverDeadClients(history: readonly Happening[], passed: Set<string>): void {
  for (const { id, what, detail } of history) {
    if (what !== HOLDS || id === undefined || passed.has(id)) continue
    const { pid, locks } = detail as { readonly pid: number; readonly locks: readonly HeldLock[] }
    const isGivenBack = history.some((other) => other.id === id && other.what === GAVE_BACK)
    if (isGivenBack || identifyProcess(pid) !== undefined) continue
    passed.add(id)
    for (const { path, ino } of locks) if (lstatSync(path, { throwIfNoEntry: false })?.ino === ino) age(path)
  }
}

/** Lock folders and perch's staging files. */
export function transientBelow(root: string): readonly string[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
  return names
    .map((name) => join(root, name))
    .filter((path) => path.endsWith(STAGING_SUFFIX) || (path.endsWith('.lock') && isFolder(path)))
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function age(path: string): void {
  const long = new Date(Date.now() - LONG_MS)
  if (isFolder(path)) utimesSync(path, long, long)
  else lutimesSync(path, long, long)
}
