import { describe, expect, test } from 'vitest'

import { entryLine } from '../src/terminal/entry-line.ts'
import { outcomeLine } from '../src/terminal/outcome-line.ts'
import { advance, noProgress } from '../src/terminal/progress.ts'
import { safeText } from '../src/terminal/safe-text.ts'
import { statusLine } from '../src/terminal/status-line.ts'
import { createTranscript } from '../src/terminal/transcript.ts'
import { fit, pad, textWidth } from '../src/terminal/width.ts'
import { createWordWrap } from '../src/terminal/word-wrap.ts'
import { entriesOf, streamed } from './events.ts'
import { answerWith, exampleRun, pieces, plain } from './example-run.ts'

function first() {
  const [event] = exampleRun
  if (event === undefined) throw new Error('the example has events')
  return event
}

describe('transcript', () => {
  test('without a terminal the final answer is the only output, and the way to it are notes', () => {
    const { answer, notes } = pieces(exampleRun, false)
    expect(answer).toBe('Done.\n')
    expect(notes).toContain('I fix it.\n')
    expect(notes).toMatch(/✓ edit src\/a\.ts +\+2 -1 {2}1\.0 s\n/)
  })

  test('on a terminal text streams, is not printed twice, and ends its line', () => {
    const events = [streamed('s1', 'I fix'), streamed('s1', ' it.', 5), ...exampleRun]
    expect(pieces(events, true).answer).toBe('I fix it.\nDone.\n')
  })

  test('text of an attempt that failed is left standing, and the next attempt begins on a new line', () => {
    const events = [streamed('s1', 'I fi'), streamed('s2', 'I fix it.'), ...exampleRun]
    expect(pieces(events, true).answer).toBe('I fi\nI fix it.\nDone.\n')
  })

  test('a model that says something else than it streamed is quoted in full', () => {
    expect(pieces([streamed('s1', 'Hmm'), ...exampleRun], true).answer).toBe('Hmm\nI fix it.\nDone.\n')
  })

  test('every kind of trouble leaves a line', () => {
    const { notes } = pieces(
      entriesOf(
        [
          'model-failed',
          {
            attempt: 1,
            model: 'a/b',
            failure: { kind: 'rate-limited', message: 'Too many.', retryable: true },
            next: 'retry',
            delay: 2000,
          },
        ],
        [
          'model-failed',
          {
            attempt: 2,
            model: 'a/b',
            failure: { kind: 'unavailable', message: 'Gone.', retryable: true },
            next: 'fallback',
          },
        ],
        ['system-warning', { text: 'You have 2 turns left.', about: 'turns' }],
        [
          'tool-finished',
          { call: 'x', key: 'k', tool: 'shell', outcome: { type: 'denied', reason: 'mode ask' } },
        ],
        [
          'tool-finished',
          { call: 'x', key: 'k', tool: 'shell', outcome: { type: 'unknown', reason: 'crash' } },
        ],
        ['tool-finished', { call: 'x', key: 'k', tool: 'shell', outcome: { type: 'timed-out', after: 5 } }],
        [
          'tool-finished',
          {
            call: 'x',
            key: 'k',
            tool: 'shell',
            outcome: { type: 'failed', code: 'tool-failed', message: 'exit 1' },
          },
        ],
        ['run-interrupted', { run: 'r1', reason: 'asked' }],
        [
          'approval-requested',
          {
            approval: 'a',
            call: 'x',
            key: 'k',
            tool: 'shell',
            digest: 'd',
            question: 'May it?',
            reasons: [],
            effects: [],
          },
        ],
      ),
      false,
    )
    for (const words of [
      'Too many. (trying again in 2.0 s)',
      'Gone. (asking the next model)',
      'You have 2 turns left.',
      'denied',
      'mode ask',
      'may have happened',
      'timed out',
      'exit 1',
      'interrupted: asked',
      'May it?',
    ]) {
      expect(notes).toContain(words)
    }
  })

  test('escape sequences of a model do not reach the terminal', () => {
    const events = entriesOf(answerWith('\u001B]0;title\u0007\u001B[2Jhidden\u202Etxt'))
    const { answer } = pieces(events, true)
    for (const character of '\u001B\u0007\u202E') expect(answer).not.toContain(character)
    expect(safeText('a\tb\r\nc\u009B')).toBe('a\tb\nc\uFFFD')
    const outcome = { type: 'failed', code: 'tool-unknown', message: 'none \u001B[2J' } as const
    expect(outcomeLine({ tool: 'ba\u001B[31md', outcome }, plain, 80)).not.toContain('\u001B')
  })

  test('a call that an earlier process left open shows what it was asked for', () => {
    const outcome = { type: 'unknown', reason: 'The process ended while it ran.' } as const
    const events = entriesOf(['tool-finished', { call: 'c9', key: 'k', tool: 'shell', outcome }])
    const open = new Map([['c9', { command: 'make deploy' }]])
    const transcript = createTranscript({ style: plain, width: 80, streaming: false, open })
    const notes = events.flatMap((event) => transcript.feed(event)).map(({ text }) => text)
    expect(notes.join('')).toContain('shell make deploy')
  })

  test('what a command left running is told', () => {
    const structured = { exitCode: 0, running: [4711] }
    const outcome = { type: 'completed', output: { content: [], structured } } as const
    const { notes } = pieces(
      entriesOf(['tool-finished', { call: 'x', key: 'k', tool: 'shell', outcome }]),
      false,
    )
    expect(notes).toContain('process 4711, which this command began, runs on')
  })
})

describe('lines', () => {
  test('a call takes one line of the width at most, whatever its input', () => {
    const input = { command: `echo "${'界'.repeat(100)}"\nrm -rf /` }
    const line = outcomeLine(
      { tool: 'shell', input, outcome: { type: 'completed', output: { content: [] } }, duration: 1234 },
      plain,
      60,
    )
    expect(textWidth(line)).toBeLessThanOrEqual(60)
    expect(line).not.toContain('\n')
    expect(line).toMatch(/1\.2 s$/)
  })

  test.each([
    [{ exitCode: 0 }, '✓ shell make'],
    [{ exitCode: 3 }, '✗ shell make                exit 3'],
    [{ exitCode: null, signal: 'SIGKILL' }, '✗ shell make               SIGKILL'],
  ])('a command that ended with %j is told by its sign', (structured, line) => {
    const outcome = { type: 'completed', output: { content: [], structured } } as const
    expect(outcomeLine({ tool: 'shell', input: { command: 'make' }, outcome }, plain, 34).trimEnd()).toBe(
      line,
    )
  })

  test('the status line fits and tells time, turn, tokens, cost and what is under way', () => {
    const progress = exampleRun.slice(0, 2).reduce(advance, noProgress)
    const text = statusLine({ ...progress, turn: 1 }, { since: 0, now: 12_300, frame: 1 }, plain, 80)
    expect(text).toBe('⠙ 12.3 s · turn 1 · 1,234 tokens · $0.004200 · edit src/a.ts')
    expect(
      textWidth(
        statusLine({ ...progress, activity: 'x'.repeat(300) }, { since: 0, now: 1, frame: 0 }, plain, 40),
      ),
    ).toBeLessThanOrEqual(40)
  })

  test('a call shows while the model writes it, also where the piece ends in the middle of an escape', () => {
    const parts = ['{"path": "src/a.ts", "cont', 'ent": "line 1\\nline', ' 2\\n  line 3\\u00e', '9"}']
    const shown = parts.map((_, index) => {
      const progress = parts.slice(0, index + 1).reduce(
        (before, text) =>
          advance(before, {
            type: 'tool-input-streamed',
            call: 'c1',
            tool: 'write',
            text,
            live: true,
            thread: 't',
            stream: 's',
            after: 1,
            offset: index,
          }),
        noProgress,
      )
      return statusLine(progress, { since: 0, now: 1, frame: 1 }, plain, 80)
    })
    expect(shown[0]).toContain('write src/a.ts · is being written')
    expect(shown[1]).toContain('write src/a.ts · 2 lines: line')
    expect(shown[2]).toContain('write src/a.ts · 3 lines: line 3')
    expect(
      advance({ ...noProgress, writing: { call: 'c1', tool: 'write', text: '{' } }, first()).writing,
    ).toBe(undefined)
  })

  test('entries of unknown types and erased ones show as themselves', () => {
    const [entry] = exampleRun
    if (entry === undefined || 'live' in entry) throw new Error('the example begins with an entry')
    expect(entryLine({ ...entry, type: 'other/thing' })).toBe('other/thing')
    expect(entryLine({ ...entry, erased: true, data: undefined })).toBe('assistant-message (erased)')
    expect(entryLine(entry)).toBe('model: I fix it. -> edit(src/a.ts)')
  })

  test('streamed prose is wrapped at blanks, and code is left alone', () => {
    const text =
      'some words that are long\n    indented code that is long\n```ts\nconst long = 1234567890\n```\n| a table | is one |\n'
    for (const size of [1, 3, 1000]) {
      const wrap = createWordWrap(12)
      const parts = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
      expect(parts.map((part) => wrap.feed(part)).join('') + wrap.flush()).toBe(
        text.replace('some words that are long', 'some words\nthat are\nlong'),
      )
    }
    expect(createWordWrap(4).feed('averylongword then ')).toBe('averylongword\nthen')
  })

  test('widths count columns, not characters', () => {
    expect(textWidth('\u001B[1mé界\u001B[22m')).toBe(3)
    expect(fit('界界界', 5, '…')).toBe('界界…')
    expect(pad('界', 4)).toBe('界  ')
  })
})
