import { type AgentEvent, noUsage } from '@keepup/core'

import { createStyle } from '../src/terminal/style.ts'
import { createTranscript } from '../src/terminal/transcript.ts'
import { entriesOf } from './events.ts'

/** Without colour, with signs beyond ASCII. */
export const plain = createStyle(false, true)
const usage = { ...noUsage, input: 1200, output: 34 }

/** An answer of the model. */
export function answerWith(
  text: string,
  ...calls: readonly { readonly id: string; readonly name: string; readonly input: object }[]
) {
  const parts = calls.map((call) => ({ type: 'tool-call' as const, ...call, input: { ...call.input } }))
  const content = [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...parts]
  const message = { role: 'assistant' as const, content: content as never }
  return ['assistant-message', { message, model: 'a/b', reason: 'stop', usage, cost: 4_200_000 }] as const
}

const edit = {
  id: 'c1',
  name: 'edit',
  input: { path: 'src/a.ts', old_text: 'one\ntwo', new_text: 'one\n2\n3' },
}

/** A run that edits a file. */
export const exampleRun: readonly AgentEvent[] = entriesOf(
  answerWith('I fix it.', edit),
  [
    'tool-started',
    { call: 'c1', key: 'k1', tool: 'edit', repeat: 'once', effects: [], epoch: 1, attempt: 1 },
  ],
  [
    'tool-finished',
    { call: 'c1', key: 'k1', tool: 'edit', outcome: { type: 'completed', output: { content: [] } } },
  ],
  answerWith('Done.'),
  [
    'run-finished',
    {
      run: 'r1',
      outcome: { type: 'completed' },
      text: 'Done.',
      turns: 2,
      usage,
      cost: 8_400_000,
      unattendedDenials: 0,
    },
  ],
)

/** What a person is shown of events. */
export function pieces(events: readonly AgentEvent[], streaming: boolean) {
  const transcript = createTranscript({ style: plain, width: 80, streaming })
  const all = events.flatMap((event) => transcript.feed(event))
  const to = (target: string) => all.flatMap((piece) => (piece.to === target ? [piece.text] : [])).join('')
  return { answer: to('answer'), notes: to('notes'), progress: transcript.progress }
}
