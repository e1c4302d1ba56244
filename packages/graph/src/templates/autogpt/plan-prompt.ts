import type { JsonObject, JsonValue } from '@keepup/core'

import type { PromptFields } from '../schema/template-node.ts'
import type { BlockPlan, PlanBlock, PlannedBlock } from './block-plan.ts'
import { expressionOf } from './expression-of.ts'
import { jinjaText } from './jinja-text.ts'
import { missingPlan } from './plan-function.ts'

/** What a kind of block asks a model, and what becomes of the answer. */
interface Question {
  readonly prompt: string
  readonly system?: string | undefined
  readonly schema?: JsonObject
  /** The outputs, over `result`. */
  readonly outputs: Readonly<Record<string, JsonValue>>
  readonly notes?: readonly string[]
  readonly certain?: readonly string[]
}

/** A block that asks a model. `slug`: the name of its function, where it cannot be translated. */
function asPrompt(
  slug: string,
  ask: (block: PlannedBlock) => Question | { readonly fault: string },
): PlanBlock {
  return (block) => {
    const question = ask(block)
    return 'fault' in question ? missingPlan(block, slug, question.fault) : promptPlan(block, question)
  }
}

function promptPlan({ name, inputs }: PlannedBlock, question: Question): BlockPlan {
  const { prompt, system, schema, outputs, notes = [], certain } = question
  const { retry, max_tokens: maxOutput, model } = inputs
  const node: PromptFields = {
    kind: 'prompt',
    prompt: prompt === '' ? ' ' : prompt,
    ...(system === undefined || system === '' ? {} : { system }),
    ...(schema === undefined ? {} : { schema }),
    ...(typeof maxOutput === 'number' && maxOutput >= 1 ? { maxOutput } : {}),
    ...(typeof retry === 'number' && retry > 1 ? { retry: { attempts: Math.min(retry, 100) } } : {}),
    update: { [name]: outputs },
  }
  const told = model === undefined ? [] : [`asks the model of the run, not ${JSON.stringify(model)}`]
  return { node, as: 'prompt', certain: certain ?? Object.keys(outputs), notes: [...notes, ...told] }
}

/** A text of a block with the values for its placeholders. */
function filled({ inputs, linked }: PlannedBlock, pin: string): string | { readonly fault: string } {
  const text = inputs[pin]
  if (text === undefined || text === null) return ''
  if (linked.has(pin)) return `{{ ${expressionOf(text)} }}`
  const { prompt_values: values } = inputs
  const entries = typeof values === 'object' && values !== null ? Object.entries(values) : []
  const plain = expressionOf(text)
  const translated = jinjaText(plain.startsWith('"') ? (JSON.parse(plain) as string) : plain, (name) => {
    const found = entries.find(([key]) => key === name)
    return found === undefined ? undefined : expressionOf(found[1])
  })
  return typeof translated === 'string'
    ? translated
    : { fault: `its ${pin} cannot be translated, as ${translated.fault}` }
}

/** AI Text Generator. */
export const planTextGenerator: PlanBlock = asPrompt('ai_text_generator', (block) => {
  const prompt = filled(block, 'prompt')
  const system = filled(block, 'sys_prompt')
  if (typeof prompt !== 'string') return prompt
  if (typeof system !== 'string') return system
  return { prompt, system, outputs: { response: '{{ result }}' }, notes: linkedPrompt(block) }
})

/** AI Structured Response Generator. */
export const planStructuredResponse: PlanBlock = asPrompt('ai_structured_response_generator', (block) => {
  const prompt = filled(block, 'prompt')
  const system = filled(block, 'sys_prompt')
  if (typeof prompt !== 'string') return prompt
  if (typeof system !== 'string') return system
  const { expected_format: format, list_result: isList } = block.inputs
  if (block.linked.has('expected_format') || typeof format !== 'object' || format === null) {
    return { fault: 'the form of its answer is known only while it runs' }
  }
  const properties = Object.entries(format).map(
    ([key, description]) =>
      [
        key,
        { description: typeof description === 'string' ? description : JSON.stringify(description) },
      ] as const,
  )
  const object = {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: properties.map(([key]) => key),
  }
  const schema: JsonObject = isList === true ? { type: 'array', items: object } : object
  return { prompt, system, schema, outputs: { response: '{{ result }}' }, notes: linkedPrompt(block) }
})

/** AI List Generator: a list, and one item after the other. */
export const planListGenerator: PlanBlock = asPrompt('ai_list_generator', ({ inputs }) => ({
  prompt: [
    'Make a list of texts.',
    `{{ ${expressionOf(inputs['focus'])} == null ? "" : "What it is to be about: " + string(${expressionOf(inputs['focus'])}) }}`,
    `{{ ${expressionOf(inputs['source_data'])} == null ? "" : "Take it from this data:\\n" + string(${expressionOf(inputs['source_data'])}) }}`,
  ].join('\n\n'),
  schema: { type: 'array', items: { type: 'string' } },
  outputs: { generated_list: '{{ result }}' },
  certain: ['generated_list', 'list_item'],
  notes: ['is asked in words of our own'],
}))

/** AI Text Summarizer. */
export const planSummarizer: PlanBlock = asPrompt('ai_text_summarizer', ({ inputs }) => ({
  prompt: `Summarise the text below. Focus: {{ ${expressionOf(inputs['focus'] ?? 'general information')} }}. Style: {{ ${expressionOf(inputs['style'] ?? 'concise')} }}.\n\n{{ ${expressionOf(inputs['text'])} }}`,
  outputs: { summary: '{{ result }}' },
  notes: ['is asked in words of our own, about the whole text at once'],
}))

/** AI Conversation. */
export const planConversation: PlanBlock = asPrompt('ai_conversation', ({ inputs }) => {
  const messages = expressionOf(inputs['messages'])
  const last =
    inputs['prompt'] === undefined || inputs['prompt'] === ''
      ? ''
      : `\n\nuser: {{ ${expressionOf(inputs['prompt'])} }}`
  return {
    prompt: `Go on with this conversation, as its assistant:\n\n{{ ${messages}.map(m, string(m.role) + ": " + string(m.content)).join("\\n\\n") }}${last}`,
    outputs: { response: '{{ result }}' },
    notes: ['its messages become one text'],
  }
})

/** AI Condition. */
export const planAiCondition: PlanBlock = asPrompt('ai_condition', ({ inputs }) => {
  const value = expressionOf(inputs['input_value'])
  const yes =
    inputs['yes_value'] === undefined || inputs['yes_value'] === null
      ? value
      : expressionOf(inputs['yes_value'])
  const no =
    inputs['no_value'] === undefined || inputs['no_value'] === null ? value : expressionOf(inputs['no_value'])
  return {
    prompt: `Does this hold: {{ ${expressionOf(inputs['condition'])} }}\n\nThe input:\n{{ json(${value}) }}`,
    schema: { type: 'boolean' },
    outputs: {
      result: '{{ result }}',
      yes_output: `{{ result ? dyn(${yes}) : dyn(null) }}`,
      no_output: `{{ result ? dyn(null) : dyn(${no}) }}`,
    },
    certain: ['result'],
    notes: ['is asked in words of our own'],
  }
})

function linkedPrompt({ linked }: PlannedBlock): readonly string[] {
  return linked.has('prompt') ? ['placeholders in the prompt that it is given are not filled in'] : []
}
