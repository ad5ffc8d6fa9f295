import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { SignUp } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Field, Refusal, Title, formValues } from '../ui/parts'
import { useWords } from '../words'

export default function SignUpPage(): JSX.Element {
  const { sign } = useWords()
  const { act, isBusy, refused } = useAct(SignUp)
  const [notice, setNotice] = useState<string>()

  async function submit(event: SubmitEvent): Promise<void> {
    const { email = '', password = '', displayName = '' } = formValues(event)
    const payload = await act({ input: { email, password, displayName } })
    if (payload !== undefined) setNotice(payload.notice)
  }

  if (notice !== undefined) {
    return (
      <div class="stack">
        <Title>{sign.checkMail}</Title>
        <p class="note">{notice}</p>
      </div>
    )
  }
  return (
    <div class="stack">
      <Title>{sign.upTitle}</Title>
      <form class="card" onSubmit={(event) => void submit(event)}>
        <Refusal refused={refused} />
        <Field
          label={sign.displayName}
          name="displayName"
          autocomplete="nickname"
          required
          wrong={refused?.fields['displayName']}
        />
        <Field label={sign.mail} name="email" type="email" autocomplete="email" required wrong={refused?.fields['email']} />
        <Field
          label={sign.password}
          name="password"
          type="password"
          autocomplete="new-password"
          hint={sign.passwordHint}
          required
          wrong={refused?.fields['password']}
        />
        <div>
          <button class="main" disabled={isBusy}>
            {sign.upTitle}
          </button>
        </div>
      </form>
      <p>
        {sign.haveAccount} <Link href="/sign-in">{sign.inTitle}</Link>
      </p>
    </div>
  )
}
