/** Codex (`@openai/codex` 0.169.0, observed from outside): its login file is renamed onto the resolved target, so a link survives. */
import type { AgentDefinition } from './agent-definition.js'

export const codex: AgentDefinition = {
  name: 'codex',
  title: 'Codex',
  commands: ['codex'],
  installHint: 'Install it with: npm install -g @openai/codex',
  loginHint: 'Run `perch login {profile}`.',
  account: { login: ['login'], logout: ['logout'] },
  relocation: {
    variable: 'CODEX_HOME',
    within: '',
    defaultHome: '.codex',
    entries: {
      private: ['installation_id', '*.sqlite*', 'auth.lock', '*.lock', '.auth-*'],
      shared: ['AGENTS.md', 'prompts', 'rules', 'skills', 'sessions', 'config.toml'],
      // Databases, caches and whatever a later version adds belong to the account.
      unlisted: 'private',
      transient: ['*.lock', '.auth-*', '*.tmp'],
      sharedFolders: ['prompts', 'rules', 'skills', 'sessions'],
      sharedFiles: [],
      privateFolders: [],
      appendOnly: [],
    },
    documents: [],
    credential: {
      file: 'auth.json',
      block: null,
      tokens: [['OPENAI_API_KEY'], ['tokens', 'access_token'], ['tokens', 'refresh_token'], ['personal_access_token']],
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
    scrubbed: ['OPENAI_API_KEY', 'CODEX_API_KEY', 'CODEX_ACCESS_TOKEN', 'OPENAI_BASE_URL', 'CODEX_SQLITE_HOME'],
    nesting: ['CODEX_SANDBOX*'],
    belowSharedHome: {},
    loginVariables: ['OPENAI_API_KEY', 'CODEX_API_KEY', 'CODEX_ACCESS_TOKEN'],
    baseUrlVariable: 'OPENAI_BASE_URL',
    apiKeyCommandSetting: null,
    argumentsInHome: [],
  },
}
