import { describe, expect, it } from 'vitest'
import { EXIT, exitCodeOf, httpStatusOf } from '../../src/api/error-codes.js'
import { routePath } from '../../src/api/route-addresses.js'
import { routes } from '../../src/api/routes.js'

describe('the routes', () => {
  it('fills parameters in and keeps a reference from leaving its segment', () => {
    expect(routePath(routes.showSession.path, { session: '3f' })).toBe('/v1/sessions/3f')
    expect(routePath(routes.showSession.path, { session: '../profiles?x' })).toBe('/v1/sessions/..%2Fprofiles%3Fx')
  })

  it('never has two routes of one method and path', () => {
    const keys = Object.values(routes).map((route) => `${route.method} ${route.path}`)
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe('error codes', () => {
  it.each([
    ['usage', EXIT.usage, 400],
    ['session-not-found', EXIT.notFound, 404],
    ['already-attached', EXIT.refused, 409],
    ['program-not-executable', EXIT.notExecutable, 422],
    ['agent-not-installed', EXIT.programNotFound, 422],
    ['timeout', EXIT.timedOut, 504],
    ['a code of a later version', EXIT.failed, 500],
  ])('%s ends a command with %i and a request with %i', (code, exitCode, status) => {
    expect(exitCodeOf(code)).toBe(exitCode)
    expect(httpStatusOf(code)).toBe(status)
  })
})
