import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const benches = [
  'loop',
  'agents',
  'checkpoint',
  'cluster',
  'cli',
  'tools',
  'sandbox',
  'shell',
  'grep',
  'diagnostics',
  'workspace',
  'saver',
  'graph',
  'messaging',
  'sop',
  'injection',
  'memory',
  'dashboard',
]
/** Flags with a value of their own, which is no name of a bench. */
const valued = ['--data', '--trajectories', '--policy', '--rows', '--scopes']
const given = process.argv.slice(2).filter((argument) => argument !== '--')
const isFlag = (argument: string, index: number): boolean =>
  argument.startsWith('-') || valued.includes(given[index - 1] ?? '')
const flags = given.filter((argument, index) => isFlag(argument, index))
const asked = given.filter((argument, index) => !isFlag(argument, index))
const unknown = asked.filter((name) => !benches.includes(name))

if (unknown.length > 0) {
  console.error(`there is no bench ${unknown.join(', ')}; there are ${benches.join(', ')}`)
  process.exitCode = 2
} else if (flags.includes('--charts') && asked.length === 0) {
  run('charts')
} else {
  for (const name of asked.length > 0 ? asked : benches) {
    run(name)
  }
  if (flags.includes('--charts')) run('charts')
}

function run(name: string): void {
  const file = join(import.meta.dirname, `${name}.ts`)
  const args = ['--conditions=@keepup/source', file, ...flags]
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
