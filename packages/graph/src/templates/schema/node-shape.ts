import { z } from 'zod'

import {
  durationShape,
  expressionShape,
  nameShape,
  nodeNameShape,
  schemaShape,
  textShape,
  updateShape,
  valueShape,
} from './shapes.ts'
import type { TemplateNode } from './template-node.ts'

const common = {
  description: z.string().max(10_000).optional(),
  visits: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('It runs at most so often in one run. Every loop needs such a node, or limits.steps.'),
  otherwise: nodeNameShape
    .optional()
    .describe('Where to go instead, once it ran so often. Left out, the run ends at its limit.'),
  defer: z.boolean().optional().describe('It waits until nothing else of its graph is to run.'),
}

const attempts = {
  ...common,
  retry: z
    .strictObject({
      attempts: z.int().min(1).max(100).describe('How often it is tried in all.'),
      delay: durationShape.optional().describe('Before the second attempt; 500ms when left out.'),
      factor: z
        .number()
        .min(1)
        .max(100)
        .optional()
        .describe('The next delay is so many times longer; 2 when left out.'),
      longest: durationShape.optional().describe('No delay is longer; 30s when left out.'),
    })
    .optional()
    .describe('When it is tried again.'),
  timeout: durationShape.optional().describe('For one attempt.'),
}

const effects = {
  ...attempts,
  repeat: z
    .enum(['safe', 'idempotent', 'once'])
    .optional()
    .describe(
      'Whether it may run again after a crash. once: never; where nobody knows whether it happened, it fails.',
    ),
}

const update = updateShape.optional()
const inputs = z.record(z.string().min(1).max(200), valueShape).optional()

const functionShape = z
  .strictObject({
    kind: z.literal('function'),
    ...effects,
    function: z.string().min(1).max(200).describe('The name under which the host gives it.'),
    with: inputs.describe('What it is called with.'),
    update,
  })
  .meta({ id: 'function-node', description: 'Calls a function of the host.' })

const toolShape = z
  .strictObject({
    kind: z.literal('tool'),
    ...effects,
    tool: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'the name of a tool'),
    with: inputs.describe('Its input.'),
    update,
  })
  .meta({
    id: 'tool-node',
    description: 'Calls a tool, on the way that every call of a tool takes: rules, approval, sandbox.',
  })

const promptShape = z
  .strictObject({
    kind: z.literal('prompt'),
    ...effects,
    prompt: textShape.describe('What the model is asked.'),
    system: textShape.optional().describe('How it is told to behave.'),
    model: z.string().min(1).max(200).optional().describe("provider/name; the run's own when left out."),
    schema: schemaShape.optional().describe('The answer must be JSON that fits; `result` is its value then.'),
    maxOutput: z.int().min(1).optional().describe('In tokens.'),
    temperature: z.number().min(0).max(2).optional(),
    update,
  })
  .meta({ id: 'prompt-node', description: 'Asks a model once. `result` is its answer.' })

const agentShape = z
  .strictObject({
    kind: z.literal('agent'),
    ...attempts,
    agent: nodeNameShape.describe('One of `agents`.'),
    prompt: textShape.describe('What it is to do.'),
    update,
  })
  .meta({
    id: 'agent-node',
    description: 'Runs an agent in a thread of its own. `result` is its final answer.',
  })

const graphNodeShape = z
  .strictObject({
    kind: z.literal('graph'),
    ...common,
    graph: nodeNameShape.describe('One of `graphs`.'),
    with: inputs.describe('Its parameters.'),
    update,
  })
  .meta({ id: 'graph-node', description: 'Runs a graph within. `result` is its output.' })

const setShape = z
  .strictObject({ kind: z.literal('set'), ...common, update: z.record(nameShape, valueShape) })
  .describe('Sets channels to values.')

const deadline = {
  within: durationShape.optional().describe('It waits at most so long.'),
  until: expressionShape
    .optional()
    .describe('It waits at most until then: an ISO 8601 text, a timestamp, or milliseconds since 1970.'),
  late: z
    .record(nameShape, valueShape)
    .optional()
    .describe('What it sets when it waited so long, and then goes on. Left out, it fails.'),
}

const personShape = z
  .strictObject({
    kind: z.literal('wait'),
    for: z.literal('person'),
    ...common,
    ...deadline,
    question: textShape,
    options: z
      .array(z.string().min(1).max(500))
      .min(1)
      .max(50)
      .optional()
      .describe('What there is to choose from.'),
    multiple: z.boolean().optional().describe('Several may be chosen.'),
    answer: schemaShape.optional().describe('What an answer must be: a text when left out.'),
    update,
  })
  .meta({
    id: 'wait-for-person',
    description: "Waits for a person's answer. `result` is the answer, `by` who gave it.",
  })

const signalShape = z
  .strictObject({
    kind: z.literal('wait'),
    for: z.literal('signal'),
    ...common,
    ...deadline,
    signal: z
      .string()
      .regex(/^[A-Za-z][\w.-]{0,63}$/, 'a letter, then at most 63 letters, digits, _, . or -'),
    data: schemaShape.optional().describe('What it must carry: anything when left out.'),
    update,
  })
  .meta({ id: 'wait-for-signal', description: 'Waits for a named signal. `result` is what it carries.' })

const timeShape = z
  .strictObject({
    kind: z.literal('wait'),
    for: z.literal('time'),
    ...common,
    ...deadline,
    update: z.record(nameShape, valueShape).optional(),
  })
  .omit({ late: true })
  .meta({ id: 'wait-for-time', description: 'Waits for a time.' })

const waitShape = z.discriminatedUnion('for', [personShape, signalShape, timeShape])

/** The nodes that a `map` may run for each item. */
const stepShape = z.discriminatedUnion('kind', [
  functionShape,
  toolShape,
  promptShape,
  agentShape,
  graphNodeShape,
  waitShape,
])

const mapShape = z
  .strictObject({
    kind: z.literal('map'),
    ...common,
    over: expressionShape.describe('The list of items.'),
    do: stepShape.describe(
      'What is done with each, all at once. It sees `item` and `index`. Without `update` of its own: its result is the item of the new list.',
    ),
    update,
  })
  .describe(
    'Does one thing with each item of a list. `result` is the list of results, in the order of the items.',
  )

const conditionShape = z
  .strictObject({
    kind: z.literal('condition'),
    ...common,
    cases: z
      .array(z.strictObject({ when: expressionShape, to: nodeNameShape }))
      .min(1)
      .max(100),
    else: nodeNameShape.describe('Where to go when no case holds; `end` ends the branch.'),
  })
  .describe('Goes to the first case that holds.')

/** A node of a template. */
export const nodeShape: z.ZodType<TemplateNode> = z.discriminatedUnion('kind', [
  functionShape,
  toolShape,
  promptShape,
  agentShape,
  graphNodeShape,
  waitShape,
  setShape,
  mapShape,
  conditionShape,
])
