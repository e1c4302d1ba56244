import { KeepupError } from '@keepup/core'

import { type ClickOptions, type ModifierKey, modifierKeys, type Point } from '../computer.ts'

const buttons = { left: '1', middle: '2', right: '3' } as const
/** The buttons that stand for the wheel in X11. */
const wheel = { up: '4', down: '5', left: '6', right: '7' } as const

/** One turn of the wheel, in pixels. */
const notch = 100
/** How many turns one call makes. */
const mostTurns = 100

/** Keys whose X11 names are not those of the UI Events specification. */
const keysyms: Readonly<Record<string, string>> = {
  Alt: 'alt',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  Backspace: 'BackSpace',
  CapsLock: 'Caps_Lock',
  Control: 'ctrl',
  Enter: 'Return',
  Meta: 'super',
  PageDown: 'Next',
  PageUp: 'Prior',
  Shift: 'shift',
  Space: 'space',
}

/** What xdotool calls each modifier. */
function modifier(key: ModifierKey): string {
  return keysyms[key] ?? key
}

/** Puts the pointer somewhere. Not with `--sync`, which waits for ever where it is there already; the pause lets programs see it. */
export function moveArguments({ x, y }: Point): readonly string[] {
  return ['mousemove', String(Math.round(x)), String(Math.round(y)), 'sleep', '0.03']
}

/** Clicks where the pointer is, with keys held. */
export function clickArguments({ button, count, modifiers }: ClickOptions): readonly string[] {
  const held = modifiers.map((key) => modifier(key))
  return [
    ...held.flatMap((key) => ['keydown', key]),
    'click',
    '--repeat',
    String(count),
    '--delay',
    '40',
    buttons[button],
    ...held.toReversed().flatMap((key) => ['keyup', key]),
  ]
}

/** Presses at one place and lets go at another, with a stop between: programs tell a drag by its movement. */
export function dragArguments(from: Point, to: Point): readonly string[] {
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }
  const moves = [middle, to].flatMap((place) => moveArguments(place))
  return [...moveArguments(from), 'mousedown', '1', ...moves, 'mouseup', '1']
}

/** Turns the wheel, which X11 knows in turns alone: at least one for whatever distance. */
export function scrollArguments({ x, y }: Point): readonly string[] {
  return [...turns(y, y < 0 ? wheel.up : wheel.down), ...turns(x, x < 0 ? wheel.left : wheel.right)]
}

function turns(distance: number, button: string): readonly string[] {
  if (distance === 0) return []
  const count = Math.min(mostTurns, Math.max(1, Math.round(Math.abs(distance) / notch)))
  return ['click', '--repeat', String(count), '--delay', '10', button]
}

/** Presses keys together, by their names in the UI Events specification. Fails `tool-input-invalid` where a name is none. */
export function pressArguments(keys: string): readonly string[] {
  // The last key may be "+" itself.
  const parts = keys.endsWith('+') ? [...keys.slice(0, -1).split('+').filter(Boolean), '+'] : keys.split('+')
  return ['key', '--clearmodifiers', '--', parts.map(keysymOf).join('+')]
}

/** Types a text; nothing in it is an option. */
export function typeArguments(text: string): readonly string[] {
  return ['type', '--clearmodifiers', '--delay', '8', '--', text]
}

function keysymOf(key: string): string {
  const named = keysyms[key] ?? (modifierKeys.some((name) => name === key) ? key.toLowerCase() : undefined)
  if (named !== undefined) return named
  if (/^[A-Za-z0-9]$/u.test(key) || /^[A-Z][A-Za-z0-9_]{1,30}$/u.test(key)) return key
  const [character] = key
  if (character !== undefined && character === key && /[^\p{C}\s]/u.test(key)) return `U${codeOf(character)}`
  if (key === ' ') return 'space'
  throw new KeepupError(
    'tool-input-invalid',
    `${JSON.stringify(key)} is no key. Use names such as Enter, Tab, ArrowDown, F5, a, Control+Shift+T.`,
  )
}

/** How X11 names any character: U and its code in hexadecimal. */
function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
}
