import type { Milliseconds, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { BackgroundCommands } from './background-commands.ts'
import { commandId, outOfReach, unknownCommand } from './command-id.ts'
import { describeBackground } from './describe-background.ts'

/** The input of {@link shellKillTool}. */
export interface ShellKillInput {
  readonly id: string
}

/** @limit In milliseconds: how long a command has to end politely before it is killed. */
const grace: Milliseconds = 2_000

const input = jsonSchema<ShellKillInput>({
  type: 'object',
  properties: { id: commandId },
  required: ['id'],
  additionalProperties: false,
})

/** `shell_kill {id}`: ends a command in the background and all that it started, with SIGTERM and then SIGKILL, and shows its last output. */
export function shellKillTool(commands: BackgroundCommands): Tool<ShellKillInput> {
  return {
    name: 'shell_kill',
    description:
      'Ends a command in the background and everything that it started, and shows its last output.',
    input,
    repeat: 'idempotent',
    concurrency: 'exclusive',
    effects: () => [],
    sinks: { '/id': 'resource' },
    produces: { default: 'free-text', source: 'tool:shell' },
    async run({ id }, { call }) {
      const known = await commands.find(call.thread, id)
      if (known === undefined) return unknownCommand(id)
      if (known.type === 'earlier') return outOfReach(known.record, known.hostLives)
      const { command } = known
      await command.stop('killed', grace)
      return describeBackground({ id, standing: command.end() ?? 'running', parts: await command.look() })
    },
  }
}
