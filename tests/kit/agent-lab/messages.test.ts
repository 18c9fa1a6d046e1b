import { expect, test } from 'vitest'
import { answerOf, type MessagesRequest, parseMessagesRequest, promptOf } from './messages.js'

const asked = (content: unknown, more: object = {}): MessagesRequest => {
  const request = parseMessagesRequest(JSON.stringify({ model: 'some-model', messages: [{ role: 'user', content }], ...more }))
  if (request === undefined) throw new Error('not a request')
  return request
}
const text = (value: string) => ({ type: 'text', text: value })

test.each([
  ['a plain string', 'hi', 'hi'],
  ['the last of several blocks', [text('first'), text('second')], 'second'],
  ['what stands before a reminder of the client', [text('hi'), text('<system-reminder>be brief</system-reminder>')], 'hi'],
  ['nothing, in a request of the client itself', [text('<session>\nhi\n</session>')], ''],
  ['nothing, in a result of a tool', [{ type: 'tool_result', content: 'x' }], ''],
])('the prompt is %s', (_, content, prompt) => {
  expect(promptOf(asked(content))).toBe(prompt)
})

test.each(['', 'null', '{}', '{"model":"m","messages":1}'])('%j is no request', (body) => {
  expect(parseMessagesRequest(body)).toBeUndefined()
})

test('a streamed answer is a sequence of events whose deltas are the text', () => {
  const { contentType, body } = answerOf(asked('hi', { stream: true }), 'hello')
  const events = body
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)))

  expect(contentType).toMatch(/^text\/event-stream/)
  expect(events.map(({ type }) => type)).toEqual([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
  expect(events[2].delta).toEqual({ type: 'text_delta', text: 'hello' })
})

test('an answer that is not streamed is one document', () => {
  const { contentType, body } = answerOf(asked('hi'), 'hello')

  expect(contentType).toBe('application/json')
  expect(JSON.parse(body)).toMatchObject({ role: 'assistant', content: [text('hello')], stop_reason: 'end_turn' })
})
