/**
 * Bytes that both sides know without exchanging them: random ones from a seed, as a file for programs to copy from, and
 * numbered lines, in which every offset says what must be there. A reader compares what it gets at an offset, so a byte
 * that is missing, doubled, moved or altered is found wherever the reader began.
 */
import { createCipheriv, createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Whether these bytes are what the program writes at this offset of the stream. */
export type Expected = (offset: number, bytes: Uint8Array) => boolean

export interface KnownFile {
  readonly path: string
  readonly bytes: Buffer
  /** True for every prefix of the file. */
  readonly expected: Expected
}

/** `sizeBytes` random bytes in a file below `folder`. */
export function randomFile(folder: string, seed: number, sizeBytes: number): KnownFile {
  return knownFile(join(folder, `random-${sizeBytes}`), keystream(seed)(sizeBytes))
}

/**
 * The same in letters, digits and carriage returns, which a terminal in its usual modes passes on as they are: for
 * programs too short to change the modes first.
 */
export function plainFile(folder: string, seed: number, sizeBytes: number): KnownFile {
  const text = keystream(seed)(sizeBytes).toString('base64url').replaceAll('-', '\r').slice(0, sizeBytes)
  return knownFile(join(folder, `plain-${sizeBytes}`), Buffer.from(text))
}

/** An endless source of random bytes, the same for the same seed: the keystream of AES in counter mode. */
export function keystream(seed: number): (sizeBytes: number) => Buffer {
  const cipher = createCipheriv('aes-128-ctr', keyOf(seed), Buffer.alloc(16))
  return (sizeBytes) => cipher.update(Buffer.alloc(sizeBytes))
}

/** A program for `node -e` that writes `sizeBytes` of the keystream to its standard output, as fast as it is taken. */
export function keystreamProgram(seed: number, sizeBytes: number): string {
  return `
const cipher = require('crypto').createCipheriv('aes-128-ctr', Buffer.from('${keyOf(seed).toString('hex')}', 'hex'), Buffer.alloc(16))
const zeros = Buffer.alloc(1 << 20)
for (let left = ${sizeBytes}; left > 0; left -= zeros.length) {
  const bytes = cipher.update(zeros.subarray(0, Math.min(left, zeros.length)))
  for (let at = 0; at < bytes.length; ) at += require('fs').writeSync(1, bytes, at)
}`
}

/** The bytes of one numbered line, its line feed included. */
export const LINE_BYTES = 16

/** Whether the bytes at this offset are those of the lines `000000000000000`, `000000000000001`, … */
export const numberedLines: Expected = (offset, bytes) => {
  const first = Math.floor(offset / LINE_BYTES)
  const last = Math.floor((offset + bytes.byteLength) / LINE_BYTES)
  let text = ''
  for (let line = first; line <= last; line++) text += `${String(line).padStart(LINE_BYTES - 1, '0')}\n`
  const from = offset - first * LINE_BYTES
  return Buffer.from(text, 'latin1')
    .subarray(from, from + bytes.byteLength)
    .equals(bytes)
}

function keyOf(seed: number): Buffer {
  return createHash('sha256').update(`perch ${seed}`).digest().subarray(0, 16)
}

function knownFile(path: string, bytes: Buffer): KnownFile {
  writeFileSync(path, bytes)
  const expected: Expected = (offset, part) =>
    offset + part.byteLength <= bytes.byteLength && bytes.subarray(offset, offset + part.byteLength).equals(part)
  return { path, bytes, expected }
}
