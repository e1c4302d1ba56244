import { resolve } from 'node:path'

import type {
  Milliseconds,
  Sandbox,
  SandboxProfile,
  Tool,
  ToolContext,
  ToolInput,
  ToolOutcome,
  ToolOutput,
} from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { BackgroundCommands } from './background/background-commands.ts'
import { describeBackground } from './background/describe-background.ts'
import { commandEffects } from './command-effects.ts'
import { startFolder } from './command-folder.ts'
import type { CommandToContain } from './contain-command.ts'
import { runCommand } from './run-command.ts'
import { workspaceProfile } from './sandbox/workspace-profile.ts'
import { defaultShell } from './start-command.ts'

/** The input of {@link shellTool}. */
export interface ShellInput {
  readonly command: string
  readonly timeout_ms?: number
  readonly background?: boolean
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
  /** What keeps commands in the background; where it is left out, none are. */
  readonly background?: BackgroundCommands
}

function describe({ sandbox, background }: ShellOptions, { hosts }: SandboxProfile): string {
  const after =
    background === undefined
      ? 'nothing keeps running in the background afterwards.'
      : 'with background it runs on, and has an id for shell_output, shell_input and shell_kill; without it nothing does.'
  const always = `Runs a shell command in the project folder, or where a cd left it, and returns what it prints, both streams together, and its exit code. It gets no input, and ${after}`
  if (sandbox === undefined) return always
  const reach = hosts === 'any' ? 'all hosts' : hosts.length === 0 ? 'no host' : hosts.join(', ')
  return `${always} It runs in a sandbox: it can write in the project, except git hooks, git configuration and settings of editors, agents, shells and CI; it can reach ${reach}.`
}

/** @limit In milliseconds: the longest time that a call may ask for. */
const longest: Milliseconds = 3_600_000

const properties = {
  command: { type: 'string', minLength: 1, description: 'What to run, in the syntax of the shell' },
  timeout_ms: {
    type: 'integer',
    minimum: 1,
    maximum: longest,
    description: 'How long it may take, in milliseconds; 120000 when left out',
  },
} as const

const background = {
  type: 'boolean',
  description:
    'Whether it runs on while you do something else; then without a time-out unless timeout_ms says one',
} as const

function inputOf(options: ShellOptions): ToolInput<ShellInput> {
  return jsonSchema<ShellInput>({
    type: 'object',
    properties: options.background === undefined ? properties : { ...properties, background },
    required: ['command'],
    additionalProperties: false,
  })
}

/** How long a command in the background is waited for, so that one that fails at once is told as that. */
const moment: Milliseconds = 300

/**
 * `shell {command, timeout_ms?, background?}`: runs a command, without input, in a process group of its own, in `root` or in the folder inside of it where the
 * thread's last command ended. Nothing works before its process is recorded, and nothing of it runs on after the call: what was left in the background is
 * ended, on a time-out or an abort everything is. A command that fails is a completed call that shows its exit code. In the background it
 * runs on, at most until this program ends, and gets an id.
 */
export function shellTool(root: string, options: ShellOptions = {}): Tool<ShellInput> {
  const { shell = defaultShell(), timeout = 120_000, mostStored = 256 * 1024 * 1024 } = options
  const folder = resolve(root)
  const { sandbox, profile = workspaceProfile({ root: folder }) } = options
  const confinement = sandbox === undefined ? {} : { confinement: { sandbox, profile } }
  return {
    name: 'shell',
    description: describe(options, profile),
    input: inputOf(options),
    repeat: 'once',
    effects: ({ command }, place) => commandEffects(command, folder, place?.folder),
    sinks: { '/command': 'command', '/timeout_ms': 'scalar', '/background': 'scalar' },
    produces: { default: 'free-text' },
    // The call's own time-out comes first; this one only guards it.
    timeout: longest + 60_000,
    async run({ command, timeout_ms, background: apart = false }, context) {
      const start = startFolder(folder, context.folder)
      if ('type' in start) return start
      const request = { command, shell, root: folder, ...start, ...confinement }
      if (apart && options.background !== undefined) {
        const limit = timeout_ms === undefined ? {} : { timeout: timeout_ms }
        return runApart(options.background, { ...request, ...limit }, context)
      }
      return runCommand({ ...request, timeout: timeout_ms ?? timeout, mostStored }, context)
    },
  }
}

/** Starts a command in the background, and shows how it began. */
async function runApart(
  commands: BackgroundCommands,
  request: CommandToContain & { readonly timeout?: Milliseconds },
  context: ToolContext,
): Promise<ToolOutput | ToolOutcome> {
  const command = await commands.start(request, context)
  if ('type' in command) return command
  await Promise.race([command.ended, context.clock.sleep(moment, context.signal).catch(() => {})])
  const standing = command.end() ?? 'running'
  return describeBackground({ id: command.record.id, standing, parts: await command.look() })
}
