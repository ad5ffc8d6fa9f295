/** What others do with an ask: offer their time, change or take it back, tell somebody of it. */

import type { JSX } from 'preact'
import { lazy } from 'preact/compat'
import { useState } from 'preact/hooks'

import { OfferSmallHelp, TakeSmallHelpBack } from '../api/gen/documents'
import type { AskCardFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { instantOf, wallOf } from '../mentorship/zones'
import { Field, Refusal, formValues } from '../ui/parts'
import { Unfold } from '../ui/unfold'
import { when } from '../ui/when'
import { ViewerContext } from '../viewer'
import { useMore, useWords } from '../words'
import { smallAskWords } from '../words/small-asks'
import { Turns } from './mine'

const PassOn = lazy(() => import('./pass-on'))

interface Props {
  readonly ask: AskCardFragment
}

export default function Help({ ask }: Props): JSX.Element | null {
  const words = useMore(smallAskWords)
  const isHelper = ask.helper?.relation === 'SELF'
  if (isHelper) {
    return (
      <>
        <p>{words.youHelp}</p>
        {ask.state === 'AGREED' && <Turns ask={ask} />}
      </>
    )
  }
  if (ask.state !== 'OPEN') return null
  return (
    <>
      <Offered ask={ask} />
      <Offer ask={ask} />
      <Unfold
        look="line"
        label={
          <>
            {words.passOn}
            <span class="hidden">: {ask.text}</span>
          </>
        }
      >
        <PassOn ask={ask} />
      </Unfold>
    </>
  )
}

/** The viewer's own offer, while it waits to be taken. */
function Offered({ ask }: Props): JSX.Element | null {
  const words = useMore(smallAskWords)
  const { language } = useWords()
  const { act, isBusy, refused } = useActs()
  const mine = ask.offers[0]
  if (mine === undefined) return null
  return (
    <div class="note stack tight">
      <p>{words.offered(when(mine.freeAt, language))}</p>
      {mine.words !== '' && <p class="small">{mine.words}</p>}
      <Refusal refused={refused} />
      <div>
        <button
          type="button"
          disabled={isBusy}
          onClick={() => void act(TakeSmallHelpBack, { input: { smallAskId: ask.id } })}
        >
          {words.takeBack}
        </button>
      </div>
    </div>
  )
}

function Offer({ ask }: Props): JSX.Element {
  const words = useMore(smallAskWords)
  const { me } = ViewerContext.use()
  const { act, isBusy, refused } = useActs()
  const [isOff, setOff] = useState(false)
  const zone = me?.profile.timeZone ?? 'UTC'
  const wrong = isOff ? words.notATime : refused?.fields['freeAt']
  return (
    <details>
      <summary>
        {ask.offers.length === 0 ? words.offer : words.offerAgain}
        <span class="hidden">: {ask.text}</span>
      </summary>
      <form
        class="stack"
        aria-label={words.offer}
        onSubmit={(event) => {
          const { at = '', words: told = '' } = formValues(event)
          const freeAt = instantOf(at, zone)
          setOff(freeAt === undefined)
          if (freeAt !== undefined) void act(OfferSmallHelp, { input: { smallAskId: ask.id, freeAt, words: told } })
        }}
      >
        <label class="field">
          {words.freeAt}
          <input
            type="datetime-local"
            name="at"
            required
            min={wallOf(new Date().toISOString(), zone)}
            aria-invalid={wrong !== undefined}
          />
          <span class="small soft">{words.freeHint(zone)}</span>
          {wrong !== undefined && <span class="wrong">{wrong}</span>}
        </label>
        <Field label={words.words} name="words" wrong={refused?.fields['words']} />
        <Refusal refused={refused} />
        <div>
          <button class="main" disabled={isBusy}>
            {words.offerIt}
          </button>
        </div>
      </form>
    </details>
  )
}
