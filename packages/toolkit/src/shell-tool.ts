import { resolve } from 'node:path'

import type { Milliseconds, Sandbox, SandboxProfile, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { commandEffects } from './command-effects.ts'
import { startFolder } from './command-folder.ts'
import { runCommand } from './run-command.ts'
import { workspaceProfile } from './sandbox/workspace-profile.ts'
import { defaultShell } from './start-command.ts'

/** The input of {@link shellTool}. */
export interface ShellInput {
  readonly command: string
  readonly timeout_ms?: number
}

/** How commands are run. */
export interface ShellOptions {
  /** The shell's program: bash where it is, else `/bin/sh`. */
  readonly shell?: string
  /** How long a command may take where the call does not say: 120 seconds. */
  readonly timeout?: Milliseconds
  /** How much of an output is stored as an artifact, in bytes: 256 MiB. */
  readonly mostStored?: number
  /** What confines every command; nothing when left out. */
  readonly sandbox?: Sandbox
  /** What the sandbox lets through: `workspaceProfile` of the folder when left out. */
  readonly profile?: SandboxProfile
}

function describe(sandbox: Sandbox | undefined, { hosts }: SandboxProfile): string {
  const always =
    'Runs a shell command in the project folder and returns what it prints, both streams together, and its exit code. It gets no input, and nothing keeps running in the background afterwards.'
  if (sandbox === undefined) return always
  const reach = hosts === 'any' ? 'all hosts' : hosts.length === 0 ? 'no host' : hosts.join(', ')
  return `${always} It runs in a sandbox: it can write in the project, except git hooks, git configuration and settings of editors, agents, shells and CI; it can reach ${reach}.`
}

/** @limit In milliseconds: the longest time that a call may ask for. */
const longest: Milliseconds = 3_600_000

const input = jsonSchema<ShellInput>({
  type: 'object',
  properties: {
    command: { type: 'string', minLength: 1, description: 'What to run, in the syntax of the shell' },
    timeout_ms: {
      type: 'integer',
      minimum: 1,
      maximum: longest,
      description: 'How long it may take, in milliseconds; 120000 when left out',
    },
  },
  required: ['command'],
  additionalProperties: false,
})

/**
 * `shell {command, timeout_ms?}`: runs a command in `root`, without input, in a process group of its own. Nothing works before its process is
 * recorded, and nothing of it runs on after the call: what was left in the background is ended, on a time-out or an abort everything is.
 * A command that fails is a completed call that shows its exit code.
 */
export function shellTool(root: string, options: ShellOptions = {}): Tool<ShellInput> {
  const { shell = defaultShell(), timeout = 120_000, mostStored = 256 * 1024 * 1024 } = options
  const folder = resolve(root)
  const { sandbox, profile = workspaceProfile({ root: folder }) } = options
  const confinement = sandbox === undefined ? {} : { confinement: { sandbox, profile } }
  return {
    name: 'shell',
    description: describe(sandbox, profile),
    input,
    repeat: 'once',
    effects: ({ command }, moment) => commandEffects(command, folder, moment?.folder),
    sinks: { '/command': 'command', '/timeout_ms': 'scalar' },
    produces: { default: 'free-text' },
    // The call's own time-out comes first; this one only guards it.
    timeout: longest + 60_000,
    async run({ command, timeout_ms = timeout }, context) {
      const start = startFolder(folder, context.folder)
      if ('type' in start) return start
      const request = {
        command,
        timeout: timeout_ms,
        shell,
        root: folder,
        ...start,
        mostStored,
        ...confinement,
      }
      return runCommand(request, context)
    },
  }
}
