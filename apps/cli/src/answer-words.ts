import type { AnswerForm } from '@keepup/core'

/** What typed words mean as an answer: the numbers of options (from 1; several where several may be chosen) stand for them, anything else for itself. */
export function answerWords(typed: string, { options = [], multiple = false }: AnswerForm): string {
  const numbers = typed
    .trim()
    .split(/[\s,]+/)
    .map(numberOf)
  const chosen = numbers.map((number) => options[number - 1])
  const known = chosen.every((option) => option !== undefined)
  return known && (multiple || chosen.length === 1) ? [...new Set(chosen)].join('\n') : typed
}

function numberOf(text: string): number {
  return /^[1-9]\d?$/.test(text) ? Number(text) : 0
}
