import type { JsonValue } from '@keepup/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { expressionChecker } from '../../src/templates/expression/check-expression.ts'
import { expressionReader, isExpression, type Variables } from '../../src/templates/expression/expression.ts'
import { splitText } from '../../src/templates/expression/split-text.ts'
import { valueType } from '../../src/templates/expression/value-type.ts'

const read = expressionReader()
const state = {
  count: 2,
  name: 'Ann',
  rows: [{ n: 1 }, { n: 2 }],
  tags: ['a'],
  gone: null,
  deep: { 'b c': [1, 2] },
}

function value(text: string, variables: Variables = { state }): JsonValue {
  const expression = read(text)
  if (!isExpression(expression)) throw new Error(`${expression.problem} at ${expression.at}`)
  return expression.evaluate(variables)
}

describe('an expression', () => {
  it.each([
    ['state.count + 1', 3],
    ['1 + state.count * 2.5', 6],
    ['7 / state.count', 3.5],
    ['state.count % 2 == 0', true],
    ['size(state.rows) == state.count', true],
    ['state.rows.map(row, row.n * 2)', [2, 4]],
    ['state.rows.filter(row, row.n > 1).map(row, {"n": row.n})', [{ n: 2 }]],
    ['state.rows.map(row, state.tags.map(tag, tag + string(row.n)))', [['a1'], ['a2']]],
    ['state.rows.exists(row, row.n == 2) && !state.rows.all(row, row.n == 2)', true],
    ['state.gone == null', true],
    ['has(state.missing)', false],
    ['state.?missing.orValue("none")', 'none'],
    ['state.deep["b c"][1]', 2],
    ['state.name.replace("n", "$&")', 'A$&$&'],
    ['state.name.search("^A.n$")', true],
    ['[1, 2.5].sum()', 3.5],
    ['json({"a": [1, "x"]})', '{"a":[1,"x"]}'],
    ['parse_json("[1, {\\"b\\": 2}]")[1].b', 2],
    ['duration("90s")', 90_000],
    ['timestamp("2026-01-02T03:04:05Z")', '2026-01-02T03:04:05.000Z'],
    ['state', state],
  ])('%s', (text, expected) => {
    expect(value(text)).toEqual(expected)
  })

  it.each([
    ['state.constructor', 'No such key'],
    ['state.__proto__', 'No such key'],
    ['state.name.constructor', ''],
    ['"a".toString()', 'overload'],
    ['state.rows[9]', 'index out of bounds'],
    ['9007199254740991 + 2', 'whole number'],
    ['1.0 / 0.0', 'Infinity'],
    ['b"x"', 'bytes'],
    ['state.name.search("(?=a)")', 'RE2'],
    ['parse_json("{")', ''],
  ])('%s fails with a clear error', (text, reason) => {
    expect(() => value(text)).toThrow(
      expect.objectContaining({ code: 'input-invalid', message: expect.stringContaining(reason) }),
    )
  })

  it.each([
    ['1 +', 'EOF', 3],
    ['state.name.matches("x")', 'exponential', 0],
    ['count_step()', 'count_step', 0],
    ['x'.repeat(5_000), '5000 characters', 0],
    ['['.repeat(100) + ']'.repeat(100), 'maxDepth', 0],
    [
      Array.from({ length: 9 }, (_, index) => `cel.bind(x${index}, "a", `).join('') + '1' + ')'.repeat(9),
      'binds more',
      0,
    ],
  ])('%s cannot be read', (text, reason, at) => {
    const fault = read(text)
    expect(fault).toMatchObject({ problem: expect.stringContaining(reason) })
    if (at > 0) expect(fault).toMatchObject({ at })
  })

  it('ends, whatever is in the state', () => {
    const long = { items: Array.from({ length: 2_000 }, (_, index) => index), text: `${'a'.repeat(30_000)}!` }
    expect(() => value('items.map(a, items.map(b, a * b))', long)).toThrow('more than 100000 rounds')
    expect(value('text.search("^(a+)+$")', long)).toBe(false)
    expect(value('items.map(a, a).size()', long)).toBe(2_000)
    expect(() => value('items.map(a, items)', long)).toThrow('more than 1000000 values')
    expect(() => value('items.map(a, text)', long)).toThrow('more than 32000000 characters')
  })

  it('gives back every JSON value as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (any) => {
        const plain = JSON.parse(JSON.stringify(any)) as JsonValue // it came from JSON
        fc.pre(!JSON.stringify(plain).includes('__proto__'))
        expect(value('any', { any: plain })).toEqual(plain)
      }),
    )
  })
})

describe('the types of an expression', () => {
  const check = expressionChecker()
  const names = {
    state: {
      count: valueType({ type: 'integer' }),
      name: valueType({ type: 'string' }),
      tags: valueType({ type: 'array', items: { type: 'string' } }),
      any: valueType({}),
      open: valueType({ type: 'object', properties: { a: { type: 'string' } } }),
      closed: valueType({
        type: 'object',
        properties: { a: { type: 'string' } },
        required: ['a'],
        additionalProperties: false,
      }),
    },
  }

  it.each([
    ['state.count + 1', 'double'],
    ['state.count == 2', 'bool'],
    ['state.tags.map(tag, size(tag))', 'list<int>'],
    ['state.any.x.y', 'dyn'],
    ['state.open.whatever', 'dyn'],
    ['state.closed.a', 'string'],
  ])('%s is %s', (text, type) => {
    expect(check(text, names)).toEqual({ type })
  })

  it.each([
    ['state.cuont', 'No such key: cuont', 6],
    ['state.name + 1', 'string + int', 0],
    ['state.closed.b', 'No such key: b', 13],
    ['stat.count', 'Unknown variable: stat', 0],
    ['state.count ? 1 : 2', 'bool', 6],
    ['state.name.foo()', 'foo', 0],
  ])('%s is wrong: %s', (text, problem, at) => {
    expect(check(text, names)).toMatchObject({ problem: expect.stringContaining(problem), at })
  })
})

describe('a text with expressions', () => {
  it('is split where they begin and end', () => {
    expect(splitText('Hello {{ name }}, {{ {"a": "}}"}.a }}!')).toEqual([
      { type: 'text', text: 'Hello ', at: 0 },
      { type: 'expression', text: ' name ', at: 8 },
      { type: 'text', text: ', ', at: 16 },
      { type: 'expression', text: ' {"a": "}}"}.a ', at: 20 },
      { type: 'text', text: '!', at: 37 },
    ])
    expect(splitText('')).toEqual([])
    expect(splitText('}} plain }')).toEqual([{ type: 'text', text: '}} plain }', at: 0 }])
  })

  it('says where one is left open', () => {
    expect(splitText('a {{ b } c')).toEqual({ openAt: 2 })
    expect(splitText('a {{ {"b": 1 }} c')).toEqual({ openAt: 2 })
  })
})
