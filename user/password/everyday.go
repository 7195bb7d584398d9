package password

import (
	_ "embed"
	"strings"
)

// everyday lists passwords of at least eight characters from the top of published lists of leaked
// passwords, and passwords that people type to get past a form. Shorter passwords are refused by
// their length.
//
//go:embed everyday.txt
var everyday string

// Everyday returns a Blocklist of a few hundred passwords, so that a program without a list of its
// own refuses "password1". Use a published list in production.
func Everyday() *Blocklist { return NewBlocklist(strings.Fields(everyday)...) }
