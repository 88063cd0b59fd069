/**
 * The frame of all pages that a server renders: they look like the page in edge-proxy/public/, and work without JavaScript.
 *
 * Each text is here twice, in Portuguese and in English; /style.css hides one of them.
 *
 * Read beside: html.ts, page-parts.ts, edge-proxy/public/index.html, backend/pages/, edge-proxy/pages/error-page.ts
 * Pure: values in, text out.
 */
import { type Html, html } from './html.ts'
import { head, languages } from './page-parts.ts'

export { both } from './page-parts.ts'

/** A whole document. @param title in Portuguese; a document has one title @param main the content of `<main>` */
export function layout(title: string, main: Html): string {
  return html`<!doctype html>
<html lang="pt-BR">
  <head>
    ${head}
    <title>${title} · meutrabalho.com.br</title>
  </head>
  <body>
    <header class="top">
      <a class="brand" href="/"><img src="/favicon.svg" alt="" width="32" height="32"><span>meutrabalho.com.br</span></a>
      ${languages}
    </header>
    <main>
      ${main}
    </main>
  </body>
</html>
`.text
}
