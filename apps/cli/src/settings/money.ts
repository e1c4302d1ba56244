import type { Money } from '@keepup/core'

const nanoDollars = 1_000_000_000

/** US dollars as people write them: `2`, `0.50`, `$1.25`. `undefined` where it is no amount above 0. */
export function parseMoney(text: string): Money | undefined {
  const [, amount] = /^\$?(\d+(?:\.\d+)?|\.\d+)$/.exec(text.trim()) ?? []
  const money = Math.round(Number(amount) * nanoDollars)
  return money > 0 && Number.isSafeInteger(money) ? money : undefined
}

/** Money as people read it, with as many digits as small amounts need: `$0.0042`, `$1.25`. */
export function showMoney(money: Money): string {
  const dollars = money / nanoDollars
  if (dollars === 0 || dollars >= 1) return `$${dollars.toFixed(2)}`
  return `$${dollars >= 0.01 ? dollars.toFixed(4) : dollars.toFixed(6)}`
}
