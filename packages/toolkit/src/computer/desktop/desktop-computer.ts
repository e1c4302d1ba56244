import { KeepupError, type Milliseconds } from '@keepup/core'

import type { Computer, Point, PointerTarget, Size } from '../computer.ts'
import { waitFor } from '../wait-for.ts'
import { runTool } from './run-tool.ts'
import {
  clickArguments,
  dragArguments,
  moveArguments,
  pressArguments,
  scrollArguments,
  typeArguments,
} from './xdotool-arguments.ts'

/** Which desktop is used. */
export interface DesktopOptions {
  /** The X11 display, such as `:0`: that of the environment when left out. */
  readonly display?: string
  /** What the programs see: this process's own when left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** How long a program may take: 10 seconds. */
  readonly patience?: Milliseconds
}

/** Long texts take time to type, for each character. */
const perCharacter: Milliseconds = 40

/**
 * A desktop of X11 as a computer, through `xdotool` and ImageMagick's `import`. It has no accessibility tree: places are all there is. Whoever has its pointer
 * and keyboard can do whatever the person could, so that every action declares every host and program, and looking at it counts as `input`: it is a person's
 * screen.
 */
export function desktopComputer(options: DesktopOptions = {}): Computer {
  const { environment = process.env, patience = 10_000, display = environment['DISPLAY'] } = options
  const run = (command: string, args: readonly string[], signal: AbortSignal, timeout = patience) => {
    if (display === undefined)
      throw new KeepupError('not-supported', 'There is no X11 display. Set DISPLAY, or pass `display`.')
    const program = { command, arguments: args, timeout, signal }
    return runTool({ ...program, environment: { ...environment, DISPLAY: display } })
  }
  const xdotool = async (args: readonly string[], signal: AbortSignal, timeout?: Milliseconds) => {
    await run('xdotool', args, signal, timeout)
    // Programs draw what they were told a moment later.
    await waitFor(reaction, signal)
  }
  return {
    device: 'desktop',
    actions: ['click', 'type', 'press', 'scroll', 'move', 'drag'],
    readable: false,
    reach: [
      { kind: 'net', target: '*' },
      { kind: 'exec', target: '*' },
    ],
    watching: [{ kind: 'input', target: 'desktop' }],
    size: async (signal) => sizeOf((await run('xdotool', ['getdisplaygeometry'], signal)).toString()),
    async screenshot(shown, signal) {
      const fit = ['-resize', `${shown.width}x${shown.height}!`]
      const bytes = await run('import', ['-silent', '-window', 'root', ...fit, 'png:-'], signal)
      return { bytes, mediaType: 'image/png', size: shown }
    },
    state: async () => ({ sources: ['desktop'] }),
    news: () => [],
    move: (target, signal) => xdotool(moveArguments(placeOf(target)), signal),
    click: (target, how, signal) =>
      xdotool([...moveArguments(placeOf(target)), ...clickArguments(how)], signal),
    drag: (from, to, signal) => xdotool(dragArguments(placeOf(from), placeOf(to)), signal),
    scroll: (target, by, signal) =>
      xdotool(
        [...(target === undefined ? [] : moveArguments(placeOf(target))), ...scrollArguments(by)],
        signal,
      ),
    type: (text, signal) => xdotool(typeArguments(text), signal, patience + text.length * perCharacter),
    press: (keys, signal) => xdotool(pressArguments(keys), signal),
    wait: async (milliseconds, _, signal) => waitFor(milliseconds, signal).then(() => true),
    tree: unsupported,
    fill: unsupported,
    navigate: unsupported,
    back: unsupported,
    answerDialog: unsupported,
    switchTab: unsupported,
    closeTab: unsupported,
    [Symbol.asyncDispose]: async () => {},
  }
}

const reaction: Milliseconds = 150

function sizeOf(printed: string): Size {
  const [width = 0, height = 0] = printed.trim().split(/\s+/u).map(Number)
  if (width > 0 && height > 0) return { width, height }
  throw new KeepupError('tool-failed', `xdotool tells no size of the screen: ${printed.slice(0, 100)}`)
}

function placeOf(target: PointerTarget): Point {
  if ('ref' in target)
    throw new KeepupError('not-supported', 'A desktop has no accessibility tree. Give a place: x and y.')
  return target
}

async function unsupported(): Promise<never> {
  throw new KeepupError(
    'not-supported',
    'A desktop has neither an accessibility tree nor pages. Take a screenshot and use places.',
  )
}
