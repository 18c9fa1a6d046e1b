/** Every verb that works, in the order in which help lists them. */
import { accountVerbs } from './tables/account-verbs.js'
import { choiceVerbs } from './tables/choice-verbs.js'
import { completionVerbs } from './tables/completion-verbs.js'
import { daemonVerbs } from './tables/daemon-verbs.js'
import { doctorVerbs } from './tables/doctor-verbs.js'
import { endingVerbs } from './tables/ending-verbs.js'
import { eventVerbs } from './tables/event-verbs.js'
import { importVerbs } from './tables/import-verbs.js'
import { profileVerbs } from './tables/profile-verbs.js'
import { recordingVerbs } from './tables/recording-verbs.js'
import { sessionVerbs } from './tables/session-verbs.js'
import { shimVerbs } from './tables/shim-verbs.js'
import { startVerbs } from './tables/start-verbs.js'
import { syncVerbs } from './tables/sync-verbs.js'
import { teeVerbs } from './tables/tee-verbs.js'
import { topVerbs } from './tables/top-verbs.js'
import { usageVerbs } from './tables/usage-verbs.js'
import type { VerbDefinition } from './verb.js'

export const verbs: readonly VerbDefinition[] = [
  ...startVerbs,
  ...sessionVerbs,
  ...topVerbs,
  ...teeVerbs,
  ...recordingVerbs,
  ...endingVerbs,
  ...eventVerbs,
  ...profileVerbs,
  ...accountVerbs,
  ...importVerbs,
  ...choiceVerbs,
  ...shimVerbs,
  ...syncVerbs,
  ...usageVerbs,
  ...daemonVerbs,
  ...doctorVerbs,
  ...completionVerbs,
]
