/**
 * Lists of preferences, each with a weight: the values of Accept, Accept-Encoding and similar fields.
 *
 *     weighted list = #( item *( OWS ";" OWS parameter ) [ weight ] )
 *     weight        = OWS ";" OWS "q=" qvalue
 *     qvalue        = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
 *
 * Read beside: RFC 9110 §12.4.2 (quality values), §12.5.1 (Accept), §12.5.3 (Accept-Encoding), §5.6.1.2 (empty elements)
 * Pure: text in, values out.
 */

export interface WeightedItem {
  /** In lower case: `text/html`, `text/*`, `gzip` … */
  readonly item: string
  /** 0 (not acceptable) to 1 (the default). */
  readonly weight: number
  /** Other parameters than the weight, in lower case: `level=1` … */
  readonly parameters: readonly string[]
}

/** More than any browser sends; the rest of a longer list is not read. */
const MOST_ELEMENTS = 32

/** One token, or two with a slash between them (RFC 9110 §5.6.2). */
const ITEM = /^[!#$%&'*+\-.^_`|~0-9a-z]+(?:\/[!#$%&'*+\-.^_`|~0-9a-z]+)?$/
const QVALUE = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/

/** The elements in their order. One that is not in the grammar is ignored; the others still count. */
export function parseWeightedList(value: string): WeightedItem[] {
  return value
    .toLowerCase()
    .split(',', MOST_ELEMENTS)
    .flatMap(element => parseElement(element) ?? [])
}

function parseElement(element: string): WeightedItem | undefined {
  const [item = '', ...parameters] = element.split(';').map(part => part.trim())
  if (!ITEM.test(item)) return undefined
  const weight = parameters.find(isWeight)?.slice(2) ?? '1'
  if (!QVALUE.test(weight)) return undefined
  return { item, weight: Number(weight), parameters: parameters.filter(parameter => !isWeight(parameter)) }
}

function isWeight(parameter: string): boolean {
  return parameter.startsWith('q=')
}
