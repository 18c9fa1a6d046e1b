/** Usage as CSV: read back as it was, and harmless in a spreadsheet. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine, profilesCsv, rowsCsv } from '../../../src/cli/usage/usage-csv.js'
import { profile } from './profiles.js'

/** The fields of one record, by RFC 4180. */
function parsed(line: string): readonly string[] {
  const fields: string[] = []
  for (let rest = `,${line}`; rest !== ''; ) {
    const [whole = '', quoted, plain = ''] = /^,(?:"((?:[^"]|"")*)"|([^",]*))/.exec(rest) ?? []
    expect(whole).not.toBe('')
    fields.push(quoted?.replaceAll('""', '"') ?? plain)
    rest = rest.slice(whole.length)
  }
  return fields
}

test('every text comes back, but for the apostrophe before a formula', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('=1+1', '-2', '+x', '@a', '\t=1', ' =1', 'a"b', 'a,b', "'"))),
      (texts) => {
        if (texts.length === 0) return
        const fields = parsed(csvLine(texts))
        expect(fields.map((field, index) => (field === `'${texts[index]}` ? field.slice(1) : field))).toEqual(texts)
        for (const field of fields) expect(field).not.toMatch(/^\s*[=+\-@]/)
      },
    ),
  )
})

test('rows and profiles have a header and plain numbers', () => {
  const totals = { tokens: { input: 1, output: 2, cacheRead: 3, cacheCreation: 4 }, costUsd: 0.5, requests: 6, errors: 0 }
  const row = { key: '=HYPERLINK("x"),/src', profile: 'work', ...totals, lastAt: '2026-11-28T12:00:00.000Z' }
  expect(rowsCsv([row], 'folder')).toEqual([
    'folder,profile,input,output,cache_read,cache_creation,cost_usd,requests,errors,unpriced,last_at',
    '"\'=HYPERLINK(""x""),/src",work,1,2,3,4,0.5,6,0,0,2026-11-28T12:00:00.000Z',
  ])
  expect(profilesCsv([profile('work', totals)])).toEqual([
    'profile,agent,input,output,cache_read,cache_creation,cost_usd,requests,errors,unpriced,last_at',
    'work,claude,1,2,3,4,0.5,6,0,0,',
  ])
})
