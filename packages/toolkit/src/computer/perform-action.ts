import { KeepupError } from '@keepup/core'

import type { ComputerInput, PlaceInput } from './computer-input.ts'
import type { Computer, PointerTarget, Size } from './computer.ts'
import { fitSize, toScreen } from './fit-size.ts'

type Perform<Action extends ComputerInput['action']> = (
  computer: Computer,
  input: Extract<ComputerInput, { readonly action: Action }>,
  moment: { readonly place: (at: PlaceInput) => Promise<PointerTarget>; readonly signal: AbortSignal },
) => Promise<void>

const performs: { readonly [Action in ComputerInput['action']]: Perform<Action> } = {
  navigate: (computer, { url }, { signal }) => computer.navigate(url, signal),
  back: (computer, _, { signal }) => computer.back(signal),
  close_tab: (computer, _, { signal }) => computer.closeTab(signal),
  switch_tab: (computer, { tab }, { signal }) => computer.switchTab(tab, signal),
  click: async (computer, { button = 'left', count = 1, modifiers = [], ...at }, { place, signal }) =>
    computer.click(await place(at), { button, count, modifiers }, signal),
  fill: (computer, { ref, text }, { signal }) => computer.fill(ref, text, signal),
  type: (computer, { text }, { signal }) => computer.type(text, signal),
  press: (computer, { keys }, { signal }) => computer.press(keys, signal),
  move: async (computer, at, { place, signal }) => computer.move(await place(at), signal),
  scroll: async (computer, { right = 0, down = 0, ...at }, { place, signal }) => {
    const nowhere = at.ref === undefined && at.x === undefined
    await computer.scroll(nowhere ? undefined : await place(at), { x: right, y: down }, signal)
  },
  drag: async (computer, { to_ref, to_x, to_y, ...at }, { place, signal }) => {
    const to = await place(to_ref === undefined ? { x: to_x ?? 0, y: to_y ?? 0 } : { ref: to_ref })
    await computer.drag(await place(at), to, signal)
  },
  answer_dialog: (computer, { accept, text }, { signal }) => computer.answerDialog(accept, text, signal),
}

/** Does what an input asks for. Its places are pixels of a screenshot that fits into `picture`. */
export async function performAction<Action extends ComputerInput['action']>(
  computer: Computer,
  input: Extract<ComputerInput, { readonly action: Action }>,
  picture: Size,
  signal: AbortSignal,
): Promise<void> {
  const perform: Perform<Action> = performs[input.action]
  const place = async ({ ref, x, y }: PlaceInput): Promise<PointerTarget> => {
    if (ref !== undefined) return { ref }
    if (x === undefined || y === undefined)
      throw new KeepupError('tool-input-invalid', 'A place needs either ref, or both x and y.')
    const screen = await computer.size(signal)
    return toScreen({ x, y }, fitSize(screen, picture), screen)
  }
  await perform(computer, input, { place, signal })
}
