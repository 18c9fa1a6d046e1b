/** Gemini CLI (`@google/gemini-cli`): the variable replaces HOME, its state lies in `.gemini` below; logins are written in place. */
import type { AgentDefinition } from './agent-definition.js'

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
      private: ['google_accounts.json', 'mcp-oauth-tokens.json', 'a2a-oauth-tokens.json', 'gemini-credentials.json'],
      shared: ['settings.json', 'GEMINI.md', 'commands', 'skills', 'agents', 'extensions', 'policies', 'keybindings.json'],
      unlisted: 'private',
      transient: ['*.lock', '*.tmp', '*.tmp.*'],
      sharedFolders: ['commands', 'skills', 'agents', 'extensions'],
      sharedFiles: [],
      privateFolders: [],
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
  cleanupSetting: null,
  environment: {
    scrubbed: [
      'GEMINI_API_KEY',
      'GOOGLE_API_KEY',
      'GOOGLE_APPLICATION_CREDENTIALS',
      'GOOGLE_GENAI_USE_*',
      'GOOGLE_GEMINI_BASE_URL',
    ],
    nesting: ['GEMINI_CLI'],
    belowSharedHome: {},
    loginVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_APPLICATION_CREDENTIALS'],
    baseUrlVariable: 'GOOGLE_GEMINI_BASE_URL',
    apiKeyCommandSetting: null,
    argumentsInHome: [],
  },
}
