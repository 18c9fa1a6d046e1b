/**
 * The methods and paths of the control API, apart from what they carry (`routes.ts`): a command that only asks and prints
 * loads this, and none of the schemas.
 */

export interface RouteAddress {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Segments in braces are parameters: `{session}` is an id, a unique prefix of one, or a name. */
  readonly path: string
}

export const routeAddresses = {
  daemon: { method: 'GET', path: '/v1/daemon' },
  stopDaemon: { method: 'POST', path: '/v1/daemon/stop' },
  openApi: { method: 'GET', path: '/v1/openapi.json' },
  listSessions: { method: 'GET', path: '/v1/sessions' },
  createSession: { method: 'POST', path: '/v1/sessions' },
  showSession: { method: 'GET', path: '/v1/sessions/{session}' },
  endpoint: { method: 'GET', path: '/v1/sessions/{session}/endpoint' },
  readLog: { method: 'GET', path: '/v1/sessions/{session}/log' },
  readLogIndex: { method: 'GET', path: '/v1/sessions/{session}/log/index' },
  killSession: { method: 'POST', path: '/v1/sessions/{session}/kill' },
  resizeSession: { method: 'POST', path: '/v1/sessions/{session}/resize' },
  renameSession: { method: 'POST', path: '/v1/sessions/{session}/rename' },
  removeSession: { method: 'DELETE', path: '/v1/sessions/{session}' },
  pruneSessions: { method: 'POST', path: '/v1/sessions/prune' },
  events: { method: 'GET', path: '/v1/events' },
  listProfiles: { method: 'GET', path: '/v1/profiles' },
  createProfile: { method: 'POST', path: '/v1/profiles' },
  showProfile: { method: 'GET', path: '/v1/profiles/{profile}' },
  acceptAccount: { method: 'POST', path: '/v1/profiles/{profile}/account/accept' },
  changeProfile: { method: 'POST', path: '/v1/profiles/{profile}' },
  renameProfile: { method: 'POST', path: '/v1/profiles/{profile}/rename' },
  removeProfile: { method: 'DELETE', path: '/v1/profiles/{profile}' },
  lendEnvironment: { method: 'POST', path: '/v1/profiles/{profile}/environment' },
  returnEnvironment: { method: 'DELETE', path: '/v1/profiles/{profile}/environment' },
  syncStatus: { method: 'GET', path: '/v1/sync' },
  syncLog: { method: 'GET', path: '/v1/sync/log' },
  syncConflicts: { method: 'GET', path: '/v1/sync/conflicts' },
  resolveSync: { method: 'POST', path: '/v1/sync/resolve' },
  usage: { method: 'GET', path: '/v1/usage' },
  importUsage: { method: 'POST', path: '/v1/usage/import' },
} as const satisfies Record<string, RouteAddress>

/** The path with its parameters filled in. */
export function routePath(path: string, parameters: Readonly<Record<string, string>> = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''))
}
