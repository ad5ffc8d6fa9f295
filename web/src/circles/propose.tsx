/** A circle in its proposer's words: its kind sets where it begins, and much of that can be set otherwise. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { CircleKinds, ProposeCircle } from '../api/gen/documents'
import type { CircleKind } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Choice, Field, Pending, Refusal, formValues } from '../ui/parts'
import { useMore } from '../words'
import { circleFormWords } from '../words/circle-form'
import { circleWords } from '../words/circles'
import { circlePath } from './circle'
import type { ChosenRules } from './form'
import { CircleFields, RuleFields, saidIn } from './form'

export default function Propose(): JSX.Element {
  const words = useMore(circleFormWords)
  const { kinds, propose } = useMore(circleWords)
  const [, go] = useLocation()
  const [kind, setKind] = useState<CircleKind>('PEER')
  const [chosen, setChosen] = useState<Partial<ChosenRules>>({})
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const { data, failure, again } = useAnswer(CircleKinds, {})
  const { act, isBusy, refused } = useAct(ProposeCircle)
  const begins = data?.circleKinds.find((each) => each.kind === kind)
  if (begins === undefined) return <Pending failure={failure} retry={again} />
  const wrong = refused?.fields ?? {}
  return (
    <form
      class="stack"
      aria-label={propose}
      onSubmit={(event) => {
        const values = formValues(event)
        const nickname = values['nickname'] ?? ''
        void act({ input: { kind, ...chosen, ...saidIn(values), nickname, idempotencyKey } }).then((done) => {
          if (done !== undefined) go(circlePath(done.circle.id))
        })
      }}
    >
      <p class="small soft">{words.proposeHint}</p>
      <Choice
        label={words.kind}
        value={kind}
        choices={kinds}
        onChange={(next) => {
          setKind(next)
          setChosen({})
        }}
      />
      <p class="small soft" role="status">
        {[words.kindHints[kind], begins.naming === 'NICKNAMES' ? words.nicknames : words.profiles, begins.withMentor && words.mentor]
          .filter(Boolean)
          .join(' ')}
      </p>
      <CircleFields wrong={wrong} />
      {begins.naming === 'NICKNAMES' && <Field label={words.nickname} name="nickname" required wrong={wrong['nickname']} />}
      <fieldset class="stack">
        <legend>{words.begins}</legend>
        <RuleFields
          key={kind}
          rules={begins}
          isListed
          wrong={wrong}
          choose={(change) => {
            setChosen({ ...chosen, ...change })
          }}
        />
      </fieldset>
      <Refusal refused={refused} />
      <div>
        <button class="main" disabled={isBusy}>
          {words.proposeIt}
        </button>
      </div>
    </form>
  )
}
