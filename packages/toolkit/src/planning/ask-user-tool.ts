import { KeepupError, type PersonAnswer, type Tool, type ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

/** The input of {@link askUserTool}. */
export interface AskUserInput {
  readonly question: string
  readonly options?: readonly string[]
  readonly multiple?: boolean
}

const input = jsonSchema<AskUserInput>({
  type: 'object',
  properties: {
    question: {
      type: 'string',
      minLength: 1,
      maxLength: 2_000,
      description: 'What you need to know, and why',
    },
    options: {
      type: 'array',
      minItems: 2,
      maxItems: 12,
      items: { type: 'string', maxLength: 200, pattern: String.raw`^[^\r\n]+$` },
      description: 'To choose from, best first; other words may be the answer too',
    },
    multiple: { type: 'boolean', description: 'Whether several may be chosen' },
  },
  required: ['question'],
  additionalProperties: false,
})

/**
 * `ask_user {question, options?, multiple?}`: asks the person and gives back their words, which count as theirs. The run waits for the answer as for an approval:
 * durably, over crashes, answered from any process; the first answer counts. Where nobody is there the call is denied at once, and the agent goes on with its
 * best assumption. An empty answer leaves it to the agent.
 */
export function askUserTool(): Tool<AskUserInput> {
  return {
    name: 'ask_user',
    description: 'Asks the person, where only they can know or decide and a wrong guess would cost much.',
    input,
    repeat: 'safe',
    effects: () => [],
    asks: ({ question, options, multiple = false }) => ({
      text: question,
      ...(options === undefined ? {} : { options }),
      ...(multiple && options !== undefined ? { multiple } : {}),
    }),
    sinks: { '/question': 'content', '/options': 'content', '/multiple': 'scalar' },
    produces: { default: 'trusted', source: 'user' },
    async run({ options = [] }, { answer }) {
      if (answer !== undefined) return outputOf(answer, options)
      throw new KeepupError(
        'not-supported',
        'What runs this call cannot put a question to a person. Go on with your best assumption, and say in your answer what you assumed.',
      )
    },
  }
}

function outputOf({ text, label }: PersonAnswer, options: readonly string[]): ToolOutput {
  const lines = new Set(text.split(/\r?\n/).map((line) => line.trim()))
  const open = text.trim() === ''
  const told = open ? '[The person leaves it to you: decide, and say in your answer how you did.]' : text
  return {
    content: [{ type: 'text', text: told }],
    structured: { answer: text, chosen: options.filter((option) => lines.has(option)) },
    labels: { default: label },
  }
}
