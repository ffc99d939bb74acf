// Mermaid copies its whole configuration, a thousand values, each time that it looks at one of them: several times for each member
// of a class, which is nine tenths of what a class diagram takes. Parsers only read it, and every diagram starts with a configuration
// of its own, so that one copy a diagram says the same. Were Mermaid written in another way, it would run as it is, only slower.
const COPY = "return assignWithDepth_default({}, currentConfig);";
const COPY_ONCE = `
  if (!configurationCopies.has(currentConfig)) configurationCopies.set(currentConfig, assignWithDepth_default({}, currentConfig));
  return configurationCopies.get(currentConfig);`;

/** The text of `mermaid.js`, changed so that it copies its configuration once a diagram. */
export function copyOnce(source) {
  return source.replace(COPY, COPY_ONCE);
}
