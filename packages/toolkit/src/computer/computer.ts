import type { Effect } from '@keepup/core'

/** A place on the screen, in the device's own pixels, from the upper left corner. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** In pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** What the pointer goes to: an element of the accessibility tree by its reference, or a place. */
export type PointerTarget = Point | { readonly ref: string }

/** How something is clicked. */
export interface ClickOptions {
  readonly button: 'left' | 'middle' | 'right'
  /** 2 is a double click. */
  readonly count: number
  /** Held meanwhile. */
  readonly modifiers: readonly ModifierKey[]
}

/** The keys that change what others mean. */
export type ModifierKey = (typeof modifierKeys)[number]

/** Every {@link ModifierKey}, as the UI Events specification spells them. */
export const modifierKeys = ['Alt', 'Control', 'Meta', 'Shift'] as const

/** A picture of the screen. */
export interface Screenshot {
  readonly bytes: Uint8Array
  readonly mediaType: string
  /** Of the picture. */
  readonly size: Size
}

/** An element as assistive technology knows it (WAI-ARIA). Values of password fields are never in it. */
export interface AccessibleNode {
  readonly role: string
  readonly name?: string
  /** Its value, or its text where it has nothing but text. */
  readonly text?: string
  /** Names the element for as long as it is on the page. None where it cannot be acted upon. */
  readonly ref?: string
  /** Such as `checked`, `disabled`, `level`, `url`. */
  readonly states: Readonly<Record<string, string | number | boolean>>
  /** Elements, and text between them. */
  readonly children: readonly (AccessibleNode | string)[]
}

/** What is shown now, apart from the picture and the tree. */
export interface ComputerState {
  /** Of the page that is shown. */
  readonly address?: string
  readonly title?: string
  /** Open pages in their order, where there are several or could be. */
  readonly tabs?: readonly { readonly address: string; readonly shown: boolean }[]
  /** A dialog that everything waits for. */
  readonly dialog?: { readonly type: string; readonly message: string }
  /** Who wrote what is shown, as labels spell it. */
  readonly sources: readonly string[]
}

/** What a computer may be asked to do beside being looked at. */
export type ComputerAction = (typeof computerActions)[number]

/** Every {@link ComputerAction}. */
export const computerActions = [
  'navigate',
  'back',
  'click',
  'fill',
  'type',
  'press',
  'scroll',
  'move',
  'drag',
  'answer_dialog',
  'switch_tab',
  'close_tab',
] as const

/**
 * A screen with a pointer and a keyboard: a browser or a desktop. Calls must not overlap. Each rejects where it cannot be done, with `tool-failed` (what is in
 * the way), `tool-denied` (an address that is not allowed) or `not-supported`, and stops when the signal is aborted. What happened beside what was asked
 * (pages that opened, requests that were blocked, a crash) is told by `news`.
 */
export interface Computer extends AsyncDisposable {
  /** What policies see as the target of `input`: `browser`, `desktop`. */
  readonly device: string
  readonly actions: readonly ComputerAction[]
  /** Whether there is an accessibility tree. */
  readonly readable: boolean
  /** What any action may touch beside `input`: hosts that pages can reach, folders that downloads go to. */
  readonly reach: readonly Effect[]
  /** What looking touches: nothing where the screen is the agent's own. */
  readonly watching: readonly Effect[]
  size(signal: AbortSignal): Promise<Size>
  /** A picture of the whole screen in just this size. */
  screenshot(shown: Size, signal: AbortSignal): Promise<Screenshot>
  tree(signal: AbortSignal): Promise<readonly (AccessibleNode | string)[]>
  state(signal: AbortSignal): Promise<ComputerState>
  /** What happened since it was last asked, in sentences. */
  news(): readonly string[]
  move(target: PointerTarget, signal: AbortSignal): Promise<void>
  click(target: PointerTarget, options: ClickOptions, signal: AbortSignal): Promise<void>
  drag(from: PointerTarget, to: PointerTarget, signal: AbortSignal): Promise<void>
  /** Turns the wheel, by pixels: over the target, or where the pointer is. */
  scroll(target: PointerTarget | undefined, by: Point, signal: AbortSignal): Promise<void>
  /** Types into what has the focus. */
  type(text: string, signal: AbortSignal): Promise<void>
  /** Presses keys together, such as `Enter` or `Control+Shift+K`, by their names in the UI Events specification. */
  press(keys: string, signal: AbortSignal): Promise<void>
  /** Replaces the value of a field, or chooses an option by its text. */
  fill(ref: string, text: string, signal: AbortSignal): Promise<void>
  navigate(url: string, signal: AbortSignal): Promise<void>
  back(signal: AbortSignal): Promise<void>
  answerDialog(accept: boolean, text: string | undefined, signal: AbortSignal): Promise<void>
  /** Shows another open page, by its number from 1. */
  switchTab(number: number, signal: AbortSignal): Promise<void>
  closeTab(signal: AbortSignal): Promise<void>
  /** Waits until a text is shown, for at most so many milliseconds; whether it was. Without a text, that long. */
  wait(milliseconds: number, text: string | undefined, signal: AbortSignal): Promise<boolean>
}
