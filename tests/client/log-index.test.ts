/** The index of a log as the client reads it, from a daemon that says exactly this. */
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeIndexRecord, type IndexRecord } from '../../src/api/log-index.js'
import { readLogIndex } from '../../src/client/log-index.js'
import { daemonSocketPath } from '../../src/platform/paths.js'
import { temporaryHome } from '../kit/temporary-home.js'

/** What the client makes of the reply, sent in these pieces. */
async function indexIn(pieces: readonly (string | Uint8Array)[]) {
  await using home = temporaryHome()
  const path = daemonSocketPath(home.paths)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      for (const piece of pieces) socket.write(piece)
      socket.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  try {
    const options = { paths: home.paths, env: home.env, autostart: false }
    const { end, records } = await readLogIndex(options, '3f2a91c0', 'pty', 7)
    const all: IndexRecord[] = []
    for await (const record of records) all.push(record)
    return { end, records: all }
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

const head = (lengthBytes: number) => `HTTP/1.1 200 OK\r\nperch-index-end: 99\r\ncontent-length: ${lengthBytes}\r\n\r\n`

const RECORDS: readonly IndexRecord[] = [
  { kind: 'size', offset: 0, unixMs: 1, cols: 80, rows: 1000 },
  { kind: 'time', offset: 2 ** 40, unixMs: 1_700_000_000_123 },
  { kind: 'late', offset: Number.MAX_SAFE_INTEGER, unixMs: 5 },
]

test('has every record, wherever the bytes were cut, and none of a kind that is not known', async () => {
  const zeros = Buffer.alloc(24)
  const later = Buffer.alloc(24, 9)
  const bytes = Buffer.concat([zeros, ...RECORDS.map(encodeIndexRecord), later])
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.byteLength), async (cut) => {
      const pieces = [head(bytes.byteLength), bytes.subarray(0, cut), bytes.subarray(cut)]
      expect(await indexIn(pieces)).toEqual({ end: 99, records: RECORDS })
    }),
    { numRuns: 10 },
  )
})

test('that breaks off is no short one', async () => {
  await expect(indexIn([head(48), Buffer.alloc(24)])).rejects.toMatchObject({ code: 'daemon-unreachable' })
})

test('is told of as what a daemon of an earlier version does not know', async () => {
  const error = JSON.stringify({ schema: 1, error: { code: 'no-such-route', message: 'there is no GET', hint: null } })
  const reply = `HTTP/1.1 404 Not Found\r\nperch-protocol: 1\r\ncontent-length: ${error.length}\r\n\r\n${error}`
  await expect(indexIn([reply])).rejects.toMatchObject({ code: 'version-mismatch', hint: expect.stringContaining('restart') })
})
