#!/usr/bin/env node
// Nothing that needs a newer Node may be imported here: on an old one, this file must still run to say so.
import module from 'node:module'

import { nodeComplaint } from './node-version.ts'
import { version } from './version.ts'

const complaint = nodeComplaint(process.versions.node)
const [first] = process.argv.slice(2)

if (complaint !== undefined) {
  process.stderr.write(complaint)
  process.exitCode = 70
} else if (first === '--version' || first === '-v') {
  process.stdout.write(`${version}\n`)
} else {
  module.enableCompileCache()
  // Everybody on the machine may read the words of a program; this replaces them.
  if (process.argv.some((word) => /:\/\/.*@|password=/.test(word))) process.title = 'keepup'
  const [{ runProgram }, { processHost }] = await Promise.all([import('./program.ts'), import('./host.ts')])
  const host = processHost(import.meta.url)
  host.exit(await runProgram(process.argv.slice(2), host))
}
