/** Four kinds of support: what one needs, who gives it, what one gives. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { SetSupportMap } from '../api/gen/documents'
import type { MyPageFragment, SupportNeed } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { profileWords } from '../words/profile'

const NEEDS = ['GUIDANCE', 'REFERRALS', 'EMOTIONAL', 'PRACTICAL'] as const

export function Support({ profile }: { profile: MyPageFragment }): JSX.Element {
  const words = useMore(profileWords)
  const { save, saved } = useWords()
  const { act, isBusy, refused } = useAct(SetSupportMap)
  const [isSaved, setSaved] = useState(false)

  async function submit(event: SubmitEvent): Promise<void> {
    const told = formValues(event)
    const noteOf = (need: SupportNeed, isOffer: boolean): string =>
      profile.support.find((each) => each.need === need && each.isOffer === isOffer)?.note ?? ''
    const entries = NEEDS.flatMap((need) => [
      ...(told[`${need}-need`] === 'on'
        ? [{ need, isOffer: false, metBy: told[`${need}-by`]?.trim() || null, note: noteOf(need, false) }]
        : []),
      ...(told[`${need}-give`] === 'on' ? [{ need, isOffer: true, metBy: null, note: noteOf(need, true) }] : []),
    ])
    setSaved((await act({ input: { entries } })) !== undefined)
  }

  return (
    <form class="card" aria-label={words.support} onSubmit={(event) => void submit(event)}>
      <h2>{words.support}</h2>
      <p class="small soft">{words.supportLead}</p>
      <Refusal refused={refused} />
      <div class="cards">
        {NEEDS.map((need) => (
          <Need key={need} need={need} profile={profile} />
        ))}
      </div>
      <div class="row">
        <button class="main" disabled={isBusy}>
          {save}
        </button>
        <span role="status">{isSaved && saved}</span>
      </div>
    </form>
  )
}

function Need({ need, profile }: { need: SupportNeed; profile: MyPageFragment }): JSX.Element {
  const words = useMore(profileWords)
  const own = profile.support.find((each) => each.need === need && !each.isOffer)
  const gives = profile.support.some((each) => each.need === need && each.isOffer)
  const [isNeeded, setNeeded] = useState(own !== undefined)
  return (
    <fieldset class="stack tight">
      <legend>{words.needs[need]}</legend>
      <label class="check">
        <input
          type="checkbox"
          name={`${need}-need`}
          checked={isNeeded}
          onChange={(event) => {
            setNeeded(event.currentTarget.checked)
          }}
        />
        {words.iNeed}
      </label>
      {isNeeded && <Field label={words.metBy} name={`${need}-by`} value={own?.metBy ?? ''} />}
      {profile.supportGaps.some((gap) => gap.need === need) && (
        <p class="note warm small">
          {words.gap}: {words.steps[need]}
        </p>
      )}
      <label class="check">
        <input type="checkbox" name={`${need}-give`} defaultChecked={gives} />
        {words.iGive}
      </label>
    </fieldset>
  )
}
