/** At the end of a run: one line for each test that was skipped, and why. Nothing is skipped quietly. */
import { relative } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

export class SkippedTestsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const result = test.result()
        const note = result.state === 'skipped' ? result.note : undefined
        const file = relative(process.cwd(), module.moduleId)
        process.stderr.write(`SKIPPED ${file} > ${test.fullName}: ${note ?? 'no reason given'}\n`)
      }
    }
  }
}
