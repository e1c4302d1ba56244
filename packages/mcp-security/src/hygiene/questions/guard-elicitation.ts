import { isIP } from 'node:net'

import type { JsonObject, JsonValue } from '@keepup/core'

import { isJsonObject } from '../schema/is-json-object.ts'
import { foldBlanks } from '../text/fold-blanks.ts'
import { visibleText } from '../text/hidden-text.ts'
import { forgedWords, nameLook } from '../text/look-alikes.ts'

/** A server's question to a person, as `@keepup/mcp` gives it. */
export type ServerQuestion =
  | { readonly type: 'form'; readonly server: string; readonly message: string; readonly schema: JsonObject }
  | { readonly type: 'url'; readonly server: string; readonly message: string; readonly url: string }

/** @limit In fields: a longer form is not shown. */
const mostFields = 20
/** @limit In choices of a field: more of them are no question to a person. */
const mostChoices = 100
/** @limit In characters: a longer name of a field is not shown. */
const mostName = 100
/** @limit In characters: how much a server may say in a question. */
const mostMessage = 2_000

/** What a form may never ask for (MCP, elicitation: servers must not request sensitive information by forms). Compared by look, without separators. */
const secrets = [
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'secret',
  'apikey',
  'accesskey',
  'privatekey',
  'token',
]
  .concat([
    'credential',
    'creditcard',
    'cardnumber',
    'cvv',
    'cvc',
    'securitycode',
    'iban',
    'socialsecurity',
    'seedphrase',
  ])
  .concat([
    'mnemonic',
    'recoveryphrase',
    'recoverycode',
    'otp',
    'onetimecode',
    'sshkey',
    'pincode',
    'kennwort',
    'passwort',
  ])
  .map(nameLook)
/** Short ones are words in other words. */
const whole = new Set(['pin', 'ssn', 'otp', 'cvv', 'cvc', 'iban', '2fa', 'mfa', 'pwd'].map(nameLook))

/**
 * A question as a person may be shown it: with the server's name and the whole host in front, without what is not seen. A text where it must not be shown: a form for
 * secrets, a page that is not at a public host by https (or this machine's).
 */
export function guardElicitation<Question extends ServerQuestion>(question: Question): Question | string {
  const message = clean(question.message)
  const asking = `The MCP server ${JSON.stringify(clean(question.server).slice(0, 60))} asks`
  if (question.type === 'url') {
    const fault = pageFault(question.url)
    if (fault !== undefined) return fault
    const { host, href } = new URL(question.url)
    return { ...question, url: href, message: `${asking} you to open a page at ${host}: ${message}` }
  }
  const fault = formFault(question.schema) ?? secretIn([message])
  if (fault !== undefined) return fault
  return { ...question, schema: cleaned(question.schema), message: `${asking}: ${message}` }
}

function pageFault(url: string): string | undefined {
  const parsed = URL.parse(url)
  if (parsed === null) return 'the page has no address'
  const host = parsed.hostname.replaceAll(/^\[|\]$/g, '')
  if (parsed.username !== '' || parsed.password !== '')
    return 'the address of the page has a name or password in it'
  if (parsed.protocol === 'http:' && ['localhost', '127.0.0.1', '::1'].includes(host)) return undefined
  if (parsed.protocol !== 'https:') return 'the page is not at an https address'
  if (isIP(host) !== 0 || !host.includes('.')) return 'the page is at no named public host'
  // A host in letters of other scripts may look like any other; whoever means it can type it.
  if (host.split('.').some((label) => label.startsWith('xn--')))
    return `the host of the page is written in foreign letters (${host})`
  return undefined
}

function formFault(schema: JsonObject): string | undefined {
  const { properties } = schema
  const fields = isJsonObject(properties) ? Object.entries(properties) : []
  if (fields.length > mostFields) return `the form has more than ${mostFields} fields`
  for (const [name, field] of fields) {
    if (!isJsonObject(field)) return 'the form has a field that is none'
    if (name.length > mostName) return `a field of the form has a name of more than ${mostName} characters`
    if (choicesOf(field) > mostChoices) return `a field of the form has more than ${mostChoices} choices`
    if ((field['type'] === 'object' || field['type'] === 'array') && !isChoice(field))
      return 'the form is not flat'
    const texts = [name, field['title'], field['description'], field['pattern']].filter(
      (each) => typeof each === 'string',
    )
    const fault = field['format'] === 'password' ? 'the form asks for a secret' : secretIn(texts)
    if (fault !== undefined) return fault
  }
  return undefined
}

function choicesOf({ items, ...field }: JsonObject): number {
  const lists = [field, isJsonObject(items) ? items : {}].flatMap((one) => [
    one['enum'],
    one['oneOf'],
    one['anyOf'],
  ])
  return Math.max(0, ...lists.map((list) => (Array.isArray(list) ? list.length : 0)))
}

/** Several of some choices (MCP 2025-11-25). */
function isChoice({ type, items }: JsonObject): boolean {
  return type === 'array' && isJsonObject(items) && ('enum' in items || 'anyOf' in items || 'oneOf' in items)
}

function secretIn(texts: readonly string[]): string | undefined {
  const found = texts
    .map((text) => visibleText(text).text)
    .some((text) => {
      const look = nameLook(text)
      const words = text.split(/[^\p{L}\p{N}]+/u).map(nameLook)
      const isForged = forgedWords(text).length > 0
      return (
        isForged ||
        secrets.some((secret) => secret.length > 4 && look.includes(secret)) ||
        words.some((word) => whole.has(word))
      )
    })
  return found ? 'the form asks for a secret' : undefined
}

function cleaned(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cleanValue(each)]))
}

function cleanValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return clean(value)
  if (Array.isArray(value)) return value.map(cleanValue)
  return isJsonObject(value) ? cleaned(value) : value
}

function clean(text: string): string {
  return foldBlanks(visibleText(text).text).text.trim().slice(0, mostMessage)
}
