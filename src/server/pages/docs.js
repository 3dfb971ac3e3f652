/** Draws the API document as a page to read. */

const place = document.getElementById('document')
const response = await fetch('/openapi.json')
const api = await response.json()

/** A text in which names stand between backquotes. */
function prose(className, text) {
  const parts = text.split('`').map((part, index) => (index % 2 === 1 ? element('code', '', part) : part))
  return element('p', className, ...parts)
}

/** A schema in one line of words. */
function words(schema = {}) {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)
    const link = element('a', '', name)
    link.href = `#${name}`
    return link
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.length > 12 ? 'text' : schema.enum.map((one) => JSON.stringify(one)).join(' or ')
  const several = schema.oneOf ?? schema.anyOf
  if (several) return element('span', '', ...several.flatMap((one, index) => (index === 0 ? [words(one)] : [' or ', words(one)])))
  if (schema.type === 'array') return element('span', '', 'list of ', words(schema.items))
  if (schema.type === 'object' && schema.additionalProperties) return element('span', '', 'table of ', words(schema.additionalProperties))
  if (schema.format) return schema.format
  return schema.type ?? 'anything'
}

function fields(schema) {
  const required = new Set(schema.required ?? [])
  const rows = Object.entries(schema.properties ?? {}).map(([name, each]) =>
    element(
      'li',
      '',
      element('code', '', name),
      required.has(name) ? '' : element('span', 'hint', 'optional'),
      words(each),
      element('span', 'hint', each.description ?? ''),
    ),
  )
  return element('ul', 'lines', ...rows)
}

function operation(method, path, { operationId, summary, description, parameters, requestBody, responses, ...more }) {
  const card = element('section', 'answer card', element('h3', '', element('code', '', `${method.toUpperCase()} ${path}`)))
  card.id = operationId
  card.append(element('p', '', summary), prose('hint', description))
  const rows = parameters.map((one) =>
    element(
      'li',
      '',
      element('code', '', one.name),
      element('span', 'hint', `${one.in}${one.required ? '' : ', optional'}`),
      words(one.schema),
      element('span', 'hint', one.description ?? ''),
    ),
  )
  if (rows.length > 0) card.append(element('ul', 'lines', ...rows))
  const body = requestBody?.content['application/json']?.schema
  if (body) card.append(element('p', '', 'Takes ', words(body)))
  for (const [status, { content }] of Object.entries(responses)) {
    if (status === 'default') continue
    const answer = content?.['application/json']?.schema
    card.append(element('p', '', `Answers ${status === '200' ? '' : `${status} `}`, answer ? words(answer) : ''))
  }
  card.append(element('p', 'hint', `Codes: ${more['x-codes'].join(', ')}`))
  return card
}

for (const paragraph of api.info.description.split('\n\n')) place.append(prose('told', paragraph))
for (const tag of api.tags) {
  place.append(element('h2', '', `${tag.name}: ${tag.description}`))
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, each] of Object.entries(methods)) if (each.tags.includes(tag.name)) place.append(operation(method, path, each))
}
place.append(element('h2', '', 'Schemas'))
for (const [name, schema] of Object.entries(api.components.schemas)) {
  const card = element('section', 'answer card', element('h3', '', element('code', '', name)))
  card.id = name
  card.append(prose('', schema.description ?? ''), schema.properties ? fields(schema) : element('p', '', words(schema)))
  place.append(card)
}
if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView()

/** An element with a class, and nodes or texts inside. Builds nodes only: no text ever becomes markup. */
function element(tag, className, ...inside) {
  const node = document.createElement(tag)
  if (className) node.className = className
  node.append(...inside)
  return node
}
