/**
 * opencode. Observed from outside on `opencode-ai` 1.18.33 (Linux, November 2026); each fact that perch depends on is a test in
 * `tests/e2e/opencode.test.ts`. Only XDG variables move it: `XDG_DATA_HOME` splits login and history; the config folder stays
 * the person's own because `XDG_CONFIG_HOME` is left alone, and so do the folders of its cache and its locks.
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
      private: ['log', 'repos'],
      shared: [],
      unlisted: 'private',
      transient: ['*.lock', '*.tmp', '*.tmp.*'],
      sharedFolders: [],
      sharedFiles: [],
      privateFolders: ['log', 'repos'],
      appendOnly: [],
    },
    documents: [],
    credential: {
      // Written in place, so through the link; 0600.
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
  signals: null,
  cleanupSetting: null,
  environment: {
    scrubbed: ['OPENCODE_AUTH_CONTENT', 'OPENCODE_DB', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY'],
    nesting: ['OPENCODE'],
    belowSharedHome: {},
    // Its conversations: SQLite with a write-ahead log.
    databases: { OPENCODE_DB: 'opencode.db' },
    loginVariables: ['OPENCODE_AUTH_CONTENT', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY'],
    baseUrlVariable: null,
    baseUrlArguments: [],
    apiKeyCommandSetting: null,
    argumentsInHome: [],
  },
}
