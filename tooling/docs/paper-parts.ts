import { KeepupError, type RunAgent } from '@keepup/core'
import type { Computer } from '@keepup/toolkit/computer'
import type { WebSearch } from '@keepup/toolkit/web'

/** No tool is run here, so its parts only have to be declared. */
function unused(): never {
  throw new KeepupError('not-supported', 'This part is made of paper. Give the tool a real one.')
}

/** An agent that nobody runs. */
export const paperAgent = (): RunAgent => unused

/** A browser that can do everything, and does nothing. */
export const paperComputer: Computer = {
  device: 'browser',
  actions: [
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
  ],
  readable: true,
  reach: [],
  watching: [],
  news: () => [],
  size: unused,
  screenshot: unused,
  tree: unused,
  state: unused,
  move: unused,
  click: unused,
  drag: unused,
  scroll: unused,
  type: unused,
  press: unused,
  fill: unused,
  navigate: unused,
  back: unused,
  answerDialog: unused,
  switchTab: unused,
  closeTab: unused,
  wait: unused,
  [Symbol.asyncDispose]: async () => {},
}

/** A service that finds nothing. */
export const paperSearch: WebSearch = { name: 'a service', host: 'search.example', search: unused }
