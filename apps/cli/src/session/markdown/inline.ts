import type { Token, Tokens } from 'marked'

import type { Paint } from './paint.ts'

/** Tokens of a line of prose as coloured text. Links show where they lead: nobody is sent anywhere by a name alone. */
export function inlineText(tokens: readonly Token[], paint: Paint): string {
  return tokens.map((token) => tokenText(token, paint)).join('')
}

function tokenText(token: Token, paint: Paint): string {
  const inner = (): string => inlineText(childrenOf(token), paint)
  switch (token.type) {
    case 'strong':
      return paint.bold(inner())
    case 'em':
      return paint.italic(inner())
    case 'del':
      return paint.struck(inner())
    case 'codespan':
      return paint.cyan(String(token['text']))
    case 'br':
      return '\n'
    case 'link':
      return linkText(token, inner(), paint)
    case 'image':
      return `${paint.dim('image')} ${String(token['text'])} ${paint.dim(`(${String(token['href'])})`)}`
    case 'text':
      return childrenOf(token).length > 0 ? inner() : String(token['text'])
    case 'escape':
      return String(token['text'])
    default:
      return token.raw
  }
}

function linkText(token: Token, name: string, paint: Paint): string {
  const { href, text } = token as Tokens.Link // its type says so
  const same = text === href || `mailto:${text}` === href
  return same ? paint.underline(text) : `${paint.underline(name)} ${paint.dim(`(${href})`)}`
}

function childrenOf(token: Token): readonly Token[] {
  return 'tokens' in token && Array.isArray(token.tokens) ? token.tokens : []
}
