#!/usr/bin/env node
/**
 * Starts the program beside this file, from V8's code cache where there is one for the running Node: reading and compiling a
 * quarter of a megabyte costs a command as much as the rest of its own work. V8 refuses a cache of another version or of
 * other flags, and compiles the source; nothing is ever written here. The build names the program and the cache, and the
 * commands (by their first word, which is empty where there is none) that a quick part is tried for.
 */
'use strict'
const { readFileSync } = require('node:fs')
const { Script } = require('node:vm')

const PART = QUICK_PARTS.find(({ words }) => words.includes(process.argv[2] ?? ''))

start(PART ?? WHOLE, WHOLE)

/** `other` is what it hands over to. */
function start({ name, hash }, other) {
  const path = `${__dirname}/${name}.bundle.js`
  // ASCII only: the bundler escapes the rest. Node reads UTF-8 in one call, and V8 keeps it in one byte a character.
  const script = new Script(readFileSync(path, 'utf8'), { filename: path, cachedData: cachedCode(name, hash) })
  script.runInThisContext()(exports, require, module, path, __dirname, () => start(other, PART))
}

/** Undefined for a package that was built with another Node, or for another machine. */
function cachedCode(name, hash) {
  try {
    return readFileSync(`${__dirname}/${name}.${hash}.${process.platform}-${process.arch}-${process.versions.v8}.cache`)
  } catch {
    return undefined
  }
}
