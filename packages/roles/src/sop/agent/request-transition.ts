import type { AgentEntry, Entry, JsonObject, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { TransitionRequest } from '../run/evidence.ts'

/** The tool by which an agent asks to go on. */
export const requestToolName = 'request_transition'

/** The input of {@link requestTransitionTool}. */
export interface RequestInput {
  readonly outcome?: 'done' | 'needs-input'
  readonly summary: string
  readonly artifacts?: JsonObject
}

/**
 * `request_transition {outcome?, summary, artifacts?}`: the agent asks to leave its phase, or asks a person something, and hands over what the phase must produce. It changes
 * nothing: the gates decide, once the agent has ended its turn.
 */
export function requestTransitionTool(): Tool<RequestInput> {
  return {
    name: requestToolName,
    description:
      'Asks to leave this phase. The runtime then runs the gates of the phase, and they alone decide. Hand over what the phase must produce in artifacts. With outcome "needs-input", the summary is a question to a person. End your turn after it.',
    input: jsonSchema<RequestInput>({
      type: 'object',
      properties: {
        outcome: { enum: ['done', 'needs-input'], description: 'done when left out' },
        summary: { type: 'string', minLength: 1, description: 'What was done, or the question' },
        artifacts: { type: 'object', description: 'What the phase must hand over, by name' },
      },
      required: ['summary'],
      additionalProperties: false,
    }),
    repeat: 'safe',
    effects: () => [],
    sinks: { '/summary': 'content', '/artifacts': 'content' },
    produces: { default: 'free-text' },
    run: (input) =>
      Promise.resolve({
        content: [
          {
            type: 'text',
            text: 'Asked. End your turn now: the gates of the phase are run then, and you are told what they say.',
          },
        ],
        structured: {
          outcome: input.outcome ?? 'done',
          summary: input.summary,
          artifacts: input.artifacts ?? {},
        },
      }),
  }
}

/** The last request among entries of an agent. */
export function readRequest(entries: readonly Entry[]): TransitionRequest | undefined {
  const last = entries.findLast(isRequest)
  const structured = last?.data.outcome.type === 'completed' ? last.data.outcome.output.structured : undefined
  if (typeof structured !== 'object' || structured === null || Array.isArray(structured)) return undefined
  const { outcome, summary, artifacts } = structured as JsonObject // no list, as it was just asked
  return {
    outcome: outcome === 'needs-input' ? 'needs-input' : 'done',
    summary: typeof summary === 'string' ? summary.slice(0, 10_000) : '',
    artifacts:
      typeof artifacts === 'object' && artifacts !== null && !Array.isArray(artifacts)
        ? (artifacts as JsonObject)
        : {}, // no list either
  }
}

function isRequest(entry: Entry): entry is AgentEntry<'tool-finished'> {
  if (entry.type !== 'tool-finished' || entry.erased === true) return false
  const { tool, outcome } = (entry as AgentEntry<'tool-finished'>).data // its type says so
  return tool === requestToolName && outcome.type === 'completed'
}
