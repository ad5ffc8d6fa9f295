/** What who asks does: choose who helps, say thanks, take it back. */

import type { JSX } from 'preact'

import {
  AgreeOnSmallHelp,
  FinishSmallAsk,
  ReopenSmallAsk,
  ThankForSmallAsk,
  WithdrawSmallAsk,
} from '../api/gen/documents'
import type { AskCardFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Safety } from '../safety/safety'
import { Field, Refusal, formValues } from '../ui/parts'
import { Somebody } from '../ui/somebody'
import { when } from '../ui/when'
import { useMore, useWords } from '../words'
import { smallAskWords } from '../words/small-asks'

interface Props {
  readonly ask: AskCardFragment
}

export default function Mine({ ask }: Props): JSX.Element {
  return (
    <>
      {ask.state === 'OPEN' && <Offers ask={ask} />}
      {ask.helper !== null && <Helper helper={ask.helper} />}
      {(ask.state === 'AGREED' || ask.state === 'DONE') && <Thank ask={ask} />}
      {ask.state === 'AGREED' && <Turns ask={ask} />}
      {(ask.state === 'OPEN' || ask.state === 'AGREED') && <Withdraw ask={ask} />}
    </>
  )
}

function Offers({ ask }: Props): JSX.Element {
  const words = useMore(smallAskWords)
  const { language } = useWords()
  const { act, isBusy, refused } = useActs()
  if (ask.offers.length === 0) return <p class="small soft">{words.noOffers}</p>
  return (
    <div class="stack tight">
      <h3>{words.offers}</h3>
      <Refusal refused={refused} />
      <ul class="stack">
        {ask.offers.map(({ helper, freeAt, words: told }) => (
          <li key={helper?.id ?? freeAt} class="asked stack tight">
            <p>
              <Somebody person={helper} />, {when(freeAt, language)}
            </p>
            {told !== '' && <p>{told}</p>}
            {helper !== null && (
              <>
                <div>
                  <button
                    type="button"
                    class="main"
                    disabled={isBusy}
                    onClick={() => void act(AgreeOnSmallHelp, { input: { smallAskId: ask.id, helperId: helper.id } })}
                  >
                    {words.take}
                    <span class="hidden">: {helper.name}</span>
                  </button>
                </div>
                <Safety subjectId={helper.id} profileId={helper.id} name={helper.name} />
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Helper({ helper }: { helper: NonNullable<AskCardFragment['helper']> }): JSX.Element {
  const words = useMore(smallAskWords)
  return (
    <>
      <p>
        {words.helps} <Somebody person={helper} />
      </p>
      <Safety subjectId={helper.id} profileId={helper.id} name={helper.name} />
    </>
  )
}

function Thank({ ask }: Props): JSX.Element {
  const words = useMore(smallAskWords)
  const { act, isBusy, refused } = useActs()
  return (
    <form
      class="stack"
      aria-label={words.thank}
      onSubmit={(event) => {
        const { thanks = '' } = formValues(event)
        void act(ThankForSmallAsk, { input: { smallAskId: ask.id, thanks } })
      }}
    >
      <Field label={words.thanks} name="thanks" required wrong={refused?.fields['thanks']} />
      <Refusal refused={refused} />
      <div>
        <button class="main" disabled={isBusy}>
          {words.thankIt}
        </button>
      </div>
    </form>
  )
}

/** What either of the two says of an agreed ask: that it was done, or that it cannot be. */
export function Turns({ ask }: Props): JSX.Element {
  const words = useMore(smallAskWords)
  const { act, isBusy, refused } = useActs()
  const input = { smallAskId: ask.id }
  return (
    <>
      <Refusal refused={refused} />
      <div class="row">
        <button type="button" disabled={isBusy} onClick={() => void act(FinishSmallAsk, { input })}>
          {words.finish}
        </button>
        <button type="button" class="plain" disabled={isBusy} onClick={() => void act(ReopenSmallAsk, { input })}>
          {words.cannot}
        </button>
      </div>
      <p class="small soft">{words.cannotHint}</p>
    </>
  )
}

function Withdraw({ ask }: Props): JSX.Element {
  const words = useMore(smallAskWords)
  const { act, isBusy, refused } = useActs()
  return (
    <>
      <Refusal refused={refused} />
      <div>
        <button
          type="button"
          class="plain"
          disabled={isBusy}
          onClick={() => void act(WithdrawSmallAsk, { input: { smallAskId: ask.id } })}
        >
          {words.withdraw}
        </button>
      </div>
    </>
  )
}
