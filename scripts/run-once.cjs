/**
 * `run-once BUNDLE CACHE ARGS`: runs a program's bundle as its loader does, and writes the code cache of what has run at its end.
 * `{pid}` among the arguments stands for this process.
 */
'use strict'
const { readFileSync, writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { dirname } = require('node:path')
const { Script } = require('node:vm')

const [bundle, cache, ...args] = process.argv.slice(2)
process.argv = [process.argv[0], bundle, ...args.map((word) => (word === '{pid}' ? String(process.pid) : word))]
const script = new Script(readFileSync(bundle, 'utf8'), { filename: bundle })
process.on('exit', (code) => {
  if (code === 0) writeFileSync(cache, script.createCachedData())
})
script.runInThisContext()(exports, createRequire(bundle), module, bundle, dirname(bundle))
