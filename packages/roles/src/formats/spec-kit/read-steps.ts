import type { JsonPointer, JsonValue } from '@keepup/core'

import { fileReport, type FileReport, segment } from '../../fields/file-report.ts'
import { isObject, readFields } from '../../fields/read-fields.ts'
import { showValue } from '../../source/problem.ts'
import type { YamlSource } from '../../source/read-yaml.ts'
import { fieldsOfType, type StepDraft, stepFields } from './step-fields.ts'
import { type StepType, stepTypes, type WorkflowStep } from './workflow.ts'

/** The deepest that steps may stand in steps. */
const deepest = 20

/** What steps are read with. */
export interface StepReading {
  readonly source: YamlSource
  /** What is told of all of them. */
  readonly report: FileReport
  /** Ids that were given already: a step is spoken of by its id, wherever it stands. */
  readonly ids: Set<string>
}

/** Reads a list of steps, and those within them. What is wrong stands in the report. */
export function readSteps(
  value: JsonValue,
  pointer: JsonPointer,
  reading: StepReading,
  depth = 0,
): readonly WorkflowStep[] {
  if (!Array.isArray(value) || depth > deepest) {
    const problem = Array.isArray(value) ? `stands deeper than ${deepest} levels` : `is ${showValue(value)}`
    reading.report.wrong(pointer, problem, 'write a list of steps')
    return []
  }
  return value.flatMap((step: JsonValue, index) => readStep(step, `${pointer}/${index}`, reading, depth))
}

function readStep(
  value: JsonValue,
  pointer: JsonPointer,
  reading: StepReading,
  depth: number,
): readonly WorkflowStep[] {
  const report = fileReport(reading.source, pointer)
  const type = typeOf(value, report)
  if (type === undefined) {
    takeOver(report, reading)
    return []
  }
  const step: StepDraft = { type }
  const leftover = readFields(value, [...stepFields, ...fieldsOfType[type]], step, report)
  if (step.id !== undefined && reading.ids.has(step.id)) {
    report.wrong(
      '/id',
      `is ${showValue(step.id)}, which another step is called as well`,
      'give each step an id of its own',
    )
  }
  if (step.id !== undefined) reading.ids.add(step.id)
  takeOver(report, reading)
  const branches = branchesOf(value, pointer, reading, depth)
  if (step.id === undefined) return []
  return [
    {
      ...step,
      id: step.id,
      type,
      ...(Object.keys(branches).length === 0 ? {} : { branches }),
      ...(Object.keys(leftover).length === 0 ? {} : { metadata: leftover }),
    },
  ]
}

function typeOf(value: JsonValue, report: FileReport): StepType | undefined {
  const said = isObject(value) ? (value['type'] ?? 'command') : 'command'
  const type = stepTypes.find((candidate) => candidate === said)
  if (type === undefined)
    report.wrong('/type', `is ${showValue(said)}`, `write one of ${stepTypes.join(', ')}`)
  return type
}

function branchesOf(
  value: JsonValue,
  pointer: JsonPointer,
  reading: StepReading,
  depth: number,
): Readonly<Record<string, readonly WorkflowStep[]>> {
  const branches: Record<string, readonly WorkflowStep[]> = {}
  const fields = isObject(value) ? value : {}
  const add = (name: string, steps: JsonValue, place: JsonPointer): void => {
    branches[name] = readSteps(steps, place, reading, depth + 1)
  }
  for (const name of ['then', 'else', 'steps', 'default']) {
    const steps = fields[name]
    if (steps !== undefined && steps !== null) add(name, steps, pointer + segment(name))
  }
  // The template of a fan-out is one step, and a list in its place.
  if (fields['step'] !== undefined)
    branches['step'] = readStep(fields['step'], `${pointer}/step`, reading, depth + 1)
  for (const [name, steps] of Object.entries(isObject(fields['cases']) ? fields['cases'] : {})) {
    add(`cases.${name}`, steps, `${pointer}/cases${segment(name)}`)
  }
  return branches
}

function takeOver({ problems, unmapped }: FileReport, { report }: StepReading): void {
  report.problems.push(...problems)
  report.unmapped.push(...unmapped)
}
