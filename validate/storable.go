package validate

import (
	"strings"
	"unicode/utf8"
)

// IsStorable reports whether a text may be given to a storage: it is valid UTF-8 without NUL.
// Storages rely on it.
func IsStorable(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// Storable adds a problem at the path if IsStorable refuses the text: InvalidUTF8 or
// ControlCharacter. It reports whether the text is storable.
func (c *Collector) Storable(path, s string) bool {
	switch {
	case IsStorable(s):
		return true
	case !utf8.ValidString(s):
		c.Add(Problem{Path: path, Code: InvalidUTF8})
	default:
		c.Add(Problem{Path: path, Code: ControlCharacter})
	}
	return false
}
