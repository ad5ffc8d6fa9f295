/** Times that one of the two offers the other: the one chooses, declines or answers with others; the other waits. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { AcceptProposal, CounterProposal, DeclineProposal, WithdrawProposal } from '../api/gen/documents'
import type { MeetingOfferFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { thing } from '../ui/thing'
import { useMore, useWords } from '../words'
import { meetingWords } from '../words/meetings'
import { Moment } from './moment'
import { useTie } from './tie'
import { TimesForm } from './times-form'
import { dayIn, spanIn } from './zones'

interface OfferProps {
  readonly offer: MeetingOfferFragment
  readonly done: (said?: string) => void
}

export function Offer({ offer, done }: OfferProps): JSX.Element {
  const words = useMore(meetingWords)
  const { language } = useWords()
  const { me, myId, otherName } = useTie()
  const zone = me.profile.timeZone
  const isMine = offer.proposer?.id === myId
  const title = isMine ? words.fromYou(otherName) : words.fromThem(otherName)
  return (
    <article class={isMine ? 'card' : 'card lit'} {...thing(offer.id)} aria-label={title}>
      <h3>{title}</h3>
      {offer.title !== '' && <p>{offer.title}</p>}
      {offer.meeting !== null && (
        <p class="small soft">
          {words.forMove(
            `${dayIn(offer.meeting.startsAt, zone, language)}, ${spanIn(offer.meeting.startsAt, offer.minutes, zone, language)}`,
          )}
        </p>
      )}
      {offer.note !== '' && <blockquote>{offer.note}</blockquote>}
      {offer.times > 1 && <p class="small">{words.manyTimes(offer.times, offer.everyDays)}</p>}
      {isMine ? <Waiting offer={offer} done={done} /> : <Choosing offer={offer} done={done} />}
    </article>
  )
}

function Waiting({ offer, done }: OfferProps): JSX.Element {
  const words = useMore(meetingWords)
  const { act, isBusy, refused } = useActs()
  return (
    <>
      <ul class="stack tight">
        {offer.starts.map((at) => (
          <li key={at}>
            <Moment at={at} minutes={offer.minutes} />
          </li>
        ))}
      </ul>
      <Refusal refused={refused} />
      <div>
        <button type="button" disabled={isBusy} onClick={() => void act(WithdrawProposal, { id: offer.id }).then(() => { done() })}>
          {words.withdraw}
        </button>
      </div>
    </>
  )
}

function Choosing({ offer, done }: OfferProps): JSX.Element {
  const words = useMore(meetingWords)
  const { act, isBusy, refused } = useActs()
  const [isCountering, setCountering] = useState(false)

  async function take(startsAt: string): Promise<void> {
    if ((await act(AcceptProposal, { input: { proposalId: offer.id, startsAt } })) !== undefined) done(words.taken)
  }

  return (
    <>
      <ul class="stack tight">
        {offer.starts.map((at) => (
          <li key={at} class="row spread">
            <Moment at={at} minutes={offer.minutes} />
            {Date.parse(at) > Date.now() ? (
              <button type="button" class="main" disabled={isBusy} onClick={() => void take(at)}>
                {words.take}
              </button>
            ) : (
              <span class="small soft">{words.past}</span>
            )}
          </li>
        ))}
      </ul>
      <Refusal refused={refused} />
      <div class="row">
        <button
          type="button"
          aria-expanded={isCountering}
          onClick={() => {
            setCountering(!isCountering)
          }}
        >
          {words.counter}
        </button>
        <button type="button" class="plain" disabled={isBusy} onClick={() => void act(DeclineProposal, { id: offer.id }).then(() => { done() })}>
          {words.decline}
        </button>
      </div>
      {isCountering && (
        <TimesForm
          label={words.counter}
          noteLabel={words.note}
          minutes={offer.minutes}
          isBusy={isBusy}
          refused={refused}
          send={(times) => {
            void act(CounterProposal, { input: { proposalId: offer.id, ...times } }).then(() => { done() })
          }}
        />
      )}
    </>
  )
}
