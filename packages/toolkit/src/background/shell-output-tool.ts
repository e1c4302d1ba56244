import type { Milliseconds, Tool, ToolContext, ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { BackgroundCommand } from './background-command.ts'
import type { BackgroundCommands, KnownCommand } from './background-commands.ts'
import { commandId, unknownCommand } from './command-id.ts'
import { describeBackground, type Standing } from './describe-background.ts'
import { readParts } from './read-parts.ts'

/** The input of {@link shellOutputTool}. */
export interface ShellOutputInput {
  readonly id: string
  readonly wait_ms?: number
  readonly from?: number
}

/** @limit In milliseconds: the longest time that a call may wait for output. */
const longestWait: Milliseconds = 600_000
/** How much longer is waited once something came, so that one line does not come in pieces. */
const settling: Milliseconds = 100

const input = jsonSchema<ShellOutputInput>({
  type: 'object',
  properties: {
    id: commandId,
    wait_ms: {
      type: 'integer',
      minimum: 0,
      maximum: longestWait,
      description: 'How long to wait for output or the end',
    },
    from: { type: 'integer', minimum: 0, description: 'Show from this byte on' },
  },
  required: ['id'],
  additionalProperties: false,
})

/**
 * `shell_output {id, wait_ms?, from?}`: what a command in the background printed since the last look, and how it ended. Of a command that an earlier program ran it
 * shows what was kept.
 */
export function shellOutputTool(commands: BackgroundCommands): Tool<ShellOutputInput> {
  return {
    name: 'shell_output',
    description:
      'Shows what a command in the background printed since the last look, and its exit code once it has ended.',
    input,
    repeat: 'safe',
    effects: () => [],
    sinks: { '/id': 'resource', '/wait_ms': 'scalar', '/from': 'scalar' },
    produces: { default: 'free-text', source: 'tool:shell' },
    timeout: longestWait + 60_000,
    async run({ id, wait_ms = 0, from }, context) {
      const known = await commands.find(context.call.thread, id)
      if (known === undefined) return unknownCommand(id)
      if (known.type === 'earlier') return lookBack(known, from)
      return showNew(known.command, from, wait_ms, context)
    },
  }
}

async function showNew(
  command: BackgroundCommand,
  from: number | undefined,
  wait: Milliseconds,
  context: ToolContext,
): Promise<ToolOutput> {
  if (wait > 0) await waitForNews(command, from, wait, context)
  // Asked before the output is read: what ended has printed all that it will.
  const standing = command.end() ?? 'running'
  return describeBackground({ id: command.record.id, standing, parts: await command.look(from) })
}

/** Waits until there is something to show, or the command ends. */
async function waitForNews(
  command: BackgroundCommand,
  from: number | undefined,
  wait: Milliseconds,
  { clock, signal }: ToolContext,
): Promise<void> {
  const waiting = new AbortController()
  const either = AbortSignal.any([signal, waiting.signal])
  const late = clock.sleep(wait, either).then(
    () => 'late' as const,
    () => 'late' as const,
  )
  for (;;) {
    const changed = command.changed().then(() => 'changed' as const)
    if (command.end() !== undefined || (await command.hasNews(from))) break
    if ((await Promise.race([changed, late])) === 'late') break
  }
  if (command.end() === undefined) {
    await Promise.race([command.ended, late, clock.sleep(settling, either).catch(() => {})])
  }
  waiting.abort()
}

async function lookBack(
  { record, state, hostLives }: Extract<KnownCommand, { type: 'earlier' }>,
  from: number | undefined,
): Promise<ToolOutput> {
  const standing: Standing = record.end ?? (hostLives ? 'elsewhere' : 'ended-with-program')
  const parts = await readParts(state, record.id, { from, since: 0, whole: true })
  return describeBackground({ id: record.id, standing, parts })
}
