import type { TestExpression, Word } from 'unbash'

import { type Call, type Reading, touch } from './call.ts'
import { examineNumber, examineTestText } from './examine-test.ts'
import { doubt } from './findings.ts'
import type { ShellState } from './shell-state.ts'
import { callOf } from './walk-command.ts'

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
      walkBinary(expression.operator, callWith([expression.left, expression.right], state, reading), reading)
      return
    default:
      doubt(reading, 'test', 'a test that is not one that is read')
  }
}

/** Words in `[[ ]]` are neither split nor matched against file names: a pattern is one word. */
function callWith(words: readonly Word[], state: ShellState, reading: Reading): Call {
  return callOf('[[', words, state, reading, false)
}

function walkUnary(operator: string, call: Call, reading: Reading): void {
  if (/^-[abcdefghkprstuwxLOGSN]$/.test(operator)) touch(reading, call.state, 'read', call.words[0])
  else if (/^-[nz]$/.test(operator) || operator === '') examineTestText(call, 0, reading)
  else doubt(reading, 'test', `a test with ${operator} is not one that is read`)
}

function walkBinary(operator: string, call: Call, reading: Reading): void {
  const indexes = [0, 1]
  if (/^-(nt|ot|ef)$/.test(operator))
    for (const index of indexes) touch(reading, call.state, 'read', call.words[index])
  else if (/^-(eq|ne|lt|le|gt|ge)$/.test(operator))
    for (const index of indexes) examineNumber(call, index, reading)
  else if (/^(=|==|!=|<|>|=~)$/.test(operator))
    for (const index of indexes) examineTestText(call, index, reading)
  else doubt(reading, 'test', `a test with ${operator} is not one that is read`)
}
