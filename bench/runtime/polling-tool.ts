/**
 * What perch is measured beside: the way of earlier tools, on the same files. Each session polls by itself, logins once a
 * second and documents ten times a second, every replica is read and parsed, the newest file wins whole, and trees of
 * copies are compared byte by byte once a second. A process of its own, so that its time can be told from perch's.
 */
import { type ChildProcess, fork } from 'node:child_process'
import {
  copyFileSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

const LOGIN_POLL_MS = 1_000
const DOCUMENT_POLL_MS = 100
const TREE_POLL_MS = 1_000

/** The word with which this program is started to be that tool. */
export const POLLING_TOOL = 'polling-tool'

export interface PolledFiles {
  readonly profiles: readonly { readonly runtime: string; readonly durableLogin: string }[]
  readonly document: string
  /** Two trees to be kept the same; none where there are links. */
  readonly trees: readonly [string, string] | null
}

export interface PollingTool extends Disposable {
  readonly process: ChildProcess
}

/** Starts it; it polls until it is disposed of. */
export function startPollingTool(files: PolledFiles): PollingTool {
  const child = fork(process.argv[1] ?? '', [POLLING_TOOL, JSON.stringify(files)], { stdio: 'ignore' })
  return {
    process: child,
    [Symbol.dispose]: () => {
      child.kill('SIGKILL')
    },
  }
}

/** Is that tool, for ever. */
export function pollForEver(argument: string): void {
  const { profiles, document, trees } = JSON.parse(argument) as PolledFiles
  for (const { runtime, durableLogin } of profiles) {
    setInterval(() => relink(join(runtime, '.credentials.json'), durableLogin), LOGIN_POLL_MS)
    const replicas = [document, ...profiles.map((profile) => join(profile.runtime, '.claude.json'))]
    setInterval(() => spreadNewest(replicas), DOCUMENT_POLL_MS)
  }
  if (trees) setInterval(() => unite(trees), TREE_POLL_MS)
}

function relink(live: string, durable: string): void {
  if (lstatSync(live, { throwIfNoEntry: false })?.isFile() !== true) return
  copyFileSync(live, durable)
  rmSync(live)
  symlinkSync(durable, live)
}

/** Every file is read and parsed each time: that is how these tools find out which to take. */
function spreadNewest(paths: readonly string[]): void {
  const files = paths
    .filter((path) => statSync(path, { throwIfNoEntry: false }) !== undefined)
    .map((path) => ({ path, text: readFileSync(path, 'utf8'), mtimeMs: statSync(path).mtimeMs }))
    .filter(({ text }) => isWhole(text))
    .sort((a, b) => b.mtimeMs - a.mtimeMs)
  const newest = files[0]
  if (newest === undefined) return
  for (const { path, text } of files.slice(1)) if (text !== newest.text) replace(path, newest.text)
}

/** Both trees are read whole. */
function unite([a, b]: readonly [string, string]): void {
  for (const path of new Set([...filesIn(a), ...filesIn(b)])) {
    const sides = [join(a, path), join(b, path)].filter((side) => statSync(side, { throwIfNoEntry: false }))
    const newest = [...sides].sort((x, y) => statSync(y).mtimeMs - statSync(x).mtimeMs)[0]
    if (newest === undefined) continue
    const text = readFileSync(newest, 'latin1')
    for (const side of sides) if (side !== newest && readFileSync(side, 'latin1') !== text) replace(side, text)
  }
}

function filesIn(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    // In the middle of a write: the next poll looks again.
    return false
  }
}

function replace(path: string, text: string): void {
  writeFileSync(`${path}.polled`, text)
  renameSync(`${path}.polled`, path)
}
