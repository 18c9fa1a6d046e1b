/**
 * How a host learns what it is to own: the spec, as JSON, on standard input to its end. A host that is started for a
 * session gets it at once; a spare one waits for it as long as the daemon that keeps it lives.
 */
import { closeSync, createReadStream, openSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { HostSpec } from '../api/host-spec.js'
import { messageOf, PerchError } from '../platform/perch-error.js'

/** The daemon writes the spec at once; it waits 20 s for the answer. */
const SPEC_TIMEOUT_MS = 15_000

const STDIN = 0
const STDERR = 2

/**
 * Reads the spec to the end of standard input; undefined when a spare host is not needed any more.
 * @throws PerchError `host-start-failed`
 */
export async function readSpec(isSpare: boolean): Promise<HostSpec | undefined> {
  // Nothing exists yet: whoever started this host and then hung gets no session.
  let giveUp = isSpare ? undefined : giveUpLater()
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream('', { fd: STDIN, autoClose: false })) {
    giveUp ??= giveUpLater()
    chunks.push(chunk)
  }
  clearTimeout(giveUp)
  if (isSpare && chunks.length === 0) return undefined
  replaceDescriptor(STDIN, '/dev/null', 'r')
  const spec = parseSpec(Buffer.concat(chunks).toString('utf8'))
  // Until now it spoke into the log of the daemon.
  if (isSpare) replaceDescriptor(STDERR, join(spec.folder, 'host.log'), 'a')
  return spec
}

/** Closes a standard descriptor and opens a file there, so that no later one gets its number. */
export function replaceDescriptor(fd: number, path: string, flags: string): void {
  closeSync(fd)
  openSync(path, flags, 0o600)
}

function giveUpLater(): NodeJS.Timeout {
  return setTimeout(() => process.exit(1), SPEC_TIMEOUT_MS)
}

function parseSpec(text: string): HostSpec {
  try {
    return v.parse(HostSpec, JSON.parse(text))
  } catch (cause) {
    throw new PerchError('host-start-failed', `the host was given a spec it cannot read: ${messageOf(cause)}`, { cause })
  }
}
