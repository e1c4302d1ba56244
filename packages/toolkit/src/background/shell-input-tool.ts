import type { Effect, Tool, ToolOutcome, ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { commandEffects } from '../command-effects.ts'
import type { BackgroundCommands } from './background-commands.ts'
import { commandId, outOfReach, unknownCommand } from './command-id.ts'

/** The input of {@link shellInputTool}. */
export interface ShellInputInput {
  readonly id: string
  readonly text: string
  readonly end?: boolean
}

const input = jsonSchema<ShellInputInput>({
  type: 'object',
  properties: {
    id: commandId,
    text: {
      type: 'string',
      maxLength: 100_000,
      description: 'As it is: end a line with a line break',
    },
    end: { type: 'boolean', description: 'Close its input afterwards' },
  },
  required: ['id', 'text'],
  additionalProperties: false,
})

/** Everything, where it is not known what would read the text. */
const everything: readonly Effect[] = (['exec', 'read', 'write', 'delete', 'net'] as const).map((kind) => ({
  kind,
  target: '*',
}))

/**
 * `shell_input {id, text, end?}`: writes to the input of a command in the background. Whatever reads it may do anything with it: it has the effects of the command
 * and of the text as a command of its own, so it is never judged less strictly than either.
 */
export function shellInputTool(root: string, commands: BackgroundCommands): Tool<ShellInputInput> {
  return {
    name: 'shell_input',
    description: 'Writes text to the input of a command in the background.',
    input,
    repeat: 'once',
    effects({ id, text }) {
      const running = commands.runs(id)
      const own: Effect = { kind: 'exec', target: text }
      // A program that nobody knows, so that no text is taken for harmless.
      if (running === undefined) return [own, { kind: 'exec', target: `input-of-${id}` }, ...everything]
      const { command, folder } = running
      return [
        own,
        { kind: 'exec', target: command },
        ...commandEffects(command, root, folder),
        ...commandEffects(text, root, folder),
      ]
    },
    sinks: { '/id': 'resource', '/text': 'command', '/end': 'scalar' },
    produces: { default: 'structured' },
    async run({ id, text, end = false }, { call }) {
      const known = await commands.find(call.thread, id)
      if (known === undefined) return unknownCommand(id)
      if (known.type === 'earlier') return outOfReach(known.record, known.hostLives)
      return answer(known.command.send(text, end), id, text, end)
    },
  }
}

function answer(
  sent: 'sent' | 'closed' | 'not-read',
  id: string,
  text: string,
  end: boolean,
): ToolOutput | ToolOutcome {
  const bytes = Buffer.byteLength(text)
  if (sent === 'sent') {
    const said = `Wrote ${bytes} bytes to ${id}${end ? ' and closed its input' : ''}. shell_output shows what it answers.`
    return { content: [{ type: 'text', text: said }], structured: { id, bytes, ended: end } }
  }
  const message =
    sent === 'closed'
      ? `${id} has ended, or its input was closed. Nothing was written.`
      : `${id} does not read its input: too much of it waits already. Nothing was written.`
  return { type: 'failed', code: sent === 'closed' ? 'input-closed' : 'input-not-read', message }
}
