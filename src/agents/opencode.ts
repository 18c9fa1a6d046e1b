/**
 * opencode (`opencode-ai`): only XDG variables move it. `XDG_DATA_HOME` splits login and history; the config folder stays
 * the shared one because `XDG_CONFIG_HOME` is left alone.
 */
import type { AgentDefinition } from './agent-definition.js'

export const opencode: AgentDefinition = {
  name: 'opencode',
  title: 'opencode',
  commands: ['opencode'],
  installHint: 'Install it with: npm install -g opencode-ai',
  loginHint: 'Run `perch login {profile}`.',
  account: { login: ['auth', 'login'], logout: ['auth', 'logout'] },
  relocation: {
    variable: 'XDG_DATA_HOME',
    within: 'opencode',
    defaultHome: '.local/share/opencode',
    entries: {
      private: [],
      shared: [],
      unlisted: 'private',
      transient: ['*.lock', '*.tmp', '*.tmp.*'],
      sharedFolders: [],
      sharedFiles: [],
      privateFolders: [],
      appendOnly: [],
    },
    documents: [],
    credential: {
      file: 'auth.json',
      block: null,
      tokens: [
        ['*', 'key'],
        ['*', 'access'],
        ['*', 'refresh'],
        ['*', 'token'],
      ],
      expiresAt: null,
      endsAt: null,
      maps: [],
      locks: [],
    },
    identity: null,
    processFolder: null,
  },
  conversation: null,
  cleanupSetting: null,
  environment: {
    scrubbed: ['OPENCODE_AUTH_CONTENT', 'OPENCODE_DB', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY'],
    nesting: ['OPENCODE'],
    belowSharedHome: {},
    loginVariables: ['OPENCODE_AUTH_CONTENT', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY'],
    baseUrlVariable: null,
    apiKeyCommandSetting: null,
    argumentsInHome: [],
  },
}
