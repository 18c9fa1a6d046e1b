/** Loaded by vitest before each test file: gives the file a temporary folder of its own and checks for leaks after each test. */
import { afterAll, afterEach, beforeEach } from 'vitest'
import { type Baseline, collectLeaks, EMPTY_BASELINE, failOnLeaks, takeBaseline } from './leak-check.js'
import { openWorkerFolder, removeWorkerFolder } from './worker-folder.js'

openWorkerFolder()

let baseline: Baseline = EMPTY_BASELINE

// Hooks of a setup file run first before a test and, as vitest unwinds them like a stack, last after it.
beforeEach(() => {
  baseline = takeBaseline()
})

afterEach(async (context) => {
  failOnLeaks(await collectLeaks(baseline), `"${context.task.name}"`)
})

afterAll(async () => {
  try {
    failOnLeaks(await collectLeaks(EMPTY_BASELINE), 'this file')
  } finally {
    removeWorkerFolder()
  }
})
