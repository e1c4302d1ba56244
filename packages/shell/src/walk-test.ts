import type { TestExpression, Word } from 'unbash'

import { type Call, type Reading, touch } from './call.ts'
import { examineNumber, examineTestText } from './examine-test.ts'
import { expandWord, type ExpandedWord } from './expand-word.ts'
import { doubt, refuse } from './findings.ts'
import { refuseRepetition } from './refuse-repetition.ts'
import type { ShellState } from './shell-state.ts'

/** `[[ ... ]]`: files, texts and written numbers are compared; nothing is evaluated. */
export function walkTest(expression: TestExpression, state: ShellState, reading: Reading): void {
  switch (expression.type) {
    case 'TestLogical':
      for (const operand of expression.operands) walkTest(operand, state, reading)
      return
    case 'TestNot':
      walkTest(expression.operand, state, reading)
      return
    case 'TestGroup':
      walkTest(expression.expression, state, reading)
      return
    case 'TestUnary':
      walkUnary(expression.operator, callWith([expression.operand], state, reading), reading)
      return
    case 'TestBinary':
      walkTwo(expression.operator, expression.left, expression.right, state, reading)
      return
    default:
      doubt(reading, 'test', 'a test that is not one that is read')
  }
}

function walkTwo(operator: string, left: Word, right: Word, state: ShellState, reading: Reading): void {
  const call = callWith([left, right], state, reading)
  walkBinary(operator, call, reading)
  refuseGuess(operator, call, right, reading)
}

/** Words in `[[ ]]` are neither split nor matched against file names: a pattern is one word, and no variable becomes several. */
function callWith(nodes: readonly Word[], state: ShellState, reading: Reading): Call {
  const expanded = nodes.map((node) => wholeWord(node, state, reading))
  return {
    name: '[[',
    program: '[[',
    words: expanded.map(({ words }) => words[0]),
    unknown: new Map(
      expanded.flatMap(({ unknown }, index) =>
        unknown === undefined ? [] : [[index, unknown.map((name) => name.replace('*', ''))] as const],
      ),
    ),
    odd: new Set(),
    state,
  }
}

function wholeWord(word: Word, state: ShellState, reading: Reading): ExpandedWord {
  if (/[*?[\]{}()|~]/.test(word.text) && !/[$`\\]/.test(word.text)) return { words: [word.value] }
  return expandWord(word.text, state, reading.ground)
}

function walkUnary(operator: string, call: Call, reading: Reading): void {
  if (/^-[abcdefghkprstuwxLOGSN]$/.test(operator)) touch(reading, call.state, 'read', call.words[0])
  else if (/^-[nz]$/.test(operator) || operator === '') examineTestText(call, 0, reading)
  else doubt(reading, 'test', `a test with ${operator} is not one that is read`)
}

/** Patterns and orders tell the value of a variable piece by piece; whether it is one whole text tells no more than who asks knows. */
function refuseGuess(operator: string, call: Call, right: Word, reading: Reading): void {
  const narrows = /^(<|>|=~)$/.test(operator) || /[*?[\](){}|\\]/.test(right.text) || call.unknown.has(1)
  const names = [...call.unknown.values()].flat().filter((name) => !/^[?#]$/.test(name))
  if (narrows && call.words.includes(undefined) && names.length > 0)
    refuse(reading, 'test', `${names.join(', ')} would be told by what it fits`)
}

function walkBinary(operator: string, call: Call, reading: Reading): void {
  const indexes = [0, 1]
  if (/^-(nt|ot|ef)$/.test(operator))
    for (const index of indexes) touch(reading, call.state, 'read', call.words[index])
  else if (/^-(eq|ne|lt|le|gt|ge)$/.test(operator))
    for (const index of indexes) examineNumber(call, index, reading)
  else if (/^(=|==|!=|<|>|=~)$/.test(operator)) {
    refuseRepetition(call, reading)
    for (const index of indexes) examineTestText(call, index, reading)
  } else doubt(reading, 'test', `a test with ${operator} is not one that is read`)
}
