import type { FoundApproval } from '@keepup/loop'
import { describe, expect, test } from 'vitest'

import { composerOf } from '../../src/session/composer/composer.ts'
import { type Key, keyOf } from '../../src/session/composer/key.ts'
import { draw } from '../../src/session/draw.ts'
import { paintOf } from '../../src/session/markdown/paint.ts'
import { pickerOf } from '../../src/session/pickers/picker.ts'
import { questionOf } from '../../src/session/pickers/question.ts'
import { press, type Pressed } from '../../src/session/press.ts'
import { columnsOf } from '../../src/session/screen/columns.ts'
import { emptySession, type SessionState } from '../../src/session/session-state.ts'
import { createStyle } from '../../src/terminal/style.ts'
import { rounds, seededRandom } from './seeded-random.ts'

const facts = { model: 'scripted/script', mode: 'ask', folder: '~/project' }
const idle: SessionState = {
  ...emptySession(facts, { texts: ['older', 'newer'], draft: '' }),
  sources: {
    commands: [
      { word: 'help', detail: '' },
      { word: 'history', detail: '' },
    ],
    files: ['src/weight.js'],
  },
}
const paint = paintOf(createStyle(true, true))

const letter = (text: string): Key => keyOf(text, { text })
const ctrl = (name: string): Key => keyOf(name, { ctrl: true })
const enter = keyOf('return')
const escape = keyOf('escape')

function pressed(state: SessionState, ...keys: readonly Key[]): Pressed {
  return keys.reduce<Pressed>((at, key, index) => press(at.state, key, { now: 10_000 + index, width: 40 }), {
    state,
  })
}

const approval: FoundApproval = {
  thread: 't1',
  approval: { id: 'a1', digest: 'ab', sequence: 3, question: 'May "shell" be run?' },
  part: { type: 'tool-call', id: 'c1', name: 'shell', input: { command: 'rm -rf \u001B[2Jbuild' } },
  effects: [{ kind: 'delete', target: '/p/build' }],
  reasons: [{ rule: 'mode', text: 'mode "ask" asks' }],
  since: 0,
}

function asked(found: FoundApproval, since = 0): SessionState {
  return {
    ...idle,
    overlay: { type: 'question', question: questionOf(found, { present: '', more: 0, since }) },
  }
}

describe('Esc and Ctrl-C', () => {
  test('interrupt a run first, and leave at the second Ctrl-C', () => {
    const running = { ...idle, view: { ...idle.view, running: true } }
    expect(pressed(running, escape).wish).toEqual({ type: 'interrupt' })
    const first = pressed(running, ctrl('c'))
    expect(first.wish).toEqual({ type: 'interrupt' })
    expect(pressed(first.state, ctrl('c')).wish).toEqual({ type: 'leave' })
    expect(press(first.state, ctrl('c'), { now: 99_000, width: 40 }).wish).toEqual({ type: 'interrupt' })
  })

  test('empty the text before they leave, and keep it', () => {
    const cleared = pressed({ ...idle, composer: composerOf('words') }, ctrl('c'))
    expect(cleared.wish).toBeUndefined()
    expect(cleared.state.composer.text).toBe('')
    expect(pressed(cleared.state, ctrl('y')).state.composer.text).toBe('words')
    expect(pressed(cleared.state, ctrl('c'), ctrl('c')).wish).toEqual({ type: 'leave' })
    expect(pressed(idle, escape, escape).wish).toEqual({ type: 'send', text: '/rewind' })
    expect(pressed(idle, ctrl('d')).wish).toEqual({ type: 'leave' })
  })
})

describe('Enter', () => {
  test('sends, and breaks a line behind a backslash or where it is held', () => {
    const { state, wish } = pressed(idle, letter('h'), letter('i'), enter)
    expect(wish).toEqual({ type: 'send', text: 'hi' })
    expect(state.composer.text).toBe('')
    expect(state.past.texts.at(-1)).toBe('hi')
    expect(pressed(idle, letter('a'), letter('\\'), enter).state.composer.text).toBe('a\n')
    expect(pressed(idle, letter('a'), keyOf('return', { meta: true })).state.composer.text).toBe('a\n')
    expect(pressed(idle, letter('a'), keyOf('return', { shift: true })).state.composer.text).toBe('a\n')
    expect(pressed(idle, enter).wish).toBeUndefined()
  })

  test('sends the command that is chosen, and puts a file in', () => {
    expect(pressed(idle, letter('/'), letter('h'), keyOf('down'), enter).wish).toEqual({
      type: 'send',
      text: '/history',
    })
    expect(pressed(idle, letter('@'), letter('w'), enter).state.composer.text).toBe('@src/weight.js ')
  })
})

test('up and down go through what was written before, Ctrl-R looks for it', () => {
  expect(pressed(idle, keyOf('up'), keyOf('up')).state.composer.text).toBe('older')
  expect(pressed(idle, keyOf('up'), keyOf('down')).state.composer.text).toBe('')
  expect(pressed(idle, ctrl('r'), letter('e'), ctrl('r'), enter).state.composer.text).toBe('older')
})

describe('a question', () => {
  test('is answered by one key', () => {
    expect(pressed(asked(approval), letter('y')).wish).toMatchObject({
      type: 'answer',
      said: { allow: true },
    })
    expect(pressed(asked(approval), letter('a')).wish).toMatchObject({ said: { allow: true, always: true } })
    const no = pressed(asked(approval), letter('n'), letter('w'), letter('y'), enter)
    expect(no.wish).toMatchObject({ type: 'answer', said: { allow: false, message: 'wy' } })
    expect(pressed(asked(approval), letter('d')).wish).toEqual({ type: 'difference' })
    expect(pressed(asked(approval), escape).wish).toEqual({ type: 'leave-open' })
  })

  test('is not answered by what was meant for the text: keys of the moment in which it appears, pastes, Enter', () => {
    const surprising = pressed(asked(approval, 9_900), letter('y'))
    expect(surprising.wish).toBeUndefined()
    expect(surprising.state.composer.text).toBe('y')
    expect(pressed(asked(approval), keyOf('paste', { text: 'y' })).wish).toBeUndefined()
    expect(pressed(asked(approval), enter).wish).toBeUndefined()
  })

  test('shows what would be done, what that touches and why it is asked, and obeys no sequence in it', () => {
    const frame = draw(asked(approval), {
      columns: 80,
      rows: 24,
      now: 0,
      frame: 0,
      paint: paintOf(createStyle(false, true)),
    })
    const text = frame.lines.join('\n')
    expect(text).toContain('shell rm -rf ␛[2Jbuild')
    expect(text).toContain('touches  delete /p/build')
    expect(text).toContain('why      mode "ask" asks')
  })

  test('that asks for words takes the number of an option for it', () => {
    const wants = { options: ['red', 'green'] }
    const { wish } = pressed(asked({ ...approval, wants }), letter('2'), enter)
    expect(wish).toMatchObject({ said: { allow: true, message: 'green' } })
  })
})

test('a list is narrowed by typing and picked from', () => {
  const items = ['one', 'two', 'three'].map((label) => ({ value: label, label, detail: '' }))
  const state: SessionState = {
    ...idle,
    overlay: { type: 'picker', kind: 'thread', picker: pickerOf('Pick', items) },
  }
  expect(pressed(state, letter('t'), keyOf('down'), enter).wish).toEqual({
    type: 'picked',
    kind: 'thread',
    value: 'three',
  })
  expect(pressed(state, letter('x'), enter).wish).toBeUndefined()
  expect(pressed(state, escape).state.overlay).toBeUndefined()
})

test('whatever is pressed, the region is lower and no wider than the terminal, and the cursor is in it', () => {
  const random = seededRandom()
  const keys: readonly Key[] = [
    ...['a', '/', '@', 'y', 'n', 'd', '日', '👩‍👩‍👧', ' ', '\\'].map(letter),
    ...['up', 'down', 'left', 'right', 'home', 'backspace', 'tab', 'return', 'escape', 'enter'].map((name) =>
      keyOf(name),
    ),
    ...['c', 'r', 'k', 'u', 'y', 'w', 'l'].map(ctrl),
    keyOf('paste', { text: 'pasted\nwords \u001B[2J' }),
    keyOf('paste', { text: 'x\n'.repeat(40) }),
  ]
  for (let round = 0; round < rounds; round += 1) {
    let state =
      random(3) === 0 ? asked(approval, 5_000) : { ...idle, view: { ...idle.view, running: random(2) === 0 } }
    const [columns, rows] = [14 + random(90), 2 + random(36)]
    for (let step = 0; step < 15; step += 1) {
      const key = keys[random(keys.length)]
      if (key !== undefined)
        ({ state } = press(state, key, { now: 10_000 + step * 1_000, width: columns - 3 }))
      const frame = draw(state, { columns, rows, now: 20_000, frame: step, paint })
      expect(frame.lines.length).toBeLessThan(rows)
      for (const line of frame.lines) {
        // eslint-disable-next-line no-control-regex -- colours are left out
        const bare = line.replaceAll(/\u001B\[\d+m/g, '')
        expect(bare).not.toMatch(/\p{Cc}/u)
        expect(columnsOf(bare)).toBeLessThan(columns)
      }
      const { row, column } = frame.cursor ?? { row: 0, column: 0 }
      expect(row).toBeLessThan(frame.lines.length)
      expect(column).toBeLessThan(columns)
    }
  }
})
