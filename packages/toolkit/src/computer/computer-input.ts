import type { JsonObject, StandardSchemaV1 } from '@keepup/core'
import { jsonSchema, type JsonSchemaInput } from '@keepup/core/json-schema'

import { type ComputerAction, computerActions, type ModifierKey, modifierKeys } from './computer.ts'

/** What an output shows: the accessibility tree, a picture, both, or neither. */
export type Show = 'tree' | 'screenshot' | 'both' | 'nothing'

/** An element by its reference, or a place in the pixels of the screenshot. */
export interface PlaceInput {
  readonly ref?: string
  readonly x?: number
  readonly y?: number
}

/** The input of the `computer` tool: what is done, and what its output shows. */
export type ComputerInput = { readonly show?: Show } & (
  | { readonly action: 'navigate'; readonly url: string }
  | { readonly action: 'back' | 'close_tab' }
  | (PlaceInput & {
      readonly action: 'click'
      readonly button?: 'left' | 'middle' | 'right'
      readonly count?: number
      readonly modifiers?: readonly ModifierKey[]
    })
  | { readonly action: 'fill'; readonly ref: string; readonly text: string }
  | { readonly action: 'type'; readonly text: string }
  | { readonly action: 'press'; readonly keys: string }
  | (PlaceInput & { readonly action: 'scroll'; readonly right?: number; readonly down?: number })
  | (PlaceInput & { readonly action: 'move' })
  | (PlaceInput & {
      readonly action: 'drag'
      readonly to_ref?: string
      readonly to_x?: number
      readonly to_y?: number
    })
  | { readonly action: 'answer_dialog'; readonly accept: boolean; readonly text?: string }
  | { readonly action: 'switch_tab'; readonly tab: number }
)

/** The longest text that is typed or filled in at once. */
const mostText = 20_000

const coordinate = (where: string): JsonObject => ({ type: 'integer', minimum: 0, description: where })
const reference = (which: string): JsonObject => ({
  type: 'string',
  pattern: '^(f\\d{1,6})?e\\d{1,9}$',
  description: which,
})

/** Every property, with what it means whatever the action. */
const properties = {
  show: { enum: ['tree', 'screenshot', 'both', 'nothing'], description: 'What the output shows afterwards' },
  url: { type: 'string', minLength: 1, maxLength: 8_000, description: 'http or https' },
  ref: reference('An element, as the tree names it'),
  x: coordinate('In pixels of the screenshot, in place of ref'),
  y: coordinate('In pixels of the screenshot, in place of ref'),
  button: { enum: ['left', 'middle', 'right'], description: 'left when left out' },
  count: { type: 'integer', minimum: 1, maximum: 3, description: '2 is a double click' },
  modifiers: {
    type: 'array',
    items: { enum: [...modifierKeys] },
    maxItems: 4,
    description: 'Keys held meanwhile',
  },
  text: { type: 'string', maxLength: mostText, description: 'What to type, fill in or choose' },
  keys: {
    type: 'string',
    minLength: 1,
    maxLength: 60,
    description: 'A key or keys together, such as Enter, ArrowDown, Control+A',
  },
  right: { type: 'integer', minimum: -20_000, maximum: 20_000, description: 'Pixels to scroll' },
  down: { type: 'integer', minimum: -20_000, maximum: 20_000, description: 'Pixels to scroll' },
  to_ref: reference('Where a drag ends'),
  to_x: coordinate('Where a drag ends'),
  to_y: coordinate('Where a drag ends'),
  accept: { type: 'boolean', description: 'Whether to accept the dialog, or to dismiss it' },
  tab: { type: 'integer', minimum: 1, description: 'Its number, from 1' },
} as const satisfies Readonly<Record<string, JsonObject>>

type Property = keyof typeof properties

/** What each action takes: what it needs, and what it may have. */
const fields: Readonly<
  Record<ComputerAction, { readonly needs: readonly Property[]; readonly takes: readonly Property[] }>
> = {
  navigate: { needs: ['url'], takes: [] },
  back: { needs: [], takes: [] },
  click: { needs: [], takes: ['ref', 'x', 'y', 'button', 'count', 'modifiers'] },
  fill: { needs: ['ref', 'text'], takes: [] },
  type: { needs: ['text'], takes: [] },
  press: { needs: ['keys'], takes: [] },
  scroll: { needs: [], takes: ['ref', 'x', 'y', 'right', 'down'] },
  move: { needs: [], takes: ['ref', 'x', 'y'] },
  drag: { needs: [], takes: ['ref', 'x', 'y', 'to_ref', 'to_x', 'to_y'] },
  answer_dialog: { needs: ['accept'], takes: ['text'] },
  switch_tab: { needs: ['tab'], takes: [] },
  close_tab: { needs: [], takes: [] },
}

/** What an action takes, in words: `click (ref | x, y; button?, count?, modifiers?)`. */
export function describeAction(action: ComputerAction, readable: boolean): string {
  const { needs, takes } = fields[action]
  const or = (ref: string, place: string): string => (readable ? `${ref} or ${place}` : place)
  const rest = takes.filter((name) => !['ref', 'x', 'y', 'to_ref', 'to_x', 'to_y'].includes(name))
  const words = [
    ...(takes.includes('ref') ? [or('ref', 'x, y')] : []),
    ...(takes.includes('to_ref') ? [or('to_ref', 'to_x, to_y')] : []),
    ...needs,
    ...rest.map((name) => `${name}?`),
  ]
  return words.length === 0 ? action : `${action} (${words.join(', ')})`
}

/**
 * The schema of the `computer` tool over these actions; without an accessibility tree there are no references. What models are shown is one flat object, since providers refuse a union there; each input is held to
 * what its own action takes, and no more.
 */
export function computerInput(
  actions: readonly ComputerAction[],
  readable: boolean,
): JsonSchemaInput<ComputerInput> {
  const known = computerActions.filter((action) => actions.includes(action))
  const action = { enum: [...known], description: 'What to do' }
  const flat = objectOf({ action }, ['action'], namesOf(known, readable))
  const first = jsonSchema<{ readonly action: ComputerAction }>(flat)
  const own = new Map(
    known.map((name) => {
      const { needs, takes } = fields[name]
      const one = objectOf({ action }, ['action', ...needs], [...needs, ...takes, 'show'])
      return [name, jsonSchema<ComputerInput>(one)] as const
    }),
  )
  return {
    jsonSchema: flat,
    '~standard': {
      version: 1,
      vendor: 'keepup',
      async validate(value) {
        const outer = await first['~standard'].validate(value)
        if (outer.issues !== undefined) return outer
        const inner = await own.get(outer.value.action)?.['~standard'].validate(value)
        if (inner === undefined) return { issues: [{ message: 'There is no such action.' }] }
        if (inner.issues !== undefined)
          return explained(describeAction(outer.value.action, readable), inner.issues)
        const message = placeFault(inner.value)
        return message === undefined ? inner : { issues: [{ message }] }
      },
    },
  }
}

function namesOf(actions: readonly ComputerAction[], readable: boolean): readonly Property[] {
  const used = new Set<string>(
    actions.flatMap((name) => [...fields[name].needs, ...fields[name].takes, 'show']),
  )
  return Object.keys(properties).filter(
    (name): name is Property => used.has(name) && (readable || !name.endsWith('ref')),
  )
}

function objectOf(
  more: Readonly<Record<string, JsonObject>>,
  required: readonly string[],
  names: readonly Property[],
): JsonObject {
  const own = Object.fromEntries(names.map((name) => [name, properties[name]]))
  return {
    type: 'object',
    properties: { ...more, ...own },
    required: [...required],
    additionalProperties: false,
  }
}

function explained(takes: string, issues: readonly StandardSchemaV1.Issue[]): StandardSchemaV1.FailureResult {
  return { issues: [{ message: `It takes ${takes} and show?.` }, ...issues] }
}

/** What a schema of single properties cannot say. */
function placeFault(input: ComputerInput): string | undefined {
  switch (input.action) {
    case 'scroll':
      return scrollFault(input)
    case 'drag': {
      const { to_ref, to_x, to_y } = input
      return isPlace(to_ref, to_x, to_y)
        ? targetFault(input)
        : 'drag needs either to_ref, or both to_x and to_y.'
    }
    case 'click':
    case 'move':
      return targetFault(input)
    default:
      return undefined
  }
}

function scrollFault(
  input: PlaceInput & { readonly right?: number; readonly down?: number },
): string | undefined {
  const { right = 0, down = 0, ref, x, y } = input
  if (right === 0 && down === 0) return 'scroll needs right or down, in pixels.'
  const nowhere = ref === undefined && x === undefined && y === undefined
  return nowhere ? undefined : targetFault({ ...input, action: 'scroll' })
}

function targetFault({ action, ref, x, y }: PlaceInput & { readonly action: string }): string | undefined {
  return isPlace(ref, x, y) ? undefined : `${action} needs either ref, or both x and y.`
}

function isPlace(ref: string | undefined, x: number | undefined, y: number | undefined): boolean {
  return ref === undefined ? x !== undefined && y !== undefined : x === undefined && y === undefined
}
