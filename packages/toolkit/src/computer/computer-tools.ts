import {
  type Effect,
  KeepupError,
  type Milliseconds,
  type Tool,
  type ToolOutcome,
  type ToolOutput,
} from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { hostOf } from '@keepup/network'

import { type ComputerInput, computerInput, describeAction, type Show } from './computer-input.ts'
import type { Computer, Size } from './computer.ts'
import { performAction } from './perform-action.ts'
import { createTurns, type Turns } from './turns.ts'
import { viewOf } from './view.ts'

/** How the tools show a computer. */
export interface ComputerToolOptions {
  /** The largest picture that a model sees: 1280 by 1280. */
  readonly picture?: Size
  /** How many characters of the accessibility tree one output shows: 16,000. */
  readonly tree?: number
}

/** The input of `computer_view`. */
export interface ComputerViewInput {
  readonly show?: Show
  /** The first line of the tree, from 1. */
  readonly from?: number
  readonly wait_ms?: Milliseconds
  readonly until?: string
}

/** The longest that one call waits for something to be shown. */
const longestWait: Milliseconds = 30_000
/** Beyond every wait inside of a call; it only guards them. */
const timeout: Milliseconds = 120_000

interface Shown extends Required<ComputerToolOptions> {
  readonly computer: Computer
  readonly turns: Turns
}

/**
 * The tools of one computer: `computer` acts (`once`), `computer_view` only looks (`safe`, so that a crash repeats it). They are two because a policy that lets
 * an agent look need not let it act, and only the tool as a whole can be called safe. Calls of both take turns. Everything they show is `free-text` of the hosts
 * that are shown.
 */
export function computerTools(computer: Computer, options: ComputerToolOptions = {}): readonly Tool[] {
  const { picture = { width: 1_280, height: 1_280 }, tree = 16_000 } = options
  const shown = { computer, picture, tree, turns: createTurns() }
  return [actingTool(shown), viewingTool(shown)]
}

function actingTool(shown: Shown): Tool<ComputerInput> {
  const { computer, turns } = shown
  const { device, actions, reach } = computer
  const takes = actions.map((action) => describeAction(action, computer.readable)).join('; ')
  return {
    name: 'computer',
    description: `Acts on the ${device} and shows what came of it. The actions: ${takes}. Places are pixels of the last screenshot.`,
    input: computerInput(actions, computer.readable),
    repeat: 'once',
    effects: (input) => [{ kind: 'input', target: device }, ...reach, ...navigation(input)],
    sinks: {
      '/action': 'scalar',
      '/show': 'scalar',
      '/url': 'url',
      '/text': 'content',
      '/keys': 'content',
      '/ref': 'scalar',
      '/to_ref': 'scalar',
      '/x': 'scalar',
      '/y': 'scalar',
      '/to_x': 'scalar',
      '/to_y': 'scalar',
      '/button': 'scalar',
      '/count': 'scalar',
      '/modifiers': 'scalar',
      '/right': 'scalar',
      '/down': 'scalar',
      '/accept': 'scalar',
      '/tab': 'scalar',
    },
    produces: { default: 'free-text', confidential: computer.watching.length > 0 },
    timeout,
    run: (input, { signal }) =>
      turns.take(signal, async () => {
        const fault = await faultOf(() => performAction(computer, input, shown.picture, signal))
        if (fault?.code === 'tool-denied') return { type: 'denied', reason: fault.message }
        const output = await viewOf(shown, { ...shows(computer, input.show), from: 1 }, signal)
        return fault === undefined ? output : failedWith(fault, output)
      }),
  }
}

function viewingTool({ computer, turns, ...shown }: Shown): Tool<ComputerViewInput> {
  const kinds: readonly Show[] = computer.readable ? ['tree', 'screenshot', 'both'] : ['screenshot']
  const input = jsonSchema<ComputerViewInput>({
    type: 'object',
    properties: {
      show: { enum: [...kinds], description: `${kinds[0]} when left out` },
      ...(computer.readable
        ? { from: { type: 'integer', minimum: 1, description: 'The first line of the tree, from 1' } }
        : {}),
      wait_ms: {
        type: 'integer',
        minimum: 1,
        maximum: longestWait,
        description: 'How long to wait before, in milliseconds',
      },
      ...(computer.readable
        ? {
            until: {
              type: 'string',
              minLength: 1,
              maxLength: 200,
              description: 'Wait until this text is shown',
            },
          }
        : {}),
    },
    additionalProperties: false,
  })
  return {
    name: 'computer_view',
    description: `Shows the ${computer.device} as it is now, and changes nothing.`,
    input,
    repeat: 'safe',
    // What was asked after an action shall be seen after it.
    concurrency: 'exclusive',
    effects: () => computer.watching,
    sinks: { '/show': 'scalar', '/from': 'scalar', '/wait_ms': 'scalar', '/until': 'content' },
    produces: { default: 'free-text', confidential: computer.watching.length > 0 },
    timeout,
    run: ({ show, from = 1, wait_ms, until }, { signal }) =>
      turns.take(signal, async () => {
        const waits = wait_ms !== undefined || until !== undefined
        const seen = waits ? await computer.wait(wait_ms ?? 5_000, until, signal) : true
        const told = seen ? [] : [`The text ${JSON.stringify(until)} is not shown yet.`]
        return viewOf({ computer, ...shown }, { ...shows(computer, show), from, told }, signal)
      }),
  }
}

function shows(computer: Computer, show: Show = computer.readable ? 'tree' : 'screenshot') {
  return {
    tree: computer.readable && (show === 'tree' || show === 'both'),
    picture: show === 'screenshot' || show === 'both',
  }
}

/** The host of what is navigated to; any host where it cannot be told. */
function navigation(input: ComputerInput): readonly Effect[] {
  if (input.action !== 'navigate') return []
  const url = URL.parse(input.url)
  const host = url === null ? '' : hostOf(url)
  return [{ kind: 'net', target: host === '' ? '*' : host }]
}

async function faultOf(act: () => Promise<void>): Promise<KeepupError | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    if (KeepupError.is(error)) return error
    throw error
  }
}

/** What stands on the screen after a failure is what the next attempt begins with. */
function failedWith({ code, message }: KeepupError, output: ToolOutput): ToolOutcome {
  return { type: 'failed', code, message, output }
}
