/** `docs/library.md` is true: each example compiles against the package's types, runs, and prints what stands below it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CHECKOUT } from '../kit/npm.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { installPackage } from './kit/installed-package.js'

interface Example {
  readonly title: string
  readonly source: string
  readonly prints: string
}

const guide = readFileSync(join(CHECKOUT, 'docs/library.md'), 'utf8')
const examples = examplesOf(guide)

describe('the guide to the library', () => {
  it('shows what each of its examples prints', () => {
    expect(examples.length).toBeGreaterThan(5)
    expect(examples).toHaveLength(guide.match(/^```ts$/gm)?.length ?? 0)
  })

  it('has examples that a strict compiler accepts with the published types', { timeout: 120_000 }, async () => {
    await using home = temporaryHome()
    const sources = Object.fromEntries(examples.map(({ source }, index) => [`example-${index}`, source]))
    expect(await installPackage(home).typeCheck(sources)).toEqual([])
  })

  it.for(examples)('prints what it says: $title', { timeout: 120_000 }, async ({ source, prints }) => {
    await using home = temporaryHome()
    const done = await installPackage(home).run('example', source)
    expect(done).toMatchObject({ stderr: '', code: 0 })
    expect(done.stdout.toString()).toBe(prints)
  })
})

/** The fenced blocks: an example, and right after it what it prints. */
function examplesOf(markdown: string): readonly Example[] {
  const pattern = /^## (?<title>.*)$|^```ts\n(?<source>[\s\S]*?)^```\n\n```text\n(?<prints>[\s\S]*?)^```$/gm
  let title = ''
  const found: Example[] = []
  for (const { groups } of markdown.matchAll(pattern)) {
    if (groups?.title) title = groups.title
    if (groups?.source) found.push({ title, source: groups.source, prints: groups.prints ?? '' })
  }
  return found
}
