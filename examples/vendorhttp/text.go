package vendorhttp

import "encoding/json"

// AppendText appends a JSON string, for the adapters that write their replies by hand. Plain ASCII
// is copied; the rest, and what a page could take for a tag, is escaped as encoding/json does.
func AppendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, err := json.Marshal(s)
			if err != nil {
				return append(b, `""`...) // never: a string
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
