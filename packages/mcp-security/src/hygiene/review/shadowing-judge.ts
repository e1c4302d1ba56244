import type { JsonObject } from '@keepup/core'

import { isJsonObject } from '../schema/is-json-object.ts'
import { showSchema } from '../schema/show-schema.ts'
import { visibleText } from '../text/hidden-text.ts'
import { nameLook, plainName } from '../text/look-alikes.ts'
import type { Finding } from './finding.ts'

/** The names of another server's tools. */
export interface OtherServer {
  readonly server: string
  readonly tools: readonly string[]
}

/** A name of another tool, and whose it is. */
interface KnownName {
  readonly name: string
  readonly plain: string
  /** Of the server itself where it is left out. */
  readonly server?: string
}

/** Tells what a tool has to do with the tools of other servers, and with the others of its own. Takes time by the names once, and by its own text for each tool. */
export function shadowingJudge(
  own: readonly string[],
  others: readonly OtherServer[],
): (definition: JsonObject) => readonly Finding[] {
  const elsewhere = others.flatMap(({ server, tools }) => tools.map((name) => knownName(name, server)))
  const byLook = Map.groupBy([...own.map((name) => knownName(name)), ...elsewhere], ({ name }) =>
    nameLook(name),
  )
  const isOwn = new Set(own)
  const spoken = elsewhere.filter(({ name }) => !isOwn.has(name) && isDistinctive(name))
  const byName = Map.groupBy(spoken, ({ name }) => name)
  return (definition) => {
    const { name } = definition
    if (typeof name !== 'string') return []
    const alike = (byLook.get(nameLook(name)) ?? []).flatMap((other) => nameFindings(name, other))
    const mentioned = [...tokensOf(wordsOf(definition))].flatMap((token) => byName.get(token) ?? [])
    return [...alike, ...mentioned.map(mention)]
  }
}

function knownName(name: string, server?: string): KnownName {
  return { name, plain: plainName(name), ...(server === undefined ? {} : { server }) }
}

/** Names that differ in case and separators alone are different words for the same; only other letters are forged. */
function nameFindings(name: string, other: KnownName): readonly Finding[] {
  const isSame = plainName(name) === other.plain
  if (other.server === undefined && isSame) return []
  const whose = ownerOf(other)
  return isSame
    ? [{ kind: 'same-name', severity: 'note', text: `it is named like ${whose}` }]
    : [{ kind: 'look-alike', severity: 'withhold', text: `its name looks like that of ${whose}` }]
}

function ownerOf({ name, server }: KnownName): string {
  const tool = `tool ${JSON.stringify(name)}`
  return server === undefined
    ? `its own server's ${tool}`
    : `the ${tool} of the server ${JSON.stringify(server)}`
}

/** A name that is no word by itself, in the text of a server that has no tool of that name. */
function mention(other: KnownName): Finding {
  return { kind: 'speaks-of-other', severity: 'withhold', text: `it speaks of ${ownerOf(other)}` }
}

function isDistinctive(name: string): boolean {
  return name.length >= 5 && /[a-z0-9][A-Z]|[_.-]/.test(name)
}

/** What may be names in a text: also after the name of a server, and at the end of a sentence. */
function tokensOf(text: string): ReadonlySet<string> {
  const whole = (text.match(/[\w.-]+/g) ?? []).map((token) => token.replaceAll(/^[.-]+|[.-]+$/g, ''))
  return new Set(
    whole.flatMap((token) => [
      token,
      ...token.split('.'),
      ...token.split('__'),
      token.replaceAll(/^_+|_+$/g, ''),
    ]),
  )
}

function wordsOf({ title, description, annotations, inputSchema, outputSchema }: JsonObject): string {
  const schemas = [inputSchema, outputSchema].flatMap((schema) =>
    isJsonObject(schema) ? showSchema(schema).words : [],
  )
  const titles = [title, description, isJsonObject(annotations) ? annotations['title'] : undefined]
  return visibleText([...titles.filter((each) => typeof each === 'string'), ...schemas].join('\n')).text
}
