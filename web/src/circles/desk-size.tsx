/** How a circle does, and what could be done about its size: two out of one, or one out of two. People decide. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { AnswerCircleMerge, OfferCircleMerge, SplitCircle } from '../api/gen/documents'
import type { CircleDeskQuery } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { Meter } from '../ui/meter'
import { useMore, useWords } from '../words'
import { circleDeskWords } from '../words/circle-desk'
import { useCircle } from './circle'
import { seatName } from './seat-name'

type Shown = Extract<CircleDeskQuery['node'], { __typename: 'Circle' }>
type Advice = NonNullable<Shown['advice']>

export function Size({ circle }: { circle: Shown }): JSX.Element {
  const words = useMore(circleDeskWords)
  const { isOpen } = useCircle()
  const { advice, mergeOffers, health } = circle
  return (
    <>
      {isOpen && mergeOffers.length > 0 && <Offers offers={mergeOffers} />}
      {isOpen && (
        <section class="card" aria-label={words.size}>
          <h2>{words.size}</h2>
          {advice === null && <p class="soft">{words.noAdvice}</p>}
          {advice !== null && advice.moving.length > 0 && <Split advice={advice} />}
          {advice !== null && advice.partners.length > 0 && <Partners partners={advice.partners} />}
        </section>
      )}
      <Health lines={health} />
    </>
  )
}

function Health({ lines }: { lines: Shown['health'] }): JSX.Element {
  const words = useMore(circleDeskWords)
  return (
    <section class="card" aria-label={words.health}>
      <h2>{words.health}</h2>
      <ul class="stack">
        {lines.map(({ term, score, why, step }) => (
          <li key={term} class="stack tight">
            {score === null ? (
              <p>
                {words.terms[term]} <span class="chip">{words.early}</span>
              </p>
            ) : (
              <Meter share={score}>{words.terms[term]}</Meter>
            )}
            <p class="small soft">{why}</p>
            {step !== '' && <p class="small note">{step}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Split({ advice }: { advice: Advice }): JSX.Element {
  const words = useMore(circleDeskWords)
  const all = useWords()
  const { head } = useCircle()
  const { act, isBusy, refused } = useAct(SplitCircle)
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const [moving, setMoving] = useState<readonly string[]>(advice.moving.map(({ id }) => id))
  const seats = [...advice.moving, ...advice.staying]
  return (
    <form
      class="stack"
      aria-label={words.splitIt}
      onSubmit={(event) => {
        const { name = '' } = formValues(event)
        void act({ input: { circleId: head.id, name, seatIds: [...moving], idempotencyKey } })
      }}
    >
      <p>{words.split}</p>
      <div class="row">
        {seats.map((seat) => (
          <label key={seat.id} class="check">
            <input
              type="checkbox"
              checked={moving.includes(seat.id)}
              onChange={(event) => {
                const others = moving.filter((each) => each !== seat.id)
                setMoving(event.currentTarget.checked ? [...others, seat.id] : others)
              }}
            />
            {seatName(seat, all)}
          </label>
        ))}
      </div>
      <Field label={words.splitName} name="name" required wrong={refused?.fields['name']} />
      <Refusal refused={refused} />
      <div>
        <button disabled={isBusy}>{words.splitIt}</button>
      </div>
    </form>
  )
}

function Partners({ partners }: { partners: Advice['partners'] }): JSX.Element {
  const words = useMore(circleDeskWords)
  return (
    <div class="stack">
      <p>{words.merge}</p>
      <ul class="stack">
        {partners.map((partner) => (
          <Partner key={partner.id} partner={partner} />
        ))}
      </ul>
    </div>
  )
}

function Partner({ partner }: { partner: Advice['partners'][number] }): JSX.Element {
  const words = useMore(circleDeskWords)
  const { head } = useCircle()
  const { act, isBusy, refused } = useAct(OfferCircleMerge)
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const [isOffered, setOffered] = useState(false)
  return (
    <li class="stack tight">
      <p>
        <strong>{partner.name}</strong> <span class="small soft">{partner.purpose}</span>
      </p>
      <Refusal refused={refused} />
      <div class="row">
        <button
          type="button"
          disabled={isBusy || isOffered}
          onClick={() =>
            void act({ input: { circleId: head.id, intoCircleId: partner.id, idempotencyKey } }).then((done) => {
              setOffered(done !== undefined)
            })
          }
        >
          {words.mergeOffer}
          <span class="hidden">: {partner.name}</span>
        </button>
        <span role="status">{isOffered && words.offered}</span>
      </div>
    </li>
  )
}

function Offers({ offers }: { offers: Shown['mergeOffers'] }): JSX.Element {
  const words = useMore(circleDeskWords)
  const { act, isBusy, refused } = useAct(AnswerCircleMerge)
  return (
    <section class="card lit" aria-label={words.offers}>
      <h2>{words.offers}</h2>
      <Refusal refused={refused} />
      <ul class="stack">
        {offers.map(({ offerKey, circle }) => (
          <li key={offerKey} class="stack tight">
            <p>
              <strong>{circle?.name ?? words.aCircle}</strong> <span class="small soft">{circle?.purpose}</span>
            </p>
            <div class="row">
              {([true, false] as const).map((isYes) => (
                <button
                  key={String(isYes)}
                  type="button"
                  class={isYes ? 'main' : undefined}
                  disabled={isBusy}
                  onClick={() => void act({ input: { offerKey, isYes } })}
                >
                  {isYes ? words.offerYes : words.offerNo}
                </button>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
