/** The `config.toml` of a profile of clauth, as what a profile of perch is to have: endpoint, key, variables and models. */
import { join } from 'node:path'
import * as v from 'valibot'
import { isVariable, PROFILE_KEYS } from '../../profiles/profile-keys.js'
import { readToml } from './small-files.js'

const Text = v.fallback(v.nullable(v.pipe(v.string(), v.minLength(1))), null)

const Config = v.object({
  base_url: Text,
  api_key: Text,
  env: v.fallback(v.record(v.string(), v.unknown()), {}),
  models: v.fallback(v.record(v.string(), v.unknown()), {}),
})

/** What its names for models are as variables of Claude Code. */
const MODEL_VARIABLES: Readonly<Record<string, string>> = {
  opus: 'ANTHROPIC_DEFAULT_OPUS_MODEL',
  sonnet: 'ANTHROPIC_DEFAULT_SONNET_MODEL',
  haiku: 'ANTHROPIC_DEFAULT_HAIKU_MODEL',
  fable: 'ANTHROPIC_DEFAULT_FABLE_MODEL',
  subagent: 'CLAUDE_CODE_SUBAGENT_MODEL',
}

export interface ClauthConfig {
  readonly baseUrl: string | null
  readonly env: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, unknown>>
  /** Whether it runs without a login. */
  readonly needsNone: boolean
  /** What is not taken over, as sentences. */
  readonly notes: readonly string[]
}

/** What the file in the folder of a clauth profile says; nothing where there is none. */
export function readClauthConfig(folder: string): ClauthConfig {
  const { value, problem } = readToml(join(folder, 'config.toml'))
  const parsed = v.safeParse(Config, value ?? {})
  const config = parsed.success ? parsed.output : v.parse(Config, {})
  const notes: string[] = problem === null ? [] : [`${problem}: its endpoint and variables are not taken over.`]
  const baseUrl = usableAddress(config.base_url, notes)
  return {
    baseUrl,
    env: { ...modelVariables(config.models), ...keyVariable(config.api_key, baseUrl), ...variables(config.env, notes) },
    settings: typeof config.models.default === 'string' && config.models.default !== '' ? { model: config.models.default } : {},
    needsNone: baseUrl !== null || config.api_key !== null,
    notes,
  }
}

/** A Bearer token is what other providers ask for, a key what the vendor itself does. */
function keyVariable(key: string | null, baseUrl: string | null): Readonly<Record<string, string>> {
  if (key === null || key.includes('\0')) return {}
  const isVendor = baseUrl === null || new URL(baseUrl).hostname.endsWith('.anthropic.com')
  return isVendor ? { ANTHROPIC_API_KEY: key } : { ANTHROPIC_AUTH_TOKEN: key }
}

function usableAddress(url: string | null, notes: string[]): string | null {
  const rule = PROFILE_KEYS['base-url']
  if (url === null || rule?.accepts(url)) return url
  notes.push(`Its base_url is not ${rule?.expected}: it is not taken over.`)
  return null
}

function modelVariables(models: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(MODEL_VARIABLES).flatMap(([key, variable]) => {
      const model = Object.hasOwn(models, key) ? models[key] : undefined
      return typeof model === 'string' && model !== '' && isVariable(variable, model) ? [[variable, model]] : []
    }),
  )
}

function variables(env: Readonly<Record<string, unknown>>, notes: string[]): Readonly<Record<string, string>> {
  const usable = Object.entries(env).filter((entry): entry is [string, string] => isVariable(...entry))
  if (usable.length < Object.keys(env).length) notes.push('Some entries of its [env] cannot be variables and are left out.')
  return Object.fromEntries(usable)
}
