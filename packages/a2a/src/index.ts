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
export { type MailPruning, type PrunedMailbox, pruneMailboxes } from './mailbox/prune-mailboxes.ts'
export type { MailContext, MailHandler, ServedMailbox, ServeOptions } from './mailbox/serve-options.ts'

// Who there is, and what they can do
export {
  agentRegistry,
  type AgentRegistry,
  type AgentRegistryOptions,
  type FoundAgent,
  type MatchingAgent,
  type Registration,
} from './discovery/agent-registry.ts'
export {
  type CardAlgorithm,
  type CardSigning,
  type CardTimes,
  type FindCardKey,
  signCard,
  verifyCard,
} from './discovery/card-signature.ts'
export { type LocalAgent, localCard, type LocalSkill, mailboxBinding } from './discovery/local-card.ts'
export { type RemoteCards, remoteCards, type RemoteCardsOptions } from './discovery/remote-cards.ts'
