/**
 * Gemini CLI. Observed from outside on `@google/gemini-cli` 0.61.0 (Linux, November 2026); each fact that perch depends on is a
 * test in `tests/e2e/gemini.test.ts`. The variable stands in for HOME, and the state lies in `.gemini` below it.
 */
import type { AgentDefinition } from './agent-definition.js'
import { geminiSignals } from './gemini-signals.js'

export const gemini: AgentDefinition = {
  name: 'gemini',
  title: 'Gemini CLI',
  commands: ['gemini'],
  installHint: 'Install it with: npm install -g @google/gemini-cli',
  loginHint: 'Run `perch run {profile}` and sign in when it asks.',
  account: null,
  relocation: {
    variable: 'GEMINI_CLI_HOME',
    within: '.gemini',
    defaultHome: '.gemini',
    entries: {
      private: [
        // Conversations by the short names that `projects.json` gives to projects: all three together, or none.
        'tmp',
        'history',
        'projects.json',
        'google_accounts.json',
        'mcp-oauth-tokens.json',
        'a2a-oauth-tokens.json',
        'gemini-credentials.json',
      ],
      // `settings.json` is rewritten through the link (`gemini mcp add`). It says too how to log in (`security.auth.selectedType`),
      // which is then one way for all profiles; it is no document, because it may hold comments.
      shared: ['settings.json', 'GEMINI.md', 'commands', 'skills', 'agents', 'extensions', 'policies', 'keybindings.json'],
      unlisted: 'private',
      transient: ['*.lock', '*.tmp', '*.tmp.*'],
      sharedFolders: ['commands', 'skills', 'agents', 'extensions', 'policies'],
      sharedFiles: [],
      privateFolders: ['tmp', 'history'],
      appendOnly: [],
    },
    documents: [],
    credential: {
      file: 'oauth_creds.json',
      block: null,
      tokens: [['access_token'], ['refresh_token']],
      expiresAt: ['expiry_date'],
      endsAt: null,
      maps: [],
      locks: [],
    },
    identity: null,
    processFolder: null,
  },
  conversation: null,
  signals: geminiSignals,
  cleanupSetting: null,
  environment: {
    scrubbed: [
      'GEMINI_API_KEY',
      'GOOGLE_API_KEY',
      'GOOGLE_APPLICATION_CREDENTIALS',
      'GOOGLE_GENAI_USE_*',
      'GOOGLE_GEMINI_BASE_URL',
      // Keeps the login in the keychain, under a name that is the same for every profile.
      'GEMINI_FORCE_ENCRYPTED_FILE_STORAGE',
    ],
    nesting: ['GEMINI_CLI'],
    belowSharedHome: {},
    databases: {},
    loginVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_APPLICATION_CREDENTIALS'],
    baseUrlVariable: 'GOOGLE_GEMINI_BASE_URL',
    baseUrlArguments: [],
    apiKeyCommandSetting: null,
    argumentsInHome: [],
  },
}
