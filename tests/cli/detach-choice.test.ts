/** Whose attachment `perch detach` ends. */
import { expect, test } from 'vitest'
import type { Attachment } from '../../src/api/session.js'
import { chooseAttachment } from '../../src/cli/verbs/detach.js'

const SESSION = { id: '3f2a91c0', name: 'build' }
const controller: Attachment = { id: 'a2', mode: 'controller', since: '' }
const viewer = (id: string): Attachment => ({ id, mode: 'viewer', since: '' })

test.each([
  ['the one that is named', [viewer('a1'), controller], 'a1', 'a1'],
  ['the controller, whoever looks on', [viewer('a1'), controller, viewer('a3')], undefined, 'a2'],
  ['the only viewer', [viewer('a7')], undefined, 'a7'],
])('%s', (_, attachments, named, chosen) => expect(chooseAttachment(attachments, named, SESSION).id).toBe(chosen))

test.each([
  ['nobody is attached', [], undefined, 'attachment-not-found', 'nobody is attached to 3f2a91c0 (build)'],
  ['nobody of that id', [controller], 'a9', 'attachment-not-found', 'as a9'],
  ['any of several viewers', [viewer('a1'), viewer('a3')], undefined, 'usage', '2 viewers'],
])('%s is an error', (_, attachments, named, code, message) => {
  expect(() => chooseAttachment(attachments, named, SESSION)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  )
})
