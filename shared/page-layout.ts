/**
 * The frame of all pages that a server renders: they look like the page in edge-proxy/public/, and work without JavaScript.
 *
 * Each text is here twice, in Portuguese and in English; /style.css hides one of them.
 *
 * Read beside: html.ts, edge-proxy/public/index.html, backend/pages/, edge-proxy/downstream/error-page.ts
 * Pure: values in, text out.
 */
import { type Html, html } from './html.ts'

/** A whole document. @param title in Portuguese; a document has one title @param main the content of `<main>` */
export function layout(title: string, main: Html): string {
  return html`<!doctype html>
<html lang="pt-BR">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · meutrabalho.com.br</title>
    <link rel="icon" type="image/svg+xml" href="/favicon.svg">
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <header class="top">
      <a class="brand" href="/"><img src="/favicon.svg" alt="" width="32" height="32"><span>meutrabalho.com.br</span></a>
      <fieldset class="languages">
        <legend class="unseen">${both('Idioma', 'Language')}</legend>
        <label><input type="radio" name="language" value="pt-BR" id="choose-pt" checked><span lang="pt-BR" class="always">Português</span></label>
        <label><input type="radio" name="language" value="en" id="choose-en"><span lang="en" class="always">English</span></label>
      </fieldset>
    </header>
    <main>
      ${main}
    </main>
  </body>
</html>
`.text
}

/** One text in both languages. */
export function both(portuguese: string, english: string): Html {
  return html`<span lang="pt-BR">${portuguese}</span><span lang="en">${english}</span>`
}
