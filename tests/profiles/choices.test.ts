/** What a person has chosen, as data. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  choicesNaming,
  NO_CHOICES,
  rulesOf,
  withDefault,
  withoutProfile,
  withoutRule,
  withRule,
} from '../../src/profiles/choices.js'
import { resolveProfile, rulesAround } from '../../src/profiles/resolution.js'

const choices = { defaultProfile: 'work', folderRules: { '/src': 'work', '/src/oss': 'default', '/client': 'client' } }

describe('choices', () => {
  test('a folder has one rule, and a new one takes its place', () => {
    const one = withRule(NO_CHOICES, { folder: '/src', profile: 'a' })
    expect(rulesOf(withRule(one, { folder: '/src', profile: 'b' }))).toEqual([{ folder: '/src', profile: 'b' }])
    expect(withoutRule(one, '/src')).toEqual(NO_CHOICES)
    expect(withDefault(one, 'a').folderRules).toEqual(one.folderRules)
  })

  test('with a profile go the rules that name it, and no other', () => {
    expect(choicesNaming(choices, 'work')).toEqual({ isDefault: true, folders: ['/src'] })
    expect(withoutProfile(choices, 'work')).toEqual({
      defaultProfile: null,
      folderRules: { '/src/oss': 'default', '/client': 'client' },
    })
    expect(withoutProfile(choices, 'nobody')).toEqual(choices)
  })
})

describe('the rule of a folder', () => {
  const segment = fc.constantFrom('a', 'b', 'a b', '..a', 'constructor', '__proto__', 'é')
  const folder = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`)
  const isAround = (outer: string, inner: string) => outer === '/' || inner === outer || inner.startsWith(`${outer}/`)

  test('is that of the longest path around it, and only those around it count', () => {
    fc.assert(
      fc.property(fc.uniqueArray(folder, { maxLength: 8 }), folder, (ruled, cwd) => {
        const folderRules = Object.fromEntries(ruled.map((path) => [path, `of ${path}`]))
        const around = ruled.filter((path) => isAround(path, cwd)).sort((a, b) => b.length - a.length)
        expect(rulesAround(folderRules, cwd).map((rule) => rule.folder)).toEqual(around)
        const { profile, reason } = resolveProfile({
          asked: null,
          fromEnvironment: undefined,
          cwd,
          folderRules,
          chosenDefault: 'd',
        })
        expect([profile, reason]).toEqual(around[0] === undefined ? ['d', 'default'] : [`of ${around[0]}`, 'map'])
      }),
    )
  })

  test('exactly one rule is used, and it is the first that says anything', () => {
    const said = fc.option(fc.constantFrom('p', 'q'))
    fc.assert(
      fc.property(said, said, said, said, (asked, env, mapped, chosen) => {
        const folderRules: Record<string, string> = mapped === null ? {} : { '/src': mapped }
        const request = { asked, fromEnvironment: env ?? '', cwd: '/src/x', folderRules, chosenDefault: chosen }
        const { profile, considered } = resolveProfile(request)
        expect(profile).toBe(asked ?? env ?? mapped ?? chosen ?? 'default')
        expect(considered.filter(({ used }) => used)).toEqual([considered.find(({ value }) => value !== null)])
      }),
    )
  })
})
