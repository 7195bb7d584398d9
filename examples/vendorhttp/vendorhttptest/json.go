package vendorhttptest

import (
	"encoding/json"
	"strconv"
	"strings"
)

// jsonBody writes the fields as a JSON object, by hand, because a body with a name twice or with
// bytes that are not text is what no encoder makes.
func (e Endpoint) jsonBody(pairs []pair) string {
	if e.JSON != nil {
		fields := make(map[string]any, len(pairs))
		for _, p := range pairs {
			fields[p.field.Name] = rawJSON(p)
		}
		body, err := json.Marshal(e.JSON(fields))
		if err == nil {
			return string(body)
		}
		return `{"a":"` + "\xff" + `"}` // not to be encoded: bytes that are not text
	}
	var b strings.Builder
	b.WriteByte('{')
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(p.field.Name) + ":" + string(rawJSON(p)))
	}
	b.WriteByte('}')
	return b.String()
}

// rawJSON is a value as JSON: what looks like a number, a truth value, a list or an object is one.
func rawJSON(p pair) json.RawMessage {
	if !p.field.JSONText && json.Valid([]byte(p.value)) {
		return json.RawMessage(p.value)
	}
	text := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\x00", `\u0000`).Replace(p.value)
	return json.RawMessage(`"` + text + `"`)
}
