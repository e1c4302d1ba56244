/** One token of a filter for jq: a name, a variable, a field, a text, a number or a sign. */
export interface JqToken {
  readonly kind: 'name' | 'variable' | 'field' | 'text' | 'number' | 'sign'
  readonly text: string
}
