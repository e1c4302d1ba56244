import { composerOf, edit } from './composer/composer.ts'
import type { Key } from './composer/key.ts'
import { findPast } from './composer/past-words.ts'
import { chosenItem, pressInPicker } from './pickers/picker.ts'
import { pressInQuestion, type Question } from './pickers/question.ts'
import type { Moment, Pressed } from './press.ts'
import type { Overlay, SessionState } from './session-state.ts'

/** In milliseconds: a key that was pressed when a question had only just appeared was meant for the text. */
const surprise = 400

/** What a key does to what stands where the composer would be; `undefined` where nothing does. Pure. */
export function pressInOverlay(state: SessionState, key: Key, moment: Moment): Pressed | undefined {
  const { overlay } = state
  switch (overlay?.type) {
    case undefined:
      return undefined
    case 'question':
      return inQuestion(state, overlay.question, key, moment)
    case 'picker':
      return inPicker(state, overlay, key)
    case 'search':
      return inSearch(state, overlay, key)
  }
}

function inQuestion(state: SessionState, question: Question, key: Key, { now }: Moment): Pressed {
  if (now - question.since < surprise && key.text !== '' && question.words.text === '') {
    return { state: { ...state, composer: edit(state.composer, key) ?? state.composer } }
  }
  if (key.ctrl && key.name === 'z') return { state, wish: { type: 'suspend' } }
  const answered = pressInQuestion(question, key)
  switch (answered.type) {
    case 'moved':
      return { state: { ...state, overlay: { type: 'question', question: answered.question } } }
    case 'said':
      return {
        state: { ...state, overlay: undefined },
        wish: { type: 'answer', found: question.found, said: answered.said },
      }
    case 'difference':
      return { state, wish: { type: 'difference' } }
    case 'left':
      return { state: { ...state, overlay: undefined }, wish: { type: 'leave-open' } }
  }
}

function inPicker(
  state: SessionState,
  { kind, picker }: Extract<Overlay, { type: 'picker' }>,
  key: Key,
): Pressed {
  const picked = pressInPicker(picker, key)
  if (picked.type === 'left') return { state: { ...state, overlay: undefined } }
  if (picked.type === 'picked')
    return { state: { ...state, overlay: undefined }, wish: { type: 'picked', kind, value: picked.value } }
  const next = { ...state, overlay: { type: 'picker', kind, picker: picked.picker } as const }
  const value = chosenItem(picked.picker)?.value
  return value === undefined || value === chosenItem(picker)?.value
    ? { state: next }
    : { state: next, wish: { type: 'pointed', kind, value } }
}

/** Ctrl-R: looks through what was written before; again for an older one. */
function inSearch(state: SessionState, overlay: Extract<Overlay, { type: 'search' }>, key: Key): Pressed {
  if (isEnd(key)) return { state: { ...state, overlay: undefined } }
  if (['return', 'tab', 'right'].includes(key.name)) {
    const text = overlay.at === undefined ? undefined : state.past.texts[overlay.at]
    const composer = text === undefined ? state.composer : composerOf(text, state.composer)
    return { state: { ...state, composer, overlay: undefined } }
  }
  return { state: { ...state, overlay: searched(state, overlay, key) } }
}

function isEnd({ name, ctrl }: Key): boolean {
  return name === 'escape' || (ctrl && (name === 'c' || name === 'g'))
}

function searched(
  { past }: SessionState,
  { words, at }: Extract<Overlay, { type: 'search' }>,
  key: Key,
): Overlay {
  if (key.ctrl) {
    const older = key.name === 'r' ? findPast(past, words, at) : undefined
    return { type: 'search', words, ...found(older ?? at) }
  }
  const typed = key.name === 'backspace' ? words.slice(0, -1) : words + key.text
  return { type: 'search', words: typed, ...found(findPast(past, typed)) }
}

function found(at: number | undefined): { readonly at?: number } {
  return at === undefined ? {} : { at }
}
