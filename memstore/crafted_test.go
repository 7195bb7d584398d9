package memstore

import (
	"bytes"
	"errors"
	"regexp"
	"testing"
)

// The checksum of each stream is right, so that Restore must look at what the lines say.
func TestRestoreRefusesWhatCannotBe(t *testing.T) {
	s := populated(t, 7)
	lines := unsummed(snapshot(t, s))
	for _, c := range []struct{ name, from, to string }{
		{"a reference twice", `(?m)^reference .*\n`, "$0$0"},
		{"a user twice", `(?m)^user .*\n`, "$0$0"},
		{"a transfer twice", `(?m)^transfer .*\n`, "$0$0"},
		{"a change twice", `(?m)^(change|creation) .*\n`, "$0$0"},
		{"an account twice", `(?m)^account .*\n`, "$0$0"},
		{"a secret of no user", `(?m)^secret \{"user":\d+`, `secret {"user":9999`},
		{"a creation of no user", `(?m)^creation (.*)"userId":\d+`, `creation $1"userId":9999`},
		{"a member that no account has", `(?m)^account \{`, `account {"zzz":1,`},
		{"a negative counter", `(?m)^(account .*)"user":\d+`, `$1"user":-5`},
		{"a word that no line has", `(?m)^reference`, `preference`},
		{"a line of no account", `(?m)^account .*\n`, ""},
	} {
		stream := regexp.MustCompile(c.from).ReplaceAll(lines, []byte(c.to))
		if bytes.Equal(stream, lines) {
			t.Errorf("%s: nothing changed", c.name)
			continue
		}
		if _, err := Restore(t.Context(), bytes.NewReader(summed(stream))); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
