/** The durable login of each profile is the last whole one that its clients wrote, with every server that they signed in to. */
import { readJson } from '../../../runtime/profile-lab.js'
import { numberIn, serversIn } from '../client-actions.js'
import { type WrittenStep, writtenSteps } from '../history.js'
import type { Outcome } from './outcome.js'

export function loginsAreTheLast({ labs, history }: Outcome): readonly string[] {
  const of = (what: string, name: string) => writtenSteps(history, what).filter(({ who }) => who.startsWith(name))
  const isTornByItsClient = of('torn-login', 'plain').some((step) => !isDone(step))
  const logins = [
    ...labs.map((lab) => ({
      name: lab.profile.name,
      clients: lab.profile.name,
      path: lab.durableLogin,
      adoptedMs: lab
        .journal()
        .filter(({ what }) => what === 'login-adopted')
        .map(({ at }) => Date.parse(String(at))),
    })),
    // The person's own login is none of perch's business.
    // One whose client was killed between its half and its whole is torn by that client alone.
    ...labs
      .slice(0, isTornByItsClient ? 0 : 1)
      .map(({ inShared }) => ({ name: 'the person', clients: 'plain', path: inShared('.credentials.json'), adoptedMs: [] })),
  ]
  return logins.flatMap(({ name, clients, path, adoptedMs }) => {
    const refreshes = [...of('login', clients), ...of('torn-login', clients)]
    const torn = of('torn-login', clients).filter((step) => !isDone(step))
    const isTorn = (step: WrittenStep) => torn.some((tear) => isTornBy(step, tear, adoptedMs))
    return lossOf(
      name,
      readIfWhole(path),
      refreshes,
      of('server', clients).filter((step) => !isTorn(step)),
      isTorn,
    )
  })
}

/**
 * Whether a client that was killed between its half and its whole has destroyed this login with it: its file held it, and
 * perch had not got to adopting it. The journal counts whole milliseconds.
 */
function isTornBy({ doneMs }: WrittenStep, tear: WrittenStep, adoptedMs: readonly number[]): boolean {
  if (doneMs === null || doneMs > tear.begunMs) return false
  return !adoptedMs.some((atMs) => atMs + 1 >= doneMs && atMs <= tear.begunMs)
}

function lossOf(
  name: string,
  login: Record<string, unknown> | undefined,
  refreshes: readonly WrittenStep[],
  servers: readonly WrittenStep[],
  isTorn: (step: WrittenStep) => boolean,
): readonly string[] {
  if (login === undefined) return [`the login of ${name} cannot be read`]
  const newest = Math.max(0, ...refreshes.filter((step) => isDone(step) && !isTorn(step)).map(({ detail }) => Number(detail)))
  const known = [0, ...refreshes.map(({ detail }) => Number(detail))]
  const number = numberIn(login)
  return [
    ...(number < newest ? [`the login of ${name} is number ${number}, the last one written is number ${newest}`] : []),
    ...(known.includes(number) ? [] : [`the login of ${name} is number ${number}, which nobody wrote`]),
    ...servers
      .filter((step) => isDone(step) && !Object.hasOwn(serversIn(login), step.id))
      .map(({ id }) => `the login of ${name} has lost the server ${id}`),
  ]
}

function isDone({ doneMs }: WrittenStep): boolean {
  return doneMs !== null
}

function readIfWhole(path: string): Record<string, unknown> | undefined {
  try {
    return readJson(path)
  } catch {
    // Gone or cut off: the rule says so.
    return undefined
  }
}
