import { KeepupError, type Milliseconds } from '@keepup/core'
import type { Locator, Page } from 'playwright-core'

import type { Computer, PointerTarget } from '../computer.ts'
import type { HostList } from '../host-list.ts'
import { within } from '../wait-for.ts'
import { type Act, createActor } from './act.ts'
import { navigateTo } from './navigate-to.ts'
import { busy } from './page-tree.ts'
import type { Sessions } from './session.ts'

type Actions = Omit<
  Computer,
  | 'actions'
  | 'device'
  | 'news'
  | 'reach'
  | 'readable'
  | 'screenshot'
  | 'size'
  | 'state'
  | 'tree'
  | 'wait'
  | 'watching'
  | typeof Symbol.asyncDispose
>

/** Everything that acts on a browser. Elements are waited for until they can be seen, stand still and are not covered. */
export function pageActions(
  sessions: Sessions,
  { list, patience }: { readonly list: HostList; readonly patience: Milliseconds },
): Actions {
  const act = createActor(sessions, patience)
  const find = async (page: Page, ref: string): Promise<Locator> => {
    const { tabs } = await sessions.current(new AbortController().signal)
    return findElement(page, ref, { known: tabs.isRead(page), patience })
  }
  const bound = (signal: AbortSignal) => ({ timeout: patience, signal })
  const pointer = async (page: Page, target: PointerTarget, signal: AbortSignal): Promise<void> => {
    if (!('ref' in target)) return page.mouse.move(target.x, target.y, { steps: 3 })
    await (await find(page, target.ref)).hover(bound(signal))
  }
  return {
    navigate: (url, signal) => navigateTo(act, url, { list, timeout: patience * 4, signal }),
    back: (signal) =>
      act('Going back failed', signal, async (page) => {
        const answer = await page.goBack({ waitUntil: 'commit', timeout: patience * 4, signal })
        if (answer === null && page.url() === 'about:blank')
          throw new KeepupError('tool-failed', 'There is no earlier page.')
      }),
    move: (target, signal) =>
      act('The pointer was not moved', signal, (page) => pointer(page, target, signal)),
    click: (target, { button, count, modifiers }, signal) =>
      act('The click was not made', signal, async (page) => {
        const how = { button, clickCount: count }
        if ('ref' in target) {
          await (await find(page, target.ref)).click({ ...how, ...bound(signal), modifiers: [...modifiers] })
          return
        }
        await withKeys(page, modifiers, () => page.mouse.click(target.x, target.y, how))
      }),
    drag: (from, to, signal) =>
      act('The drag was not made', signal, async (page) => {
        await pointer(page, from, signal)
        await page.mouse.down()
        // What was pressed is let go, also where the goal cannot be reached.
        try {
          await pointer(page, to, signal)
        } finally {
          await page.mouse.up()
        }
      }),
    scroll: (target, by, signal) =>
      act('It was not scrolled', signal, async (page) => {
        if (target !== undefined) await pointer(page, target, signal)
        await page.mouse.wheel(by.x, by.y)
      }),
    ...textActions(act, { find, bound }),
    ...tabActions(sessions, act),
  }
}

interface Finding {
  readonly find: (page: Page, ref: string) => Promise<Locator>
  readonly bound: (signal: AbortSignal) => { readonly timeout: Milliseconds; readonly signal: AbortSignal }
}

function textActions(act: Act, { find, bound }: Finding): Pick<Actions, 'fill' | 'press' | 'type'> {
  return {
    type: (text, signal) =>
      act('The text was not typed', signal, (page) =>
        text.length > mostKeystrokes ? page.keyboard.insertText(text) : page.keyboard.type(text),
      ),
    press: (keys, signal) => act('The keys were not pressed', signal, (page) => page.keyboard.press(keys)),
    fill: (ref, text, signal) =>
      act('The field was not filled', signal, async (page) => {
        const field = await find(page, ref)
        if ((await field.locator('xpath=self::select').count()) > 0)
          await field.selectOption(text, bound(signal))
        else await field.fill(text, bound(signal))
      }),
  }
}

/** Longer texts are put in at once: a page sees no key for them. */
const mostKeystrokes = 1_000

function tabActions(sessions: Sessions, act: Act): Pick<Actions, 'answerDialog' | 'closeTab' | 'switchTab'> {
  return {
    async answerDialog(accept, text, signal) {
      const session = await sessions.current(signal)
      const page = await session.page()
      await session.tabs.dialogs.answer(page, accept, text)
      // What the page does now, it does as after any other action.
      await act('The page did not go on', signal)
    },
    async switchTab(number, signal) {
      const { tabs } = await sessions.current(signal)
      await tabs.show(number)
    },
    async closeTab(signal) {
      const { tabs } = await sessions.current(signal)
      await tabs.closeShown()
    },
  }
}

/** A reference means what it meant in the last tree of this very page. */
async function findElement(
  page: Page,
  ref: string,
  { known, patience }: { readonly known: boolean; readonly patience: Milliseconds },
): Promise<Locator> {
  if (!/^(f\d{1,6})?e\d{1,9}$/u.test(ref))
    throw new KeepupError(
      'tool-input-invalid',
      `${JSON.stringify(ref)} is no reference. Take one of the tree, such as e12.`,
    )
  if (!known)
    throw new KeepupError(
      'tool-failed',
      'The last tree was not of this tab. Take a new one with computer_view.',
    )
  const element = page.getByRef(ref)
  const count = await within(
    patience,
    element.count().catch(() => 0),
  )
  if (count === 'late') throw new KeepupError('tool-failed', busy)
  if (count > 0) return element
  throw new KeepupError(
    'tool-failed',
    `There is no element ${ref} on the page any more. Take a new tree with computer_view.`,
  )
}

async function withKeys(page: Page, keys: readonly string[], work: () => Promise<void>): Promise<void> {
  const held: string[] = []
  try {
    for (const key of keys) {
      await page.keyboard.down(key)
      held.push(key)
    }
    await work()
  } finally {
    for (const key of held.toReversed()) await page.keyboard.up(key).catch(() => {})
  }
}
