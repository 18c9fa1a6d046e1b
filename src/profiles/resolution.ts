/** Which profile a command uses: asked for > `PERCH_PROFILE` > the rule of the nearest folder > the default. Pure. */
import { dirname, resolve } from 'node:path'
import type { FolderRule } from './choices.js'
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

export type RuleName = 'flag' | 'env' | 'map' | 'default'

export interface ConsideredRule {
  readonly rule: RuleName
  /** What the rule says; null when it says nothing here. */
  readonly value: string | null
  readonly used: boolean
  /** Of `map`: the folder that has the rule. */
  readonly folder?: string
  /** Of `map`: what folders further out say, the nearest first. */
  readonly outer?: readonly FolderRule[]
}

export interface Resolution {
  readonly profile: string
  readonly reason: RuleName
  /** Every rule in its order, so that `which --explain` can show why. */
  readonly considered: readonly ConsideredRule[]
}

/** Decides; whether the profile exists is the store's to say. */
export function resolveProfile(request: ResolutionRequest): Resolution {
  const [nearest, ...outer] = rulesAround(request.folderRules ?? {}, request.cwd)
  const rules: readonly Omit<ConsideredRule, 'used'>[] = [
    { rule: 'flag', value: request.asked },
    // Set but empty is a common way to unset a variable for one command.
    { rule: 'env', value: request.fromEnvironment || null },
    nearest ? { rule: 'map', value: nearest.profile, folder: nearest.folder, outer } : { rule: 'map', value: null },
  ]
  const fallback = request.chosenDefault ?? DEFAULT_PROFILE
  const winner = rules.find((rule) => rule.value !== null)
  const considered = [...rules, { rule: 'default' as const, value: fallback }].map((rule) => ({
    ...rule,
    used: rule.rule === (winner?.rule ?? 'default'),
  }))
  return { profile: winner?.value ?? fallback, reason: winner?.rule ?? 'default', considered }
}

/** The rules of the folder and of those around it, the nearest first. */
export function rulesAround(rules: Readonly<Record<string, string>>, cwd: string): readonly FolderRule[] {
  const found: FolderRule[] = []
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const profile = Object.hasOwn(rules, folder) ? rules[folder] : undefined
    if (profile !== undefined) found.push({ folder, profile })
    if (folder === dirname(folder)) return found
  }
}
