/**
 * Claude Code. The files and their writers were observed from outside on 2.1.197 (Linux); the variables, precedence and
 * settings keys are those of its documentation (code.claude.com/docs: env-vars, settings, authentication).
 */
import type { AgentDefinition } from './agent-definition.js'
import { claudeSignals } from './claude-signals.js'

/** Variables that carry a login or an endpoint: each of them outranks the stored login. */
const LOGIN_VARIABLES = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_CUSTOM_HEADERS',
  'ANTHROPIC_PROFILE',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_REFRESH_TOKEN',
  'CLAUDE_CODE_OAUTH_SCOPES',
  'CLAUDE_CODE_*_FILE_DESCRIPTOR',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
  'CLAUDE_SECURESTORAGE_CONFIG_DIR',
]

/** Made in the profile's state before the agent starts, so that they never begin life in a runtime. */
const PRIVATE_FOLDERS = [
  'sessions',
  'ide',
  'jobs',
  'backups',
  'usage-data',
  'session-env',
  'shell-snapshots',
  'debug',
  'cache',
  'statsig',
  'telemetry',
  'image-cache',
]

export const claude: AgentDefinition = {
  name: 'claude',
  title: 'Claude Code',
  commands: ['claude'],
  installHint: 'Install it with: npm install -g @anthropic-ai/claude-code',
  loginHint: 'Run `perch login {profile}`, or `perch run {profile}` and type /login.',
  account: { login: ['auth', 'login'], logout: ['auth', 'logout'] },
  relocation: {
    variable: 'CLAUDE_CONFIG_DIR',
    within: '',
    defaultHome: '.claude',
    entries: {
      private: [
        ...PRIVATE_FOLDERS,
        'daemon*',
        'stats-cache.json',
        'remote-settings.json',
        'policy-limits.json',
        // Backups and broken copies that versions of the client and people leave beside the files they are of.
        '.claude.json*',
        '.credentials*',
        '*.tmp*',
        '*.lock',
      ],
      shared: [],
      unlisted: 'shared',
      transient: ['*.lock', '*.tmp', '*.tmp.*'],
      // The picker of `--resume` skips linked project folders, so `projects` is linked whole or not at all.
      sharedFolders: ['projects', 'commands', 'agents', 'skills', 'plugins', 'todos', 'plans', 'hooks', 'file-history', 'tasks'],
      sharedFiles: ['history.jsonl'],
      privateFolders: PRIVATE_FOLDERS,
      appendOnly: ['history.jsonl'],
    },
    documents: [
      {
        name: '.claude.json',
        sharedIn: 'home',
        // Identity, keys, billing and model caches. A wrong `oauthAccount` never heals in the client, an absent one does.
        privateKeys: [
          ['oauthAccount'],
          ['primaryApiKey'],
          ['customApiKeyResponses'],
          ['overageCreditGrantCache'],
          ['passesEligibilityCache'],
          ['passesLastSeenRemaining'],
          ['cachedExtraUsageDisabledReason'],
          ['orgModelDefaultCache'],
          ['modelAccessCache'],
          ['additionalModelCostsCache'],
          ['additionalModelOptionsCache'],
        ],
        mergeDepth: { projects: 2, mcpServers: 1 },
        quietKeys: ['numStartups', 'tipsHistory', 'last*'],
        takesOverlay: false,
        lockStaleMs: 10_000,
      },
      {
        name: 'settings.json',
        sharedIn: 'shared-home',
        privateKeys: [
          ['apiKeyHelper'],
          ['proxyAuthHelper'],
          ['awsCredentialExport'],
          ['awsAuthRefresh'],
          ['gcpAuthRefresh'],
          ['otelHeadersHelper'],
          ['forceLoginMethod'],
          ['forceLoginGatewayUrl'],
          ['forceLoginOrgUUID'],
          ['model'],
          ...LOGIN_VARIABLES.map((variable) => ['env', variable]),
        ],
        mergeDepth: { env: 1, permissions: 1, enabledPlugins: 1, hooks: 1 },
        quietKeys: [],
        takesOverlay: true,
        lockStaleMs: null,
      },
    ],
    credential: {
      file: '.credentials.json',
      block: 'claudeAiOauth',
      tokens: [['accessToken'], ['refreshToken']],
      expiresAt: ['expiresAt'],
      // About a month after the login; `expiresAt` is always some hours away.
      endsAt: ['refreshTokenExpiresAt'],
      maps: ['mcpOAuth'],
      locks: [
        { place: 'inside', name: '.oauth_refresh', staleMs: 60_000 },
        { place: 'beside', name: '', staleMs: 60_000 },
        { place: 'inside', name: '.storage-write', staleMs: 15_000 },
      ],
    },
    identity: {
      document: '.claude.json',
      id: ['oauthAccount', 'accountUuid'],
      email: ['oauthAccount', 'emailAddress'],
      organization: ['oauthAccount', 'organizationName'],
      plan: ['subscriptionType'],
    },
    processFolder: 'sessions',
  },
  conversation: {
    idOption: '--session-id',
    resume: ['--resume', '{id}'],
    decidedBy: [
      '--session-id',
      '--resume',
      '-r',
      '--continue',
      '-c',
      '--fork-session',
      '--from-pr',
      '--no-session-persistence',
      '--version',
      '-v',
      '--help',
      '-h',
    ],
  },
  signals: claudeSignals,
  cleanupSetting: 'cleanupPeriodDays',
  environment: {
    scrubbed: LOGIN_VARIABLES,
    nesting: ['CLAUDECODE', 'CLAUDE_CODE_CHILD_SESSION', 'CLAUDE_CODE_SESSION_ID', 'CLAUDE_JOB_DIR', 'CLAUDE_CODE_MESSAGING_*'],
    // The client writes absolute plugin paths into a shared file: without this they would be those of the runtime.
    belowSharedHome: { CLAUDE_CODE_PLUGIN_CACHE_DIR: 'plugins' },
    databases: {},
    loginVariables: [
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_AUTH_TOKEN',
      'CLAUDE_CODE_OAUTH_TOKEN',
      'CLAUDE_CODE_USE_BEDROCK',
      'CLAUDE_CODE_USE_VERTEX',
      'CLAUDE_CODE_USE_FOUNDRY',
    ],
    baseUrlVariable: 'ANTHROPIC_BASE_URL',
    baseUrlArguments: [],
    apiKeyCommandSetting: 'apiKeyHelper',
    // In HOME the shared settings are read as project settings, which would outrank the profile's own.
    argumentsInHome: ['--setting-sources', 'user'],
  },
}
