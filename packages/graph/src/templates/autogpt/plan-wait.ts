import type { PlanBlock } from './block-plan.ts'
import { expressionOf } from './expression-of.ts'
import { missingPlan } from './plan-function.ts'

/** Human In The Loop: a person approves data, or rejects it, and may change it. */
export const planReview: PlanBlock = ({ name, inputs }) => {
  const data = expressionOf(inputs['data'])
  const reviewed = `has(result.data) ? dyn(result.data) : dyn(${data})`
  return {
    node: {
      kind: 'wait',
      for: 'person',
      question: `Review of {{ string(${expressionOf(inputs['name'] ?? 'data')}) }}:\n{{ json(${data}) }}`,
      answer: {
        type: 'object',
        properties: { status: { enum: ['approved', 'rejected'] }, data: {}, message: { type: 'string' } },
        required: ['status'],
      },
      update: {
        [name]: {
          approved_data: `{{ result.status == "approved" ? dyn(${reviewed}) : dyn(null) }}`,
          rejected_data: `{{ result.status == "rejected" ? dyn(${reviewed}) : dyn(null) }}`,
          review_message: '{{ has(result.message) ? result.message : null }}',
        },
      },
    },
    as: 'wait for a person',
    certain: [],
    notes: ['is answered with {"status": "approved" or "rejected", "data": changed data, "message": "..."}'],
  }
}

const units = [
  ['days', 86_400],
  ['hours', 3_600],
  ['minutes', 60],
  ['seconds', 1],
] as const

/** Countdown Timer. */
export const planTimer: PlanBlock = (block) => {
  const { name, inputs, linked } = block
  if (units.some(([unit]) => linked.has(unit)))
    return missingPlan(block, 'countdown_timer', 'how long it takes is known only while it runs')
  if (Number(inputs['repeat'] ?? 1) > 1) return missingPlan(block, 'countdown_timer', 'it repeats')
  const seconds = units.reduce((sum, [unit, factor]) => sum + (Number(inputs[unit]) || 0) * factor, 0)
  return {
    node: {
      kind: 'wait',
      for: 'time',
      within: `${Math.round(seconds)}s`,
      update: { [name]: { output_message: inputs['input_message'] ?? 'timer finished' } },
    },
    as: 'wait for a time',
    certain: ['output_message'],
    notes: [],
  }
}
