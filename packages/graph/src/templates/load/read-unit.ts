import { dirname, resolve } from 'node:path'

import type { JsonValue } from '@keepup/core'

import { readAgentText } from '../agent/read-agent.ts'
import { shapeProblems } from '../check/shape-problems.ts'
import type { AgentConfiguration } from '../schema/agent-configuration.ts'
import { templateShape } from '../schema/template-shape.ts'
import type { Template } from '../schema/template.ts'
import { type Problem, problemsOf } from '../source/problem.ts'
import { readSource } from '../source/read-source.ts'
import { pointerOf, type Source, valueSource } from '../source/source.ts'
import { partialTemplate } from './partial-template.ts'
import type { ReadUnit, TemplateUnit } from './template-unit.ts'

/** How many files and graphs may lie within each other. */
const deepest = 16

/** Reads a text file. */
export type ReadText = (path: string) => Promise<string>

/** Reads a source as a template, with the files that it names. `within`: the files that led here. */
export async function readUnit(
  source: Source,
  readText: ReadText,
  base: readonly PropertyKey[] = [],
  within: readonly string[] = [],
): Promise<ReadUnit> {
  const value = valueAt(source.value, base)
  const shape = templateShape.safeParse(value, { reportInput: true })
  const { template, broken } = shape.success
    ? { template: shape.data, broken: new Set<string>() }
    : partialTemplate(value, shape.error.issues)
  const problems: Problem[] = shape.success ? [] : [...shapeProblems(shape.error.issues, source, base)]
  const graphs = await graphsOf(template, source, readText, base, within, problems)
  const agents = await agentsOf(template, source, readText, base, problems)
  const unit: TemplateUnit = { template, source, base, graphs, agents, broken }
  return { unit, problems }
}

async function graphsOf(
  { graphs = {} }: Template,
  source: Source,
  readText: ReadText,
  base: readonly PropertyKey[],
  within: readonly string[],
  problems: Problem[],
): Promise<ReadonlyMap<string, TemplateUnit>> {
  const units = new Map<string, TemplateUnit>()
  for (const [name, graph] of Object.entries(graphs)) {
    const path = [...base, 'graphs', name]
    const note = (error: unknown): void => void problems.push(...problemsOf(error, source, pointerOf(path)))
    if (within.length >= deepest) {
      note('lies within too many others: lay the graphs beside each other')
      continue
    }
    try {
      const read =
        typeof graph === 'string'
          ? await readNamed(resolve(dirname(source.file), graph), readText, [...within, source.file])
          : await readUnit(source, readText, path, [...within, source.file])
      problems.push(...read.problems)
      units.set(name, read.unit)
    } catch (error) {
      note(error)
    }
  }
  return units
}

async function readNamed(file: string, readText: ReadText, within: readonly string[]): Promise<ReadUnit> {
  if (within.includes(file)) throw new Error(`${file} is within itself: break the circle`)
  return readUnit(readSource(await readText(file), file), readText, [], within)
}

async function agentsOf(
  { agents = {} }: Template,
  source: Source,
  readText: ReadText,
  base: readonly PropertyKey[],
  problems: Problem[],
): Promise<ReadonlyMap<string, AgentConfiguration>> {
  const configurations = new Map<string, AgentConfiguration>()
  for (const [name, agent] of Object.entries(agents)) {
    try {
      const file = typeof agent === 'string' ? resolve(dirname(source.file), agent) : ''
      configurations.set(
        name,
        typeof agent === 'string' ? readAgentText(await readText(file), file) : { name, ...agent },
      )
    } catch (error) {
      problems.push(...problemsOf(error, source, pointerOf([...base, 'agents', name])))
    }
  }
  return configurations
}

function valueAt(value: JsonValue, path: readonly PropertyKey[]): JsonValue {
  return path.reduce<JsonValue>((at, key) => {
    const found =
      typeof at === 'object' && at !== null
        ? Object.entries(at).find(([name]) => name === String(key))
        : undefined
    return found === undefined ? null : found[1]
  }, value)
}

/** A template that is a value already, as a unit. It can name no files. */
export async function valueUnit(value: JsonValue, name: string): Promise<ReadUnit> {
  return readUnit(valueSource(value, name), (path) =>
    Promise.reject(new Error(`${path} cannot be read here`)),
  )
}
