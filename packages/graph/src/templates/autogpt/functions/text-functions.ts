import { type JsonObject, type JsonValue, KeepupError } from '@keepup/core'

import { linearPattern } from '../../expression/linear-pattern.ts'
import { fillJinja } from '../jinja-text.ts'
import { isTrue, listOf, objectOf, textOf } from './is-true.ts'

type BlockFunction = (input: JsonObject) => JsonObject

/** What AutoGPT's blocks for texts, numbers and conditions do: from their inputs to the outputs that they emit. */
export const textFunctions: Readonly<Record<string, BlockFunction>> = {
  match_text_pattern({ text = '', match = '', data = null, ...options }) {
    const output = isTrue(data) ? data : text
    return pattern(textOf(match), options).found(textOf(text)) ? { positive: output } : { negative: output }
  },
  extract_text_information({ text = '', pattern: wanted = '', group = 0, find_all = false, ...options }) {
    const all = pattern(textOf(wanted), options).groups(textOf(text), Number(group))
    const found = isTrue(find_all) ? all : all.slice(0, 1)
    const [first] = found
    return {
      ...(first === undefined ? { negative: text } : { positive: first }),
      matched_results: found,
      matched_count: found.length,
    }
  },
  fill_text_template({ format = '', values }) {
    const output = fillJinja(textOf(format), objectOf(values))
    if (typeof output === 'string') return { output }
    throw new KeepupError(
      'not-supported',
      `the template cannot be filled in: ${output.fault}. Give a function of your own for this block.`,
    )
  },
  combine_texts({ input, delimiter = '', ...older }) {
    // Exports of 2024 have input1 to input10.
    const numbered = Object.entries(older)
      .filter(([name]) => /^input\d+$/.test(name))
      .toSorted(([a], [b]) => Number(a.slice(5)) - Number(b.slice(5)))
      .map(([, value]) => value)
    return { output: [...listOf(input), ...numbered].map(textOf).join(textOf(delimiter)) }
  },
  text_split({ text = '', delimiter = '', strip = true }) {
    const whole = textOf(text)
    const texts = whole === '' ? [] : whole.split(textOf(delimiter))
    return { texts: isTrue(strip) ? texts.map((each) => each.trim()) : texts }
  },
  text_replace: ({ text = '', old = '', new: fresh = '' }) => ({
    output: textOf(text).replaceAll(textOf(old), () => textOf(fresh)),
  }),
  convert_type: ({ value = null, type = 'string' }) => convert(value, textOf(type)),
  condition({ value1 = null, value2 = null, operator = '==', yes_value = null, no_value = null }) {
    const one = comparable(value1)
    const other = comparable(value2)
    const result = compare(one, textOf(operator), other)
    return { result, ...(result ? { yes_output: yes_value ?? one } : { no_output: no_value ?? other }) }
  },
  count_items({ collection = null }) {
    if (typeof collection === 'string') return { count: Array.from(collection).length }
    return {
      count: typeof collection === 'object' && collection !== null ? Object.keys(collection).length : -1,
    }
  },
  calculator({ operation = 'Add', a = 0, b = 0, round_result = false }) {
    const result = calculate(textOf(operation), Number(a), Number(b))
    if (!Number.isFinite(result)) {
      throw new KeepupError(
        'input-invalid',
        `${textOf(a)} ${textOf(operation)} ${textOf(b)} gives no number that JSON can hold`,
      )
    }
    return { result: isTrue(round_result) ? Math.round(result) : result }
  },
}

function pattern(
  text: string,
  { case_sensitive = true, dot_all = true }: JsonObject,
): ReturnType<typeof linearPattern> {
  return linearPattern(text, { ignoreCase: !isTrue(case_sensitive), dotAll: isTrue(dot_all) })
}

/** AutoGPT compares numbers, also where they are written as texts; here other texts may be compared too. */
function comparable(value: JsonValue): JsonValue {
  if (typeof value !== 'string' || value.trim() === '') return value
  const number = Number(value.trim())
  return Number.isNaN(number) ? value : number
}

function compare(one: JsonValue, operator: string, other: JsonValue): boolean {
  if (operator === '==' || operator === '!=')
    return (JSON.stringify(one) === JSON.stringify(other)) === (operator === '==')
  const comparableTypes = typeof one === typeof other && (typeof one === 'number' || typeof one === 'string')
  if (!comparableTypes || one === null || other === null) {
    throw new KeepupError(
      'input-invalid',
      `${JSON.stringify(one)} and ${JSON.stringify(other)} cannot be compared with ${operator}`,
    )
  }
  const results: Readonly<Record<string, boolean>> = {
    '>': one > other,
    '<': one < other,
    '>=': one >= other,
    '<=': one <= other,
  }
  return results[operator] ?? false
}

function calculate(operation: string, a: number, b: number): number {
  const results: Readonly<Record<string, number>> = {
    Add: a + b,
    Subtract: a - b,
    Multiply: a * b,
    Divide: a / b,
    Power: a ** b,
  }
  return results[operation] ?? Number.NaN
}

function convert(value: JsonValue, type: string): JsonObject {
  switch (type) {
    case 'string':
      return { value: textOf(value) }
    case 'number': {
      const number = Number(value)
      return Number.isNaN(number) ? { error: `Failed to convert value: ${textOf(value)}` } : { value: number }
    }
    case 'boolean':
      return { value: typeof value === 'string' ? value.toLowerCase() === 'true' : isTrue(value) }
    case 'list':
      return { value: listFrom(value) }
    default:
      return dictionaryFrom(value)
  }
}

function listFrom(value: JsonValue): JsonValue {
  const parsed = typeof value === 'string' ? parsedOr(value, [value]) : value
  return Array.isArray(parsed) ? parsed : parsed === null ? [] : [parsed]
}

function dictionaryFrom(value: JsonValue): JsonObject {
  const parsed = typeof value === 'string' ? parsedOr(value, null) : value
  if (Array.isArray(parsed))
    return { value: Object.fromEntries(listOf(parsed).map((item, index) => [String(index), item])) }
  if (typeof parsed === 'object' && parsed !== null) return { value: parsed }
  return { error: `Failed to convert value: ${textOf(value)}` }
}

function parsedOr(text: string, other: JsonValue): JsonValue {
  try {
    return JSON.parse(text) as JsonValue // JSON it is, where it can be parsed
  } catch {
    return other
  }
}
