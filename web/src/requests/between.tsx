/** What may lie between a request and its answer: a question back, and passing it on to somebody who fits better. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { AnswerMore, AskForMore, People, ReferRequest } from '../api/gen/documents'
import type { RequestCardFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { useWords } from '../words'

const LEAST_LETTERS = 2
const SHOWN = 5

interface Props {
  readonly request: RequestCardFragment
}

export function AskBack({ request }: Props): JSX.Element {
  const { requests, send } = useWords()
  const { act, isBusy, refused } = useAct(AskForMore)
  return (
    <details>
      <summary>{requests.more}</summary>
      <form
        class="stack"
        onSubmit={(event) => {
          const { text = '' } = formValues(event)
          void act({ input: { requestId: request.id, expectedVersion: request.version, text } })
        }}
      >
        <Refusal refused={refused} />
        <Field label={requests.yourQuestion} name="text" lines={2} required wrong={refused?.fields['text']} />
        <div>
          <button disabled={isBusy}>{send}</button>
        </div>
      </form>
    </details>
  )
}

export function AnswerBack({ request }: Props): JSX.Element {
  const { requests, send } = useWords()
  const { act, isBusy, refused } = useAct(AnswerMore)
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        const { text = '' } = formValues(event)
        void act({ input: { requestId: request.id, expectedVersion: request.version, text } })
      }}
    >
      <Refusal refused={refused} />
      <Field label={requests.yourAnswer} name="text" lines={2} required wrong={refused?.fields['text']} />
      <div>
        <button class="main" disabled={isBusy}>
          {send}
        </button>
      </div>
    </form>
  )
}

export function PassOn({ request }: Props): JSX.Element {
  const { requests } = useWords()
  const { act, isBusy, refused } = useAct(ReferRequest)
  const [text, setText] = useState('')
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const filter = { text: text.trim(), hasOpenPlaces: true }
  const { data } = useAnswer(People, { filter, after: null }, { pause: filter.text.length < LEAST_LETTERS })
  const found = filter.text.length < LEAST_LETTERS ? [] : (data?.profiles.edges ?? []).slice(0, SHOWN)
  return (
    <details>
      <summary>{requests.passOn}</summary>
      <div class="stack">
        <Refusal refused={refused} />
        <Field label={requests.toWhom} name="to" onInput={setText} />
        <ul class="chips">
          {found.map(({ node }) => (
            <li key={node.id}>
              <button
                type="button"
                disabled={isBusy}
                onClick={() =>
                  void act({ input: { requestId: request.id, toProfileId: node.id, note: '', idempotencyKey } })
                }
              >
                {node.name}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </details>
  )
}
