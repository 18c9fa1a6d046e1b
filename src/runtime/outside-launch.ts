/** The launch of what runs in no session: under a shim, in a shell that has taken the environment, for the user of the library. */
import { homeFolder, type PerchPaths } from '../platform/paths.js'
import { enclosingVariables } from './enclosing-variables.js'
import type { LaunchRequest } from './launch-environment.js'

export interface OutsideLaunch extends Pick<LaunchRequest, 'agent' | 'agents' | 'profile' | 'runtime' | 'cwd'> {
  readonly paths: PerchPaths
  /** Of whoever asks for it. */
  readonly env: LaunchRequest['requestEnv']
}

/** It is marked with the profile's name: what is launched from within goes by it, and is freed of what this one put there. */
export function outsideLaunch({ paths, env, ...launch }: OutsideLaunch): LaunchRequest {
  return {
    ...launch,
    requestEnv: env,
    extraEnv: { PERCH_PROFILE: launch.profile.name },
    home: homeFolder(env),
    enclosingProfileEnv: enclosingVariables(paths, env),
  }
}
