import type { JsonValue } from '@keepup/core'

import { celText } from './cel-text.ts'

/** Why a text in Jinja cannot be translated. */
export interface JinjaFault {
  readonly fault: string
}

/** What stands between the braces, where it can be translated: a name, ways into its value, and filters without effect on plain text. */
const simple = /^\s*([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*|\[\d+\]|\["[^"]*"\]|\['[^']*'\])*)\s*(?:\|\s*safe\s*)?$/

/**
 * Translates a text in Jinja to one with expressions. `nameOf`: the expression of a name, or nothing where it is not known, which is an empty text in Jinja.
 * Statements, loops and filters cannot be translated.
 */
export function jinjaText(text: string, nameOf: (name: string) => string | undefined): string | JinjaFault {
  return eachPlaceholder(text, plainText, (name, path) => {
    const expression = nameOf(name)
    return expression === undefined ? '' : `{{ ${expression}${path.replaceAll("'", '"')} }}`
  })
}

/** Braces that begin no placeholder begin no expression either. */
function plainText(text: string): string {
  return text.replaceAll('{{', `{{ ${celText('{{')} }}`)
}

/** Fills in a text in Jinja, as far as it can be translated. */
export function fillJinja(text: string, values: Readonly<Record<string, JsonValue>>): string | JinjaFault {
  return eachPlaceholder(
    text,
    (plain) => plain,
    (name, path) => shown(follow(Object.hasOwn(values, name) ? values[name] : undefined, path)),
  )
}

/** Puts a text together anew, from its plain parts and its placeholders. */
function eachPlaceholder(
  text: string,
  plain: (text: string) => string,
  placeholder: (name: string, path: string) => string,
): string | JinjaFault {
  if (text.includes('{%')) return { fault: 'it has statements: {% ... %}' }
  const parts: string[] = []
  let from = 0
  const whole = text.replaceAll(/\{#[^]*?#\}/g, '')
  for (const match of whole.matchAll(/\{\{([^]*?)\}\}/g)) {
    const [, name, path] = simple.exec(match[1] ?? '') ?? []
    if (name === undefined || path === undefined)
      return { fault: `it has more than names: ${match[0].slice(0, 60)}` }
    parts.push(plain(whole.slice(from, match.index)), placeholder(name, path))
    from = match.index + match[0].length
  }
  return [...parts, plain(whole.slice(from))].join('')
}

function follow(value: JsonValue | undefined, path: string): JsonValue | undefined {
  const parts = path.match(/[A-Za-z_]\w*|\d+|"[^"]*"|'[^']*'/g) ?? []
  return parts.reduce<JsonValue | undefined>((at, part) => {
    const key = part.replaceAll(/^["']|["']$/g, '')
    return typeof at === 'object' && at !== null && Object.hasOwn(at, key)
      ? Object.entries(at).find(([name]) => name === key)?.[1]
      : undefined
  }, value)
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
