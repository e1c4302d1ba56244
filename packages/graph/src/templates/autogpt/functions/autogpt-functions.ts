import type { Fetch } from '@keepup/core'

import type { TemplateFunction } from '../../build/template-parts.ts'
import { dataFunctions } from './data-functions.ts'
import { sendWebRequest } from './send-web-request.ts'
import { textFunctions } from './text-functions.ts'
import { timeFunctions } from './time-functions.ts'

/** What comes before the names of functions of imported graphs. */
export const autogptPrefix = 'autogpt.'

/** What the functions of imported graphs need from their host. */
export interface AutogptParts {
  /** Sends requests. Left out, blocks that send some fail until their function is given. */
  readonly fetch?: Fetch
}

/**
 * The functions that stand for AutoGPT's blocks in imported graphs, for {@link TemplateParts.functions}: values, dictionaries, lists, texts, conditions, numbers, times,
 * and requests where `fetch` is given. Pure but for the last.
 */
export function autogptFunctions({ fetch }: AutogptParts = {}): Readonly<Record<string, TemplateFunction>> {
  const all: Readonly<Record<string, TemplateFunction['run']>> = {
    ...dataFunctions,
    ...textFunctions,
    ...timeFunctions,
  }
  return {
    ...Object.fromEntries(Object.entries(all).map(([name, run]) => [`${autogptPrefix}${name}`, { run }])),
    ...(fetch === undefined
      ? {}
      : {
          [`${autogptPrefix}send_web_request`]: {
            run: sendWebRequest(fetch),
            repeat: 'once',
            produces: { default: 'free-text' },
          },
        }),
  }
}
