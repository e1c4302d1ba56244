import { safeLine } from '../../terminal/safe-text.ts'
import type { Key } from '../composer/key.ts'
import type { Paint } from '../markdown/paint.ts'
import { cutTo } from '../screen/columns.ts'

/** One thing that can be picked. */
export interface PickerItem {
  /** What it is known by to whoever asked. */
  readonly value: string
  readonly label: string
  /** Told quietly behind it. */
  readonly detail: string
}

/** A list to pick from: typing narrows it. */
export interface Picker {
  readonly title: string
  readonly items: readonly PickerItem[]
  readonly chosen: number
  readonly typed: string
  /** About the chosen item, where somebody looked: safe lines with colours. */
  readonly preview: readonly string[]
}

/** What a key came to: another state of the list, a choice, or the end of it. */
export type Picked =
  | { readonly type: 'moved'; readonly picker: Picker }
  | { readonly type: 'picked'; readonly value: string }
  | { readonly type: 'left' }

/** A list, its first item chosen. */
export function pickerOf(title: string, items: readonly PickerItem[], chosen = 0): Picker {
  return { title, items, chosen, typed: '', preview: [] }
}

/** The items that have what was typed in them. */
export function fittingItems({ items, typed }: Picker): readonly PickerItem[] {
  const wanted = typed.toLowerCase()
  return items.filter(({ label, detail, value }) =>
    `${label} ${detail} ${value}`.toLowerCase().includes(wanted),
  )
}

/** The item that Enter would pick. */
export function chosenItem(picker: Picker): PickerItem | undefined {
  return fittingItems(picker)[picker.chosen]
}

/** What a key does to a list. Pure. */
export function pressInPicker(picker: Picker, key: Key): Picked {
  if (key.name === 'escape' || (key.ctrl && (key.name === 'c' || key.name === 'g'))) return { type: 'left' }
  const chosen = chosenItem(picker)
  if (key.name === 'return' || key.name === 'enter') {
    return chosen === undefined ? { type: 'moved', picker } : { type: 'picked', value: chosen.value }
  }
  const steps: Readonly<Record<string, number>> = { up: -1, down: 1, pageup: -8, pagedown: 8, tab: 1 }
  const by = Object.hasOwn(steps, key.name) ? steps[key.name] : undefined
  if (by !== undefined) return { type: 'moved', picker: moved(picker, by) }
  if (key.name === 'backspace') return { type: 'moved', picker: narrowed(picker, picker.typed.slice(0, -1)) }
  return { type: 'moved', picker: key.text === '' ? picker : narrowed(picker, picker.typed + key.text) }
}

function moved(picker: Picker, by: number): Picker {
  const last = Math.max(0, fittingItems(picker).length - 1)
  return { ...picker, chosen: Math.min(last, Math.max(0, picker.chosen + by)), preview: [] }
}

function narrowed(picker: Picker, text: string): Picker {
  return { ...picker, typed: text, chosen: 0, preview: [] }
}

/** A list in at most `height` rows: those around the chosen one. Pure. */
export function pickerLines(picker: Picker, paint: Paint, width: number, height: number): readonly string[] {
  const fitting = fittingItems(picker)
  const preview = picker.preview.slice(0, Math.max(0, Math.floor(height / 2) - 2))
  const room = Math.max(1, height - 3 - (preview.length === 0 ? 0 : preview.length + 1))
  const first = Math.max(0, Math.min(picker.chosen - Math.floor(room / 2), fitting.length - room))
  const rows = fitting
    .slice(first, first + room)
    .map((item, index) => itemLine(item, first + index === picker.chosen, paint, width))
  const typed = picker.typed === '' ? '' : `  ${paint.cyan(safeLine(picker.typed))}`
  return [
    `${paint.bold(picker.title)}${typed}`,
    ...(rows.length === 0 ? [paint.dim('  nothing fits')] : rows),
    ...(preview.length === 0 ? [] : ['', ...preview]),
    paint.dim(cutTo('Enter chooses, arrows move, typing narrows, Esc leaves', width, paint.marks.more)),
  ]
}

function itemLine({ label, detail }: PickerItem, chosen: boolean, paint: Paint, width: number): string {
  const text = cutTo(safeLine(label), Math.max(8, width - 4 - Math.min(30, detail.length)), paint.marks.more)
  const told = cutTo(safeLine(detail), Math.max(0, width - 6 - text.length), paint.marks.more)
  return chosen
    ? `${paint.cyan(paint.marks.active)} ${paint.bold(text)}  ${paint.dim(told)}`
    : `  ${text}  ${paint.dim(told)}`
}
