import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { RequestReset, ResetPassword } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Field, Refusal, Title, formValues } from '../ui/parts'
import { useWords } from '../words'

export default function ResetPage(): JSX.Element {
  const token = new URLSearchParams(location.search).get('token')
  return token === null ? <AskForLink /> : <NewPassword token={token} />
}

function AskForLink(): JSX.Element {
  const { sign } = useWords()
  const { act, isBusy, refused } = useAct(RequestReset)
  const [notice, setNotice] = useState<string>()

  async function submit(event: SubmitEvent): Promise<void> {
    const { email = '' } = formValues(event)
    const payload = await act({ email })
    if (payload !== undefined) setNotice(payload.notice)
  }

  return (
    <div class="stack">
      <Title>{sign.forgot}</Title>
      {notice !== undefined && (
        <p class="note" role="status">
          {notice}
        </p>
      )}
      <form class="card" onSubmit={(event) => void submit(event)}>
        <Refusal refused={refused} />
        <Field label={sign.mail} name="email" type="email" autocomplete="username" required />
        <div>
          <button class="main" disabled={isBusy}>
            {sign.sendReset}
          </button>
        </div>
      </form>
    </div>
  )
}

function NewPassword({ token }: { token: string }): JSX.Element {
  const { sign, save } = useWords()
  const { act, isBusy, refused } = useAct(ResetPassword)
  const [notice, setNotice] = useState<string>()

  async function submit(event: SubmitEvent): Promise<void> {
    const { password = '' } = formValues(event)
    const payload = await act({ input: { token, password } })
    if (payload !== undefined) setNotice(payload.notice)
  }

  return (
    <div class="stack">
      <Title>{sign.newPassword}</Title>
      {notice === undefined ? (
        <form class="card" onSubmit={(event) => void submit(event)}>
          <Refusal refused={refused} />
          <Field
            label={sign.newPassword}
            name="password"
            type="password"
            autocomplete="new-password"
            hint={sign.passwordHint}
            required
            wrong={refused?.fields['password']}
          />
          <div>
            <button class="main" disabled={isBusy}>
              {save}
            </button>
          </div>
        </form>
      ) : (
        <p class="note" role="status">
          {notice} <Link href="/sign-in">{sign.inTitle}</Link>
        </p>
      )}
    </div>
  )
}
