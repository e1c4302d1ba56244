import type { JsonObject } from '@keepup/core'

import { plainText } from '../../plain-text.ts'
import type { OfferedTool } from '../../server-status.ts'
import { firstSentence } from '../tool-text.ts'

/** @limit In characters: how much of a description an answer to a search shows. */
const shownDescription = 160
/** How many parameters a line names. */
const shownParameters = 12

/** A tool in a line: `name(required, optional?): what it does`. */
export function signature({ name, description, inputSchema, mark }: OfferedTool): string {
  const [first] = firstSentence(description)
  const text = plainText(first.replaceAll(/\s+/g, ' '), shownDescription)
  const said = mark === undefined ? text : mark(text)
  return `${name}(${parametersOf(inputSchema).join(', ')})${text === '' ? '' : `: ${said}`}`
}

function parametersOf({ properties, required }: JsonObject): readonly string[] {
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return []
  const must = new Set(Array.isArray(required) ? required : [])
  const names = Object.keys(properties).map((name) => `${plainText(name, 40)}${must.has(name) ? '' : '?'}`)
  const ordered = [
    ...names.filter((name) => !name.endsWith('?')),
    ...names.filter((name) => name.endsWith('?')),
  ]
  return ordered.length > shownParameters ? [...ordered.slice(0, shownParameters), '…'] : ordered
}
