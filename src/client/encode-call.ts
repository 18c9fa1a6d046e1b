/** A call of the control API as an HTTP request, from the table of addresses. Pure. */
import { routeAddresses, routePath } from '../api/route-addresses.js'
import type { RouteName } from '../api/routes.js'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../api/version.js'
import type { HttpRequest } from './http-message.js'

export interface CallOptions {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: readonly (readonly [name: string, value: string | false | undefined])[]
  readonly body?: object
  readonly timeoutMs?: number
}

const VERSION_FREE: ReadonlySet<RouteName> = new Set(['daemon', 'stopDaemon', 'openApi'])

/** Whether the route must work across versions: those tell what runs, and end it. */
export function isVersionFree(name: RouteName): boolean {
  return VERSION_FREE.has(name)
}

/** The request for a route. Pure. */
export function encodeCall(name: RouteName, call: CallOptions): HttpRequest {
  const { method, path } = routeAddresses[name]
  const query = (call.query ?? []).flatMap(([key, value]): [string, string][] => (value ? [[key, value]] : []))
  const version: Record<string, string> = isVersionFree(name) ? {} : { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) }
  const target = routePath(path, call.path) + (query.length > 0 ? `?${new URLSearchParams(query)}` : '')
  if (call.body === undefined) return { method, target, headers: version }
  return { method, target, headers: { ...version, 'content-type': 'application/json' }, body: JSON.stringify(call.body) }
}
