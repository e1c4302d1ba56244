import type { Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { AgentManager } from '../agent-manager.ts'
import { agentList, agentTimeout, suspended } from './agent-call.ts'

interface Input {
  readonly agents?: readonly string[]
}

/** `collect_agents`: waits for agents that work in the background, and gives their answers. */
export function collectTool({ collect }: Omit<AgentManager, 'tools'>): Tool<Input> {
  return {
    name: 'collect_agents',
    description:
      'Waits for agents that you started in the background and gives their answers: those named, or all.',
    input: jsonSchema<Input>({
      type: 'object',
      properties: {
        agents: agentList(0, 'Their names, as you were told when they began; all when left out'),
      },
      additionalProperties: false,
    }),
    repeat: 'safe',
    effects: () => [],
    sinks: { '/agents': 'scalar' },
    produces: { default: 'free-text' },
    timeout: agentTimeout,
    run: async ({ agents = [] }, context) => (await collect(context, agents)) ?? suspended,
  }
}
