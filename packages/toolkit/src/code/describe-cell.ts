import type { JsonObject, ToolOutcome, ToolOutput } from '@keepup/core'

import { printedText } from '../describe-command.ts'
import type { CellRun, CodeLanguage } from './interpreters.ts'

/** What a model is shown of a cell, and the same as data. */
export function describeCell(
  run: CellRun,
  language: CodeLanguage,
  timeout: number,
): ToolOutput | ToolOutcome {
  const { reply, stopped, printed } = run
  const lost = reply.type === 'lost'
  const text = printedText(printed)
  const pieces = [text, ...resultOf(run)].filter((piece) => piece !== '')
  const notes = notesOf(run, language, timeout).map((note) => `[${note}]`)
  const nothing =
    pieces.length === 0 && !lost && stopped === undefined ? ['[It printed nothing and has no value]'] : []
  const artifacts = printed.spooled?.type === 'stored' ? { artifacts: [printed.spooled.hash] } : {}
  const output: ToolOutput = {
    content: [{ type: 'text', text: [...pieces, ...nothing, ...notes].join('\n') }],
    structured: dataOf(run, language),
    ...artifacts,
  }
  if (stopped === 'timed-out') return { type: 'timed-out', after: timeout, output }
  if (lost && stopped === undefined) {
    return {
      type: 'failed',
      code: 'interpreter-lost',
      message: output.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n'),
      output,
    }
  }
  return output
}

function resultOf({ reply, stopped }: CellRun): readonly string[] {
  if (reply.type === 'lost') return []
  if (reply.error !== undefined)
    return stopped === undefined || reply.interrupted !== true ? [reply.error] : []
  return reply.value === undefined ? [] : [`=> ${reply.value}`]
}

function notesOf(run: CellRun, language: CodeLanguage, timeout: number): readonly string[] {
  const { reply, stopped, fresh, notes } = run
  const told: string[] = []
  if (fresh) {
    told.push(
      `This was the first cell of a fresh ${nameOf(language)} interpreter: nothing that earlier cells defined was there`,
    )
  }
  const lost = 'Everything that cells defined is lost: the next cell starts afresh'
  if (stopped === 'timed-out') {
    told.push(
      `It took longer than ${timeout} ms and was stopped. ${reply.type === 'lost' ? lost : 'What cells defined is still there'}`,
    )
  } else if (stopped === 'aborted') {
    told.push(`It was interrupted. ${reply.type === 'lost' ? lost : 'What cells defined is still there'}`)
  } else if (reply.type === 'lost') told.push(`The interpreter ended: ${reply.reason}. ${lost}`)
  return [...told, ...notes]
}

function nameOf(language: CodeLanguage): string {
  return language === 'javascript' ? 'JavaScript' : 'Python'
}

function dataOf({ reply, stopped, fresh, number, printed }: CellRun, language: CodeLanguage): JsonObject {
  return {
    language,
    cell: number,
    fresh,
    stateLost: reply.type === 'lost',
    failed: reply.type === 'done' && reply.error !== undefined,
    ...(stopped === undefined ? {} : { stopped }),
    outputBytes: printed.total,
    omittedBytes: printed.omitted,
  }
}
