import type { JSX } from 'preact'
import { Link, useLocation } from 'wouter-preact'

import { SignIn } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Field, Refusal, Title, formValues } from '../ui/parts'
import { ViewerContext } from '../viewer'
import { useWords } from '../words'

export default function SignInPage(): JSX.Element {
  const { sign } = useWords()
  const viewer = ViewerContext.use()
  const [, go] = useLocation()
  const { act, isBusy, refused } = useAct(SignIn)

  async function submit(event: SubmitEvent): Promise<void> {
    const { email = '', password = '' } = formValues(event)
    if ((await act({ input: { email, password, carrier: 'COOKIE' } })) === undefined) return
    viewer.reload()
    go('/')
  }

  return (
    <div class="stack">
      <Title>{sign.inTitle}</Title>
      <form class="card" onSubmit={(event) => void submit(event)}>
        <Refusal refused={refused} />
        <Field
          label={sign.mail}
          name="email"
          type="email"
          autocomplete="username"
          required
          wrong={refused?.fields['email']}
        />
        <Field label={sign.password} name="password" type="password" autocomplete="current-password" required />
        <div class="row spread">
          <button class="main" disabled={isBusy}>
            {sign.inTitle}
          </button>
          <Link href="/reset">{sign.forgot}</Link>
        </div>
      </form>
      <p>
        {sign.noAccount} <Link href="/sign-up">{sign.upTitle}</Link>
      </p>
    </div>
  )
}
