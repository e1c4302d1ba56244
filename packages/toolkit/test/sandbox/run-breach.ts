import { spawn } from 'node:child_process'
import { once } from 'node:events'

import type { Sandbox, SandboxedProgram } from '@keepup/core'

import { workspaceProfile } from '../../src/sandbox/index.ts'
import type { Breach } from './battery.ts'
import { breachPlace, type BreachPlace } from './breach-place.ts'

/** What became of one attempt. */
export interface Attempt {
  readonly broken: boolean
  readonly output: string
  readonly notes: readonly string[]
}

/** Tries one way out, in a place of its own; without a sandbox for the control. */
export async function runBreach(
  breach: Breach,
  open: ((place: BreachPlace) => Promise<Sandbox>) | undefined,
): Promise<Attempt> {
  await using place = await breachPlace()
  const program: SandboxedProgram = {
    program: '/bin/bash',
    arguments: ['-c', breach.command],
    folder: place.root,
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: place.home,
      FIRED: `${place.outside}/fired-inside`,
      ...place.variables,
    },
  }
  if (open === undefined) {
    const output = await run(program)
    return { broken: breach.succeeded(place, output), output, notes: [] }
  }
  await using sandbox = await open(place)
  const profile = workspaceProfile({ root: place.root, home: place.home })
  const contained = await sandbox.contain(program, profile)
  const output = await run(contained)
  const notes = await contained.release()
  return { broken: breach.succeeded(place, output), output, notes }
}

/** Runs a program to its end. */
export async function run(program: SandboxedProgram): Promise<string> {
  const { program: file, arguments: words, folder, environment } = program
  const child = spawn(file, [...words], { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk))
  await once(child, 'close')
  return output
}
