/** The reason for which turns are interrupted that any server may go on with. */
export const serverEnds = 'The server of this task ends; the task is gone on with once one starts.'

/** Why a turn is interrupted where its client cancelled the task. */
export const cancelled = 'The client cancelled the task.'
