/** Who is told of the end of an attachment, and in which order. */
import { expect, test } from 'vitest'
import { Attachments, type LiveAttachment } from '../../../src/host/attach/attachments.js'
import type { OutputPump } from '../../../src/host/attach/output-pump.js'

function attachment(id: string, told: string[]): LiveAttachment {
  return {
    id,
    mode: 'controller',
    since: new Date(0).toISOString(),
    blocks: false,
    pump: { stop: () => told.push(`last frame to ${id}`) } as unknown as OutputPump,
    onClosed: ({ reason }) => told.push(`${id} ${reason}`),
    release: () => undefined,
  }
}

test('the world knows of it before its client does, which may ask at once who is attached', () => {
  const told: string[] = []
  const attachments: Attachments = new Attachments({
    attached: ({ id }) => told.push(`all: ${id} attached`),
    detached: ({ id }, { reason }) => told.push(`all: ${id} ${reason}, left: ${attachments.list().map((left) => left.id)}`),
  })
  attachments.add(attachment('a1', told))
  attachments.add(attachment('a2', told))
  attachments.end('a2', { reason: 'kicked' })
  expect(told).toEqual([
    'all: a1 attached',
    'all: a1 stolen, left: ',
    'last frame to a1',
    'a1 stolen',
    'all: a2 attached',
    'all: a2 kicked, left: ',
    'last frame to a2',
    'a2 kicked',
  ])
})
