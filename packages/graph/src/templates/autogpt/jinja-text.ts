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
  if (/\{%/.test(text)) return { fault: 'it has statements: {% ... %}' }
  let fault: string | undefined
  const translated = text
    .replaceAll(/\{#[^]*?#\}/g, '')
    .replaceAll(/\{\{([^]*?)\}\}/g, (whole: string, inner: string) => {
      const [, name, path] = simple.exec(inner) ?? []
      if (name === undefined || path === undefined) {
        fault ??= `it has more than names: ${whole.slice(0, 60)}`
        return ''
      }
      const expression = nameOf(name)
      return expression === undefined ? '' : `{{ ${expression}${path.replaceAll("'", '"')} }}`
    })
  if (fault !== undefined) return { fault }
  return translated.replaceAll(/\{\{(?!\s)/g, `{{ ${celText('{{')} }}`)
}

/** Fills in a text in Jinja, as far as it can be translated. */
export function fillJinja(text: string, values: Readonly<Record<string, JsonValue>>): string | JinjaFault {
  if (/\{%/.test(text)) return { fault: 'it has statements: {% ... %}' }
  let fault: string | undefined
  const filled = text
    .replaceAll(/\{#[^]*?#\}/g, '')
    .replaceAll(/\{\{([^]*?)\}\}/g, (whole: string, inner: string) => {
      const [, name, path] = simple.exec(inner) ?? []
      if (name === undefined || path === undefined) {
        fault ??= `it has more than names: ${whole.slice(0, 60)}`
        return ''
      }
      return shown(follow(values[name], path))
    })
  return fault === undefined ? filled : { fault }
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
