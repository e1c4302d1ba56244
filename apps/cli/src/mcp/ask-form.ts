import type { JsonValue } from '@keepup/core'
import type { Elicitation, ElicitationAnswer } from '@keepup/mcp'

import type { CommandLine } from '../command-line.ts'
import { type LineReader, openLineReader, type Reading } from '../terminal/line-reader.ts'
import { optionLines } from '../terminal/option-lines.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import { type FormField, formFields } from './form-field.ts'
import { typedValue, typingHint } from './typed-value.ts'

/**
 * Puts a server's question to the person at the terminal, once it is guarded: whether they answer it at all, then each field. A page is opened only after a yes. Whoever leaves
 * cancels it.
 */
export async function askForm(line: CommandLine, question: Elicitation): Promise<ElicitationAnswer> {
  using reader = openLineReader(line, question.signal)
  const agreed = await reader.ask(asked(line, question), yesOrNo(question.type === 'url'))
  if (agreed === undefined) return { action: 'cancel' }
  if (!agreed) return { action: 'decline' }
  if (question.type === 'url') return await openPage(line, question.url)
  return await fillIn(line, reader, question.schema)
}

function asked({ terminal: { notesStyle: style } }: CommandLine, question: Elicitation): string {
  const problem = question.type === 'form' ? question.problem : undefined
  const wants =
    question.type === 'url'
      ? [`The page: ${safeLine(question.url)}`]
      : [
          `It wants: ${
            formFields(question.schema)
              .map(({ label }) => safeLine(label))
              .join(', ') || 'a yes'
          }`,
        ]
  const again = problem === undefined ? [] : [`The answer before did not fit: ${safeLine(problem)}`]
  const lines = [style.bold(setIn(question.message)), ...again, ...wants]
  return `${style.yellow('?')} ${lines.join('\n  ')}\n`
}

/** Further lines are set in, so that none of them looks like keepup's own. */
function setIn(text: string): string {
  return safeText(text).trim().replaceAll('\n', '\n  ')
}

function yesOrNo(isPage: boolean): Reading<boolean> {
  return {
    hint: isPage ? '[y]es, open it  [n]o' : '[y]es, answer it  [n]o',
    read: (typed) => (/^(y|yes)$/i.test(typed) ? true : /^(n|no)$/i.test(typed) ? false : undefined),
  }
}

async function openPage({ terminal }: CommandLine, url: string): Promise<ElicitationAnswer> {
  const { systemBrowser } = await import('@keepup/mcp-security/oauth')
  try {
    await systemBrowser()(new URL(url))
  } catch {
    await terminal.notes.write(safeText(`  no browser can be opened here: open ${url} yourself\n`))
  }
  return { action: 'accept' }
}

async function fillIn(
  line: CommandLine,
  reader: LineReader,
  schema: Extract<Elicitation, { type: 'form' }>['schema'],
): Promise<ElicitationAnswer> {
  const content: Record<string, JsonValue> = {}
  for (const field of formFields(schema)) {
    const typed = await reader.ask(describe(line, field), {
      hint: safeLine(typingHint(field)),
      read: (words) => typedValue(field, words),
    })
    if (typed === undefined) return { action: 'cancel' }
    if (typed.value !== undefined) content[field.name] = typed.value
  }
  return { action: 'accept', content }
}

function describe({ terminal: { notesStyle: style } }: CommandLine, field: FormField): string {
  const more = field.description === undefined ? '' : `: ${safeLine(field.description)}`
  const options = optionLines({ options: field.options.map(({ label }) => label) }, style)
  return `${[`  ${style.bold(safeLine(field.label))}${more}`, ...options].join('\n')}\n`
}
