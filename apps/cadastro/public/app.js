/**
 * The page of cadastro: a person signs up and follows the sign-up; an admin decides and sees the queues.
 *
 * Read beside: index.html, follow.js, admin.js
 * Touches the world: the document.
 */
import { showAdmin, watchAdmin } from './admin.js'
import { byId } from './dom.js'
import { followMine, sendSignUp, showMine } from './follow.js'
import { say } from './words.js'

function show() {
  const language = document.documentElement.lang === 'en' ? 'en' : 'pt-BR'
  document.title = say(language, 'title')
  showMine(language)
  showAdmin(language)
}

function watchLanguage() {
  for (const radio of /** @type {NodeListOf<HTMLInputElement>} */ (document.getElementsByName('language'))) {
    radio.addEventListener('change', () => {
      document.documentElement.lang = radio.value
      show()
    })
    if (radio.checked) document.documentElement.lang = radio.value
  }
}

watchLanguage()
show()
byId('sign-up-form').addEventListener(
  'submit',
  event => void sendSignUp(/** @type {SubmitEvent} */ (event)).finally(show),
)
void followMine(show)
void watchAdmin(show)
