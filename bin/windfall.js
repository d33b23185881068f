#!/usr/bin/env node
// Plain JavaScript, so that an older Node of the machine can start it. TypeScript is not stripped
// below node_modules, hence dist/ in the installed package.
// biome-ignore lint/style/noRestrictedImports: this is the launcher, not yet the server
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'

const floor = [24, 15]

if (isRecent(process.versions.node)) {
  const source = new URL('../src/main.ts', import.meta.url)
  const built = new URL('../dist/main.js', import.meta.url)
  const { main } = await import((existsSync(source) ? source : built).href)
  process.exitCode = await main(process.argv.slice(2))
} else {
  const node = findPinnedNode()
  if (node === undefined) {
    fail(`install Node ${floor.join('.')} or newer, or the optional dependencies with "npm ci"`)
  } else {
    runUnder(node)
  }
}

/** @param {string} version such as `24.15.0` */
function isRecent(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > floor[0] || (major === floor[0] && minor >= floor[1])
}

/** The Node of our optional dependencies, wherever the package manager put it. */
function findPinnedNode() {
  const require = createRequire(import.meta.url)
  const name = `node-${process.platform}-${process.arch}`
  try {
    return isRecent(require(`${name}/package.json`).version)
      ? require.resolve(`${name}/bin/node`)
      : undefined
  } catch {
    return undefined
  }
}

/** @param {string} node */
function runUnder(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' })
  const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal)
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
  for (const signal of signals) process.on(signal, forward)
  child.on('error', () =>
    fail(`${node} does not run on this machine: install Node ${floor.join('.')}`),
  )
  child.on('exit', (code, signal) => {
    for (const name of signals) process.off(name, forward)
    if (signal === null) process.exitCode = code ?? 1
    else process.kill(process.pid, signal)
  })
}

/** @param {string} advice */
function fail(advice) {
  process.stderr.write(`windfall does not run on Node ${process.versions.node}: ${advice}\n`)
  process.exitCode = 1
}
