import type { Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { AgentManager } from '../agent-manager.ts'
import { agentTimeout, refusal, roleField, suspended } from './agent-call.ts'

interface Input {
  readonly role: string
  readonly task: string
}

/**
 * `hand_off_to_agent`: control passes to another agent, with what was said so far and all that is left of the budget. It returns when that agent is done, also
 * where that one handed it on in turn: each gets it back from the one it gave it to.
 */
export function handOffTool({ spawn, collect, roles }: Omit<AgentManager, 'tools'>): Tool<Input> {
  return {
    name: 'hand_off_to_agent',
    description:
      'Hands the conversation over to another agent that can do the rest better. It sees what was said so far. Control returns to you with its answer.',
    input: jsonSchema<Input>({
      type: 'object',
      properties: {
        role: roleField(roles),
        task: { type: 'string', minLength: 1, description: 'What it is to do, besides what was said' },
      },
      required: ['role', 'task'],
      additionalProperties: false,
    }),
    repeat: 'safe',
    // Whoever hands control over does nothing beside.
    concurrency: 'exclusive',
    effects: () => [],
    sinks: { '/role': 'scalar', '/task': 'content' },
    produces: { default: 'free-text' },
    timeout: agentTimeout,
    async run({ role, task }, context) {
      const spawned = await spawn({ role, task, parent: context, control: true })
      if (spawned.type === 'refused') return refusal(spawned.reason)
      return (await collect(context, [spawned.agent])) ?? suspended
    },
  }
}
