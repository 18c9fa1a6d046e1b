/** Each profile: its file, its login and whose it is, its runtime and who uses it, what sync keeps for a decision. */
import { agentNamed, knownAgents } from '../../agents/known-agents.js'
import { accountState, changedAccountText } from '../../profiles/known-account.js'
import { loginState } from '../../profiles/login-state.js'
import { profileFolders } from '../../profiles/profile-definition.js'
import { listKept } from '../../runtime/conflicts/list-kept.js'
import { leases } from '../../runtime/liveness/liveness.js'
import { standingLinkMode } from '../../runtime/tree/index-file.js'
import { type Examination, type ReadableProfile, readableProfiles } from '../examination.js'
import type { Finding } from '../finding.js'

/** As `perch profile ls` warns. */
const LOGIN_WARNING_MS = 3 * 24 * 60 * 60 * 1000

export function checkProfiles(examination: Examination): readonly Finding[] {
  const broken = examination.profiles.flatMap(({ name, problem }): readonly Finding[] =>
    problem === null
      ? []
      : [
          {
            code: 'profile-broken',
            level: 'problem',
            subject: name,
            text: problem,
            meaning: 'Nothing can be started under it. Its login is untouched.',
            fix: 'Mend the file, or remove the profile: perch profile rm',
          },
        ],
  )
  return [...broken, ...readableProfiles(examination).flatMap((listed) => checkProfile(examination, listed))]
}

function checkProfile(examination: Examination, { name, profile }: ReadableProfile): readonly Finding[] {
  const agent = agentNamed(profile.agent, knownAgents(examination.paths))
  const request = { paths: examination.paths, profile, agent, home: examination.home }
  const warnings = profile.warnings.map(
    (text): Finding => ({
      code: 'profile-odd',
      level: 'warning',
      subject: name,
      text,
      meaning: null,
      fix: 'Edit its profile.toml.',
    }),
  )
  const { account, was } = accountState(request)
  const changed: readonly Finding[] =
    was === null
      ? []
      : [
          {
            code: 'account-changed',
            level: 'warning',
            subject: name,
            text: changedAccountText(name, was, account?.email ?? null),
            meaning: 'What is started under this profile uses the other account.',
            fix: `perch profile accept ${name}, or perch login ${name}`,
          },
        ]
  return [...warnings, ...checkLogin(name, loginState(request)), ...changed, ...checkRuntime(examination, name)]
}

function checkLogin(name: string, { loggedIn, endsAtMs }: ReturnType<typeof loginState>): readonly Finding[] {
  const finding = { level: 'warning', subject: name, fix: `perch login ${name}` } as const
  if (loggedIn === false) return [{ ...finding, code: 'login-missing', text: 'it is logged out', meaning: null }]
  if (loggedIn === null || endsAtMs === null) return []
  const leftMs = endsAtMs - Date.now()
  if (leftMs <= 0)
    return [{ ...finding, code: 'login-ended', text: 'its login has ended', meaning: 'The agent asks to log in again.' }]
  if (leftMs > LOGIN_WARNING_MS) return []
  const text = `its login ends on ${new Date(endsAtMs).toISOString().slice(0, 10)}`
  return [{ ...finding, code: 'login-ends', text, meaning: 'Work may be interrupted then.' }]
}

function checkRuntime({ paths }: Examination, name: string): readonly Finding[] {
  const folders = profileFolders(paths, name)
  const mode = standingLinkMode(folders)
  const held = leases({ folders })
  const dead = held.filter(({ liveness }) => liveness === 'dead')
  const kept = listKept(paths, name)
  return [
    ...(mode === undefined
      ? []
      : [
          {
            code: 'runtime-stands',
            level: 'note',
            subject: name,
            text: `its runtime stands, made of ${mode === 'link' ? 'links' : 'copies that are kept in step'}; ${held.length} in use`,
            meaning: null,
            fix: null,
          } as const,
        ]),
    ...(dead.length === 0
      ? []
      : [
          {
            code: 'lease-dead',
            level: 'warning',
            subject: name,
            text: `${dead.length === 1 ? 'a session that is gone still counts' : `${dead.length} sessions that are gone still count`} as using its runtime`,
            meaning:
              'The daemon takes over what they left; it looks twice a minute while no other session of the profile is live.',
            fix: 'perch daemon restart (sessions go on)',
          } as const,
        ]),
    ...(kept.length === 0
      ? []
      : [
          {
            code: 'conflicts-kept',
            level: 'note',
            subject: name,
            text: `${kept.length === 1 ? 'one other version of a file is' : `${kept.length} other versions of files are`} kept`,
            meaning: null,
            fix: 'perch sync resolve shows them',
          } as const,
        ]),
  ]
}
