import {
  type AgentEvent,
  isLive,
  lostLabel,
  type RunAgent,
  type RunRequest,
  type ThreadId,
  type Tool,
  type ToolOutcome,
} from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { clientThreadPrefix } from './serve-parts.ts'

/** The name of the tool that runs an agent. */
export const agentToolName = 'run_agent'

/** The input of {@link runAgentTool}. */
export interface RunAgentInput {
  readonly prompt?: string
  readonly thread?: ThreadId
}

/** What each run of the agent is given beside its thread and prompt. */
export type AgentRunSettings = Pick<RunRequest, 'limits' | 'mode'>

/** In milliseconds: a run that takes longer is interrupted, and can be gone on with. */
const longestRun = 24 * 60 * 60 * 1_000

const threadNames = new RegExp(`^${clientThreadPrefix}agent-[0-9a-f]{16}$`)

/**
 * An agent as a tool. Its answer names the thread, which a later call goes on with: also one that was cancelled, or whose server was killed. Only threads that this
 * tool began can be named. What the client says has lost its provenance: the agent's policies do not take it for its user's words.
 */
export function runAgentTool(run: RunAgent, settings: AgentRunSettings = {}): Tool<RunAgentInput> {
  return {
    name: agentToolName,
    description:
      'Runs an agent on a task in the working folder of this server, with its own model and tools, and returns its answer. To go on with one, give the thread that an earlier answer named: with a prompt to say something, without one to take up a run that was cut off.',
    input: jsonSchema<RunAgentInput>({
      type: 'object',
      properties: {
        prompt: { type: 'string', minLength: 1, description: 'What the agent is to do' },
        thread: { type: 'string', description: 'The thread that an earlier answer named' },
      },
      anyOf: [{ required: ['prompt'] }, { required: ['thread'] }],
      additionalProperties: false,
    }),
    repeat: 'once',
    concurrency: 'shared',
    timeout: longestRun,
    effects: () => [],
    async run({ prompt, thread: named }, context) {
      const { call, signal } = context
      const progress = (text: string): void => context.progress(text)
      if (named !== undefined && !threadNames.test(named)) return unknownThread(named)
      const thread = named ?? `${clientThreadPrefix}agent-${call.key.slice(0, 16)}`
      progress(`thread ${thread}`)
      let last: AgentEvent | undefined
      const said =
        prompt === undefined ? {} : { input: prompt, inputId: `${thread}-${call.key}`, label: lostLabel }
      for await (const event of run({ ...settings, thread, ...said, unattended: 'deny', signal })) {
        const line = progressOf(event)
        if (line !== undefined) progress(line)
        if (!isLive(event)) last = event
      }
      return ending(thread, last)
    },
  }
}

function unknownThread(thread: string): ToolOutcome {
  const message = `No run of an agent here is named "${thread.slice(0, 100)}". Nothing was done. Leave thread out to begin one, or give the name that an earlier answer told.`
  return { type: 'failed', code: 'thread-unknown', message }
}

/** What whoever waits is shown: the agent's calls, what they say meanwhile, and its words before them. */
function progressOf(event: AgentEvent): string | undefined {
  if (event.type === 'tool-progressed') return `${event.tool}: ${event.text}`
  if (event.type === 'tool-started') return `calls ${event.data.tool}`
  if (event.type !== 'assistant-message') return undefined
  const text = event.data.message.content
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('')
  return text.trim() === '' ? undefined : text.slice(0, 500)
}

function ending(thread: ThreadId, last: AgentEvent | undefined): ToolOutcome {
  const goOn = `To go on with it, call ${agentToolName} with thread "${thread}".`
  if (last?.type !== 'run-finished') {
    return { type: 'failed', code: 'interrupted', message: `The agent stopped without an answer. ${goOn}` }
  }
  const { outcome, text } = last.data
  const structured = { thread, outcome: outcome.type, text }
  const output = { content: [{ type: 'text', text: `${text}\n\n[thread ${thread}]` } as const], structured }
  if (outcome.type === 'completed') return { type: 'completed', output }
  const why =
    'message' in outcome
      ? outcome.message
      : 'reason' in outcome
        ? outcome.reason
        : `it reached its limit of ${outcome.limit}`
  const code = outcome.type === 'failed' ? outcome.code : 'interrupted'
  return {
    type: 'failed',
    code,
    message: `The agent did not finish (${outcome.type}): ${why} ${goOn}`,
    output,
  }
}
