package password

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ca74b63c/roster/validate"
)

// Composition is a policy that counts characters and requires some of each kind. The zero value
// accepts every password that is not empty and has at most MaxBytes bytes.
type Composition struct {
	MinChars int  // characters (code points)
	Upper    bool // at least one of A to Z
	Lower    bool // at least one of a to z
	Digit    bool // at least one of 0 to 9
	Special  bool // at least one ASCII character that is printed and is no letter, digit or space
	NoSpace  bool // no white space, in Unicode's sense
}

// VoximplantRemembers is the number of earlier passwords that Voximplant's policy compares. The
// number is assumed: error 535 mentions passwords "that you have not used before" without a number,
// and each remembered password makes a change cost one more Verify.
const VoximplantRemembers = 10

// Voximplant returns the policy for Voximplant's user_password: "Must be at least 8 characters long
// and contain at least one uppercase and lowercase letter, one number, and one special character"
// (AddUser, SetUserInfo). Its problems are those of Voximplant's errors 463 (Required), 464
// (TooShort and the Missing codes, "uppercase characters (A-Z)"), 524 (WhiteSpace, "Password cannot
// contain spaces") and 535 (Reused). Two points are assumed: letters other than A to Z belong to no
// kind, and "special" means ASCII.
func Voximplant() Policy {
	return All(
		Composition{MinChars: 8, Upper: true, Lower: true, Digit: true, Special: true, NoSpace: true},
		History(VoximplantRemembers),
	)
}

// Remembers returns 0.
func (Composition) Remembers() int { return 0 }

// Check implements Policy. It returns nil if the password c.New is acceptable. Otherwise it returns
// a *validate.Error with problems at PathNew:
//
//   - only TooLong, for more than MaxBytes bytes
//   - only Required, for an empty password
//   - otherwise each problem that applies: TooShort, MissingUpper, MissingLower, MissingDigit,
//     MissingSpecial and WhiteSpace
//
// Check does not look at the other fields of c.
func (r Composition) Check(c Candidate) error {
	if len(c.New) > MaxBytes {
		return tooLong()
	}
	var found validate.Collector
	if !found.Require(PathNew, c.New != "") {
		return found.Err()
	}
	if utf8.RuneCountInString(c.New) < r.MinChars {
		found.Add(tooShort(r.MinChars))
	}
	for _, rule := range [...]struct {
		broken bool
		code   validate.Code
	}{
		{r.Upper && !strings.ContainsFunc(c.New, isUpper), MissingUpper},
		{r.Lower && !strings.ContainsFunc(c.New, isLower), MissingLower},
		{r.Digit && !strings.ContainsFunc(c.New, isDigit), MissingDigit},
		{r.Special && !strings.ContainsFunc(c.New, isSpecial), MissingSpecial},
		{r.NoSpace && strings.ContainsFunc(c.New, unicode.IsSpace), WhiteSpace},
	} {
		if rule.broken {
			found.Add(validate.Problem{Path: PathNew, Code: rule.code})
		}
	}
	return found.Err()
}

func isUpper(c rune) bool   { return c >= 'A' && c <= 'Z' }
func isLower(c rune) bool   { return c >= 'a' && c <= 'z' }
func isDigit(c rune) bool   { return c >= '0' && c <= '9' }
func isSpecial(c rune) bool { return c > ' ' && c < 0x7f && !isUpper(c) && !isLower(c) && !isDigit(c) }
