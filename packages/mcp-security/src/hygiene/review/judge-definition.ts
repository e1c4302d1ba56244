import type { JsonObject, JsonPointer, JsonValue } from '@keepup/core'

import { isJsonObject } from '../schema/is-json-object.ts'
import { isPlainKey } from '../schema/plain-value.ts'
import { foldBlanks } from '../text/fold-blanks.ts'
import { escapedText, visibleText } from '../text/hidden-text.ts'
import { forgedWords } from '../text/look-alikes.ts'
import type { Finding } from './finding.ts'
import { iconFault } from './icon-fault.ts'

/** @limit In characters: a longer text in a definition is looked at by a person first. */
const longestText = 10_000
/** @limit In characters: what the names of tools may have (MCP 2025-11-25). */
const longestName = 128
/** Further findings say nothing new. */
const mostFindings = 20
/** A run of blanks this long hides what comes after it. */
const hidingRun = 100

/** What is odd about a definition by itself. No list of phrases: only what an honest server has no use for. */
export function judgeDefinition(definition: JsonObject): readonly Finding[] {
  const findings = [
    ...nameFindings(definition['name']),
    ...textFindings(definition),
    ...schemaFindings(definition),
  ]
  const icons = iconFault(definition['icons'])
  if (icons !== undefined) findings.push({ kind: 'icon', severity: 'withhold', text: icons })
  return findings.slice(0, mostFindings)
}

function nameFindings(name: JsonValue | undefined): readonly Finding[] {
  if (typeof name !== 'string') return nameFinding('it has no name')
  const shown = quote(name)
  if (name.length > longestName) return nameFinding(`its name has ${name.length} characters`)
  if (!/^[A-Za-z0-9_.-]+$/.test(name))
    return nameFinding(`its name ${shown} has characters that names do not have`)
  if (name.includes('__'))
    return nameFinding(`its name ${shown} has "__" in it, which stands between a server and its tool`)
  return []
}

function nameFinding(text: string): readonly Finding[] {
  return [{ kind: 'name', severity: 'withhold', text }]
}

function textFindings(definition: JsonObject): readonly Finding[] {
  return textsOf(definition).flatMap(({ pointer, text }) => {
    const where = pointer === '' ? 'the definition' : escapedText(pointer).slice(0, 200)
    const { text: seen, hidden } = visibleText(text)
    const found: Finding[] = []
    if (hidden.size > 0) {
      const counts = [...hidden].map(([kind, count]) => `${count} × ${kind}`).join(', ')
      found.push({
        kind: 'hidden-text',
        severity: 'withhold',
        text: `${where} holds what is not seen: ${counts}`,
      })
    }
    const { longest } = foldBlanks(seen)
    if (longest >= hidingRun) {
      const told = `${where} has ${longest} blank characters in a row, with more text after or around them`
      found.push({ kind: 'blank-run', severity: 'withhold', text: told })
    }
    if (text.length > longestText) {
      found.push({ kind: 'too-long', severity: 'withhold', text: `${where} has ${text.length} characters` })
    }
    const forged = forgedWords(seen)
    if (forged.length > 0) {
      const told = `${where} has words with letters of another script among Latin ones: ${quote(forged.slice(0, 3).join(', '))}`
      found.push({ kind: 'look-alike', severity: 'withhold', text: told })
    }
    return found
  })
}

/** Every text of a value, names included, with its place. The value is bounded. */
function textsOf(
  value: JsonValue,
  pointer: JsonPointer = '',
): readonly { pointer: JsonPointer; text: string }[] {
  if (typeof value === 'string') return [{ pointer, text: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => {
    const inside = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    const name = Array.isArray(value) ? [] : [{ pointer: `${pointer} (a name in it)`, text: key }]
    return [...name, ...textsOf(each, inside)]
  })
}

function schemaFindings(definition: JsonObject): readonly Finding[] {
  return ['inputSchema', 'outputSchema'].flatMap((key) => {
    const schema = definition[key]
    return isJsonObject(schema) ? inSchema(schema, key) : []
  })
}

function inSchema(schema: JsonObject, where: string): readonly Finding[] {
  const own = [...parameterFindings(schema, where), ...referenceFindings(schema, where)]
  const inner = Object.entries(schema).flatMap(([key, each]) => {
    const inside = `${where}/${escapedText(key)}`.slice(0, 200)
    if (isJsonObject(each)) return inSchema(each, inside)
    return Array.isArray(each) ? each.flatMap((one) => (isJsonObject(one) ? inSchema(one, inside) : [])) : []
  })
  return [...own, ...inner]
}

function parameterFindings({ properties, required }: JsonObject, where: string): readonly Finding[] {
  const known = isJsonObject(properties) ? Object.keys(properties) : []
  const odd = known
    .filter((name) => !isPlainKey(name))
    .map((name): Finding => {
      const text = `${where} has a parameter named ${quote(name)}, which models are not shown`
      return { kind: 'parameter-name', severity: 'withhold', text }
    })
  const wanted = Array.isArray(required) && isJsonObject(properties) ? required : []
  const unknown = wanted
    .filter((name) => typeof name === 'string' && !known.includes(name))
    .map((name): Finding => {
      const text = `${where} requires ${quote(String(name))}, which it does not have`
      return { kind: 'required-unknown', severity: 'withhold', text }
    })
  return [...odd, ...unknown]
}

function referenceFindings({ $ref, pattern }: JsonObject, where: string): readonly Finding[] {
  const found: Finding[] = []
  if (typeof $ref === 'string' && !$ref.startsWith('#')) {
    const text = `${where} refers to ${quote($ref)} outside of it, which is never read`
    found.push({ kind: 'outside-reference', severity: 'withhold', text })
  }
  // A repetition in what is repeated; patterns of servers are evaluated nowhere here.
  if (typeof pattern === 'string' && /\([^()]*[+*}][^()]*\)[+*{]/.test(pattern)) {
    const text = `${where} has the pattern ${quote(pattern)}, whose evaluation may not end`
    found.push({ kind: 'slow-pattern', severity: 'note', text })
  }
  return found
}

function quote(text: string): string {
  return JSON.stringify(escapedText(text).slice(0, 100))
}
