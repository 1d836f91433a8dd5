// Plain JavaScript, because bench/run.js writes with it too and Node 20 runs no TypeScript.

/**
 * JSON whose differences can be read: a line for each member of the whole, for each row of a table (a list of objects, or one
 * object that holds only such), and for each member of what holds a list of rows. A row stands on its one line.
 * @param {unknown} value
 * @param {number} [depth]
 * @returns {string}
 */
export function formatJson(value, depth = 0) {
  if (!isContainer(value) || isEmpty(value)) return JSON.stringify(value);
  if (depth > 0 && !hasRows(value) && !(depth === 1 && Object.values(value).every(isContainer)))
    return onOneLine(value);
  const isList = Array.isArray(value);
  const indent = ' '.repeat(depth + 1);
  const lines = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${indent}${isList ? '' : `${JSON.stringify(key)}: `}${formatJson(member, depth + 1)}`);
  const [start, end] = isList ? '[]' : '{}';
  return `${start}\n${lines.join(',\n')}\n${' '.repeat(depth)}${end}`;
}

/** @param {unknown} value
 *  @returns {value is object} */
const isContainer = (value) => typeof value === 'object' && value !== null;

/** @param {object} value */
const isEmpty = (value) => Object.keys(value).length === 0;

/** Whether it is a list of objects, or holds one, however deep.
 *  @param {object} value
 *  @returns {boolean} */
function hasRows(value) {
  const containers = Object.values(value).filter(isContainer);
  return Array.isArray(value) ? containers.some((member) => !Array.isArray(member)) : containers.some(hasRows);
}

/** With a space after each comma and colon. JSON has no line break inside a string.
 *  @param {unknown} value */
const onOneLine = (value) => JSON.stringify(value, null, 1).replace(/\n */g, ' ');
