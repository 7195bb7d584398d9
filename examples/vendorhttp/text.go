package vendorhttp

import "encoding/json"

// AppendText appends s to b as a JSON string in double quotes, and returns the extended slice. The
// text is encoded as json.Marshal does, with escapes for quotes, backslashes, control characters,
// <, > and &. A text of printable ASCII that needs no escape is copied.
func AppendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, err := json.Marshal(s)
			if err != nil {
				return append(b, `""`...) // cannot happen for a string
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
