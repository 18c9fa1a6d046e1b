/** The profile that applies to a command: what was chosen, read from where it lies, and the profile that it names. */
import { canonicalFolder } from '../platform/files/canonical-folder.js'
import type { PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { NO_CHOICES } from './choices.js'
import { readChoices } from './choices-file.js'
import type { ProfileDefinition } from './profile-definition.js'
import { type Resolution, resolveProfile } from './resolution.js'
import { readProfile } from './store.js'

type Environment = Readonly<Record<string, string | undefined>>

export interface ChoiceRequest {
  /** By flag or argument. */
  readonly asked: string | null
  /** The environment of whoever asks. */
  readonly env: Environment
  /** Absolute. The rules of folders are those of its canonical path. */
  readonly cwd: string
}

/**
 * Which profile, and which rule says so. What lies on disk is read only if it decides: a damaged `state.json` does not stop
 * a command that names its profile.
 * @throws PerchError `corrupt-file`
 */
export function chooseProfile(paths: PerchPaths, request: ChoiceRequest): Resolution {
  const isDecided = request.asked !== null || Boolean(request.env.PERCH_PROFILE)
  return resolve(isDecided ? NO_CHOICES : readChoices(paths), request)
}

/** The same with every rule that was considered. @throws PerchError `corrupt-file` */
export function explainChoice(paths: PerchPaths, request: ChoiceRequest): Resolution {
  return resolve(readChoices(paths), request)
}

/**
 * The profile that was chosen. That it is missing is said together with the rule that names it.
 * @throws PerchError `bad-name`, `profile-not-found`, `corrupt-profile`
 */
export function readChosenProfile(paths: PerchPaths, resolution: Resolution, env: Environment): ProfileDefinition {
  try {
    return readProfile(paths, resolution.profile, env)
  } catch (error) {
    if (!(error instanceof PerchError)) throw error
    throw blamingRule(error, resolution)
  }
}

function resolve(choices: ReturnType<typeof readChoices>, { asked, env, cwd }: ChoiceRequest): Resolution {
  return resolveProfile({
    asked,
    fromEnvironment: env.PERCH_PROFILE,
    cwd: canonicalFolder(cwd),
    folderRules: choices.folderRules,
    chosenDefault: choices.defaultProfile,
  })
}

/** Nobody has typed the name just now: whoever reads the error wants to know where it comes from, and how it goes. */
function blamingRule(error: PerchError, { reason, considered }: Resolution): PerchError {
  if (error.code !== 'profile-not-found' && error.code !== 'bad-name') return error
  const { folder = '' } = considered.find(({ used }) => used) ?? {}
  const blame = {
    flag: null,
    env: ['which PERCH_PROFILE names', 'Unset the variable, or name another profile in it.'],
    map: [`which the rule of ${folder} names`, `Remove the rule with: perch unmap ${folder}`],
    default: ['which perch use has chosen', 'Choose another one with: perch use NAME'],
  }[reason]
  if (blame === null) return error
  return new PerchError(error.code, `${error.message}, ${blame[0]}`, { cause: error, hint: blame[1] })
}
