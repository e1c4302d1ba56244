import type { JsonValue } from '@keepup/core'

import { isExpression } from '../expression/expression.ts'
import { splitText } from '../expression/split-text.ts'
import type { ValueType } from '../expression/value-type.ts'
import type { CheckContext } from './context.ts'
import { type ExpressionSite, expressionSites } from './expression-site.ts'

/** Checks every expression of a template: that it can be read, that its names exist, that its types can fit. */
export function checkExpressions(context: CheckContext): void {
  for (const site of expressionSites(context.unit.template)) {
    if (site.form === 'bare') checkBare(context, site)
    else checkValue(context, site, site.value, site.path)
  }
}

function checkBare(context: CheckContext, site: ExpressionSite): void {
  if (typeof site.value !== 'string') return
  const type = checkOne(context, site, { text: site.value, at: 0, path: site.path })
  if (type === undefined || type === 'dyn') return
  if (!fits(type, site.wants)) {
    const fix = {
      bool: 'compare it with something',
      list: 'name a list',
      time: 'give a text like 2026-01-31T12:00:00Z, or milliseconds',
    }
    context.note(site.path, `gives ${typeName(type)}`, fix[site.wants ?? 'bool'])
  }
  checkChannel(context, site, type, site.path)
}

function fits(type: string, wants: ExpressionSite['wants']): boolean {
  switch (wants) {
    case 'bool':
      return type === 'bool'
    case 'list':
      return type.startsWith('list')
    case 'time':
      return ['string', 'int', 'double', 'google.protobuf.Timestamp'].includes(type)
    case undefined:
      return true
  }
}

function checkValue(
  context: CheckContext,
  site: ExpressionSite,
  value: JsonValue,
  path: readonly PropertyKey[],
): void {
  if (typeof value === 'string') {
    checkText(context, site, value, path)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      checkValue(context, site, inner, [...path, key])
    }
  }
  if (path === site.path && typeof value !== 'string') checkChannel(context, site, jsonType(value), path)
}

function checkText(
  context: CheckContext,
  site: ExpressionSite,
  text: string,
  path: readonly PropertyKey[],
): void {
  const pieces = splitText(text)
  if ('openAt' in pieces) {
    context.note(
      path,
      'has a {{ that is never closed',
      'close it with }}; two braces themselves are {{ "{{" }}',
      { at: pieces.openAt },
    )
    return
  }
  const types = pieces
    .filter(({ type }) => type === 'expression')
    .map(({ text: expression, at }) => checkOne(context, site, { text: expression, at, path }))
  const whole = pieces.length === 1 && types.length === 1 ? types[0] : 'string'
  if (whole !== undefined && path === site.path) checkChannel(context, site, whole, path)
}

/** Checks one expression; gives its type where it has one. */
function checkOne(
  context: CheckContext,
  { names }: ExpressionSite,
  { text, at, path }: { readonly text: string; readonly at: number; readonly path: readonly PropertyKey[] },
): string | undefined {
  const read = context.read(text)
  if (!isExpression(read)) {
    context.note(path, `{{${shown(text)}}} ${read.problem}`, read.fix, { at: at + read.at })
    return undefined
  }
  const checked = context.check(text, { state: context.state, input: context.input, ...names })
  if ('type' in checked) return checked.type
  context.note(path, `{{${shown(text)}}} cannot work: ${checked.problem}`, checked.fix, {
    at: at + checked.at,
  })
  return undefined
}

/** A value of a known type must be one that the channel takes. */
function checkChannel(
  context: CheckContext,
  { channel }: ExpressionSite,
  type: string,
  path: readonly PropertyKey[],
): void {
  const known = channel === undefined ? undefined : context.unit.template.channels?.[channel]?.schema
  const wanted = typeof known?.['type'] === 'string' ? known['type'] : undefined
  const given = jsonNames[type.replace(/<.*/, '')]
  if (wanted === undefined || given === undefined || given.includes(wanted)) return
  context.note(
    path,
    `gives ${typeName(type)}, but ${channel} takes ${wanted}`,
    'convert it, or change the schema of the channel',
  )
}

/** The types of JSON Schema that a type of the language can be. */
const jsonNames: Readonly<Record<string, readonly string[]>> = {
  string: ['string'],
  bool: ['boolean'],
  int: ['integer', 'number'],
  double: ['number', 'integer'],
  list: ['array'],
  map: ['object'],
  null: ['null'],
}

function jsonType(value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  return { string: 'string', number: 'double', boolean: 'bool' }[typeof value as string] ?? 'map'
}

function typeName(type: ValueType): string {
  if (typeof type !== 'string') return 'an object'
  const names: Readonly<Record<string, string>> = {
    string: 'a text',
    bool: 'true or false',
    int: 'a number',
    double: 'a number',
  }
  return names[type] ?? (type.startsWith('list') ? 'a list' : type.startsWith('map') ? 'an object' : type)
}

function shown(text: string): string {
  const line = text.trim()
  return line.length > 60 ? `${line.slice(0, 57)}...` : line
}
