import { StringDecoder } from 'node:string_decoder'

import type { CommandExplanation, ExplainCommand } from '@keepup/permissions'

/** The longest line that is read as a command, in characters. */
const longestLine = 1_000_000

/**
 * Answers each line `{"command": "..."}` of a stream with a line of JSON, in order, as soon as it is there. Every line gets an answer: one that is no such
 * line gets `ask` with the reason.
 */
export async function* explainLines(
  input: AsyncIterable<Buffer | string>,
  explain: ExplainCommand,
): AsyncIterable<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of input) {
    const lines = `${rest}${typeof chunk === 'string' ? chunk : decoder.write(chunk)}`.split('\n')
    rest = lines.pop() ?? ''
    // What is too long for an answer need not be kept whole.
    if (rest.length > longestLine * 2) rest = rest.slice(0, longestLine * 2)
    if (lines.length > 0) yield lines.map((line) => answer(line, explain)).join('')
  }
  rest += decoder.end()
  if (rest !== '') yield answer(rest, explain)
}

function answer(line: string, explain: ExplainCommand): string {
  const command = commandOf(line)
  const explained = typeof command === 'string' ? explainSafely(command, explain) : command
  return `${JSON.stringify(explained)}\n`
}

function commandOf(line: string): string | CommandExplanation {
  if (line.length > longestLine) return unreadable(`the line has more than ${longestLine} characters`)
  try {
    const value: unknown = JSON.parse(line)
    const command =
      typeof value === 'object' && value !== null && 'command' in value ? value.command : undefined
    return typeof command === 'string' ? command : unreadable('the line has no "command" that is a text')
  } catch (error) {
    return unreadable(`the line is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function explainSafely(command: string, explain: ExplainCommand): CommandExplanation {
  try {
    return explain(command)
  } catch (error) {
    return unreadable(
      `the command could not be judged: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function unreadable(reason: string): CommandExplanation {
  return { decision: 'ask', effects: [], reasons: [reason] }
}
