import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  KeepupError,
  type NewId,
  type Sandbox,
  type SandboxDescription,
  type SandboxedProgram,
  type SandboxProfile,
} from '@keepup/core'

import { bubblewrapArguments } from './bubblewrap-arguments.ts'
import { checkProfile } from './check-profile.ts'
import { missingSandbox } from './missing-sandbox.ts'
import type { Mount } from './plan-mounts.ts'
import { sandboxState } from './sandbox-state.ts'
import { seccompFilter } from './seccomp-filter.ts'
import { withholdVariables } from './withhold-variables.ts'
import { workspaceGuards } from './workspace-guards.ts'

/** Where bubblewrap is, and where its sandbox keeps what it must remember beyond a crash. */
export interface BubblewrapOptions {
  /** The program: `bwrap`, found by `PATH`, when left out. */
  readonly program?: string
  /** Outside of everything that commands may write: `~/.local/state/keepup/sandbox` when left out. */
  readonly state?: string
  readonly newId?: NewId
}

/** What the sandbox needs to know once. */
interface Mechanism {
  readonly program: string
  readonly version: string
  readonly closesNamespaces: boolean
  readonly superuser: boolean
  readonly guardOf: ReturnType<typeof workspaceGuards>
  readonly emptyFile: string
  /** Kept from every command. */
  readonly state: string
  /** The file that holds the filter of system calls, where there is one for this processor. */
  readonly filterFile: string | undefined
}

/** The descriptor that a shell opens the filter at, above those that shells use. */
const filterDescriptor = 9
const opening = `exec ${filterDescriptor}<"$0" && exec "$@"`

/**
 * Confines programs by plain bubblewrap (Linux): namespaces, a read-only view of the files, no network, a filter of system calls. Starts in some
 * milliseconds. Cannot tell hosts apart: a profile that lists some fails `not-supported`. Fails `sandbox-unavailable` where bubblewrap is not there or
 * may not make namespaces here.
 */
export function bubblewrapSandbox(options: BubblewrapOptions = {}): Sandbox {
  const mechanism = prepare(options)
  return {
    describe: () => describe(mechanism),
    async contain(program, profile) {
      checkProfile(profile, 'Plain bubblewrap')
      const { mounts, release } = await mechanism.guardOf(profile).begin({
        ...profile,
        unreadable: [...profile.unreadable, mechanism.state],
      })
      return { ...wrap(program, profile, mounts, mechanism), release: () => release() }
    },
    async [Symbol.asyncDispose]() {},
  }
}

function wrap(
  { program, arguments: given, folder, environment }: SandboxedProgram,
  { hosts, withheld }: SandboxProfile,
  mounts: readonly Mount[],
  { program: bwrap, superuser, closesNamespaces, emptyFile, filterFile }: Mechanism,
): SandboxedProgram {
  const filter = filterFile === undefined ? {} : { filter: filterDescriptor }
  const view = {
    mounts,
    hosts,
    emptyFile,
    folder: realFolder(folder),
    program,
    superuser,
    closesNamespaces,
    ...filter,
  }
  const contained = [bwrap, ...bubblewrapArguments(view), program, ...given]
  const [first = bwrap, ...rest] =
    filterFile === undefined ? contained : ['/bin/sh', '-c', opening, filterFile, ...contained]
  return {
    program: first,
    arguments: rest,
    // Bubblewrap goes there itself: the folder need not be seen by the program outside.
    folder: '/',
    environment: { ...withholdVariables(environment, withheld), KEEPUP_SANDBOX: 'bubblewrap' },
  }
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder)
  } catch (error) {
    throw new KeepupError('input-invalid', `There is no folder ${folder} to run in. Name another one.`, {
      cause: error,
    })
  }
}

function prepare({
  program = 'bwrap',
  state = sandboxState(),
  newId = () => crypto.randomUUID(),
}: BubblewrapOptions): Mechanism {
  const version = versionOf(program)
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const closesNamespaces = major > 0 || minor >= 8
  mkdirSync(state, { recursive: true, mode: 0o700 })
  const emptyFile = join(state, 'empty')
  if (!existsSync(emptyFile)) writeFileSync(emptyFile, '', { mode: 0o444 })
  const superuser = process.getuid?.() === 0
  const mechanism = {
    program,
    version,
    superuser,
    closesNamespaces,
    emptyFile,
    filterFile: writeFilter(state),
  }
  tryOut(mechanism)
  return { ...mechanism, state, guardOf: workspaceGuards(state, newId) }
}

function versionOf(program: string): string {
  const { status, stdout, error } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  if (status !== 0) throw missingSandbox('bubblewrap', 'bubblewrap is not there', error)
  return /\d[\d.]*/.exec(stdout)?.[0] ?? ''
}

/** Runs nothing in a sandbox: many systems have the program and forbid what it does. */
function tryOut({
  program,
  superuser,
  closesNamespaces,
  emptyFile,
  filterFile,
}: Omit<Mechanism, 'guardOf' | 'state'>): void {
  const view = { mounts: [], hosts: [], emptyFile, folder: '/', superuser, closesNamespaces }
  const filter = filterFile === undefined ? {} : { filter: filterDescriptor }
  const contained = [program, ...bubblewrapArguments({ ...view, ...filter }), '/bin/true']
  const [first = program, ...rest] =
    filterFile === undefined ? contained : ['/bin/sh', '-c', opening, filterFile, ...contained]
  const { status, stderr, error } = spawnSync(first, rest, { encoding: 'utf8' })
  if (status !== 0)
    throw missingSandbox('bubblewrap', `bubblewrap cannot make a sandbox here (${stderr.trim()})`, error)
}

function writeFilter(state: string): string | undefined {
  const bytes = seccompFilter(process.arch)
  if (bytes === undefined) return undefined
  const path = join(state, `system-calls-${process.arch}.bpf`)
  writeFileSync(path, bytes, { mode: 0o600 })
  return path
}

function describe({ version, closesNamespaces, filterFile }: Mechanism): SandboxDescription {
  return {
    name: 'bubblewrap',
    version,
    holds: ['writes', 'reads', 'network', 'processes', 'orphans'],
    lacks: [
      'It cannot let single hosts through: all or none.',
      'What is in the project and runs later, such as scripts in package.json or a Makefile, is not judged.',
      ...(closesNamespaces || filterFile !== undefined
        ? []
        : ['Bubblewrap before 0.8 lets programs make namespaces of their own: update it.']),
      ...(filterFile === undefined
        ? [`System calls are not filtered on ${process.arch}: sockets of this machine may be reached.`]
        : []),
    ],
  }
}
