/** Offering to introduce two people; one of them may be known from the page one comes from. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { OfferIntroduction } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import type { ChosenPerson } from '../ui/person-field'
import { PersonField } from '../ui/person-field'
import { useMore } from '../words'
import { introductionWords } from '../words/introductions'

interface OfferProps {
  readonly known: ChosenPerson | undefined
  readonly offered: () => void
}

export default function Offer({ known, offered }: OfferProps): JSX.Element {
  const words = useMore(introductionWords)
  const { act, isBusy, refused } = useAct(OfferIntroduction)
  const [one, setOne] = useState(known)
  const [other, setOther] = useState<ChosenPerson>()
  const [isShort, setShort] = useState(false)
  const [said, setSaid] = useState('')
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID())
  const wrong = refused?.fields ?? {}
  const missing = (who: ChosenPerson | undefined): string | undefined =>
    isShort && who === undefined ? words.needTwo : undefined

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { why = '' } = formValues(event)
    setSaid('')
    setShort(one === undefined || other === undefined)
    if (one === undefined || other === undefined) return
    if ((await act({ input: { oneId: one.id, otherId: other.id, words: why, idempotencyKey } })) === undefined) return
    setKey(crypto.randomUUID())
    setOne(undefined)
    setOther(undefined)
    setSaid(words.offered)
    form.reset()
    offered()
  }

  return (
    <form class="stack" aria-label={words.offer} onSubmit={(event) => void submit(event)}>
      <div class="columns">
        <PersonField
          label={words.one}
          chosen={one}
          choose={setOne}
          without={other === undefined ? [] : [other.id]}
          wrong={missing(one) ?? wrong['oneId']}
        />
        <PersonField
          label={words.other}
          chosen={other}
          choose={setOther}
          without={one === undefined ? [] : [one.id]}
          wrong={missing(other) ?? wrong['otherId']}
        />
      </div>
      <Field label={words.why} name="why" lines={3} required wrong={wrong['words']} />
      <Refusal refused={refused} />
      <div class="row">
        <button class="main" disabled={isBusy}>
          {words.offerIt}
        </button>
        <span role="status">{said}</span>
      </div>
    </form>
  )
}
