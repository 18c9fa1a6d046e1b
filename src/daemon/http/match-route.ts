/** Which route of the API a request means. Pure. */
import { type RouteName, routes } from '../../api/routes.js'
import { PerchError } from '../../platform/perch-error.js'

export interface RouteMatch {
  readonly name: RouteName
  /** The path's parameters, decoded. */
  readonly path: Readonly<Record<string, string>>
}

/** @throws PerchError `no-such-route`, `bad-request` when the path is not valid percent-encoding */
export function matchRoute(method: string, pathname: string): RouteMatch {
  for (const name of Object.keys(routes) as RouteName[]) {
    const route = routes[name]
    const path = route.method === method ? matchPath(route.path, pathname) : undefined
    if (path) return { name, path }
  }
  throw new PerchError('no-such-route', `there is no ${method} ${pathname}`, { hint: 'GET /v1/openapi.json lists the routes.' })
}

function matchPath(pattern: string, pathname: string): Record<string, string> | undefined {
  const wanted = pattern.split('/')
  const given = pathname.split('/')
  if (wanted.length !== given.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? ''
    const parameter = /^\{(\w+)\}$/.exec(segment)?.[1]
    if (parameter === undefined && segment !== value) return undefined
    if (parameter !== undefined) parameters[parameter] = decode(value)
  }
  return parameters
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (cause) {
    throw new PerchError('bad-request', `${segment} is not valid percent-encoding`, { cause })
  }
}
