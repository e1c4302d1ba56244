import type { JsonObject } from '@keepup/core'

import type { EndedProgram } from '../command/start-program.ts'
import type { Dialect, DialectMoment } from '../dialect/dialect.ts'
import { isObject } from './answer-reader.ts'
import type { Answer } from './answer.ts'
import { readAnswer } from './read-answer.ts'

/** What a hook came to: what it said, and what went wrong. */
export interface ReadOutput {
  readonly answer: Answer
  /** Why a guard cannot be taken to agree. */
  readonly problem?: string
}

const nothing = readAnswer([])

/**
 * Reads how a hook ended. Exit code 2 refuses, with what it printed as errors for a reason; exit code 0 has its output believed; everything else is a failure, of
 * which only a refusal is still heard.
 */
export function readOutput(ended: EndedProgram, dialect: Dialect, moment: DialectMoment): ReadOutput {
  const problem = problemOf(ended)
  const said = ended.flooded ? { answer: nothing } : readText(ended.stdout, dialect, moment)
  if (problem !== undefined) return { answer: refusalsOf(said.answer), problem }
  if (ended.code === 2) return { answer: refuse(said.answer, ended.stderr) }
  const faults = said.answer.faults
  return faults.length === 0 ? said : { ...said, problem: `${faults.join('; ')}.` }
}

function problemOf({ code, signal, flooded, stderr }: EndedProgram): string | undefined {
  if (flooded) return 'it printed more than 1 MiB.'
  if (signal !== null) return `it was ended by ${signal}.`
  if (code === 0 || code === 2) return undefined
  const last = stderr.trim()
  const said = last === '' ? '' : `: ${last.length > 2_000 ? `${last.slice(0, 2_000)}…` : last}`
  return `it ended with exit code ${code}${explain(code)}${said}.`
}

function explain(code: number | null): string {
  if (code === 126) return ' (not executable)'
  // So shells tell of a command that was ended: POSIX wants a status above 128, and they add the signal's number.
  if (code !== null && code > 128) return ` (ended by signal ${code - 128})`
  return code === 127 ? ' (not found)' : ''
}

/** A hook that failed is not believed where it allows, only where it refuses. */
function refusalsOf({ denies, stops, cancels }: Answer): Answer {
  return { ...nothing, denies, stops, cancels }
}

function refuse(said: Answer, stderr: string): Answer {
  const reason = stderr.trim() === '' ? (said.denies[0] ?? '') : stderr.trim()
  return { ...refusalsOf(said), denies: [reason], messages: said.messages }
}

function readText(stdout: string, { plainText }: Dialect, { textIsContext }: DialectMoment): ReadOutput {
  const text = stdout.trim()
  if (text === '') return { answer: nothing }
  const printed = objectsIn(text)
  if (printed !== undefined) return { answer: readAnswer(printed) }
  if (jsonLike.test(text) || !plainText) {
    const begin = text.length > 60 ? `${text.slice(0, 60)}…` : text
    return { answer: nothing, problem: `it printed no JSON that can be read: ${begin}` }
  }
  return { answer: textIsContext === true ? { ...nothing, context: [text] } : nothing }
}

/** A line that opens an object, a text that begins as a list or a string would, a decision wherever it stands; `[note] ...` is text. */
const jsonLike = /^[ \t]*\{|(?<![^])(?:\[\s*[[{"\]]|")|"(?:decision|permissionDecision|continue|cancel)"\s*:/m

/** The objects of a text, which may begin with something else: hooks print other things before their answer. Nothing where there is none, or more than them. */
function objectsIn(text: string): readonly JsonObject[] | undefined {
  const first = text.search(/^[ \t]*\{/m)
  if (first === -1) return undefined
  const whole = parseObject(text.slice(first))
  if (whole !== undefined) return [whole]
  const starts = [...text.matchAll(/^\{/gm)].map(({ index }) => index)
  const objects = starts.map((start, index) => parseObject(text.slice(start, starts[index + 1])))
  const read = objects.filter((object) => object !== undefined)
  return read.length === 0 || read.length < objects.length ? undefined : read
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
