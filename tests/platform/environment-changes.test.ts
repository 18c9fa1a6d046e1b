import fc from 'fast-check'
import { expect, it } from 'vitest'
import { environmentChanges } from '../../src/platform/environment-changes.js'

const name = fc.constantFrom('A', 'B', 'C', 'D', 'constructor', '__proto__x')
const environment = fc.dictionary(name, fc.constantFrom('', '1', '2'), { noNullPrototype: true })
const given = fc.dictionary(name, fc.option(fc.constantFrom('', '1', '2'), { nil: undefined }), { noNullPrototype: true })

it('the changes, applied to the one environment, give the other, and name nothing else', () => {
  fc.assert(
    fc.property(given, environment, (from, to) => {
      const { set, unset } = environmentChanges(from, to)
      const applied = Object.fromEntries(
        [...Object.entries(from), ...Object.entries(set)].filter(([key, value]) => value !== undefined && !unset.includes(key)),
      )
      expect(applied).toEqual(to)
      for (const [key, value] of Object.entries(set)) expect(from[key]).not.toBe(value)
      for (const key of unset) expect(to).not.toHaveProperty([key])
    }),
  )
})
