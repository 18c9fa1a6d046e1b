/** Which profile a command uses: asked for > `PERCH_PROFILE` > the rule of the nearest folder > the default. Pure. */
import { dirname, resolve } from 'node:path'
import { DEFAULT_PROFILE } from './profile-name.js'

export interface ResolutionRequest {
  /** By flag or argument. */
  readonly asked: string | null
  /** `PERCH_PROFILE` of the requesting shell. */
  readonly fromEnvironment: string | undefined
  readonly cwd: string
  /** Profiles by absolute folder. */
  readonly folderRules?: Readonly<Record<string, string>>
  /** Set by `perch use`. */
  readonly chosenDefault?: string | null
}

interface ConsideredRule {
  readonly rule: 'flag' | 'env' | 'map' | 'default'
  /** What the rule says; null when it says nothing here. */
  readonly value: string | null
  readonly used: boolean
}

export interface Resolution {
  readonly profile: string
  readonly reason: ConsideredRule['rule']
  /** Every rule in its order, so that `which --explain` can show why. */
  readonly considered: readonly ConsideredRule[]
}

/** Decides; whether the profile exists is the store's to say. */
export function resolveProfile(request: ResolutionRequest): Resolution {
  const rules: readonly { readonly rule: ConsideredRule['rule']; readonly value: string | null }[] = [
    { rule: 'flag', value: request.asked },
    // Set but empty is a common way to unset a variable for one command.
    { rule: 'env', value: request.fromEnvironment || null },
    { rule: 'map', value: nearestRule(request.folderRules ?? {}, request.cwd) },
  ]
  const fallback = request.chosenDefault ?? DEFAULT_PROFILE
  const winner = rules.find((rule) => rule.value !== null)
  const considered = [...rules, { rule: 'default' as const, value: fallback }].map((rule) => ({
    ...rule,
    used: rule.rule === (winner?.rule ?? 'default'),
  }))
  return { profile: winner?.value ?? fallback, reason: winner?.rule ?? 'default', considered }
}

function nearestRule(rules: Readonly<Record<string, string>>, cwd: string): string | null {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const profile = Object.hasOwn(rules, folder) ? rules[folder] : undefined
    if (profile !== undefined) return profile
    if (folder === dirname(folder)) return null
  }
}
