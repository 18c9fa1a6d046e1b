/** What only one account may hold, its private keys and its tokens, is in no file of another's, and not in the shared home. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { conflictsFolder } from '../../../../src/profiles/profile-definition.js'
import { accountMark, tokenMark } from '../client-plan.js'
import { type Outcome, personOf } from './outcome.js'

export function nothingLeaked(outcome: Outcome): readonly string[] {
  const { root, home } = personOf(outcome)
  const owners = [
    { account: 'person', folders: [home] },
    ...outcome.labs.map(({ profile: { name }, folders, paths }) => ({
      account: name,
      folders: [folders.root, conflictsFolder(paths, name)],
    })),
  ]
  const places = [home, join(root, 'perch')].flatMap(filesBelow)
  return places.flatMap((path) => {
    const text = readFileSync(path, 'latin1')
    return owners
      .filter(({ folders }) => !folders.some((folder) => path.startsWith(`${folder}/`)))
      .filter(({ account }) => text.includes(accountMark(account)) || text.includes(tokenMark(account)))
      .map(({ account }) => `${relative(root, path)} holds what is ${account}'s alone`)
  })
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile())
}
