/**
 * The page of cadastro: a person signs up and follows the sign-up; an admin decides and sees the queues.
 *
 * Read beside: index.html, follow.js, admin.js; edge-proxy/public/dom.js, forms.js and language.js
 * Touches the world: the document.
 */
import { showAdmin, watchAdmin } from './admin.js'
import { followMine, sendSignUp, showMine } from './follow.js'
import { onSubmit } from './forms.js'
import { language, watchLanguage } from './language.js'
import { say } from './say.js'

function show() {
  document.title = say(language(), 'title')
  showMine()
  showAdmin()
}

watchLanguage(show)
show()
onSubmit('sign-up-form', form => sendSignUp(form).finally(show))
void followMine(show)
void watchAdmin(show)
