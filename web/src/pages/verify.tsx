import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { VerifyMail } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Field, Refusal, Title, formValues } from '../ui/parts'
import { useWords } from '../words'

/** Not done by merely opening the address: programs that look through mail open every link. */
export default function VerifyPage(): JSX.Element {
  const { sign, send } = useWords()
  const { act, isBusy, refused } = useAct(VerifyMail)
  const [isDone, setDone] = useState(false)

  async function submit(event: SubmitEvent): Promise<void> {
    const { token = '' } = formValues(event)
    if ((await act({ token })) !== undefined) setDone(true)
  }

  return (
    <div class="stack">
      <Title>{sign.verifyTitle}</Title>
      {isDone ? (
        <p class="note" role="status">
          {sign.verified} <Link href="/sign-in">{sign.inTitle}</Link>
        </p>
      ) : (
        <form class="card" onSubmit={(event) => void submit(event)}>
          <Refusal refused={refused} />
          <Field
            label={sign.code}
            name="token"
            value={new URLSearchParams(location.search).get('token') ?? ''}
            required
            wrong={refused?.fields['token']}
          />
          <div>
            <button class="main" disabled={isBusy}>
              {send}
            </button>
          </div>
        </form>
      )}
    </div>
  )
}
