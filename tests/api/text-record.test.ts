import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { TextRecord } from '../../src/api/text-record.js'

const parsedJson = (text: string): unknown => v.parse(TextRecord, JSON.parse(text))

test('every name arrives, also those that objects have of their own', () => {
  const text = '{"__proto__":"a","constructor":"b","prototype":"c","toString":"d","":"e"}'
  expect(JSON.stringify(parsedJson(text))).toBe(text)
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (record) => {
      expect(parsedJson(JSON.stringify(record))).toEqual(record)
    }),
  )
})

test.each(['[]', '["a"]', 'null', '"a"', '1'])('%s is none', (text) => {
  expect(() => parsedJson(text)).toThrow('Expected texts by their names')
})

test.each(['{"a":"","A.b":1}', '{"__proto__":{}}', '{"constructor":null}'])('what is wrong in %s is named', (text) => {
  const { issues = [] } = v.safeParse(TextRecord, JSON.parse(text))
  expect(issues.map(({ path, message }) => [path?.map(({ key }) => key), message])).toEqual([
    [[Object.keys(JSON.parse(text)).at(-1)], 'Expected a text'],
  ])
})
