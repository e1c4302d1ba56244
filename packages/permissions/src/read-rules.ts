import { commandPattern } from '@keepup/shell'

import { isEveryCommand, plainWords } from './command-pattern.ts'
import { effectKinds, splitEffect } from './effect-pattern.ts'
import { invalidRules, showValue } from './invalid-rules.ts'
import type { PermissionRule, RuleDecision, RuleOrder, RuleSet } from './rule.ts'

/** The most rules of a file, and the longest pattern. What is longer is a mistake or an attack. */
const mostRules = 10_000
const longestPattern = 2_000

const keys = new Set(['decision', 'tool', 'effect', 'command', 'prefix', 'reason'])
const decisions: readonly RuleDecision[] = ['allow', 'ask', 'deny']
const orders: readonly RuleOrder[] = ['strictest', 'last-match']

/**
 * Reads rules from parsed JSON: `{ "order"?: "strictest" | "last-match", "rules": [...], "guards"?: [...] }`, as `permissions.schema.json` says. `source` names the file
 * in messages and reasons.
 *
 * @throws KeepupError `configuration-invalid`, with the place, what stands there, and the fix. Nothing is left out in silence.
 */
export function readRules(value: unknown, source: string): RuleSet {
  const file = objectOf(value, source)
  for (const key of Object.keys(file)) {
    if (!['rules', 'guards', 'order', '$schema'].includes(key)) {
      throw invalidRules(`${source}#/${key}`, 'is an unknown key', 'known keys are order, rules and guards')
    }
  }
  const { order = 'strictest' } = file
  const known = orders.find((name) => name === order)
  if (known === undefined) {
    throw invalidRules(`${source}#/order`, `is ${showValue(order)}`, `write one of ${orders.join(', ')}`)
  }
  const guards = readList(file['guards'], `${source}#/guards`)
  const allowing = guards.findIndex(({ decision }) => decision === 'allow')
  if (allowing >= 0) {
    throw invalidRules(
      `${source}#/guards/${allowing}`,
      'allows',
      'guards deny or ask; put it among the rules',
    )
  }
  const rules = readList(file['rules'], `${source}#/rules`)
  return { source, order: known, rules, ...(guards.length === 0 ? {} : { guards }) }
}

function readList(value: unknown, place: string): readonly PermissionRule[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length > mostRules) {
    throw invalidRules(
      place,
      Array.isArray(value) ? `has ${value.length} rules` : `is ${showValue(value)}`,
      `write a list of at most ${mostRules} rules`,
    )
  }
  return value.map((rule: unknown, index) => readRule(rule, `${place}/${index}`))
}

function readRule(value: unknown, place: string): PermissionRule {
  const rule = objectOf(value, place)
  const unknown = Object.keys(rule).find((key) => !keys.has(key))
  if (unknown !== undefined) {
    throw invalidRules(`${place}/${unknown}`, 'is an unknown key', `known keys are ${[...keys].join(', ')}`)
  }
  const decision = decisions.find((name) => name === rule['decision'])
  if (decision === undefined) {
    throw invalidRules(
      `${place}/decision`,
      `is ${showValue(rule['decision'])}`,
      `write one of ${decisions.join(', ')}`,
    )
  }
  const texts = readTexts(rule, place)
  checkSubject(texts, rule['prefix'], place)
  return { decision, ...texts, ...(rule['prefix'] === true ? { prefix: true } : {}) }
}

type Texts = Pick<PermissionRule, 'tool' | 'effect' | 'command' | 'reason'>

function readTexts(rule: Readonly<Record<string, unknown>>, place: string): Texts {
  const texts: Record<string, string> = {}
  for (const key of ['tool', 'effect', 'command', 'reason']) {
    const text = rule[key]
    if (text === undefined) continue
    if (typeof text !== 'string' || text.trim() === '' || text.length > longestPattern) {
      throw invalidRules(
        `${place}/${key}`,
        `is ${showValue(text)}`,
        `write a text of 1 to ${longestPattern} characters`,
      )
    }
    texts[key] = text
  }
  return texts
}

function checkSubject({ tool, effect, command }: Texts, prefix: unknown, place: string): void {
  if (effect !== undefined && command !== undefined) {
    throw invalidRules(place, 'speaks of an effect and of a command', 'write two rules')
  }
  if (tool === undefined && effect === undefined && command === undefined) {
    throw invalidRules(
      place,
      'speaks of nothing',
      'give it tool, effect or command; "tool": "*" means every tool',
    )
  }
  if (effect !== undefined) checkEffect(effect, place)
  if (prefix !== undefined && (typeof prefix !== 'boolean' || command === undefined)) {
    throw invalidRules(`${place}/prefix`, `is ${showValue(prefix)}`, 'write true or false, beside a command')
  }
  if (command !== undefined) checkCommand(command, prefix === true, place)
}

function checkEffect(effect: string, place: string): void {
  if (splitEffect(effect) !== undefined) return
  throw invalidRules(
    `${place}/effect`,
    `is ${showValue(effect)}`,
    `write KIND:TARGET, like write:src/**; kinds are ${effectKinds.join(', ')} and *`,
  )
}

function checkCommand(command: string, prefix: boolean, place: string): void {
  if (isEveryCommand({ command })) return
  if (prefix) {
    if (plainWords({ command }) !== undefined) return
    throw invalidRules(
      `${place}/command`,
      `is ${showValue(command)}`,
      'a prefix is words alone; slots and choices are for whole commands',
    )
  }
  try {
    commandPattern(command)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw invalidRules(`${place}/command`, message, 'correct the pattern', error)
  }
}

function objectOf(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value))
  }
  throw invalidRules(place, `is ${showValue(value)}`, 'write an object there: { ... }')
}
