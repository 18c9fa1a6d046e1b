/**
 * Codex. Observed from outside on `@openai/codex` 0.171.0 (Linux, November 2026), by its system calls and what it leaves; each
 * fact that perch depends on is a test in `tests/e2e/codex.test.ts`.
 */
import type { AgentDefinition } from './agent-definition.js'
import { codexSignals } from './codex-signals.js'

/** Made in the profile's state before the agent starts: helper programs, logs and snapshots of one process each. */
const PRIVATE_FOLDERS = ['log', 'tmp', '.tmp', 'shell_snapshots']

export const codex: AgentDefinition = {
  name: 'codex',
  title: 'Codex',
  commands: ['codex'],
  installHint: 'Install it with: npm install -g @openai/codex',
  loginHint: 'Run `perch login {profile}`.',
  account: { login: ['login'], logout: ['logout'] },
  relocation: {
    // Must exist. Below the temporary folder (TMPDIR) it makes no helper programs and warns.
    variable: 'CODEX_HOME',
    within: '',
    defaultHome: '.codex',
    entries: {
      private: [...PRIVATE_FOLDERS, 'installation_id', '*.sqlite*', '*.lock', '.auth-*'],
      // `config.toml` is rewritten by rename onto the link's target, so the link stays (`codex mcp add`). `codex archive` moves
      // a conversation out of `sessions`, and the locks are those of the conversations' writers: both go where those are.
      shared: ['AGENTS.md', 'config.toml', 'prompts', 'rules', 'skills', 'sessions', 'archived_sessions', 'thread-writer-locks'],
      // Caches and whatever a later version adds belong to the account.
      unlisted: 'private',
      transient: ['*.lock', '.auth-*'],
      sharedFolders: ['prompts', 'rules', 'skills', 'sessions', 'archived_sessions', 'thread-writer-locks'],
      sharedFiles: [],
      privateFolders: PRIVATE_FOLDERS,
      appendOnly: [],
    },
    documents: [],
    credential: {
      // Written as `.auth-XXXXXX` beside the link's target and renamed onto that, under flocks of `auth.lock` in the config
      // folder and of `<target>.lock`: a link survives, and no lock folder is involved.
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
  signals: codexSignals,
  cleanupSetting: null,
  environment: {
    scrubbed: ['OPENAI_API_KEY', 'CODEX_API_KEY', 'CODEX_ACCESS_TOKEN', 'OPENAI_BASE_URL', 'CODEX_SQLITE_HOME'],
    nesting: ['CODEX_SANDBOX*'],
    belowSharedHome: {},
    // Six databases in 0.171.0, which are an index of what lies in `sessions`, and the account's own.
    databases: { CODEX_SQLITE_HOME: '' },
    loginVariables: ['OPENAI_API_KEY', 'CODEX_API_KEY', 'CODEX_ACCESS_TOKEN'],
    // OPENAI_BASE_URL is not heard any more: with it set, 0.171.0 asked api.openai.com.
    baseUrlVariable: null,
    baseUrlArguments: ['-c', 'openai_base_url="{url}"'],
    apiKeyCommandSetting: null,
    argumentsInHome: [],
  },
}
