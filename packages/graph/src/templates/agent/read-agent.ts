import { basename, extname } from 'node:path'

import type { JsonObject, JsonValue } from '@keepup/core'

import { shapeProblems } from '../check/shape-problems.ts'
import type { AgentConfiguration } from '../schema/agent-configuration.ts'
import { agentConfigurationShape } from '../schema/agent-shape.ts'
import { type Problem, problemsError } from '../source/problem.ts'
import { readSource } from '../source/read-source.ts'
import type { Source } from '../source/source.ts'
import { splitFrontMatter } from './front-matter.ts'

/**
 * Reads the configuration of an agent: JSON, YAML, or Markdown whose front matter is YAML and whose text is the system prompt. Its name is that of
 * the file where it has none.
 *
 * @throws KeepupError `configuration-invalid`, with every error and its place in `details.problems`
 */
export function readAgentText(text: string, file: string): AgentConfiguration {
  const source = isMarkdown(file) ? readMarkdown(text, file) : readSource(text, file)
  const { value } = source
  const named = isObject(value) && !Object.hasOwn(value, 'name') ? { name: nameOf(file), ...value } : value
  const read = agentConfigurationShape.safeParse(named, { reportInput: true })
  if (read.success) return read.data
  throw problemsError(shapeProblems(read.error.issues, source))
}

function isMarkdown(file: string): boolean {
  return ['.md', '.markdown'].includes(extname(file).toLowerCase())
}

function nameOf(file: string): string {
  return basename(file).replace(/(\.agent)?\.[^.]+$/, '')
}

/** Markdown as the value that its front matter and its text make. */
function readMarkdown(text: string, file: string): Source {
  const parts = splitFrontMatter(text)
  if (parts === undefined) throw problemsError([missingFrontMatter(file)])
  const source = readSource(parts.matter, file, { after: 1 })
  const fields = source.value === null ? {} : source.value
  if (!isObject(fields)) return source
  if (Object.hasOwn(fields, 'system') && parts.text !== '') {
    const place = source.place('/system', { key: true })
    const problem = 'stands beside a text below the front matter'
    throw problemsError([
      { ...place, severity: 'error', pointer: '/system', problem, fix: 'keep one of them' },
    ])
  }
  return { ...source, value: parts.text === '' ? fields : { ...fields, system: parts.text } }
}

function missingFrontMatter(file: string): Problem {
  return {
    file,
    line: 1,
    column: 1,
    severity: 'error',
    pointer: '',
    problem: 'has no front matter',
    fix: 'begin it with a line of ---, the settings in YAML, and another line of ---',
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
