import type { JsonValue } from '@keepup/core'

import type { Field, ReadField } from '../../fields/field.ts'
import { choice, count, flag, text, textsOf } from '../../fields/text-count-choice.ts'
import { showValue } from '../../source/problem.ts'
import type { StepType, WorkflowStep } from './workflow.ts'

/** A step while its file is read. */
export type StepDraft = { -readonly [Key in keyof WorkflowStep]?: WorkflowStep[Key] }

const words = (field: string, note?: string): Field<StepDraft> => ({
  field,
  ours: 'text',
  required: true,
  ...(note === undefined ? {} : { note }),
  read: text((said, step) => void (step.text = said), 100_000),
})

const condition = (field: string): Field<StepDraft> => ({
  field,
  ours: 'condition',
  required: true,
  note: 'kept as it is written',
  read: anyText((said, step) => void (step.condition = said)),
})

const input: Field<StepDraft> = {
  field: 'input',
  ours: 'input',
  read: (value, step) => void (step.input = value),
}

const called: readonly Field<StepDraft>[] = [
  input,
  {
    field: 'integration',
    ours: 'integration',
    read: text((name, step) => void (step.integration = name), 200),
  },
  { field: 'model', ours: 'model', read: text((model, step) => void (step.model = model), 200) },
  { field: 'options', note: 'it is for the program that the step was written for' },
]

const rounds: Field<StepDraft> = {
  field: 'max_iterations',
  ours: 'maxIterations',
  read: count((most, step) => void (step.maxIterations = most)),
}

/** Steps within a step are read by whoever reads the step. */
const branch = (field: string, required = false): Field<StepDraft> => ({
  field,
  ours: `branches.${field}`,
  required,
  read: () => {},
})

const never = 'commands of an imported file are never run by reading it'

/** The fields of every step. */
export const stepFields: readonly Field<StepDraft>[] = [
  { field: 'id', ours: 'id', required: true, read: text((id, step) => void (step.id = id), 200) },
  { field: 'type', ours: 'type', note: '`command` when left out', read: () => {} },
  {
    field: 'continue_on_error',
    ours: 'continueOnError',
    read: flag((on, step) => void (step.continueOnError = on)),
  },
]

/** The fields of the steps of each type. What `github`, `init` and `slot` take is not documented there: it is kept and told. */
export const fieldsOfType: Readonly<Record<StepType, readonly Field<StepDraft>[]>> = {
  command: [words('command', 'the name of a command of Spec Kit'), ...called],
  prompt: [words('prompt'), ...called],
  shell: [words('run', never), { field: 'timeout', note: 'how long a command may run is set for the run' }],
  github: [],
  init: [],
  slot: [],
  gate: [
    words('message'),
    { field: 'options', ours: 'options', read: setOptions },
    {
      field: 'on_reject',
      ours: 'onReject',
      read: choice(['abort', 'skip', 'retry'] as const, (then, step) => void (step.onReject = then)),
    },
    { field: 'show_file', note: 'what a person is shown is the whole question' },
  ],
  if: [condition('condition'), branch('then', true), branch('else')],
  switch: [condition('expression'), branch('cases', true), branch('default')],
  while: [condition('condition'), rounds, branch('steps', true)],
  'do-while': [condition('condition'), rounds, branch('steps', true)],
  'fan-out': [
    condition('items'),
    {
      field: 'max_concurrency',
      ours: 'maxConcurrency',
      read: count((most, step) => void (step.maxConcurrency = most)),
    },
    branch('step', true),
  ],
  'fan-in': [
    {
      field: 'wait_for',
      ours: 'waitFor',
      required: true,
      read: (value, step, { report, pointer }) => {
        const names = textsOf(value)
        if (names === undefined)
          report.wrong(pointer, `is ${showValue(value)}`, 'write a list of the ids of steps')
        else step.waitFor = names
      },
    },
    { field: 'output', ours: 'output', read: (value, step) => void (step.output = value) },
  ],
  workflow: [words('workflow', 'the name of another workflow'), input, { ...input, field: 'inputs' }],
}

function setOptions(
  value: JsonValue,
  step: StepDraft,
  { report, pointer }: Parameters<ReadField<StepDraft>>[2],
): void {
  const options = textsOf(value)
  if (options === undefined) report.wrong(pointer, `is ${showValue(value)}`, 'write a list of answers')
  else step.options = options
}

/** Expressions are texts; a plain value is one as well, and is kept as JSON. */
function anyText(put: (said: string, step: StepDraft) => void): ReadField<StepDraft> {
  return (value, step) => put(typeof value === 'string' ? value : JSON.stringify(value), step)
}
