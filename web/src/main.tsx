import { Provider } from '@urql/preact'
import { render } from 'preact'

import { makeClient } from './api/client'
import { App } from './app'
import { keepFocus } from './ui/kept-focus'
import { chooseLanguage, keptLanguage } from './words'

const root = document.getElementById('app')
if (root === null) throw new Error('the page has no place for the app')

keepFocus(root)
const words = await chooseLanguage(keptLanguage())
render(
  <Provider value={makeClient()}>
    <App words={words} />
  </Provider>,
  root,
)
