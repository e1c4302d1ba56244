import type { JsonValue } from '@keepup/core'

import type { Field, FieldPlace } from '../../fields/field.ts'
import { count, flag, text, texts, textsOf } from '../../fields/text-count-choice.ts'
import { showValue } from '../../source/problem.ts'
import { allowedTools } from '../../tools/look-up-tools.ts'
import type { CrewTask } from './crew-task.ts'

/** A task while its file is read. */
export type CrewTaskDraft = { -readonly [Key in keyof CrewTask]?: CrewTask[Key] }

const shape = 'a class of the other program: name the shape in the prompt, or let a gate of an SOP check it'
const retries = count<CrewTaskDraft>((most, task) => void (task.retries = most))

/** The fields of a task of CrewAI's `tasks.yaml`. */
export const crewTaskFields: readonly Field<CrewTaskDraft>[] = [
  { field: 'name', ours: 'name', read: text((name, task) => void (task.name = name), 200) },
  {
    field: 'description',
    ours: 'description',
    required: true,
    read: text((description, task) => void (task.description = description), 100_000),
  },
  {
    field: 'expected_output',
    ours: 'expectedOutput',
    required: true,
    read: text((expected, task) => void (task.expectedOutput = expected), 100_000),
  },
  { field: 'agent', ours: 'role', read: text((role, task) => void (task.role = role), 100) },
  {
    field: 'context',
    ours: 'context',
    read: texts((context, task) => void (task.context = context), 'commas'),
  },
  {
    field: 'tools',
    ours: 'tools',
    note: 'by the table of tools',
    read: texts((names, task, at) => void (task.tools = allowedTools(names, at)), 'commas'),
  },
  {
    field: 'guardrail',
    ours: 'guardrails',
    note: 'in words; functions of the other program are told',
    read: addGuardrails,
  },
  { field: 'guardrails', ours: 'guardrails', read: addGuardrails },
  { field: 'guardrail_max_retries', ours: 'retries', read: retries },
  { field: 'max_retries', ours: 'retries', note: 'the older word', read: retries },
  { field: 'human_input', ours: 'humanInput', read: flag((human, task) => void (task.humanInput = human)) },
  {
    field: 'async_execution',
    ours: 'background',
    read: flag((background, task) => void (task.background = background)),
  },
  { field: 'markdown', ours: 'markdown', read: flag((markdown, task) => void (task.markdown = markdown)) },
  {
    field: 'output_file',
    ours: 'outputFile',
    note: 'nothing is written by reading it',
    read: text((file, task) => void (task.outputFile = file), 1_000),
  },
  { field: 'create_directory', note: 'folders are made where a file is written' },
  { field: 'output_json', note: shape },
  { field: 'output_pydantic', note: shape },
  { field: 'response_model', note: shape },
  { field: 'callback', note: 'code of an imported file is never run' },
  { field: 'config', note: 'it is for the program of the crew' },
]

function addGuardrails(value: JsonValue, task: CrewTaskDraft, { report, pointer }: FieldPlace): void {
  const said = textsOf(value, 'nothing')
  if (said === undefined) {
    report.wrong(pointer, `is ${showValue(value)}`, 'write a text, or a list of texts')
    return
  }
  // A name without spaces is that of a function.
  const words = said.filter((guardrail) => /\s/.test(guardrail))
  const functions = said.filter((guardrail) => !/\s/.test(guardrail))
  if (functions.length > 0) report.leave(pointer, functions, 'code of an imported file is never run')
  if (words.length > 0) task.guardrails = [...(task.guardrails ?? []), ...words]
}
