/** Any command: nothing to move, nothing to know. Such a profile is its environment. */
import type { AgentDefinition } from './agent-definition.js'

export const command: AgentDefinition = {
  name: 'command',
  title: 'a command',
  commands: [],
  installHint: 'Set the program with: perch profile add NAME --agent command --command -- CMD…',
  loginHint: 'Nothing to log in to: `perch run {profile}` starts it.',
  account: null,
  relocation: null,
  conversation: null,
  signals: null,
  cleanupSetting: null,
  environment: {
    scrubbed: [],
    nesting: [],
    belowSharedHome: {},
    databases: {},
    loginVariables: [],
    baseUrlVariable: null,
    baseUrlArguments: [],
    apiKeyCommandSetting: null,
    argumentsInHome: [],
  },
}
