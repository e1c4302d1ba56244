export { createMailboxes, type MailboxesOptions } from './mailbox/create-mailboxes.ts'
export type { MailAddress, TopicName } from './mailbox/mail-address.ts'
export type {
  MailMessage,
  MailReceipt,
  MailReply,
  MailRequest,
  NewMail,
  NewNotice,
  SendOptions,
} from './mailbox/mail.ts'
export type { ListedMailbox, Mailboxes, MailboxReport, WaitingMail } from './mailbox/mailboxes.ts'
export { type DeadLetter, mailboxFold, type MailboxState, type OpenMail } from './mailbox/mailbox-fold.ts'
export type { MailContext, MailHandler, ServedMailbox, ServeOptions } from './mailbox/serve-options.ts'
