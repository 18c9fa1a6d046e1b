import { describe, expect, test } from 'vitest'
import { checkedReply, errorOfReply } from '../../src/client/check-reply.js'

describe('the reply of a daemon of another version', () => {
  test('is taken when it is what the route promises, with the fields that this version does not know', () => {
    const document = { schema: 1, removed: ['3f2a91c0'], later: true }
    expect(checkedReply('removeSession', document)).toEqual(document)
  })

  test.each([null, 'text', {}, { schema: 2, removed: [] }, { schema: 1, removed: [7] }])(
    'is refused when it is not: %j',
    (document) => {
      expect(checkedReply('removeSession', document)).toBeUndefined()
    },
  )
})

test('an error document becomes the error that it tells of, and nothing else does', () => {
  const error = { code: 'name-taken', message: 'taken', hint: 'Choose another.' }
  expect(errorOfReply({ schema: 1, error })).toMatchObject(error)
  expect(errorOfReply({ schema: 1, error: { code: 7 } })).toBeUndefined()
  expect(errorOfReply('<html>')).toBeUndefined()
})
