/** Telling somebody of an ask that is for them. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { PassSmallAskOn } from '../api/gen/documents'
import type { AskCardFragment } from '../api/gen/types'
import { useActs } from '../api/outcome'
import { Refusal } from '../ui/parts'
import type { ChosenPerson } from '../ui/person-field'
import { PersonField } from '../ui/person-field'
import { useMore } from '../words'
import { smallAskWords } from '../words/small-asks'

export default function PassOn({ ask }: { ask: AskCardFragment }): JSX.Element {
  const words = useMore(smallAskWords)
  const { act, isBusy, refused } = useActs()
  const [to, setTo] = useState<ChosenPerson>()
  const [told, setTold] = useState('')
  return (
    <form
      class="stack"
      aria-label={words.passOn}
      onSubmit={(event) => {
        event.preventDefault()
        if (to === undefined) return
        void act(PassSmallAskOn, { input: { smallAskId: ask.id, toProfileId: to.id } }).then((done) => {
          setTold(done === undefined ? '' : words.passed(to.name))
          if (done !== undefined) setTo(undefined)
        })
      }}
    >
      <PersonField
        label={words.passTo}
        chosen={to}
        choose={setTo}
        without={ask.asker === null ? [] : [ask.asker.id]}
      />
      <Refusal refused={refused} />
      <div class="row">
        <button disabled={isBusy || to === undefined}>{words.passIt}</button>
        <span role="status">{told}</span>
      </div>
    </form>
  )
}
