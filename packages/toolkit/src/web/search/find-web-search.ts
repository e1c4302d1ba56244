import { KeepupError } from '@keepup/core'

import { braveSearch } from './brave-search.ts'
import { exaSearch } from './exa-search.ts'
import { searxngSearch } from './searxng-search.ts'
import { tavilySearch } from './tavily-search.ts'
import type { WebSearch } from './web-search.ts'

/** The services, in the order in which they are looked for, each with the variable that configures it. */
const services: readonly (readonly [name: string, variable: string, open: (value: string) => WebSearch])[] = [
  ['searxng', 'SEARXNG_URL', (url) => searxngSearch({ url })],
  ['brave', 'BRAVE_SEARCH_API_KEY', (key) => braveSearch({ key })],
  ['tavily', 'TAVILY_API_KEY', (key) => tavilySearch({ key })],
  ['exa', 'EXA_API_KEY', (key) => exaSearch({ key })],
]

/**
 * The search service that an environment configures: `SEARXNG_URL`, `BRAVE_SEARCH_API_KEY`, `TAVILY_API_KEY` or `EXA_API_KEY`, the first of these that is set, or the
 * one that `KEEPUP_WEB_SEARCH` names. `undefined` without any, or where that says `off`. Fails `configuration-invalid` where it names one that is not
 * there.
 */
export function findWebSearch(
  environment: Readonly<Record<string, string | undefined>>,
): WebSearch | undefined {
  const wanted = environment['KEEPUP_WEB_SEARCH']?.trim() ?? ''
  if (wanted === 'off') return undefined
  const found = services.find(
    ([name, variable]) => (wanted === '' || wanted === name) && valueOf(environment, variable) !== '',
  )
  if (found !== undefined) return found[2](valueOf(environment, found[1]))
  if (wanted === '') return undefined
  const known = services.map(([name, variable]) => `${name} (${variable})`).join(', ')
  throw new KeepupError(
    'configuration-invalid',
    `KEEPUP_WEB_SEARCH names ${JSON.stringify(wanted)}, which is not there. Name one of these and set its variable: ${known}; or off.`,
  )
}

function valueOf(environment: Readonly<Record<string, string | undefined>>, variable: string): string {
  return environment[variable]?.trim() ?? ''
}
