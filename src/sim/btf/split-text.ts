/** The parts between commas that stand in no parentheses, without blanks around them. */
export function splitTopLevel(text: string): string[] {
  if (!text.includes("(")) return text.split(",").map((part) => part.trim());
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "(") depth++;
    else if (char === ")") depth--;
    else if (char === "," && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

/** The entries of a text that begin in a line's first column, lines that begin with blanks joined to them. */
export function joinedLines(text: string): string[] {
  return text
    .trim()
    .split(/\n(?=\S)/)
    .map((entry) => entry.replace(/\s*\n\s*/g, " "));
}
