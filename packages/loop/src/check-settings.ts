import { KeepupError, type Limits, type RunSettings } from '@keepup/core'

type Rule = (value: number) => boolean

const amount: Rule = (value) => value >= 0
/** Also `Infinity`, which is no bound at all. */
const count: Rule = (value) => value >= 0 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY)
const positive: Rule = (value) => value > 0 && count(value)

interface Place {
  readonly value: number | undefined
  readonly rule: Rule
  readonly wanted: string
}

/**
 * Settings that every decision of a run can be made from. Fails `configuration-invalid`, naming the place and the value. Limits of 0 are limits: the run
 * gets its reserved last turn at once. A limit of `Infinity` is none, and left out.
 */
export function checkSettings(settings: RunSettings): RunSettings {
  for (const [name, { value, rule, wanted }] of Object.entries(placesOf(settings))) {
    if (value === undefined || (typeof value === 'number' && rule(value))) continue
    const message = `The setting ${name} of a run is ${String(value)}. Give ${wanted}.`
    throw new KeepupError('configuration-invalid', message, { details: { setting: name, value } })
  }
  return { ...settings, limits: bounded(settings.limits) }
}

function placesOf({ limits, retry, thresholds, models }: RunSettings): Readonly<Record<string, Place>> {
  const whole = 'a whole number that is not negative'
  const some = 'a whole number from 1'
  const time = 'milliseconds that are not negative'
  return {
    'limits.turns': { value: limits.turns, rule: count, wanted: whole },
    'limits.time': { value: limits.time, rule: amount, wanted: time },
    'limits.tokens': { value: limits.tokens, rule: count, wanted: whole },
    'limits.money': { value: limits.money, rule: count, wanted: `${whole}, of nano-dollars` },
    'retry.attempts': { value: retry.attempts, rule: positive, wanted: some },
    'retry.first': { value: retry.first, rule: amount, wanted: time },
    'retry.longest': { value: retry.longest, rule: amount, wanted: time },
    'retry.patience': { value: retry.patience, rule: amount, wanted: time },
    'thresholds.answer': { value: thresholds.answer, rule: positive, wanted: some },
    'thresholds.repetitions.warn': { value: thresholds.repetitions.warn, rule: positive, wanted: some },
    'thresholds.repetitions.stop': { value: thresholds.repetitions.stop, rule: positive, wanted: some },
    ...Object.fromEntries(models.flatMap(placesOfModel)),
  }
}

function placesOfModel({ id, contextWindow, price }: RunSettings['models'][0]): readonly [string, Place][] {
  const prices = Object.entries(price ?? {}).map(([name, value]): [string, Place] => [
    `price.${name} of model ${id}`,
    { value, rule: amount, wanted: 'nano-dollars per token that are not negative' },
  ])
  const window = { value: contextWindow, rule: positive, wanted: 'tokens, a whole number from 1' }
  return [[`contextWindow of model ${id}`, window], ...prices]
}

function bounded(limits: Limits): Limits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => Number.isFinite(value)))
}
