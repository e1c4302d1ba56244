/** Why nothing was written. The message says what is wrong, `fix` what to do about it. */
export class TemplateError extends Error {
  readonly fix: string

  constructor(message: string, fix: string) {
    super(message)
    this.name = 'TemplateError'
    this.fix = fix
  }
}
