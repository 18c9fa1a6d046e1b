import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ownedChunks } from '../../src/platform/owned-chunks.js'

test('chunks stay what they were when more has come, small and large ones, and the stream ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pt-'))
  const path = join(folder, 's')
  const pieces = [1, 10, 16_384, 16_385, 300_000, 3].map((size) => randomBytes(size))
  const server = createServer((socket) => socket.end(Buffer.concat(pieces)))
  try {
    await once(server.listen(path), 'listening')
    const chunks: Buffer[] = []
    const socket = connect({ path, onread: ownedChunks((chunk) => chunks.push(chunk)) })
    await once(socket, 'close')
    expect(Buffer.concat(chunks).equals(Buffer.concat(pieces))).toBe(true)
  } finally {
    server.close()
    rmSync(folder, { recursive: true })
  }
})
