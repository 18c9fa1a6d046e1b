/**
 * What a daemon answered, against the schemas of the API. Loaded when it matters: for the replies of a daemon of another
 * version, and for errors.
 */
import * as v from 'valibot'
import { ErrorReply } from '../api/control.js'
import { type Route, type RouteName, type RouteReply, routes } from '../api/routes.js'
import { PerchError } from '../platform/perch-error.js'

/** The document as the route describes it, or undefined when it is another. */
export function checkedReply<N extends RouteName>(name: N, document: unknown): RouteReply<N> | undefined {
  const route: Route = routes[name]
  const parsed = v.safeParse(route.reply ?? v.never(), document)
  return parsed.success ? (parsed.output as RouteReply<N>) : undefined
}

/** The error that an error document stands for, or undefined when it is none. */
export function errorOfReply(document: unknown): PerchError | undefined {
  const parsed = v.safeParse(ErrorReply, document)
  if (!parsed.success) return undefined
  const { code, message, hint } = parsed.output.error
  return new PerchError(code, message, { hint: hint ?? undefined })
}
