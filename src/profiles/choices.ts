/** What a person has chosen once for many commands: the default profile, and profiles by folder. Pure. */

export interface ProfileChoices {
  /** Set by `perch use`; null for the built-in one. */
  readonly defaultProfile: string | null
  /** Set by `perch map`: names of profiles by the canonical path of a folder. */
  readonly folderRules: Readonly<Record<string, string>>
}

export interface FolderRule {
  readonly folder: string
  readonly profile: string
}

export const NO_CHOICES: ProfileChoices = { defaultProfile: null, folderRules: {} }

/** The choices with another default; null for the built-in one. */
export function withDefault(choices: ProfileChoices, profile: string | null): ProfileChoices {
  return { ...choices, defaultProfile: profile }
}

/** The choices with this rule, in place of whatever the folder had. */
export function withRule(choices: ProfileChoices, { folder, profile }: FolderRule): ProfileChoices {
  return { ...choices, folderRules: { ...choices.folderRules, [folder]: profile } }
}

/** The choices without the rule of this folder. */
export function withoutRule(choices: ProfileChoices, folder: string): ProfileChoices {
  return { ...choices, folderRules: Object.fromEntries(Object.entries(choices.folderRules).filter(([path]) => path !== folder)) }
}

/** The choices without any that name this profile. */
export function withoutProfile(choices: ProfileChoices, profile: string): ProfileChoices {
  const kept = Object.entries(choices.folderRules).filter(([, name]) => name !== profile)
  return {
    defaultProfile: choices.defaultProfile === profile ? null : choices.defaultProfile,
    folderRules: Object.fromEntries(kept),
  }
}

/** The choices with a profile under its new name. */
export function withRenamedProfile(choices: ProfileChoices, from: string, to: string): ProfileChoices {
  const nowOf = (name: string) => (name === from ? to : name)
  return {
    defaultProfile: choices.defaultProfile === null ? null : nowOf(choices.defaultProfile),
    folderRules: Object.fromEntries(Object.entries(choices.folderRules).map(([folder, name]) => [folder, nowOf(name)])),
  }
}

/** The rules, by folder. */
export function rulesOf(choices: ProfileChoices): readonly FolderRule[] {
  return Object.entries(choices.folderRules)
    .map(([folder, profile]) => ({ folder, profile }))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1))
}

/** What would go with a profile. */
export function choicesNaming(choices: ProfileChoices, profile: string): { isDefault: boolean; folders: readonly string[] } {
  const folders = rulesOf(choices).filter((rule) => rule.profile === profile)
  return { isDefault: choices.defaultProfile === profile, folders: folders.map(({ folder }) => folder) }
}
