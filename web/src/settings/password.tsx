import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { ChangePassword } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Field, Refusal, formValues } from '../ui/parts'
import { useMore, useWords } from '../words'
import { settingsWords } from '../words/settings'

export function Password(): JSX.Element {
  const words = useMore(settingsWords)
  const { sign } = useWords()
  const { act, isBusy, refused } = useAct(ChangePassword)
  const [notice, setNotice] = useState('')

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { currentPassword = '', newPassword = '' } = formValues(event)
    const done = await act({ input: { currentPassword, newPassword } })
    setNotice(done?.notice ?? '')
    if (done !== undefined) form.reset()
  }

  return (
    <details class="card">
      <summary>{words.password}</summary>
      <form class="stack" aria-label={words.password} onSubmit={(event) => void submit(event)}>
        <Refusal refused={refused} />
        <Field
          label={words.now}
          name="currentPassword"
          type="password"
          autocomplete="current-password"
          required
          wrong={refused?.fields['currentPassword']}
        />
        <Field
          label={words.next}
          hint={sign.passwordHint}
          name="newPassword"
          type="password"
          autocomplete="new-password"
          required
          wrong={refused?.fields['newPassword']}
        />
        <div class="row">
          <button disabled={isBusy}>{words.change}</button>
          <span role="status">{notice}</span>
        </div>
      </form>
    </details>
  )
}
