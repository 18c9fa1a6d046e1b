/** What is private in the documents stays with its owner: two profiles and the plain client, each with all of it. */
import { expect, test } from 'vitest'
import { claude } from '../../../src/agents/claude.js'
import { openProfileLab, readJson, readText, writeByRename, writeNew } from '../profile-lab.js'

const documents = claude.relocation?.documents ?? []
const keysOf = (name: string) => documents.find((document) => document.name === name)?.privateKeys ?? []

/** Every private key of the document, with a value that tells its owner. */
function privateOf(owner: string, name: string): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [first = '', second] of keysOf(name)) {
    const value = { of: `private-of-${owner}` }
    result[first] = second === undefined ? value : { ...(result[first] ?? {}), [second.replace('*', 'X')]: value.of }
  }
  return result
}

test('no private key of a document reaches another profile or the plain home, whoever runs beside whom', async () => {
  expect(keysOf('.claude.json').map(([key]) => key)).toContain('customApiKeyResponses')
  await using work = await openProfileLab()
  const play = await work.add('play')
  writeNew(work.globalDocument, JSON.stringify({ ...privateOf('plain', '.claude.json'), theme: 'dark', projects: { '/a': {} } }))
  writeNew(work.inShared('settings.json'), JSON.stringify({ ...privateOf('plain', 'settings.json'), cleanupPeriodDays: 30 }))
  const owners = { work, play, plain: null }

  for (const round of [1, 2]) {
    await Promise.all([work.acquire(), play.acquire()])
    for (const [name, lab] of Object.entries({ work, play })) {
      for (const document of ['.claude.json', 'settings.json']) {
        const replica = readJson(lab.inRuntime(document))
        const own = privateOf(name, document)
        const added = document === '.claude.json' ? { projects: { ...(replica.projects ?? {}), [`/${name}${round}`]: {} } } : {}
        writeByRename(lab.inRuntime(document), JSON.stringify({ ...replica, ...own, ...added }))
      }
    }
    // The plain client writes at the same time.
    const plain = readJson(work.globalDocument)
    writeByRename(
      work.globalDocument,
      JSON.stringify({ ...plain, projects: { ...(plain.projects ?? {}), [`/plain${round}`]: {} } }),
    )
    await Promise.all([work.release(), play.release()])
  }

  await Promise.all([work.acquire(), play.acquire()])
  for (const [owner, lab] of Object.entries(owners)) {
    const others = Object.keys(owners).filter((name) => name !== owner)
    for (const path of [
      lab?.inRuntime('.claude.json') ?? work.globalDocument,
      lab?.inRuntime('settings.json') ?? work.inShared('settings.json'),
    ]) {
      for (const other of others) expect(readText(path), `${path} of ${owner}`).not.toContain(`private-of-${other}`)
      expect(readText(path)).toContain(`private-of-${owner}`)
    }
  }
  expect(Object.keys(readJson(work.globalDocument).projects ?? {}).sort()).toEqual(
    ['/a', '/plain1', '/plain2', '/play1', '/play2', '/work1', '/work2'].sort(),
  )
  expect(readJson(work.globalDocument)).toMatchObject(privateOf('plain', '.claude.json'))
  await Promise.all([work.release(), play.release()])
})
