package password

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ca74b63c/roster/validate"
)

// nistMinChars is the least minimum length that SP 800-63B allows.
const nistMinChars = 8

// Memorized is the policy of NIST SP 800-63B for passwords that people choose. It requires a
// length, and refuses passwords that attackers try first. It accepts any character that can be
// typed, including spaces. The zero value requires eight characters and has no blocklist.
type Memorized struct {
	// MinChars is counted in code points. Fewer than 8 count as 8. Revision 4 asks for 15 where
	// the password is the only factor.
	MinChars int
	// Blocklist may be nil.
	Blocklist *Blocklist
}

// NIST returns the policy of SP 800-63B with at least eight characters and the blocklist b, which
// may be nil.
func NIST(b *Blocklist) Policy { return Memorized{MinChars: nistMinChars, Blocklist: b} }

// Remembers returns 0, because SP 800-63B requires no history and no regular changes.
func (Memorized) Remembers() int { return 0 }

// Check implements Policy. It returns nil if the password c.New is acceptable. Otherwise it returns
// a *validate.Error with problems at PathNew. An empty password has only the problem Required. A
// password of more than MaxBytes bytes has only the problem TooLong. Another password has each
// problem of this list that applies:
//
//   - InvalidUTF8: the password is not valid UTF-8.
//   - ControlCharacter: the password contains a control character, which people cannot type again
//     on another keyboard.
//   - TooShort: the password has fewer characters than MinChars or than 8.
//   - Blocklisted: the Blocklist contains the password, see Blocklist.Has.
//   - Repetitive: the password consists only of runs of four or more characters that repeat, count
//     up or count down (SP 800-63B-3, section 5.1.1.2: "repetitive or sequential characters (e.g.
//     ‘aaaaaa’, ‘1234abcd’)").
//   - ContextWord: the password contains a context word, and its other characters are fewer than
//     TooShort requires. So "agent1-2026" is refused for the login agent1, and a long phrase with
//     the login is accepted. Context words are the login, the display name, the e-mail address and
//     the texts of Context. The words in these texts are context words too. A context word has at
//     least four characters (ibid.: "context-specific words, such as the name of the service, the
//     username, and derivatives thereof").
func (m Memorized) Check(c Candidate) error {
	if len(c.New) > MaxBytes {
		return tooLong()
	}
	var found validate.Collector
	if !found.Require(PathNew, c.New != "") {
		return found.Err()
	}
	least := max(m.MinChars, nistMinChars)
	if !utf8.ValidString(c.New) {
		found.Add(validate.Problem{Path: PathNew, Code: validate.InvalidUTF8})
	}
	if strings.ContainsFunc(c.New, unicode.IsControl) {
		found.Add(validate.Problem{Path: PathNew, Code: validate.ControlCharacter})
	}
	if utf8.RuneCountInString(c.New) < least {
		found.Add(tooShort(least))
	}
	if m.Blocklist.Has(c.New) {
		found.Add(validate.Problem{Path: PathNew, Code: Blocklisted})
	}
	if repetitive(c.New) {
		found.Add(validate.Problem{Path: PathNew, Code: Repetitive})
	}
	if shortWithoutContext(c, least) {
		found.Add(validate.Problem{Path: PathNew, Code: ContextWord})
	}
	return found.Err()
}

// repetitive reports whether s consists only of runs of at least four characters, such as
// "1234abcd". The characters of a run are equal, count up or count down. repetitive reads from the
// left and makes each run as long as possible.
func repetitive(s string) bool {
	const shortestRun = 4
	var last, step rune
	run := 0
	for _, r := range s {
		d := r - last
		switch {
		case run == 1 && d >= -1 && d <= 1:
			step, run = d, 2
		case run > 1 && d == step:
			run++
		case run == 0 || run >= shortestRun:
			run = 1
		default:
			return false
		}
		last = r
	}
	return run >= shortestRun
}
