import type { JsonValue } from '@keepup/core'

import type { FormField } from './form-field.ts'

/** What typed words mean in a field; `value` is left out where the field stays empty. */
export interface TypedValue {
  readonly value?: JsonValue
}

/** Reads what was typed into a field; `undefined` where it is none of its values, and where a field that must have one got nothing. */
export function typedValue(field: FormField, typed: string): TypedValue | undefined {
  if (typed === '') return empty(field)
  if (field.type === 'number') return numberOf(typed)
  if (field.type === 'flag') return flagOf(typed)
  if (field.type === 'choice') return optionOf(field, typed)
  return field.type === 'choices' ? optionsOf(field, typed) : { value: typed }
}

/** What may be typed into a field. */
export function typingHint({ type, isRequired, preset }: FormField): string {
  const what = {
    text: 'words',
    number: 'a number',
    flag: '[y]es  [n]o',
    choice: 'a number of the list',
    choices: 'numbers of the list',
  }[type]
  const nothing =
    preset === undefined
      ? isRequired
        ? ''
        : '  enter: leave it empty'
      : `  enter: ${JSON.stringify(preset)}`
  return `${what}${nothing}`
}

function empty({ isRequired, preset }: FormField): TypedValue | undefined {
  if (preset !== undefined) return { value: preset }
  return isRequired ? undefined : {}
}

function numberOf(typed: string): TypedValue | undefined {
  const value = Number(typed)
  return Number.isFinite(value) ? { value } : undefined
}

function flagOf(typed: string): TypedValue | undefined {
  if (/^(y|yes|true)$/i.test(typed)) return { value: true }
  return /^(n|no|false)$/i.test(typed) ? { value: false } : undefined
}

function optionOf({ options }: FormField, typed: string): TypedValue | undefined {
  const chosen = options[Number(typed) - 1] ?? options.find(({ label }) => label === typed)
  return chosen === undefined ? undefined : { value: chosen.value }
}

function optionsOf(field: FormField, typed: string): TypedValue | undefined {
  const chosen = typed.split(/[\s,]+/).map((one) => optionOf(field, one)?.value)
  return chosen.every((value) => value !== undefined) ? { value: [...new Set(chosen)] } : undefined
}
