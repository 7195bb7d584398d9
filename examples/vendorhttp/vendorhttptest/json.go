package vendorhttptest

import (
	"encoding/json"
	"strconv"
	"strings"
)

// jsonBody returns the fields and their values as a JSON object. It does not use an encoder,
// because the body may contain a name twice or bytes that are not UTF-8. If e.JSON is set, jsonBody
// instead returns the encoded result of e.JSON for the fields. If that result cannot be encoded,
// jsonBody returns an object with a text that is not UTF-8.
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
		return `{"a":"` + "\xff" + `"}` // json.Marshal refuses bytes that are not UTF-8
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

// rawJSON returns the value of a field of a request, p.value, as JSON. A value that is valid JSON,
// such as a number, a boolean, a list or an object, is returned unchanged. Any other value becomes
// a JSON string. If p.field.JSONText is set, every value becomes a JSON string.
func rawJSON(p pair) json.RawMessage {
	if !p.field.JSONText && json.Valid([]byte(p.value)) {
		return json.RawMessage(p.value)
	}
	text := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\x00", `\u0000`).Replace(p.value)
	return json.RawMessage(`"` + text + `"`)
}
