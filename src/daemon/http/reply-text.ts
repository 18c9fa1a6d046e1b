/**
 * The documents of handlers as the text of replies, each checked against its route's schema. What was checked and written
 * of a session is kept for as long as its view is the same object (`sessionViews`): in a list of a hundred sessions, both
 * were three quarters of the daemon's time.
 */
import * as v from 'valibot'
import { SessionsReply } from '../../api/control.js'
import type { Route } from '../../api/routes.js'
import { Session } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'

const sessionTexts = new WeakMap<object, string>()

/** The reply as JSON. @throws PerchError `internal` when it is not what the route promises */
export function replyText(route: Route, reply: unknown): string {
  if (route.reply !== SessionsReply) return JSON.stringify(checked(route, route.reply ?? v.never(), reply))
  const { schema, sessions } = checked(route, SESSION_LIST, reply)
  return `{"schema":${schema},"sessions":[${sessions.map((session) => sessionText(route, session)).join(',')}]}`
}

/** `SessionsReply` with sessions that are checked one by one. */
const SESSION_LIST = v.object({ schema: v.literal(1), sessions: v.array(v.custom<object>((value) => value instanceof Object)) })

function sessionText(route: Route, session: object): string {
  const known = sessionTexts.get(session)
  if (known !== undefined) return known
  const text = JSON.stringify(checked(route, Session, session))
  sessionTexts.set(session, text)
  return text
}

function checked<S extends v.GenericSchema>(route: Route, schema: S, value: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw new PerchError(
    'internal',
    `the reply to ${route.method} ${route.path} is wrong at ${v.getDotPath(issue)}: ${issue.message}`,
  )
}
