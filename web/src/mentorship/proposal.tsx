/** A next version that is proposed: renewed, in another format, or with another mentor. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'

import { AcceptNext, DeclineNext, WithdrawNext } from '../api/gen/documents'
import type { NextVersionFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { thing } from '../ui/thing'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { roadWords } from '../words/road'
import { partPath } from './next'

interface ProposalProps {
  readonly proposal: NextVersionFragment
  readonly done: () => void
}

export function Proposal({ proposal, done }: ProposalProps): JSX.Element {
  const words = useMore(roadWords)
  const { formats, language, room } = useWords()
  const { act, isBusy, refused } = useActs()
  const [, go] = useLocation()
  const [said, setSaid] = useState('')
  const { id } = proposal

  async function accept(): Promise<void> {
    const payload = await act(AcceptNext, { id })
    if (payload === undefined) return
    const next = payload.proposal.nextVersion
    if (next !== null) {
      go(partPath(next.id, ''))
      return
    }
    setSaid(words.settled)
    done()
  }

  return (
    <article class={proposal.isForMe ? 'card lit' : 'card'} {...thing(proposal.id)} aria-label={words.kinds[proposal.kind]}>
      <h3>{words.kinds[proposal.kind]}</h3>
      <p class="small soft">
        {proposal.isMine ? words.fromYou : words.fromThem(proposal.proposer?.name ?? room.somebody)}{' '}
        {words.open(day(proposal.expiresAt, language))}
      </p>
      <p>
        {proposal.goal} <span class="chip">{formats[proposal.format]}</span>{' '}
        <span class="chip">{words.minutes(proposal.minutes)}</span>
      </p>
      {proposal.nextMentor !== null && <p>{words.nextMentor(proposal.nextMentor.name)}</p>}
      {proposal.words !== null && proposal.words !== '' && <blockquote>{proposal.words}</blockquote>}
      <Refusal refused={refused} />
      <div class="row">
        {proposal.isForMe && (
          <>
            <button type="button" class="main" disabled={isBusy} onClick={() => void accept()}>
              {words.accept}
            </button>
            <button type="button" disabled={isBusy} onClick={() => void act(DeclineNext, { id }).then(done)}>
              {words.decline}
            </button>
          </>
        )}
        {proposal.isMine && (
          <button type="button" disabled={isBusy} onClick={() => void act(WithdrawNext, { id }).then(done)}>
            {words.withdraw}
          </button>
        )}
        <span role="status">{said}</span>
      </div>
    </article>
  )
}
