import { expect, test } from 'vitest'
import { WhoAnswers } from '../../../src/host/screen/who-answers.js'

test('whoever was there for the first byte of a question answers it', () => {
  const who = new WhoAnswers('model')
  who.set(10, 'terminal')
  who.set(30, 'model')
  expect([0, 9, 10, 29, 30, 99].map((offset) => who.at(offset))).toEqual([
    'model',
    'model',
    'terminal',
    'terminal',
    'model',
    'model',
  ])
  expect([0, 10, 29, 30].map((offset) => who.endAt(offset))).toEqual([10, 30, 30, Number.POSITIVE_INFINITY])
})

test('a terminal that comes back to an earlier byte is there from that one on', () => {
  const who = new WhoAnswers('model')
  who.set(10, 'terminal')
  who.set(30, 'model')
  who.set(20, 'terminal')
  expect([who.at(25), who.at(40), who.endAt(20)]).toEqual(['terminal', 'terminal', Number.POSITIVE_INFINITY])
})

test('what has its answers is answered no more, and nothing else changes', () => {
  const who = new WhoAnswers('terminal')
  who.set(10, 'model')
  who.set(20, 'terminal')
  who.answered(15)
  expect([who.at(14), who.at(15), who.at(20), who.endAt(15)]).toEqual(['terminal', 'model', 'terminal', 20])
})
