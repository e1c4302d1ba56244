import type { Timestamp } from '@keepup/core'

import { type Composer, composerOf, edit, emptyComposer, written } from './composer/composer.ts'
import type { Key } from './composer/key.ts'
import { rowAway } from './composer/layout.ts'
import { accept, chooseNext, type Menu, menuOf } from './composer/menu.ts'
import { goBack, remember } from './composer/past-words.ts'
import { pressInOverlay } from './press-in-overlay.ts'
import type { SessionState } from './session-state.ts'
import type { Wish } from './wish.ts'

/** When a key is pressed, and how wide the composer is. */
export interface Moment {
  readonly now: Timestamp
  readonly width: number
}

/** What a key came to. */
export interface Pressed {
  readonly state: SessionState
  /** What has to be done about it. */
  readonly wish?: Wish
}

/** In milliseconds: a key that does more when it is pressed twice must be within that. */
const twice = 2_000

/** What a key does to a session. Pure: what has to be done beyond it is a wish. */
export function press(state: SessionState, key: Key, moment: Moment): Pressed {
  const armed = state.armed !== undefined && state.armed.until > moment.now ? state.armed : undefined
  const calm: SessionState = { ...state, armed: undefined, hint: state.armed === undefined ? state.hint : '' }
  const inOverlay = pressInOverlay({ ...calm, armed }, key, moment)
  if (inOverlay !== undefined) return inOverlay
  if (isStop(key)) return pressStop(calm, key, armed, moment)
  const control = controls(calm, key)
  if (control !== undefined) return control
  return inMenu(calm, key) ?? inText(calm, key, moment)
}

function isStop({ name, ctrl }: Key): boolean {
  return name === 'escape' || (ctrl && name === 'c')
}

/** Esc and Ctrl-C: first what is nearest, then the run, then, pressed twice, the program. */
function pressStop(state: SessionState, key: Key, armed: SessionState['armed'], { now }: Moment): Pressed {
  const escape = key.name === 'escape'
  if (state.menu !== undefined) return { state: { ...state, menu: undefined } }
  if (!escape && armed?.key === 'leave') return { state, wish: { type: 'leave' } }
  if (state.view.running) {
    const hint = 'interrupting, so that it can be gone on with; Ctrl-C again leaves'
    return {
      state: { ...state, hint, armed: { key: 'leave', until: now + twice } },
      wish: { type: 'interrupt' },
    }
  }
  if (state.composer.text !== '') {
    return escape
      ? { state }
      : { state: { ...state, composer: { ...emptyComposer, cut: state.composer.text } } }
  }
  if (escape && armed?.key === 'rewind') return { state, wish: { type: 'send', text: '/rewind' } }
  const [again, hint] = escape
    ? (['rewind', 'Esc again goes back to an earlier prompt'] as const)
    : (['leave', 'Ctrl-C again leaves'] as const)
  return { state: { ...state, hint, armed: { key: again, until: now + twice } } }
}

/** Keys that are about the session and not about the text. */
function controls(state: SessionState, key: Key): Pressed | undefined {
  if (key.name === 'tab' && key.shift) return { state, wish: { type: 'next-mode' } }
  if (!key.ctrl) return undefined
  switch (key.name) {
    case 'd':
      return state.composer.text === '' ? { state, wish: { type: 'leave' } } : undefined
    case 'l':
      return { state, wish: { type: 'clear-screen' } }
    case 'r':
      return { state: { ...state, overlay: { type: 'search', words: '' } } }
    case 'z':
      return { state, wish: { type: 'suspend' } }
    default:
      return undefined
  }
}

function inMenu(state: SessionState, key: Key): Pressed | undefined {
  const { menu, composer } = state
  if (menu === undefined || key.ctrl || key.meta) return undefined
  if (key.name === 'up' || key.name === 'down') {
    return { state: { ...state, menu: chooseNext(menu, key.name === 'down' ? 1 : -1) } }
  }
  if (key.name === 'tab') return { state: withText(state, accept(composer, menu)) }
  return key.name === 'return' && !key.shift ? enterInMenu(state, menu) : undefined
}

/** A command is sent as soon as it is chosen; a file is put in, and one goes on writing. */
function enterInMenu(state: SessionState, menu: Menu): Pressed {
  const composer = accept(state.composer, menu)
  const isFile = menu.suggestions[menu.chosen]?.word.startsWith('@') === true
  return isFile ? { state: { ...state, composer, menu: undefined } } : send({ ...state, composer })
}

function inText(state: SessionState, key: Key, moment: Moment): Pressed {
  const { composer } = state
  if (key.name === 'return' && !key.shift && !key.meta) {
    const { text, cursor } = composer
    if (text.slice(0, cursor).endsWith('\\')) {
      const broken = `${text.slice(0, cursor - 1)}\n${text.slice(cursor)}`
      return { state: withText(state, { ...composer, text: broken }) }
    }
    return send(state)
  }
  const isBreak = key.name === 'return'
  const edited = isBreak ? edit(composer, { ...key, text: '\n' }) : edit(composer, key)
  if (edited !== undefined) return { state: withText(state, edited) }
  if (key.name !== 'up' && key.name !== 'down') return { state }
  return { state: higherOrLower(state, key.name === 'down' ? 1 : -1, moment) }
}

/** Within a text of several rows up and down move in it; at its ends they go through what was written before. */
function higherOrLower(state: SessionState, by: 1 | -1, { width }: Moment): SessionState {
  const cursor = rowAway(state.composer, width, by)
  if (cursor !== undefined) return { ...state, composer: { ...state.composer, cursor } }
  const gone = goBack(state.past, state.composer, by === 1 ? -1 : 1)
  return gone === undefined ? state : { ...state, ...gone, menu: undefined }
}

/** The same with another text, and what fits it now. */
function withText(state: SessionState, composer: Composer): SessionState {
  const { at: _, ...past } = state.past
  return { ...state, past, composer, menu: menuOf(composer, state.sources) }
}

function send(state: SessionState): Pressed {
  const text = written(state.composer).trim()
  if (text === '') return { state: { ...state, menu: undefined } }
  const past = remember(state.past, text)
  return {
    state: {
      ...state,
      composer: { ...composerOf(''), cut: state.composer.cut },
      menu: undefined,
      past,
      hint: '',
    },
    wish: { type: 'send', text },
  }
}
